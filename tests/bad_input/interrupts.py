#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stops weft in the middle: SIGINT, SIGTERM, SIGKILL at random instants, and a full disk.

After a signal that can be caught weft exits with 130 and leaves a whole trace up to there, or none.
After SIGKILL nothing stands under a final name that is not whole, and what was sealed opens.
On a file system without room for the trace: one error, exit code 1, no file left.

Usage: interrupts.py <weft> [kills]
"""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
MPIRUN = ["mpirun", "--oversubscribe", "-n"]
# Runs the rest of the command line on a file system of $0 bytes, and tells what is left there.
SMALL_DISK = """mkdir small && mount -t tmpfs -o size=$0 none small || exit 99
"$@"; code=$?; find small -type f -printf 'left %f\\n' >&2; exit $code"""
SEED = 20261122
# A ping that goes on until max_cycles: work for some seconds, traced in many short epochs.
ENDLESS = [("pe.csl", "  sys_mod.unblock_cmd_stream();", "  @activate(exit_id);"),
           ("job.toml", "100_000", "4_000_000_000"),
           ("job.toml", 'level = "runs"', 'level = "runs"\nepoch_cycles = 20000')]


def prepare(folder, changes):
    for source in (HERE / "base").iterdir():
        shutil.copy(source, folder)
    array = np.arange(1, 9, dtype=np.float32)
    np.save(folder / "a.npy", array)
    with h5py.File(folder / "a.h5", "w") as out:
        out["a"] = array
    for name, old, new in changes:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))


def start(weft, folder, ranks, before=()):
    command = [weft, "--quiet", "run", "job.toml", "--json", "summary.json"]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    return subprocess.Popen([*before, *command], cwd=folder, stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                            start_new_session=True)


def opens(path):
    """Whether a finished trace is whole."""
    with h5py.File(path) as trace:
        return int(trace.attrs["complete"]) == 1


def stray(folder):
    """Files under final names that are not whole, and temporary ones."""
    left = [p.name for kind in ("*.tmp*", "*.lock*") for p in folder.rglob(kind)]
    trace = folder / "trace.h5"
    if trace.exists() and not opens(trace):
        left.append("trace.h5")
    return left


def caught(weft, number, ranks):
    """A signal that weft catches."""
    with tempfile.TemporaryDirectory(prefix="weft_signal_") as name:
        folder = pathlib.Path(name)
        prepare(folder, ENDLESS)
        process = start(weft, folder, ranks)
        time.sleep(2.0 + 0.5 * ranks)
        process.send_signal(number)
        try:
            _, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return [f"{number.name} on {ranks}: goes on"]
        faults = []
        # mpirun answers a signal itself: its exit code is not weft's.
        if ranks == 1 and process.returncode != 130:
            faults.append(f"{number.name} on {ranks}: exit code {process.returncode}: {errors}")
        if ranks == 1 and errors.count("weft: error") != 1:
            faults.append(f"{number.name} on {ranks}: says {errors!r}")
        if ranks == 1 and stray(folder):
            faults.append(f"{number.name} on {ranks}: leaves {stray(folder)}")
        return faults


def killed(weft, moment, ranks):
    """SIGKILL to every process of the run after `moment` seconds."""
    with tempfile.TemporaryDirectory(prefix="weft_kill_") as name:
        folder = pathlib.Path(name)
        prepare(folder, ENDLESS)
        process = start(weft, folder, ranks)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        time.sleep(0.05)
        faults = [f"killed after {moment:.3f} s: {n} is there" for n in
                  ("trace.h5", "b.npy", "summary.json") if (folder / n).exists()]
        done = subprocess.run([weft, "trace", "info", "trace.h5.tmp"], cwd=folder,
                              capture_output=True, text=True, timeout=60)
        if done.returncode not in (0, 2):
            faults.append(f"killed after {moment:.3f} s: trace info ends with {done.returncode}")
        return faults, done.returncode == 0


def out_of_room(folder, process, what):
    """The faults of a run that could not write its trace."""
    _, errors = process.communicate(timeout=120)
    faults = []
    if process.returncode != 1:
        faults.append(f"{what}: exit code {process.returncode}: {errors}")
    if errors.count("weft: error") != 1:
        faults.append(f"{what}: says {errors!r}")
    left = stray(folder) + [l for l in errors.splitlines() if l.startswith("left ")]
    if left:
        faults.append(f"{what}: leaves {left}")
    return faults


def full_disk(weft, size, ranks):
    """A file system that is full at once (200k), or in the first epoch (2m)."""
    with tempfile.TemporaryDirectory(prefix="weft_full_") as name:
        folder = pathlib.Path(name)
        prepare(folder, ENDLESS + [("job.toml", '"trace.h5"', '"small/trace.h5"')])
        before = ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, size]
        return out_of_room(folder, start(weft, folder, ranks, before), f"{size} on {ranks}")


def can_mount():
    probe = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/tmp"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def main():
    weft = str(pathlib.Path(sys.argv[1]).resolve())
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    faults = []
    for number in (signal.SIGINT, signal.SIGTERM):
        for ranks in (1, 3):
            faults += caught(weft, number, ranks)
    if can_mount():
        for size in ("200k", "2m"):
            for ranks in (1, 3):
                faults += full_disk(weft, size, ranks)
    else:
        print("no small file systems: this user may not mount one")
    generator = random.Random(SEED)
    readable = 0
    for _ in range(kills):
        found, opened = killed(weft, generator.uniform(0.05, 2.5), 1)
        faults += found
        readable += opened
    for fault in faults:
        print(fault)
    print(f"{kills} kills, {readable} left a trace that opens; {len(faults)} faults")
    if kills >= 20 and readable < kills // 4:
        print("too few traces open: was the run too short?")
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
