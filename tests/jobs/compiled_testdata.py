#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles the layers that PyTorch wrote as ONNX (Debian's libonnx-testdata), and runs them.

A layer that the target has not is refused with its line. Of all others each check of the run must
hold: the bits of the same arithmetic without a machine, and the bounds of every node. At least
--at-least of them are not refused. With --one-in some are drawn, by --seed; with --ranks each runs
on these numbers of ranks, with the same trace hash; with --also it runs so set too. Skipped (77)
without the package.

Usage: compiled_testdata.py <weft> <target> [--precision bf16] [--ranks 1,2,4]
                            [--one-in 10 [--seed S]] [--also KEY=VALUE]... --at-least N
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

SEED = 14
LAYERS = pathlib.Path("/usr/share/libonnx-testdata/data/pytorch-converted")


def run(weft, name, ranks, setting, folder):
    """What is wrong, if anything, with the runs of a compiled layer."""
    hashes = set()
    for number in ranks.split(","):
        launch = ["mpirun", "--oversubscribe", "-n", number] if number != "1" else []
        done = subprocess.run(launch + [weft, "--quiet", "run", f"{name}/job-nodes.toml",
                                        "--json", "s.json", *setting], cwd=folder,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            return (f"{name} on {number} ranks, {setting}: exit code {done.returncode}\n"
                    f"{done.stderr}")
        hashes.add(json.loads(pathlib.Path(folder, "s.json").read_text())["trace_hash"])
    return "" if len(hashes) == 1 else f"{name}: trace hashes differ with the ranks: {hashes}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("target")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--ranks", default="1")
    parser.add_argument("--one-in", type=int, default=1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--also", action="append", default=[])
    parser.add_argument("--at-least", type=int, required=True)
    arguments = parser.parse_args()
    models = sorted(LAYERS.glob("*/model.onnx"))
    if not models:
        print(f"{LAYERS} is not there")
        sys.exit(77)
    models = random.Random(arguments.seed).sample(models, -(-len(models) // arguments.one_in))
    ran, refused, failed = 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            name = model.parent.name
            compiled = subprocess.run(
                [arguments.weft, "--quiet", "compile", str(model), "--target", arguments.target,
                 "--precision", arguments.precision, "-o", name], cwd=folder, capture_output=True,
                text=True, stdin=subprocess.DEVNULL)
            if compiled.returncode == 2 and "no program for" in compiled.stderr:
                refused.append(name)
                continue
            wrong = f"{name}: exit code {compiled.returncode}\n{compiled.stderr}"
            settings = [[], *(["--set", value] for value in arguments.also)]
            if compiled.returncode == 0:
                wrong = "".join(run(arguments.weft, name, arguments.ranks, setting, folder)
                                for setting in settings)
            if wrong:
                failed.append(wrong)
            ran += 1
    print(f"{ran} of {len(models)} layers run, {len(failed)} fail, refused: {', '.join(refused)}")
    if failed or ran < arguments.at_least:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
