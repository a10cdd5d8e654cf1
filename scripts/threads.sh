#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kernels on four threads, as a preset says (openmp or tsan): the unit, contract and determinism
# tests of tier fast; with openmp, that every shipped job has the trace hash of SERIAL_WEFT too.
#   scripts/threads.sh openmp|tsan [CMAKE ARGUMENT...]
# A Kokkos with OpenMP is found as always (Kokkos_ROOT). Where there is none: exit code 77.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

preset=${1:?openmp or tsan}
shift
build=build/$preset
export OMP_NUM_THREADS=4 OMP_PROC_BIND=false OMP_WAIT_POLICY=passive
export KOKKOS_DISABLE_WARNINGS=1
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 history_size=4"

log=$(mktemp)
summary=$(mktemp)
trap 'rm -f "$log" "$summary"' EXIT

# Fills build/PRESET, or says what is missing.
configure_threads() {
  if [ "$preset" = tsan ] && ! command -v clang++ >/dev/null; then
    say "skipped: no clang++ (Debian: clang libomp-dev)"
    exit 77
  fi
  local fresh=1
  [ ! -e "$build/CMakeCache.txt" ] || fresh=0
  if cmake --preset "$preset" -G Ninja -DWEFT_TESTS=ON -DWEFT_FETCH_KOKKOS=OFF "$@" >"$log" 2>&1
  then
    return
  fi
  [ $fresh = 0 ] || rm -rf "$build"  # what it says there is of no use to the next try
  if grep -qE 'has no OpenMP|Kokkos 3.4 or newer not found' "$log"; then
    say "skipped: no Kokkos with OpenMP here. Give one by Kokkos_ROOT, or let one be fetched:"
    say "scripts/threads.sh $preset -DCMAKE_DISABLE_FIND_PACKAGE_Kokkos=ON -DWEFT_FETCH_KOKKOS=ON"
    exit 77
  fi
  cat "$log"
  exit 1
}

# The sanitizer is on, and told of OpenMP's order: it finds the race that is there, and no other.
prove_sanitizer() {
  local racing=("$build/bin/test_base" --gtest_also_run_disabled_tests)
  racing+=('--gtest_filter=Kokkos.DISABLED_ARaceOnPurpose')
  if "${racing[@]}" >"$log" 2>&1 || ! grep -q 'WARNING: ThreadSanitizer: data race' "$log"; then
    say "the sanitizer does not find a race that is there"
    exit 1
  fi
}

# hash_of WEFT JOB
hash_of() {
  if ! "$1" run "$2" --set trace.level=off --json "$summary" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["trace_hash"])' "$summary"
}

same_hashes() {
  local job serial threads differ=0
  for job in jobs/*.toml; do
    serial=$(hash_of "$SERIAL_WEFT" "$job")
    threads=$(hash_of "$build/bin/weft" "$job")
    say "$job $serial $threads"
    [ "$serial" = "$threads" ] || differ=1
  done
  [ $differ = 0 ] || say "hashes differ"
  return $differ
}

configure_threads "$@"
tests=(base numerics fabric exchange contract determinism)
for folder in tests/unit/machine_*; do tests+=("${folder#tests/unit/}"); done
targets=("${tests[@]/#/test_}")
[ "$preset" != openmp ] || targets+=(weft)
cmake --build "$build" -j "$(compile_jobs)" --target "${targets[@]}"
[ "$preset" != tsan ] || prove_sanitizer
# A rank is a process: what threads of one do to each other shows with few.
names=$(IFS='|' && printf '%s' "${tests[*]}")
ctest --test-dir "$build" -L fast -R "^(unit_)?($names)(_np[12])?\$" --output-on-failure \
  --no-tests=error
if [ "$preset" = openmp ] && [ -n "${SERIAL_WEFT:-}" ]; then same_hashes; fi
