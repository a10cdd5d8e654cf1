#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `weft trace export --schedule` writes runs again: the same hash, and without data the same
cycles of the launch.

Usage: schedule_export.py <weft> <job.toml>...
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def weft(*arguments, folder):
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def launch_cycles(program, trace, folder):
    """How long the phase `run` took."""
    weft(program, "trace", "info", trace, "--json", "info.json", folder=folder)
    phases = json.loads((folder / "info.json").read_text())["phases"]
    found = [p["end"] - p["begin"] for p in phases if p["kind"] == "launch"]
    if len(found) != 1:
        sys.exit(f"{trace}: {len(found)} launches")
    return found[0]


def with_schedule(job, folder):
    """A job whose program weft builds or schedules, with the exported schedule in its place: a
    schedule does not say what its results are."""
    text = pathlib.Path(job).read_text()
    if "\ntsp_tensors = " in text:
        text = re.sub(r'\[\[check\]\]\nkind = "computes"\n(?:\w+ = .*\n)*', "", text)
    text = re.sub(r'tsp_(?:built|tensors) = .*\n', 'tsp = "a.tsp"\n', text)
    text = re.sub(r'\[program.parameters\]\n(?:\w+ = .*\n)*', "", text)
    (folder / "job.toml").write_text(text)
    return str(folder / "job.toml")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for job in sys.argv[2:]:
        job = str(pathlib.Path(job).resolve())
        with tempfile.TemporaryDirectory(prefix="weft_schedule_") as name:
            folder = pathlib.Path(name)
            hashes = []
            built = re.search("^tsp_(built|tensors) = ", pathlib.Path(job).read_text(), re.M)
            other = [] if built else ["--set", f"program.tsp='{name}/a.tsp'"]
            for trace, more in (("a.h5", []), ("b.h5", other),
                                ("t.h5", ["--set", "program.mode='timing'"])):
                its = with_schedule(job, folder) if built and trace == "b.h5" else job
                weft(program, "--quiet", "run", its, "--trace", trace, "--json", "s.json", *more,
                     folder=folder)
                hashes.append(json.loads((folder / "s.json").read_text())["trace_hash"])
                if trace == "a.h5":
                    weft(program, "trace", "export", "--schedule", trace, "-o", "a.tsp",
                         folder=folder)
            if hashes[0] != hashes[1]:
                sys.exit(f"{job}: {hashes[0]}, exported and run again {hashes[1]}")
            cycles = [launch_cycles(program, trace, folder) for trace in ("a.h5", "t.h5")]
            if cycles[0] != cycles[1]:
                sys.exit(f"{job}: {cycles[0]} cycles, without data {cycles[1]}")
            print(f"{job}: {cycles[0]} cycles, {hashes[0]}")


if __name__ == "__main__":
    main()
