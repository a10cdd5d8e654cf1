#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stops weft in the middle: signals, the wall time, SIGKILL at random instants, and a full disk.

After a signal that can be caught weft exits with 130 and leaves a trace up to there that says so,
or none; after its wall time it does so with 1.
After SIGKILL nothing stands under a final name that is not whole, and what was sealed opens.
On a file system without room for the trace: one error, exit code 1, no file left.

Usage: interrupts.py <weft> [kills [seed]]
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


def start(weft, folder, ranks, before=(), more=()):
    command = [weft, "--quiet", "run", "job.toml", "--json", "summary.json", *more]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    return subprocess.Popen([*before, *command], cwd=folder, stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                            start_new_session=True)


def stop_of(path):
    """Why a trace that was closed in order ends, and whether it claims to hold the whole run."""
    with h5py.File(path) as trace:
        stop = trace.attrs.get("stop", b"")
        stop = stop.decode() if isinstance(stop, bytes) else str(stop)
        return stop, int(trace.attrs["complete"])


def stray(folder):
    """Files under final names that are not whole, and temporary ones."""
    left = [p.name for kind in ("*.tmp*", "*.lock*") for p in folder.rglob(kind)]
    trace = folder / "trace.h5"
    if trace.exists() and not stop_of(trace)[0]:
        left.append("trace.h5")
    return left


def until_it_runs(folder, process):
    """Its trace is being written, and has been for a moment."""
    while not list(folder.glob("trace.h5*.tmp*")) and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.2)


def caught(weft, number, ranks):
    """A signal that weft catches."""
    with tempfile.TemporaryDirectory(prefix="weft_signal_") as name:
        folder = pathlib.Path(name)
        prepare(folder, ENDLESS)
        process = start(weft, folder, ranks)
        until_it_runs(folder, process)
        process.send_signal(number)
        try:
            _, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return [f"{number.name} on {ranks}: goes on"]
        # mpirun answers SIGINT and SIGTERM itself and passes the others on.
        if ranks > 1 and number in (signal.SIGINT, signal.SIGTERM):
            return []
        return ended_early(folder, f"{number.name} on {ranks}", process.returncode, errors, 130,
                           "signal")


def ended_early(folder, what, code, errors, expected_code, stop):
    """The faults of a run that something from outside ended."""
    faults = []
    if code != expected_code:
        faults.append(f"{what}: exit code {code}: {errors}")
    if errors.count("weft: error") != 1:
        faults.append(f"{what}: says {errors!r}")
    if stray(folder):
        faults.append(f"{what}: leaves {stray(folder)}")
    trace = folder / "trace.h5"
    if trace.exists() and stop_of(trace) != (stop, 0):
        faults.append(f"{what}: the trace says {stop_of(trace)}")
    return faults


def out_of_time(weft, ranks):
    """A run whose wall time is over before its end."""
    with tempfile.TemporaryDirectory(prefix="weft_wall_") as name:
        folder = pathlib.Path(name)
        prepare(folder, ENDLESS)
        process = start(weft, folder, ranks, more=["--wall-time", "2s"])
        _, errors = process.communicate(timeout=120)
        faults = ended_early(folder, f"wall time on {ranks}", process.returncode, errors, 1,
                             "limit")
        if not (folder / "trace.h5").exists():
            faults.append(f"wall time on {ranks}: leaves no trace")
        if "the 2 s of wall time (wall_seconds) were over" not in errors:
            faults.append(f"wall time on {ranks}: says {errors!r}")
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
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    faults = []
    for ranks in (1, 3):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
            faults += caught(weft, number, ranks)
        faults += out_of_time(weft, ranks)
    if can_mount():
        for size in ("200k", "2m"):
            for ranks in (1, 3):
                faults += full_disk(weft, size, ranks)
    else:
        print("no small file systems: this user may not mount one")
    generator = random.Random(seed)
    readable = 0
    for _ in range(kills):
        found, opened = killed(weft, generator.uniform(0.05, 1.5), 1)
        faults += found
        readable += opened
    for fault in faults:
        print(fault)
    print(f"{kills} kills of seed {seed}, {readable} left a trace that opens; {len(faults)} faults")
    if readable < kills // 8:
        print("too few traces open: was the run too short?")
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
