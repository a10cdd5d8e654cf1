#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles a model whose weights one TSP has no room for, and runs it on several.

Its weights are few, but each of their rows takes whole words: 40,000 rows of eight columns four
times are more than a chip's slices for weights hold. One chip is refused, with what there is room
for; a node takes two, cut between layers, and every node has the bits of the same arithmetic, on
every number of ranks and under several draws of the links, with one trace hash.

Usage: run_cut_model.py <weft> <folder of scripts> [--ranks 1,2,4]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

WIDTH, COLUMNS, PAIRS = 40_000, 8, 4


def call(command, folder, expected=0):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != expected:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stderr


def write(folder):
    import onnx_file
    file = onnx_file.ModelFile("wide", folder, False)
    draw = np.random.Generator(np.random.PCG64(7))
    x = file.input("x", (2, WIDTH))
    for pair in range(PAIRS):
        for inputs, outputs in ((WIDTH, COLUMNS), (COLUMNS, WIDTH)):
            numbers = draw.standard_normal((inputs, outputs)) / np.sqrt(inputs)
            weights = file.constant(f"w{pair}_{inputs}", (inputs, outputs), numbers.astype("<f4"))
            x = file.node("MatMul", [x, weights], [(2, outputs)])
        x = file.node("Relu", [x], [(2, WIDTH)])
    file.output(x)
    file.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("scripts", type=pathlib.Path)
    parser.add_argument("--ranks", default="1,2,4")
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.scripts.resolve()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder)
        compiled = [arguments.weft, "--quiet", "compile", "wide.onnx", "-o", "out", "--target"]
        said = call(compiled + ["groq-tsp"], folder, expected=2)
        if "more words of it; weights and constants take " not in said or "'w" not in said:
            sys.exit(f"one chip is refused in other words: {said}")
        call(compiled + ["groq-node8"], folder)
        chips = [line for line in (folder / "out/model.tensors").read_text().splitlines()
                 if line.startswith("chip ")]
        if chips != ["chip 1"]:
            sys.exit(f"cut otherwise than in two: {chips}")
        hashes = {}
        for job in ("job", "job-nodes"):
            for ranks in arguments.ranks.split(","):
                launch = ["mpirun", "--oversubscribe", "-n", ranks] if ranks != "1" else []
                call(launch + [arguments.weft, "--quiet", "run", f"out/{job}.toml", "--json",
                               "s.json", "--set", f"program.link_seed={ranks}"], folder)
                summary = json.loads((folder / "s.json").read_text())
                if not summary["checks"] or not all(c["passed"] for c in summary["checks"]):
                    sys.exit(f"{job} on {ranks} ranks: checks {summary['checks']}")
                hashes.setdefault(job, set()).add(summary["trace_hash"])
                print(f"{job} on {ranks} ranks: {summary['cycles']:,} cycles, "
                      f"{len(summary['checks'])} checks")
        if any(len(of_job) > 1 for of_job in hashes.values()):
            sys.exit(f"trace hashes differ: {hashes}")


if __name__ == "__main__":
    main()
