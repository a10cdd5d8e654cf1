#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles a model, runs it on several rank counts and with a fault in a weight.

Every run's checks must hold (the machine's values are those of the same arithmetic without a
machine, bit for bit, at every node) and all summaries and trace hashes must be the same. With one
bit of a weight turned in the emulated memory the check of the node that takes it fails first; of a
machine that corrects one bit (--corrected) all checks hold and the word is counted. With one bit of
an array turned in weights.h5 (--damage) the check of its node fails.

Usage: compiled_model.py <weft> <model.onnx> <target> [--precision fp16] [--inputs FILE.h5]
                         [--dim N=24] [--calibrate] [--ranks 1,2,4] [--flip TENSOR --node NAME]
"""
import argparse
import ast
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

MPIRUN = ["mpirun", "--oversubscribe", "-n"]
FREE = ("wall_seconds", "memory_peak_bytes", "memory_forecast_bytes", "ranks", "cut_records",
        "cut_payload_bytes")


def call(command, folder, expected=0):
    """Standard error of a command that must end with that code."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=900)
    if done.returncode != expected:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    return done.stderr


def turn_bit(path, name):
    """Inverts a high bit of element 1 of an array in a file."""
    with h5py.File(path, "r+") as file:
        array = file[name][()]
        array.view(np.uint8).reshape(-1)[2 * array.itemsize - 1] ^= 0x20
        file[name][...] = array


def require_first_fault(what, node, said, folder):
    """Of both kinds of checks the first that fails is the node's."""
    if f"'{node}'" not in said:
        sys.exit(f"a fault in {what}: not said of {node}:\n{said}")
    failed = [c["name"] for c in json.loads((folder / "s.json").read_text())["checks"]
              if not c["passed"]]
    for kind in ("same arithmetic", "node bounds"):
        at_fault = next((name for name in failed if name.startswith(kind)), "")
        if f"'{node}'" not in at_fault:
            sys.exit(f"a fault in {what}: {kind} fails first at '{at_fault}'")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("target")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--inputs")
    parser.add_argument("--dim", action="append", default=[])
    parser.add_argument("--ranks", default="1,3")
    parser.add_argument("--tile")
    parser.add_argument("--before")
    parser.add_argument("--also")
    parser.add_argument("--flip")
    parser.add_argument("--node")
    parser.add_argument("--bit", type=int, default=22)
    parser.add_argument("--corrected", action="store_true")
    parser.add_argument("--damage")
    parser.add_argument("--calibrate", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [arguments.weft, "--quiet", "compile", str(arguments.model.resolve()),
                   "--target", arguments.target, "-o", "out", "--precision", arguments.precision]
        for dim in arguments.dim:
            command += ["--dim", dim]
        if arguments.inputs:
            command += ["--inputs", str(pathlib.Path(arguments.inputs).resolve())]
            if arguments.calibrate:
                command += ["--calibrate", str(pathlib.Path(arguments.inputs).resolve())]
        call(command, folder)
        for script in (folder / "out").glob("*.py"):
            ast.parse(script.read_text(), script.name)
        if not call(command, folder, 2).count("not empty"):
            sys.exit("a second compilation into the folder was not refused")
        run = [arguments.weft, "--quiet", "run", "out/job-nodes.toml", "--json", "s.json"]
        first = None
        for ranks in arguments.ranks.split(","):
            call((MPIRUN + [ranks] if ranks != "1" else []) + run, folder)
            summary = {k: v for k, v in json.loads((folder / "s.json").read_text()).items()
                       if k not in FREE}
            if not summary["checks"] or not all(c["passed"] for c in summary["checks"]):
                sys.exit(f"{ranks} ranks: checks {summary['checks']}")
            bounded = sum(c["name"].startswith("node bounds: ") for c in summary["checks"])
            if bounded == 0:
                sys.exit("no value is held against the bounds of its node")
            first = first or summary
            if summary != first:
                sys.exit(f"{ranks} ranks: not as on one rank")
        call(run[:3] + ["out/job.toml"], folder)
        if arguments.also:  # another setting of the job, with which the values are the same
            call(run + ["--set", arguments.also], folder)
        if arguments.flip:
            place = f", tile=[{arguments.tile}]" if arguments.tile else ""
            place += f", before_command={arguments.before}" if arguments.before else ""
            flip = (f"debug.flip_memory={{symbol='{arguments.flip}', element=1, "
                    f"bit={arguments.bit}{place}}}")
            said = call(run + ["--set", flip], folder, 0 if arguments.corrected else 3)
            if not arguments.corrected:
                require_first_fault(arguments.flip, arguments.node, said, folder)
            elif json.loads((folder / "s.json").read_text())["ecc_words"]["corrected"] == 0:
                sys.exit(f"a fault in {arguments.flip}: not corrected")
        if arguments.damage:
            turn_bit(folder / "out/weights.h5", arguments.damage)
            said = call(run, folder, 3)
            require_first_fault(arguments.damage, arguments.node, said, folder)
        print(f"{arguments.model.stem}: {len(first['checks'])} checks hold, "
              f"{first['cycles']} cycles, hash {first['trace_hash']}")


if __name__ == "__main__":
    main()
