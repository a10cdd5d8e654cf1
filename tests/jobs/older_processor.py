#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A job with codelets on an emulated processor that lacks instructions the host has: same hash.

/proc/cpuinfo shows the host's instructions there too. Usage: older_processor.py <weft> <job>
Exit code 77 without qemu-x86_64, or on another processor.
"""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

OLD = 'Nehalem'  # 2008: no AVX, no F16C, no FMA


def trace_hash(folder, command, job):
    """The hash of a run that finds no codelets of an earlier one."""
    cache = tempfile.mkdtemp(dir=folder)
    summary = pathlib.Path(cache) / 'summary.json'
    done = subprocess.run([*command, 'run', job, '--set', 'trace.level=off', '--json', summary],
                          env=dict(os.environ, WEFT_CODELET_CACHE=cache), capture_output=True,
                          text=True, timeout=600, check=False)
    if done.returncode != 0:
        sys.exit(f'{command}: {done.returncode}: {done.stderr}')
    return json.loads(summary.read_text())['trace_hash']


def main():
    weft, job = sys.argv[1:3]
    qemu = shutil.which('qemu-x86_64') or shutil.which('qemu-x86_64-static')
    if platform.machine() != 'x86_64' or qemu is None:
        print('skipped: no qemu-x86_64 (Debian: qemu-user), or no x86-64')
        return 77
    with tempfile.TemporaryDirectory(prefix='weft_older_') as folder:
        hashes = {trace_hash(folder, command, job)
                  for command in ([weft], [qemu, '-cpu', OLD, weft])}
    print(*hashes)
    return 0 if len(hashes) == 1 else 1


if __name__ == '__main__':
    sys.exit(main())
