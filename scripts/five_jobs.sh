# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts that build weft another way: five jobs, a machine each, whose trace hash is to
# be that of another weft.
jobs=(hello digits-wse2 digits-gc200 digits-tsp dot-rdu)
five_jobs_folder=$(mktemp -d)
trap 'rm -rf "$five_jobs_folder"' EXIT

# hash_of JOB WEFT...: hash and ranks of a run of the job, started by the words.
hash_of() {
  local job=jobs/$1.toml
  shift
  if ! "$@" run "$job" --set trace.level=off --json "$five_jobs_folder/s.json" \
    >"$five_jobs_folder/log" 2>&1; then
    cat "$five_jobs_folder/log" >&2
    return 1
  fi
  python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))
print(s["trace_hash"], s["ranks"])' "$five_jobs_folder/s.json"
}

# same_hash JOB RANKS WEFT WORDS...: says the hash that a run started by the words has and the one
# of WEFT on one rank; fails unless they are the same, on so many ranks.
same_hash() {
  local job=$1 ranks=$2 expected found on
  read -r expected _ < <(hash_of "$job" "$3")
  read -r found on < <(hash_of "$job" "${@:4}")
  say "$job on $on: $found $expected"
  [ "$found $on" = "$expected $ranks" ]
}

# quietly COMMAND...: its output where it fails.
quietly() {
  "$@" >"$five_jobs_folder/log" 2>&1 || { cat "$five_jobs_folder/log" >&2; return 1; }
}
