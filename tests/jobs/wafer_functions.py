#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every function that a wafer's programs have, as a model or two, compiled and run.

The models are written here: one of elements and rows, one of moves and windows, and one of
functions at the ends of their range. Of the inputs one is broadcast and one unused, and a model
runs three times.
All values must have the bits of the same arithmetic without a machine, on any number of ranks.

Usage: wafer_functions.py <weft> <scripts folder> [--target cerebras-wse2] [--precision fp32]
                          [--ranks 1,2,4] [--moves | --ends]
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
ENDS = (0.0, 1e-45, 1e-38, 6e-8, 0.5, 3.0, 18.0, 87.9, 88.1, 88.8, 90.0, 100.0, 103.9, 110.0,
        65504.0, 1e13, 1e30, 3.4028234e38, np.inf)
ROWS, WIDTH = 6, 20
UNARY = ("Abs", "Neg", "Relu", "Exp", "Tanh", "Sigmoid", "Erf", "Gelu", "Softplus", "HardSwish",
         "Mish", "Sin", "Cos", "Floor", "Ceil", "Sign")
POSITIVE = ("Sqrt", "Log", "Reciprocal")


class Model:
    """A model in the making, of inputs x, y and one that no node takes."""

    def __init__(self, onnx_file):
        self.onnx_file, self.graph, self.outputs = onnx_file, b"", []

    def add(self, operation, inputs, shape, dtype="<f4", **attributes):
        name = f"{operation.lower()}_{len(self.outputs)}"
        self.graph += self.onnx_file.field(1, self.onnx_file.node(
            operation, "node_" + name, inputs, [name], attributes or None))
        self.outputs.append((name, shape, dtype))
        return name

    def constant(self, name, array):
        self.graph += self.onnx_file.field(5, self.onnx_file.tensor(name, np.asarray(array)))
        return name

    def written(self):
        """The model's bytes, and the names, shapes and types of its outputs."""
        field, info = self.onnx_file.field, self.onnx_file.value_info
        graph = self.graph + field(2, "functions")
        for name, shape in (("x", (2, ROWS, WIDTH)), ("y", (ROWS, WIDTH)), ("unused", (3,))):
            graph += field(11, info(name, shape))
        for name, shape, dtype in self.outputs:
            graph += field(12, info(name, shape, dtype))
        return (self.onnx_file.model(graph, opset=20, ir_version=9, producer="wafer_functions.py"),
                self.outputs)


def build_moves(onnx_file):
    """What only moves elements, windows of all kinds, and functions of other axes."""
    draw = np.random.default_rng(6)
    model = Model(onnx_file)
    add, constant = model.add, model.constant
    full, image = (2, ROWS, WIDTH), (1, 6, 4, 10)
    first = constant("first", np.int64([1, 0, 3, 0, 2, 1]))
    second = constant("second", np.int64([0, 2, 3, 0, 1, 0]))
    add("Pad", ["x", first], (3, ROWS + 2, WIDTH + 4))
    add("Pad", ["x", first, constant("filler", np.float32(1.5))], (3, ROWS + 2, WIDTH + 4))
    for mode in ("reflect", "edge", "wrap"):
        add("Pad", ["x", second], (2, ROWS + 3, WIDTH + 3), mode=mode)
    add("Transpose", ["x"], (WIDTH, ROWS, 2), perm=[2, 1, 0])
    places = constant("places", np.int64([5, -1, 0, 0, 2]))
    add("Gather", ["x", places], (2, 5, WIDTH), axis=1)
    add("Gather", ["x", places], (2, ROWS, 5), axis=2)
    cut = [constant(name, np.int64(values)) for name, values in
           (("from", [1, 18]), ("to", [6, 0]), ("axes", [1, 2]), ("steps", [2, -3]))]
    add("Slice", ["x", *cut], (2, 3, 6))
    part = add("Slice", ["x", *(constant(f"part_{i}", np.int64([v])) for i, v in
                                enumerate((0, 1, 1)))], (2, 1, WIDTH))
    add("Mul", ["x", part], full)
    add("Expand", [part, constant("wide", np.int64([3, 2, 2, WIDTH]))], (3, 2, 2, WIDTH))
    add("Concat", ["x", "x", part, "x", part, "x"], (2, 4 * ROWS + 2, WIDTH), axis=1)
    add("Softmax", ["x"], full, axis=1)
    add("ReduceSum", ["x", constant("middle", np.int64([1]))], (2, WIDTH), keepdims=0)
    add("ReduceMax", ["x", constant("ends", np.int64([0, 2]))], (1, ROWS, 1))
    shape = constant("shape", np.int64(image))
    field = add("Reshape", ["x", shape], image)
    scale, shift, mean, spread = (constant(name, draw.random(6, np.float32) + np.float32(0.5))
                                  for name in ("scale", "shift", "mean", "spread"))
    add("BatchNormalization", [field, scale, shift, mean, spread], image)
    bias = constant("bias", draw.random(12, np.float32))
    add("Conv", [field, constant("grouped", draw.random((12, 2, 3, 3), np.float32)), bias],
        (1, 12, 4, 10), group=3, pads=[1, 1, 1, 1])
    add("Conv", [field, constant("twice", draw.random((12, 1, 3, 2), np.float32))],
        (1, 12, 2, 9), group=6)
    deep_shape = constant("deep_shape", np.int64([2, 2, 3, 4, 5]))
    deep = add("Reshape", ["x", deep_shape], (2, 2, 3, 4, 5))
    add("Conv", [deep, constant("deep", draw.random((3, 2, 2, 3, 3), np.float32))],
        (2, 3, 2, 2, 5), strides=[1, 2, 1], pads=[0, 1, 1, 0, 1, 1])
    add("MaxPool", [deep], (2, 2, 2, 3, 4), kernel_shape=[2, 2, 2])
    add("AveragePool", [deep], (2, 2, 4, 5, 3), kernel_shape=[2, 2, 3], strides=[1, 1, 2],
        pads=[1, 1, 1, 1, 1, 1])
    model.outputs += [("grouped", (12, 2, 3, 3), "<f4"), ("places", (5,), "<i8")]  # constants
    return model.written()


