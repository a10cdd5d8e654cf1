#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles a model of operators that the committed models have not, and runs it.

Every node's value is an output and must have the bits of the same arithmetic without a machine; the
trace hash is the same on every rank count. --no-whole leaves out what gives whole numbers, for
targets that compute with none; --also runs it so set too.

Usage: compiled_operators.py <weft> <target> [--precision fp16] [--ranks 1,3] [--no-whole]
                             [--also KEY=VALUE]...
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import onnx_file  # noqa: E402

F, I, B = np.float32, np.int64, np.bool_


class Model:
    """A graph, its inputs with their values, and nodes whose results are outputs."""

    def __init__(self, name, whole):
        self.name, self.inputs, self.count = name, {}, 0
        self.whole = whole  # whether nodes may give whole numbers
        self.graph, self.outputs = [], []

    def input(self, name, array):
        self.inputs[name] = array
        self.graph.append(onnx_file.field(11, onnx_file.value_info(name, array.shape, array.dtype)))
        return name

    def constant(self, array):
        self.count += 1
        name = f"constant_{self.count}"
        self.graph.append(onnx_file.field(5, onnx_file.tensor(name, array)))
        return name

    def node(self, operation, inputs, results, **attributes):
        """`results`: dtype and shape of each; () for one that is no output of the model."""
        self.count += 1
        names = [f"{operation.lower()}_{self.count}_{i}" for i in range(len(results))]
        self.graph.append(onnx_file.field(1, onnx_file.node(
            operation, f"node_{self.count}", inputs, names, attributes)))
        for name, result in zip(names, results):
            if result:
                info = onnx_file.value_info(name, result[1], result[0])
                self.outputs.append(onnx_file.field(12, info))
        return names

    def bytes(self):
        graph = b"".join(self.graph + self.outputs) + onnx_file.field(2, self.name)
        return onnx_file.model(graph, 20, 9, "compiled_operators.py")


def gathers(model, rng):
    x = model.input("x", rng.standard_normal((3, 4, 5)).astype(F))
    at = model.input("at", rng.integers(-4, 4, (3, 7, 5)))
    model.node("GatherElements", [x, at], [(F, (3, 7, 5))], axis=1)
    model.node("GatherElements", [x, model.constant(rng.integers(0, 5, (3, 4, 2)))],
               [(F, (3, 4, 2))], axis=-1)
    points = model.input("points", rng.integers(-3, 3, (2, 6, 2)))
    model.node("GatherND", [x, points], [(F, (2, 6, 5))])
    each = model.input("each", rng.integers(0, 4, (3, 2, 1)))
    model.node("GatherND", [x, each], [(F, (3, 2, 5))], batch_dims=1)
    seen = model.input("seen", rng.integers(0, 2, (4, 6)).astype(B))
    rows = model.input("rows", rng.integers(-4, 4, (70,)))
    model.node("Gather", [seen, rows], [(B, (70, 6))], axis=0)
    if model.whole:
        whole = model.input("whole", rng.integers(-9, 9, (4, 6)))
        model.node("GatherElements", [whole, model.constant(rng.integers(0, 4, (2, 6)))],
                   [(I, (2, 6))], axis=0)
    model.node("GatherElements", [seen, model.constant(rng.integers(0, 4, (2, 6)))],
               [(B, (2, 6))], axis=0)


def sums_and_borders(model, rng):
    x = model.input("line", rng.standard_normal((2, 3, 37)).astype(F))
    axis = model.constant(np.array(2, I))
    for exclusive in (0, 1):
        for reverse in (0, 1):
            model.node("CumSum", [x, axis], [(F, (2, 3, 37))], exclusive=exclusive,
                       reverse=reverse)
    for mode in ("reflect", "edge", "wrap"):
        pads = model.constant(np.array([0, 1, 5, 1, 2, 7], I))
        model.node("Pad", [x, pads], [(F, (3, 6, 49))], mode=mode)
    model.node("ReduceProd", [x, model.constant(np.array([2], I))], [(F, (2, 3, 1))])
    if not model.whole:
        return
    n = model.input("counts", rng.integers(-99, 99, (5, 4)))
    model.node("CumSum", [n, model.constant(np.array(0, I))], [(I, (5, 4))])
    model.node("Pad", [n, model.constant(np.array([1, 0, 0, 2], I)),
                       model.constant(np.array(-7, I))], [(I, (6, 6))])
    few = model.input("few", rng.integers(-3, 4, (2, 9)))
    model.node("ReduceProd", [few, model.constant(np.array([0], I))], [(I, (9,))], keepdims=0)


