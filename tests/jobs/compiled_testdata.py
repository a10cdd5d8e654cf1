#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles the layers that PyTorch wrote as ONNX (Debian's libonnx-testdata), and runs them.

A layer that the target has not is refused with its line. Of all others each check of the run must
hold: the bits of the same arithmetic without a machine, and the bounds of every node. At least
--at-least of them are not refused. Skipped (77) without the package.

Usage: compiled_testdata.py <weft> <target> [--precision bf16] --at-least N
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

LAYERS = pathlib.Path("/usr/share/libonnx-testdata/data/pytorch-converted")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("target")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--at-least", type=int, required=True)
    arguments = parser.parse_args()
    models = sorted(LAYERS.glob("*/model.onnx"))
    if not models:
        print(f"{LAYERS} is not there")
        sys.exit(77)
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
            done = compiled
            if compiled.returncode == 0:
                done = subprocess.run([arguments.weft, "--quiet", "run", f"{name}/job-nodes.toml"],
                                      cwd=folder, capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL)
            if done.returncode != 0:
                failed.append(f"{name}: exit code {done.returncode}\n{done.stderr}")
            ran += 1
    print(f"{ran} of {len(models)} layers run, {len(failed)} fail, refused: {', '.join(refused)}")
    if failed or ran < arguments.at_least:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
