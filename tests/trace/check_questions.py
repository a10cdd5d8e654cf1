# SPDX-License-Identifier: Apache-2.0
"""Runs every command of docs/trace.md, "Five questions", and holds the answers against the trace.

    check_questions.py WEFT REPOSITORY
"""
import csv
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ENDS = {"diff": 1}  # two mappings are no equal traces


def commands(page):
    """The shell lines of the section's first block, without comments."""
    section = page.split("\n## Five questions\n", 1)[1].split("\n## ", 1)[0]
    block = re.search(r"```sh\n(.*?)```", section, re.S).group(1)
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]


def run(weft, folder, words):
    """One command, with --json where it answers a question; what went wrong, and the answer."""
    answer = pathlib.Path(folder) / "answer.json"
    answer.unlink(missing_ok=True)
    more = ["--json", str(answer)] if words[1] == "trace" else []
    done = subprocess.run([weft, *words[1:], *more], cwd=folder, text=True, capture_output=True,
                          timeout=240, env={**os.environ, "LC_ALL": "C"})
    wanted = ENDS.get(words[2], 0) if words[1] == "trace" else 0
    if done.returncode != wanted:
        return f"{words}: exit {done.returncode}, not {wanted}\n{done.stdout}{done.stderr}", {}
    if not done.stdout.strip():
        return f"{words}: says nothing", {}
    return None, json.loads(answer.read_text()) if more else {}


def info(weft, folder, name):
    """What `weft trace info` knows of a trace."""
    out = pathlib.Path(folder) / "info.json"
    subprocess.run([weft, "-q", "trace", "info", name, "--json", str(out)], cwd=folder, check=True,
                   capture_output=True)
    return json.loads(out.read_text())


def check(weft, folder, answers):
    """The answers agree with what the trace says elsewhere; a line a fault."""
    told = info(weft, folder, "a.h5")
    other = info(weft, folder, "b.h5")
    busy = next(counter for counter in told["counters"] if counter["name"] == "tile_busy")
    first = answers["bottleneck"]["busiest"][0]
    if first["busy_cycles"] != busy["max"] or not answers["bottleneck"]["shares"]:
        yield f"bottleneck {first}, the most busy tile has {busy['max']}"
    third = answers["exchanges"]["exchanges"]
    if len(third) != 1 or third[0]["number"] != 3 or third[0]["bytes"] <= 0:
        yield f"the third exchange is {third}"
    calls = answers["calls"]["calls"]
    lengths = [phase["end"] - phase["begin"] for phase in told["phases"]
               if not phase["kind"].startswith("host: ")]
    if calls[0]["cycles"] != max(lengths) or len(calls) != len(lengths):
        yield f"the longest call is {calls[0]}, of {lengths}"
    total = answers["diff"]["totals"][0]
    if (total["left"], total["right"]) != (told["cycles"], other["cycles"]):
        yield f"cycles are {total}, not {told['cycles']} and {other['cycles']}"
    if not answers["diff"]["stages"] or not answers["diff"]["tiles"]:
        yield "diff has no stages, or no tiles"
    with open(pathlib.Path(folder) / "busy.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = sum(float(row["busy"]) * (int(row["end"]) - int(row["begin"])) for row in rows)
    if len({row["tile"] for row in rows}) != told["width"] * told["height"]:
        yield "busy.csv lacks tiles"
    if abs(found - busy["sum"]) > 0.01 * busy["sum"]:
        yield f"busy.csv has {found} busy cycles, the counter {busy['sum']}"


def main():
    weft, repository = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    page = (repository / "docs" / "trace.md").read_text(encoding="utf-8")
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("jobs", "kernels"):
            (pathlib.Path(folder) / name).symlink_to(repository / name)
        for words in commands(page):
            wrong, answer = run(weft, folder, words)
            if wrong:
                print(wrong)
                return 1
            if answer:
                answers[words[2]] = answer
        found = list(check(weft, folder, answers))
    for line in found:
        print(line)
    return 1 if found or len(answers) != 5 else 0


if __name__ == "__main__":
    sys.exit(main())