def build_ends(onnx_file):
    """What is no NaN of infinities."""
    model = Model(onnx_file)
    full = (2, ROWS, WIDTH)
    for operation in UNARY:
        if operation not in ("Sin", "Cos"):
            model.add(operation, ["x"], full)
    model.add("Gelu", ["x"], full, approximate="tanh")
    sigmoid = next(name for name, *_ in model.outputs if name.startswith("sigmoid"))
    model.add("Mul", ["x", sigmoid], full)
    model.add("HardSigmoid", ["x"], full, alpha=0.3, beta=0.4)
    model.add("Elu", ["x"], full, alpha=0.7)
    return model.written()


def build(onnx_file):
    """Functions of elements and rows."""
    draw = np.random.default_rng(5)
    model = Model(onnx_file)
    add, constant, outputs = model.add, model.constant, model.outputs
    full = (2, ROWS, WIDTH)
    for operation in UNARY:
        add(operation, ["x"], full)
    add("Gelu", ["x"], full, approximate="tanh")
    sigmoid = next(name for name, *_ in outputs if name.startswith("sigmoid"))
    add("Mul", ["x", sigmoid], full)
    above = add("Add", [outputs[0][0], constant("tenth", np.float32([0.1]))], full)
    for operation in POSITIVE:
        add(operation, [above], full)
    add("Clip", ["x", constant("low", np.float32(-0.25)), constant("high", np.float32(0.5))], full)
    for operation in ("Add", "Sub", "Mul", "Div", "Max", "Min"):
        add(operation, ["x", "y"], full)
    for operation in ("Sub", "Div", "Pow"):  # of constants first
        add(operation, [constant(operation.lower(), np.float32(1.5)), above], full)
    add("Pow", [above, "y"], full)
    add("LeakyRelu", ["x"], full, alpha=0.1)
    add("Elu", ["x"], full, alpha=0.7)
    add("Selu", ["x"], full)
    add("HardSigmoid", ["x"], full, alpha=0.3, beta=0.4)
    add("PRelu", ["x", constant("slopes", draw.random(WIDTH, np.float32))], full)
    for operation in ("Less", "GreaterOrEqual", "Equal"):
        chosen = ["x", "y"] if operation != "Less" else [constant("most", np.float32(0.5)), "x"]
        condition = add(operation, ["x", "y"], full, dtype="bool")
        add("Where", [condition, *chosen], full)
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
    add("Gemm", ["y", "y"], (WIDTH, WIDTH), transA=1)
    add("MatMul", [constant("left", draw.random((5, ROWS), np.float32)), "x"], (2, 5, WIDTH))
    for linear in (0, 1):
        of_gates = [constant(f"gru_{linear}_{i}", draw.random(shape, np.float32) - np.float32(0.5))
                    for i, shape in enumerate(((2, 72, WIDTH), (2, 72, 24), (2, 144)))]
        add("GRU", ["x", *of_gates], (2, 2, ROWS, 24), hidden_size=24, direction="bidirectional",
            linear_before_reset=linear)
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
    return model.written()


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
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--moves", action="store_const", const=build_moves, dest="build")
    which.add_argument("--ends", action="store_const", const=build_ends, dest="build")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.scripts)
    import onnx_file  # pylint: disable=import-outside-toplevel,import-error
    model, outputs = (arguments.build or build)(onnx_file)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "functions.onnx").write_bytes(model)
        draw = np.random.default_rng(7)
        with h5py.File(folder / "in.h5", "w") as file:
            x = 4 * draw.random((RUNS, 2, ROWS, WIDTH)) - 2
            if arguments.build == build_ends:
                x = np.resize(np.float32(ENDS + tuple(-end for end in ENDS)), x.shape)
            file["x"] = x.astype("<f4")
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
