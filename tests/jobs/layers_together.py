#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A compiled model's layers where they run at the same time: wafers, TSPs, RDUs.

The table is the same on several rank counts; its layers are the names that the program's text
gives; each row of the trace is what other streams and counters of the run say of the same tile,
context or queue; a layer that is renamed by hand keeps its figures under its new name, and names
cost no cycle.

Usage: layers_together.py <weft> <model.onnx> <machine> [--ranks 1,2]
"""
import argparse
import json
import pathlib
import re
import tempfile

import h5py
import numpy as np

from compared_model import MPIRUN, call, require

PROGRAMS = {"wse": "layout.csl", "tsp": "model.tensors", "rdu": "model.patterns"}


def run(weft, folder, ranks, trace):
    command = [weft, "--quiet", "run", "out/job.toml", "--trace", trace, "--level", "runs",
               "--json", "run.json"]
    call((MPIRUN + [ranks] if ranks != "1" else []) + command, folder)
    text = call([weft, "trace", "layers", trace, "--json", "l.json"], folder)[0]
    found = json.loads((folder / "l.json").read_text())
    return text, found, json.loads((folder / "run.json").read_text())["trace_hash"]


def columns(file, stream):
    group = file["events/" + stream]
    kinds = group["kinds"][()].decode().split("\n")[:-1]
    return {name: group[name][()] for name in ("cycle", "tile", "sequence", "kind", "id",
                                               "duration", "argument")}, kinds


def parts_of(file):
    """Begin, end and busy cycles by (tile, place among the tile's parts), and the part's layer."""
    rows, kinds = columns(file, "layers")
    require(kinds == ["begin", "end", "busy"], f"kinds {kinds}")
    out = {}
    for tile, sequence, kind, layer, value in zip(*(rows[k] for k in ("tile", "sequence", "kind",
                                                                      "id", "argument"))):
        out.setdefault((int(tile), int(sequence) // 3, int(layer)), {})[kinds[kind]] = int(value)
    return out


def check_wse(file, parts):
    busy = file["counters/tile_busy"][()].ravel()
    last = np.zeros(busy.size, dtype=np.int64)
    taken = np.full(busy.size, np.iinfo(np.int64).max)
    for stream in "tasks", "vector_operations":
        rows, kinds = columns(file, stream)
        np.maximum.at(last, rows["tile"], rows["cycle"].astype(np.int64))
        if stream == "tasks":
            continue
        takes = np.isin(rows["kind"], [kinds.index("receive"), kinds.index("chain")])
        np.minimum.at(taken, rows["tile"][takes], rows["cycle"][takes].astype(np.int64))
    for (tile, _, _), part in parts.items():
        require(part["busy"] == busy[tile], f"tile {tile}: {part}, busy {busy[tile]}")
        require(part["end"] >= last[tile], f"tile {tile}: {part}, last {last[tile]}")
        require(part["begin"] < taken[tile], f"tile {tile}: {part}, first {taken[tile]}")


def check_rdu(file, parts):
    rows, kinds = columns(file, "waits")
    contexts = {}
    for kind, number, value in zip(rows["kind"], rows["id"], rows["argument"]):
        if kinds[kind] in ("busy", "first", "last"):
            contexts.setdefault(int(number), {})[kinds[kind]] = int(value)
    for (_, context, _), part in parts.items():
        of = contexts[context]
        require(part == {"begin": of["first"], "end": of["last"] + 1, "busy": of["busy"]},
                f"context {context}: {part}, waits say {of}")


def check_tsp(file, parts):
    rows, _ = columns(file, "instructions")
    first = (rows["cycle"].astype(np.int64) - rows["duration"] + 1).min()
    count = rows["argument"].astype(np.int64) & 0xffffffff
    most = max(count[rows["id"] == queue].sum() for queue in np.unique(rows["id"]))
    require(min(p["begin"] for p in parts.values()) == first, f"the first dispatch is at {first}")
    require(max(p["end"] for p in parts.values()) > rows["cycle"].max(), "ends before its last")
    require(max(p["busy"] for p in parts.values()) <= most, f"no queue dispatched more than {most}")
    # No queue dispatches for two layers in a cycle.
    require(sum(p["busy"] for p in parts.values()) >= most, "a queue dispatched for none")


def check_table(text, found, program, outputs):
    layers, cycles = found["layers"], found["cycles"]
    require(found["at_the_same_time"] and "in none" not in text, text)
    named = {name for pattern in (r'^layer "([^"]+)"', r'\.layer = "([^"]+)"',
                                  r'^  entry\(.*"([^"]+)"\);')
             for name in re.findall(pattern, program, re.M)}
    require({one["name"] for one in layers} <= named and len(layers) > len(named) / 2,
            f"the program names {named}, the table {[one['name'] for one in layers]}")
    for one in layers:
        require(0 <= one["begin"] < one["end"] <= cycles, f"{one}: of {cycles} cycles")
        require(0 < one["cycles"] <= cycles, f"{one}: of {cycles} cycles")
        require(one["name"] + " " in text, f"{one['name']} is not shown")
    require(any("export_models.py:" in one["source"] for one in layers), "no line of PyTorch")
    require("export_models.py:" in text, text)
    begins = [one["begin"] for one in layers]
    require(begins == sorted(begins) and begins[-1] > begins[0], f"begin at {begins}")
    # Who gives the output is at work when all others have begun.
    given = [one for one in layers if one["name"] in outputs]
    require(given and given[0]["end"] > begins[-1], f"{given}: the model gives {outputs}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("machine")
    parser.add_argument("--ranks", default="1,2")
    arguments = parser.parse_args()
    model = arguments.model.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        call([arguments.weft, "compile", str(model), "--target", arguments.machine, "-o", "out"],
             folder)
        first = None
        for ranks in arguments.ranks.split(","):
            found = run(arguments.weft, folder, ranks, "t.h5")
            first = first or found
            require(found == first, f"{ranks} ranks: not as on one rank")
        text, found, _ = first
        with h5py.File(folder / "t.h5") as file:
            family = file["machine"].attrs["family"]
            family = family.decode() if isinstance(family, bytes) else family
            parts = parts_of(file)
            {"wse": check_wse, "rdu": check_rdu, "tsp": check_tsp}[family](file, parts)
        path = folder / "out" / PROGRAMS[family]
        program = path.read_text()
        job = (folder / "out" / "job.toml").read_text()
        check_table(text, found, program, re.findall(r'^result = "([^"]+)"', job, re.M))
        old = found["layers"][-1]
        quoted = f'"{old["name"]}"'
        require(program.count("layer " + quoted) + program.count("layer = " + quoted) > 0, program)
        path.write_text(program.replace("layer " + quoted, 'layer "my own"')
                        .replace("layer = " + quoted, 'layer = "my own"'))
        changed = run(arguments.weft, folder, "1", "c.h5")[1]
        own = [one for one in changed["layers"] if one["name"] == "my own"]
        require(len(own) == 1 and all(own[0][k] == old[k] for k in ("begin", "end", "cycles")),
                f"{own} was {old}")
        require(changed["cycles"] == found["cycles"], "names cost cycles")
        print(f"{model.stem} on {arguments.machine}: {len(found['layers'])} layers of "
              f"{found['cycles']} cycles, {len(parts)} parts")


if __name__ == "__main__":
    main()
