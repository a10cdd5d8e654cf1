#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of `weft validate`: its verdict, what it rests on, and that the documentation shows it.

A row that is outside its bound must be one of KNOWN_GAPS, and every one of those must be outside: a
gap that closes is news too. Whatever a constant says it came from must be a row that there is.

With --ranks N: the quick rows are the same on one rank and on N; with --draw M --seed S those of M
cases, drawn by the seed.

Usage: verdicts.py <weft> <topologies> <validation.md> [--ranks N [--draw M --seed S]]
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

QUICK = ["A2", "A4", "A5", "STREAM", "RAMP", "I1", "I3", "I4", "I5", "R2"]
KNOWN_GAPS = {
    ("cerebras-wse3", "A4 6x6"),
    ("graphcore-bow", "I1 N 16, less the fitted 37"),
    ("groq-tsp", "T10 a block of conv3_x"),
    ("groq-10440", "T22 hops at most"),
}
# A row of each verdict whose place is argued in docs/validation.md.
EXPECTED = {
    ("cerebras-wse2", "A1 group 32, less the time stamp"): "passed",
    ("cerebras-wse2", "A2 time stamp of group 28"): "fit",
    ("cerebras-wse2", "A3 fmuls aligned, n 1028"): "derived",
    ("cerebras-wse2", "A3 fmuls same banks, in line, n 1028"): "passed",
    ("cerebras-wse2", "A4 3x3"): "derived",
    ("cerebras-wse3", "A4 5x5"): "fit",
    ("cerebras-wse2", "A5 tile 1x1"): "fit",
    ("cerebras-wse2", "A5 tile 64x64"): "derived",
    ("cerebras-wse3", "A5 tile 1x1"): "derived",
    ("cerebras-wse3", "A5 tile 3x3"): "passed",
    ("cerebras-wse2", "RAMP 1 word"): "fit",
    ("cerebras-wse2", "RAMP 10 words"): "passed",
    ("cerebras-wse2", "RAMP 1000 words"): "derived",
    ("cerebras-wse2", "STREAM copy f32, n 128"): "derived",
    ("cerebras-wse2", "STREAM triad f16, n 4096"): "passed",
    ("cerebras-wse2", "message P 64 B 64"): "derived",
    ("graphcore-bow", "I1 launch, sync and timer"): "fit",
    ("graphcore-bow", "I1 N 512, less the fitted 37"): "passed",
    ("graphcore-gc200", "I2 estimate, products"): "arithmetic",
    ("graphcore-gc200", "I2 exchange"): "fit",
    ("graphcore-gc2", "I3 a small message"): "passed",
    ("graphcore-gc200", "I5 exchanges below a word a cycle"): "derived",
    ("groq-tsp", "T1 memory"): "arithmetic",
    ("groq-tsp", "T2 four planes of weights, below 40"): "fit",
    ("groq-tsp", "T3 notify to release"): "derived",
    ("groq-tsp", "T4 transpose, gather, three ALUs, distribute"): "derived",
    ("groq-tsp", "T5 transpose, gather, distribute"): "derived",
    ("groq-tsp", "T6 a vector to 320, 18 hops before and 11 behind"): "derived",
    ("groq-tsp", "T7 ResNet-50"): "passed",
    ("groq-tsp", "T7 ResNet-50 fp16, another schedule"): "another schedule",
    ("groq-tsp", "T9 a block of conv4_x"): "passed",
    ("groq-rack9x8", "T14 the same on 16 chips"): "passed",
    ("groq-tsp", "T31 MiniLM-v2 fp16, another schedule"): "another schedule",
    ("groq-node8", "T17 latency, mean"): "derived",
    ("groq-node8", "T21 least message that gains by detours"): "passed",
    ("groq-tsp", "T30 1.28 MB in, 4,000 vectors copied, 1.28 MB out"): "arithmetic",
    ("plasticine", "R1 SumSquare_0"): "derived",
    ("plasticine", "R2 Deadlock2, less the watchdog"): "passed",
    ("plasticine", "R2 watchdog"): "fit",
    ("plasticine", "R3 one buffer to two, cycles a tile"): "arithmetic",
    ("sambanova-sn40l-node", "R4 Llama-3-8B 1024 tokens"): "fit",
    ("sambanova-sn40l-node", "R4 Mistral-7B 1024 tokens"): "passed",
    ("sambanova-sn40l", "R5 Monarch FFT, 128 x 128, fused: all"): "another schedule",
}


