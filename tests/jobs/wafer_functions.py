#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every function that a wafer's programs have, as one model, compiled and run.

The model is written here; of its inputs one is broadcast and one unused, and it runs three times.
All values must have the bits of the same arithmetic without a machine, on any number of ranks.

Usage: wafer_functions.py <weft> <scripts folder> [--target cerebras-wse2] [--precision fp32]
                          [--ranks 1,2,4]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

RUNS = 3
ROWS, WIDTH = 6, 20
UNARY = ("Abs", "Neg", "Relu", "Exp", "Tanh", "Sigmoid", "Erf", "Gelu")
POSITIVE = ("Sqrt", "Log", "Reciprocal")


def build(onnx_file):
    """The model's bytes, and the names and shapes of its outputs."""
    draw = np.random.default_rng(5)
    graph, outputs = b"", []

    def add(operation, inputs, shape, **attributes):
        nonlocal graph
        name = f"{operation.lower()}_{len(outputs)}"
        graph += onnx_file.field(1, onnx_file.node(operation, "node_" + name, inputs, [name],
                                                   attributes or None))
        outputs.append((name, shape))
        return name

    def constant(name, array):
        nonlocal graph
        graph += onnx_file.field(5, onnx_file.tensor(name, np.asarray(array)))
        return name

    full = (2, ROWS, WIDTH)
    for operation in UNARY:
        add(operation, ["x"], full)
    add("Gelu", ["x"], full, approximate="tanh")
    sigmoid = next(name for name, _ in outputs if name.startswith("sigmoid"))
    add("Mul", ["x", sigmoid], full)
    above = add("Add", [outputs[0][0], constant("tenth", np.float32([0.1]))], full)
    for operation in POSITIVE:
        add(operation, [above], full)
    add("Clip", ["x", constant("low", np.float32(-0.25)), constant("high", np.float32(0.5))], full)
    for operation in ("Add", "Sub", "Mul", "Div", "Max"):
        add(operation, ["x", "y"], full)
    add("Sub", ["y", "x"], full)
    add("Add", [constant("row", draw.random(WIDTH, np.float32)), "x"], full)
    add("Sub", ["x", constant("all", draw.random((ROWS, WIDTH), np.float32))], full)
    add("Softmax", ["x"], full, axis=-1)
    add("LogSoftmax", ["x"], full, axis=-1)
    scale, shift = (constant(n, draw.random(WIDTH, np.float32)) for n in ("scale", "shift"))
    add("LayerNormalization", ["x", scale, shift], full, axis=-1)
    add("LayerNormalization", ["x", scale], full, axis=-1)
    axis = constant("axis", np.int64([2]))
    for operation in ("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin"):
        add(operation, ["x", axis], (2, ROWS), keepdims=0)
    turned = add("Transpose", ["x"], (2, WIDTH, ROWS), perm=[0, 2, 1])
    add("MatMul", ["x", turned], (2, ROWS, ROWS))
    add("Transpose", ["x"], (ROWS, 2, WIDTH), perm=[1, 0, 2])
    turned_y = add("Transpose", ["y"], (WIDTH, ROWS), perm=[1, 0])
    add("MatMul", ["y", turned_y], (ROWS, ROWS))
    add("Gemm", ["y", "y", constant("bias", draw.random(ROWS, np.float32))], (ROWS, ROWS), transB=1)
    add("Mul", ["x", "x"], full)
    add("Concat", ["y", "y", "y"], (3 * ROWS, WIDTH), axis=0)
    add("Identity", ["x"], full)
    add("MatMul", ["x", constant("matrix", draw.random((WIDTH, 7), np.float32))], (2, ROWS, 7))
    longer = draw.random((2, 3, WIDTH), np.float32)
    add("Concat", [constant("front", longer), "x"], (2, 3 + ROWS, WIDTH), axis=1)
    add("Concat", ["x", above, constant("back", longer)], (2, 2 * ROWS + 3, WIDTH), axis=1)
    add("Gather", ["x", constant("places", np.int64([2, 3, 4]))], (2, 3, WIDTH), axis=1)
    add("Gather", ["x", constant("place", np.int64(-1))], (2, ROWS), axis=2)
    bounds = [constant(n, np.int64([v])) for n, v in (("from", 5), ("to", 15), ("of", 2))]
    add("Slice", ["x", *bounds], (2, ROWS, 10))
    add("Expand", ["y", constant("wide", np.int64([4, ROWS, WIDTH]))], (4, ROWS, WIDTH))
    graph += onnx_file.field(2, "functions")
    for name, shape in (("x", full), ("y", (ROWS, WIDTH)), ("unused", (3,))):
        graph += onnx_file.field(11, onnx_file.value_info(name, shape))
    for name, shape in outputs:
        graph += onnx_file.field(12, onnx_file.value_info(name, shape))
    return onnx_file.model(graph, opset=20, ir_version=9, producer="wafer_functions.py"), outputs


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("scripts")
    parser.add_argument("--target", default="cerebras-wse2")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--ranks", default="1,2,4")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.scripts)
    import onnx_file  # pylint: disable=import-outside-toplevel,import-error
    model, outputs = build(onnx_file)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "functions.onnx").write_bytes(model)
        draw = np.random.default_rng(7)
        with h5py.File(folder / "in.h5", "w") as file:
            file["x"] = (4 * draw.random((RUNS, 2, ROWS, WIDTH)) - 2).astype("<f4")
            file["unused"] = np.ones((RUNS, 3), "<f4")
            file["y"] = (draw.random((RUNS, ROWS, WIDTH)) + 0.5).astype("<f4")
        call([arguments.weft, "--quiet", "compile", "functions.onnx", "--target", arguments.target,
              "-o", "out", "--inputs", "in.h5", "--precision", arguments.precision], folder)
        hashes = set()
        for ranks in arguments.ranks.split(","):
            mpirun = ["mpirun", "--oversubscribe", "-n", ranks] if ranks != "1" else []
            call(mpirun + [arguments.weft, "--quiet", "run", "out/job.toml", "--json", "s.json"],
                 folder)
            summary = json.loads((folder / "s.json").read_text())
            hashes.add(summary["trace_hash"])
            same = [check["passed"] for check in summary["checks"]
                    if check["name"].startswith("same arithmetic")]
            if len(same) != len(outputs) or not all(c["passed"] for c in summary["checks"]):
                sys.exit(f"of {len(outputs)} outputs: {summary['checks']}")
        if len(hashes) != 1:
            sys.exit(f"trace hashes differ with the ranks: {hashes}")
        print(f"{len(outputs)} functions on {arguments.target} in {arguments.precision}, "
              f"hash {hashes.pop()}")


if __name__ == "__main__":
    main()
