#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every wrong Poplar program of bad.cpp on one rank and on three: the Poplar exception that
its users know, one clear line, exit code 1, the same words on any number of ranks.

Usage: run_poplar.py <build folder> [case...]
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).parent
RANKS = (1, 3)


def build(folder, scripts):
    """Compiles bad.cpp as a user would, with what poplar-env.sh sets."""
    for source in HERE.glob("*.cpp"):
        shutil.copy(source, folder)
    command = (f". {scripts}/poplar-env.sh {sys.argv[1]} && "
               "${CXX:-g++} -std=c++17 bad.cpp -lpoplin -lpopops -lpoputil -lpoplar -o bad && "
               "env -0")
    done = subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)


def attempt(folder, environment, name, case):
    """What is wrong with a case, or None."""
    expect = case if isinstance(case, str) else case["expect"]
    more = {} if isinstance(case, str) else case["environment"]
    first = None
    for ranks in RANKS:
        command = ["./bad", name]
        if ranks > 1:
            command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
        done = subprocess.run(command, cwd=folder, env={**environment, **more}, text=True,
                              capture_output=True, timeout=120)
        told = done.stdout.strip()
        if done.returncode != 1:
            return f"{name} on {ranks}: exit {done.returncode}: {told} {done.stderr[-300:]}"
        if "mpirun" in done.stderr or "-----" in done.stderr:
            return f"{name} on {ranks}: the launcher has the last word: {done.stderr[-300:]}"
        if not re.match(expect, told, re.S):
            return f"{name} on {ranks}: '{told}' is not '{expect}'"
        if first is not None and told != first:
            return f"{name}: '{told}' on {ranks} ranks, '{first}' on one"
        first = told
    return None


def main():
    scripts = HERE.resolve().parents[2] / "scripts"
    cases = tomllib.loads((HERE / "cases.toml").read_text())
    names = sys.argv[2:] or list(cases)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        environment = build(folder, scripts)
        environment["WEFT_CODELET_CACHE"] = str(folder / "cache")
        attempt(folder, environment, names[0], cases[names[0]])  # fills the cache
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda n: attempt(folder, environment, n, cases[n]), names))
    wrong = [line for line in found if line]
    print("\n".join(wrong))
    print(f"{len(names) - len(wrong)} of {len(names)} wrong Poplar programs are told so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
