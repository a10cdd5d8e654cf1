#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A run of weft in a Slurm job, started by Open MPI's mpirun:
#   sbatch --ntasks=8 --time=04:00:00 jobs/slurm/mpirun.sh JOB.toml [ARGUMENT of weft run...]
# Two minutes before the time limit, and at scancel, the run ends in good order (exit code 130) and
# leaves a trace that says so. WEFT names the program, if it isn't on the path.
#SBATCH --job-name=weft
#SBATCH --signal=B:USR1@120
#SBATCH --output=%x-%j.out

# At scancel every process gets SIGTERM. The ranks end in good order then; mpirun would kill them a
# second later, so it gets none.
env --block-signal=TERM mpirun "${WEFT:-weft}" run "$@" &
launcher=$!

# mpirun passes SIGUSR1 on and goes on itself.
pass_on() {
  interrupted=1
  kill -USR1 "$launcher" 2>/dev/null
}
trap pass_on USR1 TERM

while :; do
  interrupted=0
  wait "$launcher"
  code=$?
  [ $interrupted = 1 ] || break  # else the signal ended the wait, not the run
done
exit $code
