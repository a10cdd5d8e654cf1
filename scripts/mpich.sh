#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds weft with MPICH (preset mpich) and runs five jobs, on all machines, on one, two and three
# ranks: the trace hashes have to be those of OPEN_MPI_WEFT, another weft, on one.
#   OPEN_MPI_WEFT=build/release/bin/weft scripts/mpich.sh [CMAKE ARGUMENT...]
# Where MPICH or its HDF5 are not installed: exit code 77.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/five_jobs.sh

for program in mpicc.mpich mpiexec.mpich h5pcc.mpich; do
  if ! command -v $program >/dev/null; then
    say "skipped: no $program (Debian: mpich libmpich-dev libhdf5-mpich-dev)"
    exit 77
  fi
done

quietly cmake --preset mpich -G Ninja -DWEFT_TESTS=OFF "$@"
cmake --build build/mpich -j "$(compile_jobs)" --target weft
weft=$PWD/build/mpich/bin/weft
"$weft" --version
"$weft" --version | grep -q MPICH

differ=0
for job in "${jobs[@]}"; do
  for ranks in 1 2 3; do
    # Ranks of MPICH do not yield, and those of a wafer wait for each other in every cycle.
    if [ "$job $ranks" = "digits-wse2 3" ] && [ "$(nproc)" -lt 3 ]; then
      say "$job on 3: left out, it takes half an hour on fewer cores"
      continue
    fi
    same_hash "$job" $ranks "${OPEN_MPI_WEFT:?the program to compare with}" \
      mpiexec.mpich -n $ranks "$weft" || differ=1
  done
done
[ $differ = 0 ] || say "hashes differ"
exit $differ
