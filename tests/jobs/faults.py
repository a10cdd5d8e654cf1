#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One bit wrong in a PE's memory, or in one wavelet in flight: the main job's scores must change.

Runs jobs/digits-wse2.toml on 24 images as it is, with a weight's bit flipped in one PE, and with a
bit of one wavelet flipped in one router; the faults must fail the bit-for-bit check and leave other
scores and another trace hash, the same on one rank and on three.

Usage: faults.py <weft> <digits job>
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

IMAGES = 24
SMALL = [f"command.7.items=[0, {IMAGES}]", f"check.0.items=[0, {IMAGES}]",
         f"check.1.items=[0, {IMAGES}]", "check.0.at_least=0.5", "trace.level=summary"]
MEMORY = ["debug.flip_memory={symbol='weights', tile=[2, 3], element=9, bit=29, before_command=6}"]


def run(weft, job, overrides, ranks, folder):
    """Exit code, summary, scores."""
    command = [weft, "--quiet", "run", job, "--json", "s.json"]
    for assignment in SMALL + overrides:
        command += ["--set", assignment]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks)] + command
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300)
    if done.returncode not in (0, 3):
        sys.exit(f"{overrides} on {ranks}: exit code {done.returncode}\n{done.stderr}")
    name = "digits-wse3" if "wse3" in job else "digits-wse2"
    summary = json.loads((folder / "s.json").read_text())
    return done.returncode, summary, np.load(folder / f"{name}-scores.npy")


def main():
    weft, job = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])
    faults = []
    with tempfile.TemporaryDirectory(prefix="weft_fault_") as name:
        folder = pathlib.Path(name)
        code, sound, scores = run(weft, job, [], 1, folder)
        if code != 0:
            sys.exit(f"without a fault: exit code {code}: {sound['checks']}")
        # A slice of an image on its way along a column, in the middle of the run.
        flight = ["debug.flip_wavelet={tile=[4, 1], color=4, bit=29, cycle="
                  f"{sound['cycles'] * 3 // 4}}}"]
        for what, overrides in (("memory", MEMORY), ("wavelet", flight)):
            answers = [run(weft, job, overrides, ranks, folder) for ranks in (1, 3)]
            code, summary, damaged = answers[0]
            changed = int((damaged != scores).any(axis=1).sum())
            if code != 3 or changed == 0 or summary["trace_hash"] == sound["trace_hash"]:
                faults.append(f"{what}: exit code {code}, {changed} images changed")
            if answers[1][1]["trace_hash"] != summary["trace_hash"]:
                faults.append(f"{what}: another outcome on 3 ranks")
            if what == "memory" and summary["cycles"] != sound["cycles"]:
                faults.append(f"a flipped bit took {summary['cycles'] - sound['cycles']} cycles")
            if what == "wavelet" and changed != 1:
                faults.append(f"one wavelet changed {changed} images")
            print(f"{what}: {changed} of {len(scores)} images changed")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
