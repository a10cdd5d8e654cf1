#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `weft trace sections` says of a model whose matrices HBM has no room for adds up, and the
model's numbers are those that it has with room for all.

Usage: trace_sections.py <weft> <job.toml>
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def run(folder, *arguments):
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def expect(holds, what):
    if not holds:
        sys.exit(what)


def sections(weft, folder, job, *more):
    run(folder, weft, "--quiet", "run", job, "--trace", "t.h5", "--set", "output.y='y.npy'",
        "--set", "program.parameters.fusion='o0'", *more)
    text = run(folder, weft, "trace", "sections", "t.h5", "--json", "a.json")
    return json.loads((folder / "a.json").read_text()), text, (folder / "y.npy").read_bytes()


def check(found, text):
    rows = found["sections"]
    for one, after in zip(rows, rows[1:]):
        cycles = sum(value for key, value in one.items() if key.endswith("_cycles"))
        expect(one["begin"] + cycles == after["begin"], f"{one['name']}: {cycles} cycles")
    for memory in ("hbm", "dram"):
        moved = sum(m["moved_bytes"] for m in found["matrices"] if m["memory"] == memory)
        expect(sum(row[f"{memory}_bytes"] for row in rows) == moved, f"{memory}: not {moved} bytes")
    for row in rows:
        held = sum(m["bytes"] for m in found["sram"] if m["lives_in"] == row["name"])
        expect(row["sram_bytes"] == held, f"{row['name']}: not {held} bytes of SRAM")
    largest = max(found["sram"], key=lambda m: m["bytes"])
    expect(largest["name"] in text and largest["bytes"] % (4 * largest["buffers"]) == 0,
           f"{largest} is not shown")
    for m in found["matrices"]:
        expect(m["name"] in text, f"{m['name']} is not shown")


def main():
    weft, job = (str(pathlib.Path(a).resolve()) for a in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="weft_sections_") as name:
        folder = pathlib.Path(name)
        whole, text, numbers = sections(weft, folder, job)
        check(whole, text)
        expect(all(m["memory"] == "hbm" for m in whole["matrices"]), "not all of it lies in HBM")
        small, text, same = sections(weft, folder, job, "--set", "hbm.capacity_bytes=360000")
        check(small, text)
        spilled = {m["name"] for m in small["matrices"] if m["memory"] == "dram"}
        expect({"attended", "y"} <= spilled, f"in DRAM are {spilled}")
        expect(len(spilled) < len(small["matrices"]) / 2, "more than has to be lies in DRAM")
        expect(same == numbers, "the numbers are others")
        print(f"{len(spilled)} of {len(small['matrices'])} matrices in DRAM, the same numbers")


if __name__ == "__main__":
    main()
