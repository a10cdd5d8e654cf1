#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two programs that run by themselves with one WEFT_TRACE: the later one is refused at once, the
earlier one keeps the paths of all its engines to its end. On one rank and on three.

Usage: two_programs.py <build folder>
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py

HERE = pathlib.Path(__file__).parent


def build(folder):
    """Compiles the program as a user would; the environment that poplar-env.sh sets."""
    shutil.copy(HERE / "two_engines.cpp", folder)
    scripts = HERE.resolve().parents[2] / "scripts"
    command = (f". {scripts}/poplar-env.sh {sys.argv[1]} && "
               "${CXX:-g++} -std=c++17 two_engines.cpp -lpoplar -o two_engines && env -0")
    done = subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    return dict(line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)


def start(folder, environment, ranks):
    command = [str(folder / "two_engines")]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    return subprocess.Popen(command, cwd=folder, env=environment, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def complete(path):
    with h5py.File(path) as trace:
        return int(trace.attrs["complete"]) == 1


def attempt(folder, environment, ranks):
    """What is wrong on that number of ranks."""
    faults = []
    first = start(folder, environment, ranks)
    line = first.stdout.readline()
    if line != "one\n":
        return [f"{ranks} ranks: {line!r} {first.stderr.read()}"]
    later = start(folder, environment, ranks)
    try:
        told, errors = later.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        faults.append(f"the later one on {ranks} goes on")
        (folder / "go").touch()
        told, errors = later.communicate(timeout=60)
    if later.returncode != 1 or told or errors.count("poplar: ") != 1:
        faults.append(f"the later one on {ranks}: {later.returncode} {told!r} {errors!r}")
    if "t.h5: another run is writing it: process " not in errors:
        faults.append(f"the later one on {ranks} does not say who has the path: {errors!r}")
    (folder / "go").touch()
    _, errors = first.communicate(timeout=60)
    if first.returncode != 0:
        faults.append(f"the earlier one on {ranks}: {first.returncode} {errors!r}")
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith(("t", "s")))
    wanted = ["s-2.json", "s.json", "t-2.h5", "t.h5", "two_engines", "two_engines.cpp"]
    if left != wanted:
        faults.append(f"{ranks} ranks leave {left}")
    elif not (complete(folder / "t.h5") and complete(folder / "t-2.h5")):
        faults.append(f"{ranks} ranks: a trace is not whole")
    return faults


def main():
    faults = []
    with tempfile.TemporaryDirectory(prefix="weft_programs_") as name:
        environment = build(pathlib.Path(name))
        environment.update(WEFT_TRACE="t.h5", WEFT_SUMMARY="s.json", WEFT_TOPOLOGY="ipu-debug",
                           WEFT_CODELET_CACHE=str(pathlib.Path(name) / "cache"))
        for ranks in (1, 3):
            faults += attempt(pathlib.Path(name), environment, ranks)
            for left in pathlib.Path(name).glob("*"):
                if left.name[0] in "tsg" and left.name[1:2] in (".", "-", "o"):
                    left.unlink()
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
