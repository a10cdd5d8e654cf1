#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs jobs/pbs/mpirun.sh as PBS runs it, and ends it as qdel, qsig, the wall time, a lost rank do.

No PBS is packaged here: its variables are set, the script gets its own session, and qdel's SIGTERM
goes to every process of that, as pbs_mom sends it. Usage: check_pbs.py <weft>
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import left

SCRIPT = pathlib.Path(__file__).parent.parent.parent / 'jobs/pbs/mpirun.sh'
WEFT = str(pathlib.Path(sys.argv[1]).resolve())
SEAL_SECONDS = 3
SLACK_SECONDS = 10


def descendants(root):
    """The process and all below it, as pbs_mom finds them by their session and parents."""
    listed = subprocess.run(['ps', '-e', '-o', 'pid=,ppid='], check=True, capture_output=True,
                            text=True).stdout.split()
    parents = dict(zip(map(int, listed[::2]), map(int, listed[1::2])))
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return sorted(found)
        found |= more


def delete(script):
    for pid in descendants(script.pid):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def kill_rank(script):
    """The last of them, without a word to the others."""
    ranks = [pid for pid in descendants(script.pid)
             if pathlib.Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip() == 'weft']
    os.kill(ranks[-1], signal.SIGKILL)


# (what, words for the environment, how it is ended, exit code, stop)
ENDS = [('qdel', {}, delete, 130, 'signal'),
        ('qsig -s USR1', {}, lambda script: script.send_signal(signal.SIGUSR1), 130, 'signal'),
        ('WEFT_WALL_TIME', {'WEFT_WALL_TIME': '8s'}, None, 1, 'limit'),
        ('SIGKILL to a rank', {}, kill_rank, 137, '')]


def faults_of(what, words, end, expected_code, stop):
    with tempfile.TemporaryDirectory(prefix='weft_pbs_') as name:
        folder = pathlib.Path(name).resolve()
        left.prepare_endless(folder, SEAL_SECONDS)
        environment = dict(os.environ, PBS_O_WORKDIR=str(folder), PBS_JOBID='1.here', WEFT=WEFT,
                           WEFT_JOB='job.toml', WEFT_ARGUMENTS='--level phases',
                           OMPI_MCA_rmaps_base_oversubscribe='1', **words)
        with subprocess.Popen(['/bin/bash', SCRIPT], cwd='/', env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True) as script:
            try:
                left.wait_until(lambda: (folder / 'trace.h5.tmp').exists(), 60, 'it runs')
                if end is not None:
                    time.sleep(1.5 * SEAL_SECONDS + 1)
                    end(script)
                said, _ = script.communicate(timeout=120)
                found = left.Left(WEFT, folder, time.time())
            except (AssertionError, subprocess.TimeoutExpired) as error:
                os.killpg(script.pid, signal.SIGKILL)
                return [f'{what}: {error}']
        print(f'| {what} | {found.name} | {found.complete} | {found.stop} | '
              f'{found.age_seconds:.1f} | {script.returncode} |', flush=True)
        faults = []
        if script.returncode != expected_code:
            faults.append(f'{what}: exit code {script.returncode}: {said}')
        name = 'trace.h5' if stop else 'trace.h5.tmp'
        if (found.name, found.complete, found.stop) != (name, 0, stop):
            faults.append(f'{what}: leaves {found.name}, complete {found.complete}, {found.stop}')
        if found.age_seconds > SLACK_SECONDS:
            faults.append(f'{what}: lacks {found.age_seconds:.1f} s')
        return faults


def main():
    subprocess.run(['/bin/bash', '-n', SCRIPT], check=True)
    faults = [fault for end in ENDS for fault in faults_of(*end)]
    for fault in faults:
        print(fault)
    print(f'{len(faults)} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
