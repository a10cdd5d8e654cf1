#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How rows move with constants: on any number of ranks, where a constant is refused, and as the
documentation shows it.

Usage: sensitivity.py <weft>                          a cheap case, on one rank and on three
       sensitivity.py <weft> --page <validation.md>   the table of T9, which takes longer
"""
import json
import pathlib
import subprocess
import sys
import tempfile


def run(weft, folder, case, *arguments, ranks=1):
    command = [weft, "--quiet", "validate", case, "--sensitivity", *arguments]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=580)
    if done.returncode not in (0, 3):
        sys.exit(f"{case}: exit code {done.returncode}\n{done.stderr}")


def moved(weft, folder, case, ranks=1):
    """By row and constant: the constant's two values, what the row is then, what was said."""
    run(weft, folder, case, "--json", "m.json", ranks=ranks)
    found = json.loads((pathlib.Path(folder) / "m.json").read_text())["sensitivity"]
    return {(one["name"], one["key"]): (one["ours"], one["half"], one["half_more"])
            for one in found}


def check_cheap(weft, folder):
    one = moved(weft, folder, "T5")
    if one != moved(weft, folder, "T5", ranks=3):
        yield "the figures depend on the number of ranks"
    writes = {key: value for (_, key), value in one.items() if key == "mem.write_cycles"}
    ours, half, more = writes["mem.write_cycles"]
    if (half["value"], more["value"]) != ("0", "2"):
        yield f"half of 1 and as much again are {half['value']} and {more['value']}, not 0 and 2"
    if half["ours"] is not None or "mem.write_cycles" not in half["why"]:
        yield f"a constant of 0 cycles is not refused: {half}"
    if more["ours"] is None:
        yield f"a constant of 2 cycles is refused: {more['why']}"
    permute = [value for (_, key), value in one.items() if key == "sxm.permute_cycles"]
    if not permute or permute[0][2]["ours"] is None:
        yield "sxm.permute_cycles does not stand in the table"


def check_page(weft, folder, page):
    run(weft, folder, "T9", "--markdown", "t.md")
    table = (pathlib.Path(folder) / "t.md").read_text()
    text = pathlib.Path(page).read_text()
    if f"<!-- sensitivity: begin -->\n{table}<!-- sensitivity: end -->" not in text:
        yield f"{page} does not show T9's sensitivity as it is:\n{table}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) == 4:
            wrong = list(check_page(sys.argv[1], folder, sys.argv[3]))
        else:
            wrong = list(check_cheap(sys.argv[1], folder))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
