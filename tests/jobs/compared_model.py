#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares machines by a model: on several rank counts the same text, page and figures.

The figures are those of the run that `weft compile` and `weft run` make: cycles (the host's copies
apart), trace hash. A machine without a lowering is a column that says so.

Usage: compared_model.py <weft> <model.onnx> <machine> [--inputs FILE.h5] [--ranks 1,3]
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

MPIRUN = ["mpirun", "--oversubscribe", "-n"]
FREE = ("wall_seconds", "memory_peak_bytes", "memory_forecast_bytes", "ranks", "cut_records",
        "cut_payload_bytes")
REFUSES = "toy"


def call(command, folder, expected=0):
    """Standard output and error of a command that must end with that code."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=900)
    if done.returncode != expected:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout, done.stderr


def require(holds, what):
    if not holds:
        sys.exit(what)


def refusals(weft, model, folder):
    """What a caller does wrong, each told in a line."""
    for words, said in (([model, model], "two models"), (["--html", "p.html"], "wants a model"),
                        ([model, "no-such-machine", "--html", "p.html"], "no-such-machine"),
                        (["absent.onnx"], "absent.onnx")):
        error = call([weft, "compare", *words], folder, 2)[1]
        require(said in error, f"compare {words}: {error}")
    call([weft, "compare", model, REFUSES], folder, 2)  # no machine has words for it
    require(not (folder / "p.html").exists(), "a page was written though nothing was compared")


def by_hand(arguments, inputs, folder):
    """The run of the same model by its job."""
    call([arguments.weft, "compile", str(arguments.model), "--target", arguments.machine, "-o",
          "out", *inputs], folder)
    call([arguments.weft, "run", "out/job.toml", "--json", "run.json"], folder)
    return json.loads((folder / "run.json").read_text())


def require_figures(column, run):
    require(column["cycles"] + column["host_copy_cycles"] == run["cycles"], "other cycles")
    require(column["trace_hash"] == run["trace_hash"], "another trace hash")
    require(0 < column["tiles_used"] <= column["tiles"], f"tiles: {column['tiles_used']}")
    require(0 < column["utilisation"] < 1, f"utilisation: {column['utilisation']}")
    rounding = column["rounding"]
    require(0 < rounding["l2"] < 1e-2 and rounding["largest"] > 0, f"rounding: {rounding}")
    energy = column["energy"]
    require(0 < energy["least_joules"] < energy["most_joules"], f"energy: {energy}")
    rests = column["rests_on_choices"]
    require(rests["share_of_cycles"] > 0 and rests["constants"], f"rests on: {rests}")
    named = {constant["key"] for constant in run["rests_on"]
             if constant["origin"] in ("assumed", "fitted")}
    require(set(rests["constants"]) <= named, "rests on constants that the run did not read")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("machine")
    parser.add_argument("--inputs")
    parser.add_argument("--ranks", default="1,3")
    arguments = parser.parse_args()
    arguments.model = arguments.model.resolve()
    inputs = ["--inputs", str(pathlib.Path(arguments.inputs).resolve())] if arguments.inputs else []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        refusals(arguments.weft, str(arguments.model), folder)
        command = [arguments.weft, "--quiet", "compare", str(arguments.model), "--machines",
                   f"{arguments.machine},{REFUSES}", "--html", "page.html", "--json", "c.json"]
        first = None
        for ranks in arguments.ranks.split(","):
            text = call((MPIRUN + [ranks] if ranks != "1" else []) + command + inputs, folder)[0]
            found = json.loads((folder / "c.json").read_text())
            for key in FREE:
                found["machines"][0]["report"].pop(key, None)
            page = (folder / "page.html").read_text()
            first = first or (text, found, page)
            require((text, found, page) == first, f"{ranks} ranks: not as on one rank")
        column, refused = first[1]["machines"]
        require_figures(column, by_hand(arguments, inputs, folder))
        trace = next(folder.glob(f"{arguments.model.stem}-*.h5")).name
        call([arguments.weft, "trace", "layers", trace, "--json", "l.json"], folder)
        require(column["layers"] == json.loads((folder / "l.json").read_text()),
                "other layers than those of the run")
        largest = max(column["layers"]["layers"], key=lambda one: one["cycles"])
        require(f">{largest['name']}<" in first[2] and largest["name"] in first[0],
                f"{largest} is not shown")
        require(not refused["fits"] and REFUSES in refused["refused"], f"{REFUSES}: {refused}")
        require("<svg" in first[2] and "src=" not in first[2] and "href=" not in first[2],
                "the page is not whole by itself")
        require(re.search(r"fits +yes", first[0]), f"no row of a fit:\n{first[0]}")
        print(f"{arguments.model.stem} on {arguments.machine}: {column['cycles']} cycles, "
              f"{column['rests_on_choices']['share_of_cycles']:.3f} of them on choices")


if __name__ == "__main__":
    main()
