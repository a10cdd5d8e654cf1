#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a writer at random instants: what it leaves opens, goes to the last seal, and is right.

Usage: check_killed.py <mpirun> <weft> <trace_tool> [kills] [seed]
"""
import functools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

MPIRUN, WEFT, TOOL = sys.argv[1:4]
KILLS = int(sys.argv[4]) if len(sys.argv) > 4 else 50
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else 1
EPOCH_CYCLES = 20
SEAL_CYCLES = 7
REFERENCE_CYCLES = 100
LONGEST_LIFE_SECONDS = 0.3


def kill_one(ranks, path, life_seconds):
    """Starts a writer, lets it live on after its first sealed epoch, kills its processes."""
    command = [TOOL, 'endless', path]
    if ranks > 1:
        command = [MPIRUN, '-n', str(ranks)] + command
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    line = writer.stdout.readline()
    assert line == 'sealed\n', f'the writer said {line!r}'
    time.sleep(life_seconds)
    children = []
    if ranks > 1:  # mpirun gives its ranks process groups of their own
        listed = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(writer.pid)], check=True,
                                capture_output=True, text=True)
        children = [int(pid) for pid in listed.stdout.split()]
    for pid in children + [writer.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    writer.wait()
    writer.stdout.close()


def info(path):
    summary = path + '.json'
    result = subprocess.run([WEFT, 'trace', 'info', path, '--json', summary], capture_output=True,
                            text=True, timeout=60, check=False)
    assert result.returncode == 0, f'{path} does not open: {result.stderr}'
    with open(summary, encoding='utf-8') as file:
        return json.load(file)


@functools.cache
def exported(path, stream):
    """The stream's header and its rows, as text."""
    result = subprocess.run([WEFT, 'trace', 'export', path, stream], capture_output=True, text=True,
                            timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def before(lines, cycle):
    return [line for line in lines[1:] if int(line.split(',')[0]) < cycle]


def check(path, reference):
    """The file holds exactly the rows up to a seal, as an undisturbed run wrote them."""
    assert not os.path.exists(path), 'a killed run left a file under its final name'
    found = info(path + '.tmp')
    assert not found['complete'] and found['trace_hash'] == ''
    assert found['epochs'] >= 1 and found['cycles'] // EPOCH_CYCLES == found['epochs'], found
    assert 0 in (found['cycles'] % EPOCH_CYCLES, found['cycles'] % SEAL_CYCLES), found
    for stream in found['streams']:
        if not stream['kept']:
            continue
        lines = exported(path + '.tmp', stream['name'])
        assert len(lines) == stream['rows'] + 1
        common = min(found['cycles'], REFERENCE_CYCLES)
        expected = before(exported(reference, stream['name']), common)
        assert expected and before(lines, common) == expected, f'other rows in {stream["name"]}'
        assert int(lines[-1].split(',')[0]) < found['cycles']
    return found['epochs']


def main():
    generator = random.Random(SEED)
    epochs = []
    with tempfile.TemporaryDirectory() as folder:
        reference = os.path.join(folder, 'reference.h5')
        subprocess.run([TOOL, 'sample', reference], check=True, capture_output=True)
        for number in range(KILLS):
            ranks = 3 if number % 5 == 4 else 1
            life = generator.uniform(0, LONGEST_LIFE_SECONDS)
            path = os.path.join(folder, f'k{number}.h5')
            try:
                kill_one(ranks, path, life)
                epochs.append(check(path, reference))
            except AssertionError as error:
                print(f'kill {number} of seed {SEED}, {ranks} ranks, {life:.3f} s: {error}')
                return 1
            for name in os.listdir(folder):
                if name.startswith(f'k{number}.'):
                    os.remove(os.path.join(folder, name))
    print(f'{KILLS} kills survived; epochs kept: {min(epochs)} to {max(epochs)}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
