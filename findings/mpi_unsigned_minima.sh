#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MPI_MIN and MPI_MAX take unsigned integers for signed ones: all of them in MPICH 4.0.2, unsigned
# long in Open MPI 4.1.4, both as Debian 12 has them.
#
# Packages:  Debian 12's mpich, libmpich-dev 4.0.2 and openmpi-bin, libopenmpi-dev 4.1.4, as
#            installed.
# Input:     MPI_Allreduce of one number on two ranks: 1 and the type's greatest.
# Expected:  the least is 1, the greatest is the type's greatest, for each type of unsigned integer.
# Seen:      MPICH says the opposite for MPI_UINT8_T to MPI_UINT64_T and for the C types; Open MPI
#            for MPI_UNSIGNED_LONG alone. MPI_INT64_T is right in both.
# So weft:   flips the highest bit and reduces words as MPI_INT64_T (src/comm/collectives.cpp).
#            Before that a run of MPICH on two ranks had another hash, or ended in a deadlock.
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1
if ! mpirun.openmpi --version | grep -q '4\.1\.4' || ! mpichversion | grep -q '4\.0\.2'; then
  echo "Open MPI 4.1.4 and MPICH 4.0.2 are not both installed"
  exit 1
fi

cat >minima.c <<'C'
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
static int rank = 0;
#define LEAST_AND_GREATEST(type, datatype, least_value, greatest_value)                  \
  do {                                                                                   \
    const type mine = rank == 0 ? (type)(greatest_value) : (type)(least_value);          \
    type least = 0, greatest = 0;                                                        \
    MPI_Allreduce(&mine, &least, 1, datatype, MPI_MIN, MPI_COMM_WORLD);                  \
    MPI_Allreduce(&mine, &greatest, 1, datatype, MPI_MAX, MPI_COMM_WORLD);               \
    const int right = least == (type)(least_value) && greatest == (type)(greatest_value); \
    if (rank == 0) printf("%s %s\n", #datatype, right ? "right" : "wrong");              \
  } while (0)
int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  LEAST_AND_GREATEST(uint8_t, MPI_UINT8_T, 1, UINT8_MAX);
  LEAST_AND_GREATEST(uint16_t, MPI_UINT16_T, 1, UINT16_MAX);
  LEAST_AND_GREATEST(uint32_t, MPI_UINT32_T, 1, UINT32_MAX);
  LEAST_AND_GREATEST(uint64_t, MPI_UINT64_T, 1, UINT64_MAX);
  LEAST_AND_GREATEST(unsigned, MPI_UNSIGNED, 1, ~0U);
  LEAST_AND_GREATEST(unsigned long, MPI_UNSIGNED_LONG, 1, ~0UL);
  LEAST_AND_GREATEST(int64_t, MPI_INT64_T, -1, INT64_MAX);
  MPI_Finalize();
  return 0;
}
C
changed=0
# expect MPI ANSWERS: right or wrong, in the order above.
expect() {
  mpicc."$1" minima.c -o "minima_$1" || exit 1
  local seen
  seen=$("mpiexec.$1" -n 2 "./minima_$1" | awk '{printf "%s ", $2}')
  [ "$seen" = "$2 " ] && return
  echo "changed: $1: $seen"
  changed=1
}
expect mpich "wrong wrong wrong wrong wrong wrong right"
expect openmpi "right right right right right wrong right"
[ $changed = 0 ] && echo "as described: $(basename "$0")"
exit $changed
