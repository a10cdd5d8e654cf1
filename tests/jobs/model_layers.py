#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A compiled model's table by layer: the same on several rank counts, and it costs nothing.

Every node of the program is a layer; layers and what lies in none are all cycles of the run; with
the layers' names taken out of the program the run is as long. A trace without layers says so.

Usage: model_layers.py <weft> <model.onnx> <machine> <job without layers> [--ranks 1,3,4]
"""
import argparse
import json
import pathlib
import tempfile

from compared_model import MPIRUN, call, require

NAMED, PLAIN = "all.add(Block(prog, name));", "all.add(prog);"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("machine")
    parser.add_argument("other", type=pathlib.Path)
    parser.add_argument("--ranks", default="1,3,4")
    arguments = parser.parse_args()
    model, other = arguments.model.resolve(), arguments.other.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        call([arguments.weft, "compile", str(model), "--target", arguments.machine, "-o", "out"],
             folder)
        first = None
        for ranks in arguments.ranks.split(","):
            run = [arguments.weft, "--quiet", "run", "out/job.toml", "--trace", "t.h5", "--json",
                   "run.json"]
            call((MPIRUN + [ranks] if ranks != "1" else []) + run, folder)
            text = call([arguments.weft, "trace", "layers", "t.h5", "--json", "l.json"], folder)[0]
            found = json.loads((folder / "l.json").read_text())
            run_hash = json.loads((folder / "run.json").read_text())["trace_hash"]
            first = first or (text, found, run_hash)
            require((text, found, run_hash) == first, f"{ranks} ranks: not as on one rank")
        layers, cycles = first[1]["layers"], first[1]["cycles"]
        program = (folder / "out" / "main.cpp").read_text()
        require(layers and all(f'net.node("{one["name"]}",' in program for one in layers),
                f"layers of other names than the program's nodes: {layers}")
        require(len(layers) == program.count("net.node("), "not every node is a layer")
        for one in layers:
            require(one["cycles"] == sum(one["by_kind"].values()) and
                    one["begin"] + one["cycles"] <= one["end"], f"a layer's cycles: {one}")
        require(sum(one["cycles"] > 0 for one in layers) > len(layers) / 2, "layers take nothing")
        require([one["begin"] for one in layers] == sorted(one["begin"] for one in layers) and
                sum(one["cycles"] for one in layers) < cycles, "not in order, or too long")
        require(f"{layers[0]['name']} " in first[0] and "in none" in first[0], first[0])
        require(program.count(NAMED) == 1, "the program names its nodes in another way")
        (folder / "out" / "main.cpp").write_text(program.replace(NAMED, PLAIN))
        call([arguments.weft, "run", "out/job.toml", "--trace", "p.h5", "--json", "p.json"], folder)
        plain = json.loads((folder / "p.json").read_text())["cycles"]
        require(plain == cycles, f"names cost cycles: {cycles} with, {plain} without")
        call([arguments.weft, "run", str(other), "--trace", "o.h5"], folder)
        for trace in "p.h5", "o.h5":
            error = call([arguments.weft, "trace", "layers", trace], folder, 2)[1]
            require("names no layers" in error, error)
        print(f"{model.stem}: {len(layers)} layers, {sum(one['cycles'] for one in layers)} of "
              f"{cycles} cycles")


if __name__ == "__main__":
    main()
