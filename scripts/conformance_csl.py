#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs programs of the wafer's SDK, unmodified, through their own commands files.

DIR is copied for each folder below it that holds a commands_wse2.sh or commands_wse3.sh, and that
file is run there with weft's cslc and cs_python in front of PATH, on each number of ranks. A run
passes when the file ends with 0; its cycles, and the hashes of its traces, must be the same on all
numbers of ranks.
A line a run: NAME GENERATION RANKS passed|FAILED CYCLES SECONDS [reason]; then "N of M runs".
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GENERATIONS = ("wse2", "wse3")
# In front of weft's own: gives each host program of a commands file a summary of its own.
WRAPPER = """#!/bin/sh
n=$(ls "$WEFT_CONFORMANCE" | wc -l)
WEFT_SUMMARY="$WEFT_CONFORMANCE/$n.json" exec "{python}" "$@"
"""


class Wrong(Exception):
    """What the user is told."""


def find_bin(given):
    """The folder of cslc and cs_python: beside the weft that was named, else the newest build."""
    if given:
        program = shutil.which(given)
        if program is None:
            raise Wrong(f"no program {given}")
        folders = [pathlib.Path(program).resolve().parent]
    else:
        builds = sorted(HERE.parent.glob("build/*/bin/cslc"), key=lambda path: path.stat().st_mtime)
        folders = [path.parent for path in reversed(builds)] or [HERE.parent.parent / "bin"]
    for name in ("cslc", "cs_python"):
        if not (folders[0] / name).exists():
            raise Wrong(f"no {name} in {folders[0]}: build weft, or name it by --weft")
    return folders[0]


def programs(checkout, names, generations):
    """(name, folder, generation) of every commands file, sorted."""
    found = [(path.parent.name, path.parent, generation) for generation in generations
             for path in sorted(checkout.rglob(f"commands_{generation}.sh"))]
    known = sorted({name for name, _, _ in found})
    if not known:
        raise Wrong(f"no commands_wse2.sh and no commands_wse3.sh under {checkout}")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Wrong(f"no program {unknown[0]}; there are {', '.join(known)}")
    return sorted(one for one in found if not names or one[0] in names)


def reason_of(done):
    """The line that says most of why a commands file failed."""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if "rror" in line and not line.startswith("Traceback")]
    return (errors or lines or [f"exit {done.returncode}"])[-1][:160]


class Runner:
    """Commands files with weft in front of PATH."""

    def __init__(self, folder, scratch, seconds):
        self.scratch = pathlib.Path(scratch)
        self.seconds = seconds
        wrappers = self.scratch / "bin"
        wrappers.mkdir()
        wrapper = wrappers / "cs_python"
        wrapper.write_text(WRAPPER.format(python=folder / "cs_python"))
        wrapper.chmod(0o755)
        # Programs that draw numbers without a seed of their own draw the same ones in each run.
        (wrappers / "sitecustomize.py").write_text("import numpy.random\nnumpy.random.seed(1)\n")
        given = os.environ.get("PYTHONPATH")
        self.packages = os.pathsep.join([str(wrappers), *([given] if given else [])])
        self.path = f"{wrappers}{os.pathsep}{folder}{os.pathsep}{os.environ['PATH']}"

    def run(self, folder, generation, ranks):
        """(exit code or None, reason, cycles, hashes, seconds)."""
        summaries = pathlib.Path(tempfile.mkdtemp(dir=self.scratch))
        environment = {**os.environ, "PATH": self.path, "WEFT_RANKS": str(ranks),
                       "PYTHONPATH": self.packages,
                       "WEFT_CONFORMANCE": str(summaries)}
        begin = time.monotonic()
        try:
            done = subprocess.run(["bash", f"commands_{generation}.sh"], cwd=folder, text=True,
                                  env=environment, capture_output=True, timeout=self.seconds,
                                  stdin=subprocess.DEVNULL, check=False)
            code, reason = done.returncode, reason_of(done) if done.returncode else ""
        except subprocess.TimeoutExpired:
            code, reason = None, f"not done after {self.seconds} s"
        read = [json.loads(path.read_text()) for path in sorted(summaries.glob("*.json"))]
        return (code, reason, sum(one["cycles"] for one in read),
                [one["trace_hash"] for one in read], time.monotonic() - begin)


def run_all(options, runner):
    """Prints a line a run; how many passed, of how many."""
    passed = total = 0
    for name, folder, generation in programs(options.checkout, options.names, options.generations):
        first = None
        for ranks in options.ranks:
            copy = pathlib.Path(options.keep or runner.scratch) / f"{name}-{generation}-{ranks}"
            # All of it: programs share folders beside their own.
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(options.checkout, copy,
                            ignore=shutil.ignore_patterns(".git"))
            inside = copy / folder.relative_to(options.checkout)
            code, reason, cycles, hashes, seconds = runner.run(inside, generation, ranks)
            if code == 0 and first not in (None, (cycles, hashes)):
                code, reason = None, "other cycles or another trace hash than on fewer ranks"
            elif code == 0:
                first = (cycles, hashes)
            word = "passed" if code == 0 else "FAILED"
            print(f"{name:34} {generation} {ranks:3} {word} {cycles:10} {seconds:7.1f} {reason}"
                  .rstrip(), flush=True)
            passed += code == 0
            total += 1
            if not options.keep:
                shutil.rmtree(copy)
    return passed, total


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=pathlib.Path, help="a checkout of csl-examples")
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs; default: all")
    parser.add_argument("--arch", choices=GENERATIONS, help="default: both")
    parser.add_argument("--ranks", default=[1], help="numbers of ranks; default: 1",
                        type=lambda text: [int(ranks) for ranks in text.split(",")])
    parser.add_argument("--weft", help="the weft program; default: the newest build's")
    parser.add_argument("--seconds", type=float, default=900, help="a run's limit; default: 900")
    parser.add_argument("--keep", help="keep the folders that programs ran in below this one")
    options = parser.parse_intermixed_args()
    options.generations = (options.arch,) if options.arch else GENERATIONS
    return options


def main():
    options = arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="weft_csl_") as scratch:
            runner = Runner(find_bin(options.weft), scratch, options.seconds)
            passed, total = run_all(options, runner)
    except Wrong as error:
        print(f"conformance-csl: {error}", file=sys.stderr)
        return 2
    print(f"{passed} of {total} runs")
    return 0 if passed == total else 3


if __name__ == "__main__":
    sys.exit(main())
