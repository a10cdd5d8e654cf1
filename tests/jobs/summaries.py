# SPDX-License-Identifier: Apache-2.0
"""What runs and sweeps leave for programs is what docs/*.schema.json say, and says what happened.

    summaries.py WEFT JOBS DOCS
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "advise"))
import schema  # noqa: E402  pylint: disable=wrong-import-position


def fails(weft, folder, docs, name, arguments):
    """What is wrong with the JSON of one command, and the JSON."""
    out = pathlib.Path(folder) / "out.json"
    out.unlink(missing_ok=True)
    done = subprocess.run([weft, "-q", *arguments, "--json", str(out)], cwd=folder, text=True,
                          capture_output=True, timeout=120)
    if done.returncode != 0:
        return [f"{arguments}: exit {done.returncode}: {done.stderr}"], {}
    found = json.loads(out.read_text())
    root = json.loads((docs / f"{name}.schema.json").read_text())
    return schema.faults(found, root, root), found


def check_run(told):
    """Commands follow each other to the run's end; sums and changed constants are there."""
    found = []
    ends = [(command["begin"], command["end"]) for command in told["commands"]]
    if not ends or any(end[1] - end[0] < 0 for end in ends) or ends != sorted(ends):
        found.append(f"commands {ends} are not in order")
    if ends and ends[-1][1] != told["cycles"]:
        found.append(f"the last command ends at {ends[-1][1]}, the run at {told['cycles']}")
    if told["counters"].get("tile_busy") != told["active_tile_cycles"]:
        found.append("counters.tile_busy is not active_tile_cycles")
    changed = told["constants"]
    if [one["key"] for one in changed] != ["fabric.queue_depth_wavelets"]:
        found.append(f"constants are {changed}")
    elif changed[0]["value"] != "5" or changed[0]["default"] == "5" or not changed[0]["unit"]:
        found.append(f"constants are {changed}: 5 is not the default")
    return found


def check_sweep(told, folder):
    """Rows of JSON and CSV say the same."""
    with open(pathlib.Path(folder) / "out.csv", newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    found = []
    if len(lines) != 2 or len(told["rows"]) != 2:
        return [f"{len(lines)} lines, {len(told['rows'])} rows, not 2"]
    for line, row in zip(lines, told["rows"]):
        pairs = [("cycles", row["cycles"]), ("trace_hash", row["trace_hash"]),
                 ("counter.tile_busy", row["counters"]["tile_busy"]),
                 *((key, value) for key, value in row["values"].items()),
                 *((f"default.{c['key']}", c["default"]) for c in row["constants"])]
        found += [f"{key} is {line.get(key)} in CSV, {value} in JSON"
                  for key, value in pairs if line.get(key) != str(value)]
    return found


def main():
    weft, jobs, docs = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    job = str(jobs / "gemv-wse2.toml")
    with tempfile.TemporaryDirectory() as folder:
        found, told = fails(weft, folder, docs, "run",
                            ["run", job, "--set", "fabric.queue_depth_wavelets=5"])
        found += check_run(told) if told else []
        wrong, told = fails(weft, folder, docs, "sweep",
                            ["sweep", job, "--set", "fabric.queue_depth_wavelets=4,5",
                             "--csv", "out.csv"])
        found += wrong + (check_sweep(told, folder) if told else [])
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
