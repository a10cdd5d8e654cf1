#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a job on several rank counts, two cuts and two trace levels: everything must be the same.

The summaries (all but wall time and ranks) and the trace hash must be equal; the traces' counters
and results too. At level full the words of all ramps are there, and the same on one rank and on
three; there the trace is sealed many times. The job's own checks must hold in every run.

With --draw N --seed S: beside the first way only N of the others, drawn by the seed and the job.

Usage: same_everywhere.py <weft> <job.toml> [--ranks 1,2,3] [--levels runs,full]
                          [--cuts rectangles,blocks] [--traffic] [--set a=b]...
                          [--draw N --seed S]
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import h5py
import numpy as np

MPIRUN = ["mpirun", "--oversubscribe", "-n"]
FREE = ("wall_seconds", "memory_peak_bytes", "memory_forecast_bytes", "ranks", "cut_records",
        "cut_payload_bytes")
COLUMNS = ("cycle", "tile", "sequence", "kind", "id", "argument")


def check_meanings(counters):
    """Every channel has one word in `flag_meanings`, which blanks part."""
    for name, scale in counters.items():
        words = scale.attrs["flag_meanings"].split() if "flag_meanings" in scale.attrs else None
        if words is not None and len(words) != scale.size:
            sys.exit(f"{name}: {scale.size} channels called {words}")


def run(arguments, folder, ranks, cut, level):
    """The summary of one run, its trace's arrays that must not depend on the cut, and its words."""
    command = [arguments.weft, "--quiet", "run", arguments.job, "--json", "s.json", "--cut", cut,
               "--trace", "t.h5", "--level", level]
    for assignment in arguments.set + ["trace.seal_seconds=0.02"] * (level == "full"):
        command += ["--set", assignment]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{ranks} ranks, {cut}, {level}: exit code {done.returncode}\n{done.stderr}")
    summary = json.loads((folder / "s.json").read_text())
    for key in ("cut_records", "cut_payload_bytes"):
        if arguments.traffic and (ranks > 1) != (summary[key] > 0):
            sys.exit(f"{ranks} ranks, {cut}, {level}: {key} {summary[key]}")
    arrays = {}
    words = {}
    with h5py.File(folder / "t.h5") as trace:
        for group in ("counters", "results"):
            if group in trace:
                trace[group].visititems(lambda name, item, group=group: arrays.update(
                    {f"{group}/{name}": item[()]}) if isinstance(item, h5py.Dataset) else None)
        check_meanings(trace["counters"])
        if level == "full":
            words = {name: trace[f"events/words/{name}"][()] for name in COLUMNS}
    return {k: v for k, v in summary.items() if k not in FREE}, arrays, words


def difference(first, second):
    """Words for the first thing that differs, or None."""
    for key, value in first[0].items():
        if second[0].get(key) != value:
            return f"{key}: {value} and {second[0].get(key)}"
    if first[1].keys() != second[1].keys():
        return f"arrays {sorted(first[1])} and {sorted(second[1])}"
    for key, value in first[1].items():
        if not np.array_equal(value, second[1][key]):
            return f"{key} differs"
    return None


def words_difference(full):
    """The same of the runs at level full."""
    for key, value in full[0][2].items():
        if value.size == 0:
            return "no words"
        if any(not np.array_equal(value, other[2][key]) for other in full[1:]):
            return f"column {key} of the words differs"
    return None


def ways_of(arguments):
    """(ranks, cut, level) of each run."""
    levels = arguments.levels.split(",")
    cuts = arguments.cuts.split(",")
    ways = [(ranks, cut, levels[0]) for ranks in map(int, arguments.ranks.split(","))
            for cut in (cuts if ranks > 1 else cuts[:1])]
    # At level full these two are compared with each other: they are drawn together.
    pairs = [[(1, cuts[0], level), (3, cuts[-1], level)] for level in levels[1:]]
    others = [[way] for way in ways[1:]] + pairs
    if arguments.draw is not None:
        seed = f"{arguments.seed} {pathlib.Path(arguments.job).stem}"
        others = random.Random(seed).sample(others, min(arguments.draw, len(others)))
    return ways[:1] + [way for group in others for way in group]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weft")
    parser.add_argument("job")
    parser.add_argument("--ranks", default="1,2,3,4,7")
    parser.add_argument("--levels", default="runs,full")
    parser.add_argument("--cuts", default="rectangles,blocks")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--traffic", action="store_true",
                        help="something crosses every cut, and nothing where there is none")
    parser.add_argument("--draw", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-data", action="store_true", help="the job has nothing to check")
    arguments = parser.parse_args()
    arguments.weft = str(pathlib.Path(arguments.weft).resolve())
    arguments.job = str(pathlib.Path(arguments.job).resolve())
    ways = ways_of(arguments)
    first = None
    full = []
    with tempfile.TemporaryDirectory(prefix="weft_job_") as name:
        for ranks, cut, level in ways:
            this = run(arguments, pathlib.Path(name), ranks, cut, level)
            if level == "full":
                full.append(this)
            if first is None:
                first = this
                checked = first[0]["checks"] or arguments.no_data
                if not checked or not first[0]["trace_hash"]:
                    sys.exit("the job checks nothing, or its trace has no hash")
            elif (what := difference(first, this)) is not None:
                sys.exit(f"{ranks} ranks, {cut}, {level} is another run than {ways[0]}: {what}")
    if full and (what := words_difference(full)) is not None:
        sys.exit(f"level full: {what}")
    print(f"{len(ways)} runs, {first[0]['cycles']} cycles, hash {first[0]['trace_hash']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
