#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles a trained classifier for machines, runs it, and counts what it reads right.

The file beside the model has its inputs, `labels` and `golden/onnxruntime`: on every machine the
share of inputs whose largest score is their label's must be onnxruntime's within --within. All
checks of the run must hold. Ends with a table, a line a machine.

Usage: model_accuracy.py <weft> <model.onnx> <TARGET[:PRECISION]>... [--dim N=24] [--output scores]
                         [--within 0.005] [--ranks 1]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def accuracy(scores, labels):
    """The share of rows of scores [...][classes] that are largest at their label."""
    rows = scores.reshape(-1, scores.shape[-1])
    return float((rows.argmax(axis=1) == labels).mean())


def run(arguments, row, folder):
    """(accuracy's scores, cycles) of the model on one machine."""
    target, _, precision = row.partition(":")
    model = arguments.model.resolve()
    compile_it = [arguments.weft, "--quiet", "compile", str(model), "--target", target, "-o", "out",
                  "--inputs", str(model.with_suffix(".h5"))]
    for dim in arguments.dim:
        compile_it += ["--dim", dim]
    if precision:
        compile_it += ["--precision", precision]
    if precision == "int8":
        compile_it += ["--calibrate", str(model.with_suffix(".h5"))]
    call(compile_it, folder)
    ranks = ["mpirun", "--oversubscribe", "-n", arguments.ranks] if arguments.ranks != "1" else []
    call(ranks + [arguments.weft, "--quiet", "run", "out/job.toml", "--trace", "t.h5", "--json",
                  "s.json"], folder)
    summary = json.loads((folder / "s.json").read_text())
    if not summary["checks"] or not all(check["passed"] for check in summary["checks"]):
        sys.exit(f"{row}: checks {summary['checks']}")
    with h5py.File(folder / "t.h5") as trace:
        return trace[f"results/{arguments.output}"][()], summary["cycles"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("target", nargs="+")
    parser.add_argument("--dim", action="append", default=[])
    parser.add_argument("--output", default="scores")
    parser.add_argument("--within", type=float, default=0.005)
    parser.add_argument("--ranks", default="1")
    arguments = parser.parse_args()
    with h5py.File(arguments.model.with_suffix(".h5")) as file:
        labels = file["labels"][()]
        golden = file["golden/onnxruntime"][()]
    wanted = accuracy(golden, labels)
    print(f"{'machine':24} {'right':>8} {'as onnxruntime':>14} {'largest difference':>18} "
          f"{'cycles':>12}\n{'onnxruntime':24} {wanted:8.2%}")
    failed = []
    for row in arguments.target:
        with tempfile.TemporaryDirectory() as name:
            scores, cycles = run(arguments, row, pathlib.Path(name))
        scores = np.asarray(scores, dtype=np.float64).reshape(golden.shape)
        share = accuracy(scores, labels)
        same = float((scores.argmax(axis=1) == golden.argmax(axis=1)).mean())
        print(f"{row:24} {share:8.2%} {same:14.2%} {np.abs(scores - golden).max():18.3g} "
              f"{cycles:12,}")
        if abs(share - wanted) > arguments.within:
            failed.append(row)
    if failed:
        sys.exit(f"further than {arguments.within:.1%} from onnxruntime: {', '.join(failed)}")


if __name__ == "__main__":
    main()