def run(weft, folder, arguments, ranks=1):
    """Exit code and rows."""
    command = [weft, "--quiet", "validate", *arguments, "--json", "rows.json"]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=580)
    if done.returncode not in (0, 3):
        sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
    return done.returncode, json.loads((pathlib.Path(folder) / "rows.json").read_text())["cases"]


def references(weft, topologies):
    """(machine, key, reference) of every from_cases of the shipped machines."""
    for path in sorted(pathlib.Path(topologies).glob("*.toml")):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([weft, "machines", path.stem, "--json", f"{folder}/m.json"], check=True,
                           capture_output=True)
            machine = json.loads(pathlib.Path(f"{folder}/m.json").read_text())
        for constant in machine["constants"]:
            for reference in constant.get("from_cases", []):
                yield path.stem, constant["key"], reference


def is_row(machine, reference, rows):
    """Whether a reference of a machine's constant means a row."""
    names = {(row["machine"], row["name"]) for row in rows}
    names |= {(row["machine"], row["case"]) for row in rows}
    return any(reference == f"{where} {name}" or (reference == name and where == machine)
               for where, name in names)


def check(weft, topologies, documentation, folder):
    """What is wrong, a line each."""
    code, rows = run(weft, folder, [])
    verdicts = {(row["machine"], row["name"]): row["verdict"] for row in rows}
    outside = {key for key, verdict in verdicts.items() if verdict == "outside"}
    for key in sorted(outside - KNOWN_GAPS):
        yield f"{key} is outside its bound"
    for key in sorted(KNOWN_GAPS - outside):
        yield f"{key} is no longer outside: {verdicts.get(key)}"
    if code != (3 if outside else 0):
        yield f"exit code {code} with {len(outside)} rows outside"
    for key, verdict in EXPECTED.items():
        if verdicts.get(key) != verdict:
            yield f"{key} is {verdicts.get(key)}, not {verdict}"
    for row in rows:
        known = {"passed", "outside", "derived", "fit", "arithmetic", "another schedule"}
        if row["verdict"] not in known or row["passed"] != (row["verdict"] == "passed"):
            yield f"{row['name']}: verdict {row['verdict']}, passed {row['passed']}"
        if not row["rests_on"] and row["name"] != "I1 launch, sync and timer":
            yield f"{row['name']} names nothing that it rests on"
    found = list(references(weft, topologies))
    for machine, key, reference in found:
        if not is_row(machine, reference, rows):
            yield f"{machine}, {key}: from_cases '{reference}' is no row"
    if len(found) < 20:
        yield f"only {len(found)} references in the topologies"
    text = pathlib.Path(documentation).read_text()
    for row in rows:
        line = f"| {row['name']} | {row['machine']} |"
        at = text.find(line)
        shown = text[at:text.find("\n", at)] if at >= 0 else ""
        if row["case"] != "closed-forms" and f"| {row['verdict']} |" not in shown:
            yield f"{documentation} does not show {row['name']} of {row['machine']} as it is"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weft")
    parser.add_argument("topologies")
    parser.add_argument("documentation")
    parser.add_argument("--ranks", type=int, default=0)
    parser.add_argument("--draw", type=int, default=len(QUICK))
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.ranks:
            drawn = random.Random(arguments.seed).sample(QUICK, arguments.draw)
            quick = [*drawn, "--quick"]
            one = run(arguments.weft, folder, quick)
            many = run(arguments.weft, folder, quick, arguments.ranks)
            wrong = [] if one == many else [f"the rows of {drawn} depend on the number of ranks"]
        else:
            wrong = list(check(arguments.weft, arguments.topologies, arguments.documentation,
                               folder))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
