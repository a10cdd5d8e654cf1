#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A run of weft in a Slurm job, started by srun, where Slurm speaks PMIx (srun --mpi=list):
#   sbatch --ntasks=8 --time=04:00:00 jobs/slurm/srun.sh JOB.toml [ARGUMENT of weft run...]
# Two minutes before the time limit, and at scancel, the run ends in good order (exit code 130) and
# leaves a trace that says so. WEFT names the program, if it isn't on the path; WEFT_SLURM_MPI the
# way to start it: pmix for Open MPI, pmi2 for MPICH.
#SBATCH --job-name=weft
#SBATCH --signal=B:USR1@120
#SBATCH --output=%x-%j.out

# One that only some ranks leave is ended.
srun --mpi="${WEFT_SLURM_MPI:-pmix}" --kill-on-bad-exit=1 "${WEFT:-weft}" run "$@" &
launcher=$!

# srun passes SIGUSR1 on. At scancel the ranks have had a signal already: one more, of another kind,
# does no harm.
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
