#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A run of weft in a PBS job, started by Open MPI's mpirun:
#   qsub -l select=1:ncpus=8:mpiprocs=8 -l walltime=04:00:00 \
#     -v WEFT_JOB=JOB.toml,WEFT_WALL_TIME=03:58:00 jobs/pbs/mpirun.sh
# After WEFT_WALL_TIME, which leaves time to write before PBS kills, the run ends in good order with
# exit code 1; at qdel and qsig -s USR1 with 130. The trace says so. WEFT names the program, if it
# isn't on the path; WEFT_ARGUMENTS are more of weft run's.
#PBS -N weft
#PBS -j oe

cd "${PBS_O_WORKDIR:-.}" || exit 2
arguments=("${WEFT_JOB:?a job file}")
[ -z "${WEFT_WALL_TIME:-}" ] || arguments+=(--wall-time "$WEFT_WALL_TIME")
read -ra more <<<"${WEFT_ARGUMENTS:-}"

# At qdel every process gets SIGTERM. The ranks end in good order then; mpirun would kill them a
# second later, so it gets none.
env --block-signal=TERM mpirun "${WEFT:-weft}" run "${arguments[@]}" "${more[@]}" &
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
