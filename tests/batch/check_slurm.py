#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ends runs on a Slurm of one node in every way, and looks at what they leave.

jobs/slurm/mpirun.sh, jobs/slurm/srun.sh and a batch script with nothing but mpirun in it, on two
ranks; each ended by scancel, by SIGUSR1 to the script, by the time limit, and by signals to the
launcher and to a rank. What is left opens, says that it is not complete, and lacks at most
`seal_seconds` and ten seconds of wall time. Prints a table.

Usage: check_slurm.py <weft> [--seal-seconds S] [--only WORDS of the way and the end] [--show]
--show prints what the batch scripts wrote too. Exit code 77 where there can be no such Slurm.
"""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import left
import slurm_node

ROOT = pathlib.Path(__file__).parent.parent.parent
RANKS = 2
SLACK_SECONDS = 10
WARNING = '--signal=B:USR1@60'  # sooner than the scripts' own; Slurm may send it a minute early
PLAIN = '#!/bin/bash\n#SBATCH --job-name=weft --output=%x-%j.out\nmpirun "$WEFT" run "$@"\n'
ENDED = ('COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'OUT_OF_MEMORY')
# What stops a run in good order leaves it under its own name: by way, '' being any.
IN_ORDER = {
    'mpirun.sh': ('scancel', 'SIGUSR1 to the script', 'time limit', 'SIGUSR1 to the launcher',
                  'SIGTERM to a rank'),
    'srun.sh': ('scancel', 'SIGUSR1 to the script', 'time limit', 'SIGUSR1 to the launcher',
                'SIGTERM to a rank'),
    'plain mpirun': ('SIGUSR1 to the launcher', 'SIGTERM to a rank')}
# The script keeps SIGTERM from mpirun; a plain batch script has no trap.
NOT_ENDED = (('mpirun.sh', 'SIGTERM to the launcher'), ('plain mpirun', 'SIGUSR1 to the script'))
SEALED = ('SIGKILL to the launcher', 'SIGKILL to a rank')


def launcher(folder, way):
    return left.processes(folder, 'srun' if way == 'srun.sh' else 'mpirun')[0]


def cancel(slurm, number, *_):
    slurm.run('scancel', str(number))


def signal_script(slurm, number, *_):
    slurm.run('scancel', '--signal=USR1', '--batch', str(number))


def to_launcher(which):
    return lambda slurm, number, folder, way: os.kill(launcher(folder, way), which)


def to_rank(which):
    return lambda slurm, number, folder, way: os.kill(left.processes(folder, 'weft')[-1], which)


# The time limit comes by itself.
ENDS = {
    'scancel': cancel,
    'SIGUSR1 to the script': signal_script,
    'time limit': None,
    'SIGTERM to the launcher': to_launcher(signal.SIGTERM),
    'SIGUSR1 to the launcher': to_launcher(signal.SIGUSR1),
    'SIGKILL to the launcher': to_launcher(signal.SIGKILL),
    'SIGTERM to a rank': to_rank(signal.SIGTERM),
    'SIGKILL to a rank': to_rank(signal.SIGKILL)}


class Check:
    """Runs cases on one node and keeps their faults."""

    def __init__(self, options, slurm, folder):
        self.weft = str(pathlib.Path(options.weft).resolve())
        self.seal_seconds = options.seal_seconds
        self.show = options.show
        self.slurm = slurm
        self.folder = folder
        self.faults = []
        (folder / 'plain.sh').write_text(PLAIN)
        slurm.environment.update(WEFT=self.weft)

    def submit(self, way, end, folder):
        script = self.folder / 'plain.sh' if way == 'plain mpirun' else ROOT / 'jobs/slurm' / way
        options = [f'--ntasks={RANKS}']
        if end == 'time limit':
            options += ['--time=1'] if way == 'plain mpirun' else ['--time=2', WARNING]
        return self.slurm.submit(*options, str(script), 'job.toml', cwd=folder)

    def run(self, way, end):
        """One line of the table."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder)).resolve()
        left.prepare_endless(folder, self.seal_seconds)
        number = self.submit(way, end, folder)
        try:
            left.wait_until(lambda: len(left.processes(folder, 'weft')) == RANKS
                            and (folder / 'trace.h5.tmp').exists(), 60, 'it runs')
            ended = None
            if ENDS[end] is not None:
                time.sleep(1.5 * self.seal_seconds + 2)
                ended = time.time()
                ENDS[end](self.slurm, number, folder, way)
            left.wait_until(lambda: not left.processes(folder, 'weft'), 240, 'all ranks are gone')
            # Without one of them the others only wait to be killed.
            gone = ended if end == 'SIGKILL to a rank' else time.time()
            left.wait_until(lambda: self.slurm.job(number)['JobState'] in ENDED, 120, 'Slurm knows')
            found = left.Left(self.weft, folder, gone)
            self.judge(way, end, found, self.slurm.job(number))
        except AssertionError as error:
            self.show = True
            self.fault(way, end, str(error))
        if self.show:
            print((folder / f'weft-{number}.out').read_text(errors='replace'), flush=True)

    def judge(self, way, end, found, job):
        # Slurm writes an exit code and the signal behind it.
        code = job['ExitCode']
        print(f'| {way} | {end} | {found.name} | {found.complete} | {found.stop or "-"} | '
              f'{found.age_seconds:.1f} | {job["JobState"]} {code} | {found.cycles} |', flush=True)
        if found.complete != 0:
            self.fault(way, end, 'the trace calls itself complete')
        if found.age_seconds > self.seal_seconds + SLACK_SECONDS:
            self.fault(way, end, f'it lacks {found.age_seconds:.1f} s')
        if found.cycles == 0:
            self.fault(way, end, 'it holds nothing')
        if end in SEALED and found.name != 'trace.h5.tmp':
            self.fault(way, end, f'nobody closed {found.name}')
        if end in IN_ORDER[way]:
            if found.name != 'trace.h5' or found.stop != 'signal':
                self.fault(way, end, 'it does not end in good order')
            if code != '130:0':
                self.fault(way, end, f'exit code {code}')

    def fault(self, way, end, what):
        self.faults.append(f'{way}, {end}: {what}')


def options_of(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument('weft')
    parser.add_argument('--seal-seconds', type=int, default=5)
    parser.add_argument('--only', default='')
    parser.add_argument('--show', action='store_true')
    return parser.parse_args(arguments)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('ended'))  # with what it has started
    options = options_of(sys.argv[1:])
    reason = slurm_node.why_not_here()
    if reason:
        print(f'skipped: {reason}')
        return 77
    with tempfile.TemporaryDirectory(prefix='weft_slurm_') as name:
        folder = pathlib.Path(name)
        with slurm_node.SlurmNode(folder) as slurm:
            check = Check(options, slurm, folder)
            ways = [way for way in IN_ORDER if way != 'srun.sh' or slurm.has_mpi('pmix')]
            print('| started by | ended by | file | complete | stop | seconds missing | job | '
                  'cycles |\n| --- | --- | --- | --- | --- | --- | --- | --- |')
            for way in ways:
                for end in ENDS:
                    if options.only in f'{way}, {end}' and (way, end) not in NOT_ENDED:
                        check.run(way, end)
            if check.faults:
                print(slurm.logs())
    for fault in check.faults:
        print(fault)
    print(f'{len(check.faults)} faults')
    return 1 if check.faults else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as error:
        sys.exit(f'{error}')
