#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Spatial programs of a checkout on Plasticine, beside the cycles that a log of them has.

A line for each program and number of ranks:

  NAME RANKS passed|FAILED CYCLES PUBLISHED ERROR UNITS PUBLISHED_UNITS SECONDS [reason]

A program has run as it should where its own check holds, and on every number of ranks its trace's
hash is the same. ERROR is of cycles, in percent; UNITS are compute/memory/memory controllers.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

MPIRUN = ["mpirun", "--oversubscribe", "-n"]


class Published:
    """A program's row of the log."""

    def __init__(self, row):
        self.cycles = int(row["runp2p_cycle"] or 0)
        self.busy = round(float(row["maxActive"] or 0) * self.cycles / 100)
        self.units = "/".join(row[column] or "-" for column in ("PCU", "PMU", "MC"))
        self.good = row["runp2p_pass"] == "True"


def read_log(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = {row["app"]: row for row in csv.DictReader(file)}
    return {name: Published(row) for name, row in rows.items() if row["runp2p_cycle"]}


def find_log(checkout):
    """The log of the checkout that holds most programs that passed; none where it has no logs."""
    night = (checkout / "logs").glob("200505_000113_0700_*_d4ea004b_*.csv")
    own = [checkout / "log.csv", *sorted(night)]
    logs = [read_log(path) for path in own if path.is_file()]
    return max(logs, key=lambda log: sum(row.good for row in log.values()), default={})


def newest_weft():
    """The newest build of the checkout that this file is in, or the prefix it was installed to."""
    here = pathlib.Path(__file__).resolve().parent.parent
    found = [*here.glob("build/*/bin/weft"), *here.parent.glob("bin/weft")]
    if not found:
        sys.exit(f"no weft under {here}: build it, or give --weft")
    return str(max(found, key=lambda path: path.stat().st_mtime))


def run(command, limit, folder):
    """Exit code (None: out of time), what it printed, what it complained of, and seconds."""
    begin = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        out, err = child.communicate(timeout=limit)
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        code = None
    return code, out, err, time.monotonic() - begin


class Row:
    """What one run of a program came to."""

    def __init__(self, name, ranks, published):
        self.name = name
        self.ranks = ranks
        self.published = published
        self.reason = ""
        self.cycles = self.busy = None
        self.units = "-"
        self.seconds = 0.0
        self.hash = ""

    def take(self, summary):
        launches = summary.get("launches", [])
        if not launches or not all(launch["ended"] for launch in launches):
            return
        self.cycles = summary["cycles"]
        self.busy = max(launch["busiest_cycles"] for launch in launches)
        most = {key: max(launch[key] for launch in launches)
                for key in ("compute", "memory", "transfers")}
        self.units = "/".join(str(most[key]) for key in ("compute", "memory", "transfers"))
        self.hash = summary["trace_hash"]

    def error(self):
        """Of cycles, in percent; None where one of them is not known."""
        if self.cycles is None or self.published is None or not self.published.cycles:
            return None
        return 100.0 * (self.cycles - self.published.cycles) / self.published.cycles

    def text(self):
        error = self.error()
        fields = [self.name, str(self.ranks), "FAILED" if self.reason else "passed",
                  "-" if self.cycles is None else str(self.cycles),
                  str(self.published.cycles) if self.published else "-",
                  "-" if error is None else f"{error:+.1f}%", self.units,
                  self.published.units if self.published else "-", f"{self.seconds:.1f}"]
        return " ".join(fields + ([self.reason] if self.reason else []))


def reason_of(code, err, summary):
    """One line for why a run is no good; empty where it is."""
    if code is None:
        return "out of time"
    message = summary.get("message", "") or err.strip()
    lines = [line for line in re.sub(r"^weft: error: ", "", message).splitlines() if line.strip()]
    if code != 0:
        return lines[0].replace("passed", "p.") if lines else f"exit code {code}"
    if summary.get("verdict") != "passed":
        return "checks nothing itself"
    return ""


def run_program(options, file, name, ranks, published):
    row = Row(name, ranks, published)
    with tempfile.TemporaryDirectory(prefix="weft_spatial_") as folder:
        command = [options.weft, "--quiet", "spatial", str(file), name, "--json", "summary.json"]
        command += ["--interpret"] if options.interpret else []
        if ranks > 1:
            command = MPIRUN + [str(ranks)] + command
        code, _, err, row.seconds = run(command, options.timeout, folder)
        path = pathlib.Path(folder) / "summary.json"
        summary = json.loads(path.read_text()) if path.is_file() else {}
    row.take(summary)
    row.reason = reason_of(code, err, summary)
    return row


def run_everywhere(options, file, name, published):
    rows = [run_program(options, file, name, ranks, published) for ranks in options.ranks]
    for row in rows[1:]:
        if not row.reason and row.hash != rows[0].hash:
            row.reason = f"is another run than on {rows[0].ranks} ranks"
    return rows


def find_programs(options, log, pool):
    """(file, class) of what is to run, by name; what was asked for and is not there ends it."""
    found = {}
    files = sorted(options.programs.rglob("*.scala"))
    lists = [pool.submit(run, [options.weft, "spatial", str(file)], 60, None) for file in files]
    for file, listed in zip(files, lists):
        code, out, err, _ = listed.result()
        if code != 0:
            print(f"{file}: {err.strip()}", file=sys.stderr)
            continue
        for line in out.splitlines():
            found.setdefault(line.split()[0], file)
    missing = [name for name in options.classes if name not in found]
    if missing:
        sys.exit(f"no class {' '.join(missing)} under {options.programs}")
    names = options.classes or sorted(name for name in found if name in log and log[name].good)
    return [(found[name], name) for name in (names or sorted(found))]


def summary(rows):
    """Of the runs on one number of ranks."""
    good = [row for row in rows if not row.reason]
    errors = [abs(row.error()) for row in good if row.error() is not None]
    word = "rank" if rows[0].ranks == 1 else "ranks"
    out = f"{rows[0].ranks} {word}: {len(good)} of {len(rows)} programs"
    if not errors:
        return out
    within = [100.0 * sum(error <= most for error in errors) / len(errors) for most in (10, 15)]
    exact = sum(row.busy == row.published.busy for row in good if row.error() is not None)
    return (f"{out}; cycles: median error {statistics.median(errors):.1f} %, "
            f"{within[0]:.0f} % within 10 %, {within[1]:.0f} % within 15 %; "
            f"busiest unit exact in {100.0 * exact / len(errors):.0f} %")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("classes", nargs="*", metavar="CLASS")
    parser.add_argument("--ranks", default="1", help="e.g. 1,4")
    parser.add_argument("--log", type=pathlib.Path, help="CSV with the published cycles")
    parser.add_argument("--weft", help="the program; else the newest build of this checkout")
    parser.add_argument("--timeout", type=float, default=60, help="seconds a run")
    parser.add_argument("--jobs", type=int, default=0, help="programs at once")
    parser.add_argument("--interpret", action="store_true", help="values alone: no machine")
    options = parser.parse_intermixed_args()
    options.checkout = options.checkout.resolve()
    options.ranks = [int(ranks) for ranks in options.ranks.split(",")]
    options.weft = str(pathlib.Path(options.weft).resolve()) if options.weft else newest_weft()
    regression = options.checkout / "regression"
    options.programs = regression if regression.is_dir() else options.checkout
    if not options.programs.is_dir():
        sys.exit(f"{options.programs}: no such folder")
    options.jobs = options.jobs or max(1, (os.cpu_count() or 1) // max(options.ranks))
    return options


def main():
    options = parse()
    log = read_log(options.log) if options.log else find_log(options.checkout)
    rows = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        programs = find_programs(options, log, pool)
        runs = [pool.submit(run_everywhere, options, file, name, log.get(name))
                for file, name in programs]
        for done in runs:
            for row in done.result():
                print(row.text(), flush=True)
                rows.append(row)
    for ranks in options.ranks:
        print(summary([row for row in rows if row.ranks == ranks]))
    return 0 if all(not row.reason for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