def elements(model, rng):
    values = rng.standard_normal(60).astype(F) * 4
    values[:4] = [-np.inf, 0, -1e4, 88]
    x = model.input("values", values)
    for operation in ("Softplus", "Mish", "HardSwish", "Gelu"):
        model.node(operation, [x], [(F, (60,))])
    model.node("Gelu", [x], [(F, (60,))], approximate="tanh")
    model.node("Mul", [x, *model.node("Sigmoid", [x], [()])], [(F, (60,))])  # becomes silu
    if model.whole:
        a = model.input("a", rng.integers(-30, 30, (40,)))
        b = model.input("b", np.where(rng.integers(0, 2, 40) > 0, 7, -4))
        model.node("Mod", [a, b], [(I, (40,))])
    p = model.input("p", rng.integers(0, 2, 40).astype(B))
    q = model.input("q", rng.integers(0, 2, 40).astype(B))
    model.node("Xor", [p, q], [(B, (40,))])


def recurrences(model, rng):
    def weights(directions, gates, width, size):
        shapes = ((directions, gates * size, width), (directions, gates * size, size),
                  (directions, 2 * gates * size))
        return [model.constant((rng.standard_normal(s) / 3).astype(F)) for s in shapes]

    x = model.input("steps", rng.standard_normal((6, 3, 5)).astype(F))
    h = model.input("h", rng.standard_normal((2, 3, 8)).astype(F) / 2)
    c = model.input("c", rng.standard_normal((2, 3, 8)).astype(F) / 2)
    both = [(F, (6, 2, 3, 8)), (F, (2, 3, 8))]
    one = [(F, (6, 1, 3, 8)), (F, (1, 3, 8))]
    model.node("LSTM", [x, *weights(2, 4, 5, 8), "", h, c], both + [(F, (2, 3, 8))],
               hidden_size=8, direction="bidirectional")
    model.node("LSTM", [x, *weights(1, 4, 5, 8)[:2]], one + [(F, (1, 3, 8))], hidden_size=8,
               direction="reverse")
    model.node("GRU", [x, *weights(2, 3, 5, 8), "", h], both, hidden_size=8,
               direction="bidirectional", linear_before_reset=1)
    model.node("GRU", [x, *weights(1, 3, 5, 8)], one, hidden_size=8)


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=900)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")


def run(arguments, name, folder, setting):
    hashes = set()
    for ranks in arguments.ranks.split(","):
        many = ["mpirun", "--oversubscribe", "-n", ranks] if ranks != "1" else []
        call([*many, arguments.weft, "--quiet", "run", "out/job-nodes.toml", "--json", "s.json",
              *setting], folder)
        summary = json.loads((folder / "s.json").read_text())
        failed = [c for c in summary["checks"] if not c["passed"]]
        if failed or not summary["checks"]:
            sys.exit(f"{name}: {ranks} ranks: {failed}")
        hashes.add(summary["trace_hash"])
    if len(hashes) != 1:
        sys.exit(f"{name}: hashes {hashes}")
    print(f"{name}: {len(summary['checks'])} checks hold, hash {hashes.pop()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("target")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--ranks", default="1,3")
    parser.add_argument("--no-whole", action="store_true")
    parser.add_argument("--also", action="append", default=[])
    arguments = parser.parse_args()
    rng = np.random.default_rng(7)
    for make in (gathers, sums_and_borders, elements, recurrences):
        model = Model(make.__name__, not arguments.no_whole)
        make(model, rng)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "model.onnx").write_bytes(model.bytes())
            with h5py.File(folder / "inputs.h5", "w") as file:
                for key, array in model.inputs.items():
                    file[key] = array.astype(np.uint8) if array.dtype == B else array
            call([arguments.weft, "--quiet", "compile", "model.onnx", "--target", arguments.target,
                  "--precision", arguments.precision, "--inputs", "inputs.h5", "-o", "out"], folder)
            for setting in [[]] + [["--set", value] for value in arguments.also]:
                run(arguments, make.__name__, folder, setting)


if __name__ == "__main__":
    main()
