#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the Poplar programs of this folder as a user would, and runs every case of programs.toml:
exit code, standard output and what the summary says are the same on 1, 3 and 4 ranks.

With --seed S: of 3 and 4 ranks one, drawn by the seed and the case.

Usage: run_programs.py [--seed S] <build folder> [case...]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zlib

HERE = pathlib.Path(__file__).parent
MANY = (3, 4)


def sdk(build_folder):
    """The environment that poplar-env.sh sets."""
    scripts = HERE.resolve().parents[1] / "scripts"
    done = subprocess.run(["bash", "-c", f". {scripts}/poplar-env.sh {build_folder} && env -0"],
                          check=True, capture_output=True)
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)


def build(folder, environment, name, libraries, flags):
    flags = [*flags, *(f"-l{library}" for library in libraries)]
    compiler = os.environ.get("CXX", "g++")
    done = subprocess.run([compiler, "-std=c++17", f"{name}.cpp", *flags, "-o", name],
                          cwd=folder, env=environment, text=True, capture_output=True)
    return f"{name} does not compile:\n{done.stderr}" if done.returncode else None


def once(folder, environment, case, ranks):
    """What one run shows: exit code, output, errors, cycles and trace hash."""
    summary = folder / "summary.json"
    summary.unlink(missing_ok=True)
    command = [f"./{case['program']}", *case.get("arguments", [])]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=240,
                          env={**environment, **case.get("environment", {}),
                               **({"WEFT_TRACE": "trace.h5"} if "marks" in case else {}),
                               "WEFT_SUMMARY": str(summary)})
    told = json.loads(summary.read_text()) if summary.exists() else {}
    seen = [done.returncode, done.stdout, told.get("cycles"), told.get("trace_hash")]
    if "marks" in case and done.returncode == 0:
        seen.append(phases(folder / "trace.h5"))
    return done, seen


def phases(path):
    """Rows of a trace's /phases that the host's marks made: name, kind, begin, end."""
    import h5py  # pylint: disable=import-outside-toplevel

    def texts(column):
        return column[()].decode().split("\n")[:-1]

    with h5py.File(path) as trace:
        table = trace["phases"]
        rows = zip(texts(table["name"]), texts(table["kind"]), table["begin"][()].tolist(),
                   table["end"][()].tolist())
        return [row for row in rows if row[1].startswith("host: ")]


def attempt(folder, environment, name, case, many):
    """What is wrong with a case on one rank and on each of `many`, or None."""
    first = None
    for ranks in (1, *many):
        done, seen = once(folder, environment, case, ranks)
        if done.returncode != case.get("exit", 0):
            return f"{name} on {ranks}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        if "output" in case and done.stdout != case["output"]:
            return f"{name} on {ranks}: wrote\n{done.stdout}"
        told = done.stdout if "matches" in case else done.stderr
        expect = case.get("matches") or case.get("errors")
        if expect and not re.search(expect, told, re.S):
            return f"{name} on {ranks}: '{told}' is not '{expect}'"
        if "marks" in case and [row[:2] for row in seen[-1]] != [tuple(m) for m in case["marks"]]:
            return f"{name} on {ranks}: marks {seen[-1]}"
        if first is not None and seen != first:
            return f"{name}: {seen} on {ranks} ranks, {first} on one"
        first = seen
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int)
    parser.add_argument("build_folder")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    cases = tomllib.loads((HERE / "programs.toml").read_text())
    names = arguments.cases or list(cases)
    faults = []
    with tempfile.TemporaryDirectory(prefix="weft_programs_") as temporary:
        folder = pathlib.Path(temporary)
        for source in [*HERE.glob("*.cpp"), *HERE.glob("*.hpp")]:
            shutil.copy(source, folder)
        environment = sdk(arguments.build_folder)
        environment["WEFT_CODELET_CACHE"] = str(folder / "cache")
        built = {}
        for name in names:
            case = {"program": name, **cases[name]}
            program = (case["program"], *case.get("flags", []))
            if program not in built:
                built[program] = build(folder, environment, case["program"],
                                       case.get("libraries", ["poplar"]), program[1:])
            many = MANY
            if arguments.seed is not None:
                many = (MANY[zlib.crc32(f"{arguments.seed} {name}".encode()) % len(MANY)],)
            fault = built[program] or attempt(folder, environment, name, case, many)
            if fault:
                faults.append(fault)
    print("\n".join(faults))
    print(f"{len(names) - len(faults)} of {len(names)} Poplar programs are right")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
