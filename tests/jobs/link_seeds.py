#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a job of several TSPs under many link seeds: its checks hold, and hash and cycles stay.

Usage: link_seeds.py <weft> <job.toml> --seeds N [--ranks 1,4]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

MPIRUN = ["mpirun", "--oversubscribe", "-n"]


def outcome(arguments, folder, ranks, seed):
    command = [arguments.weft, "--quiet", "run", arguments.job, "--json", "s.json", "--trace",
               "t.h5", "--level", "summary", "--set", f"program.link_seed={seed}"]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=900)
    if done.returncode != 0:
        sys.exit(f"{ranks} ranks, seed {seed}: exit code {done.returncode}\n{done.stderr}")
    summary = json.loads((folder / "s.json").read_text())
    return summary["trace_hash"], summary["cycles"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("job")
    parser.add_argument("--seeds", type=int, required=True)
    parser.add_argument("--ranks", default="1")
    arguments = parser.parse_args()
    arguments.weft = str(pathlib.Path(arguments.weft).resolve())
    arguments.job = str(pathlib.Path(arguments.job).resolve())
    with tempfile.TemporaryDirectory() as folder:
        seen = {outcome(arguments, pathlib.Path(folder), int(ranks), seed)
                for ranks in arguments.ranks.split(",") for seed in range(1, arguments.seeds + 1)}
    if len(seen) != 1:
        sys.exit(f"{len(seen)} outcomes: {sorted(seen)}")
    print(f"{arguments.seeds} seeds, one hash and {seen.pop()[1]} cycles")


if __name__ == "__main__":
    main()
