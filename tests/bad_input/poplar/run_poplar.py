#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every wrong Poplar program of bad.cpp on one rank and on three: the Poplar exception that
its users know, one clear line, exit code 1, the same words on any number of ranks.

With --every N only one case in N, drawn by the seed and its name, takes three ranks too.

Usage: run_poplar.py [--every N --seed S] <build folder> [case...]
"""
import argparse
import concurrent.futures
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


def build(folder, scripts, build_folder):
    """Compiles bad.cpp as a user would, with what poplar-env.sh sets."""
    for source in HERE.glob("*.cpp"):
        shutil.copy(source, folder)
    command = (f". {scripts}/poplar-env.sh {build_folder} && "
               "${CXX:-g++} -std=c++17 bad.cpp -lpoplin -lpopops -lpoputil -lpoplar -o bad && "
               "env -0")
    done = subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)


def attempt(folder, environment, name, case, drawn):
    """What is wrong with a case, or None; on three ranks too if it is drawn."""
    expect = case if isinstance(case, str) else case["expect"]
    more = {} if isinstance(case, str) else case["environment"]
    first = None
    for ranks in (1, 3) if drawn else (1,):
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("build_folder")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    scripts = HERE.resolve().parents[2] / "scripts"
    cases = tomllib.loads((HERE / "cases.toml").read_text())
    names = arguments.cases or list(cases)
    drawn = {name: zlib.crc32(f"{arguments.seed} {name}".encode()) % arguments.every == 0
             for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        environment = build(folder, scripts, arguments.build_folder)
        environment["WEFT_CODELET_CACHE"] = str(folder / "cache")
        attempt(folder, environment, names[0], cases[names[0]], False)  # fills the cache
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = list(pool.map(
                lambda name: attempt(folder, environment, name, cases[name], drawn[name]), names))
    wrong = [line for line in found if line]
    print("\n".join(wrong))
    print(f"{len(names) - len(wrong)} of {len(names)} wrong Poplar programs are told so")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
