#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Feeds weft every wrong input of cases*.toml, on one rank and on three.

With --every N only one case in N, drawn by the seed and its name, takes three ranks: most of the
time goes into starting them. Each case must end with its exit code and exactly one error, which
holds the expected words and is the same on any number of ranks (unless the case says that it names
them); no file of the run may be left.

Usage: run_cases.py [--every N --seed S] <weft> [class...]
"""
import argparse
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zlib

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
MPIRUN = ["mpirun", "--oversubscribe", "-n"]
ARRAY = np.arange(1, 9, dtype=np.float32)
LEFTOVERS = ("trace.h5", "b.npy", "summary.json")


def write_array(path, array):
    if path.suffix == ".npy":
        np.save(path, array)
    else:
        with h5py.File(path, "w") as out:
            out["a"] = array


def break_file(path, fault):
    """Leaves `path` broken in the named way."""
    if fault == "remove":
        path.unlink()
    elif fault == "cut":
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 2 // 3])
    elif fault == "scribble":
        data = bytearray(path.read_bytes())
        data[:24] = b"this is not what you want"[:24]
        path.write_bytes(data)
    else:
        nan = ARRAY.copy()
        nan[3] = np.nan
        arrays = {"longer": np.arange(9, dtype=np.float32), "odd": np.arange(7, dtype=np.float32),
                  "f64": ARRAY.astype(np.float64), "nan": nan, "other": ARRAY + 1}
        write_array(path, arrays[fault])


def prepare(case, folder):
    for source in (HERE / "base").iterdir():
        shutil.copy(source, folder)
    for name in ("a.npy", "a.h5"):
        write_array(folder / name, ARRAY)
    for name, old, new in case.get("replace", []):
        text = (folder / name).read_text()
        assert old in text, f"{case['name']}: {name} has no {old!r}"
        (folder / name).write_text(text.replace(old, new, 1))
    for name, text in case.get("replace_all", []):
        (folder / name).write_text(text)
    if "fault" in case:
        break_file(folder / case["fault"][0], case["fault"][1])


def run(weft, case, folder, ranks):
    """Exit code, errors, each with the indented lines that belong to it, and what stands behind."""
    words = case.get("command", ["run", case.get("job", "job.toml")])
    command = [weft, *words, "--json", case.get("json", "summary.json")]
    for assignment in case.get("set", []):
        command += ["--set", assignment]
    if ranks > 1:
        command = MPIRUN + [str(ranks)] + command
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120)
    errors = list(re.finditer(r"^weft: error.*(?:\n  .*)*", done.stderr, re.MULTILINE))
    behind = done.stderr[errors[-1].end():].strip() if errors else ""
    return done.returncode, [error.group() for error in errors], behind


def faults_of(weft, case, drawn):
    """What is wrong with weft's answers to a case."""
    answers = []
    faults = []
    for ranks in (1, 3) if drawn else (1,):
        with tempfile.TemporaryDirectory(prefix="weft_case_") as name:
            folder = pathlib.Path(name)
            prepare(case, folder)
            try:
                code, errors, behind = run(weft, case, folder, ranks)
            except subprocess.TimeoutExpired:
                return [f"{ranks} ranks: does not end"]
            answers.append(errors)
            wanted = case.get("code", 2)
            if code != wanted:
                faults.append(f"{ranks} ranks: exit code {code} instead of {wanted}: {errors}")
            elif len(errors) != 1:
                faults.append(f"{ranks} ranks: {len(errors)} errors: {errors}")
            elif behind:
                faults.append(f"{ranks} ranks: the error is not the last word: {behind!r}")
            elif case["says"] not in errors[0]:
                faults.append(f"{ranks} ranks: no {case['says']!r} in {errors[0]!r}")
            left = [p.name for kind in ("*.tmp*", "*.lock*") for p in folder.rglob(kind)]
            if wanted == 2:
                left += [n for n in LEFTOVERS if (folder / n).exists()]
            if left:
                faults.append(f"{ranks} ranks: leaves {left}")
    if not faults and answers[0] != answers[-1] and not case.get("names_ranks", False):
        faults.append(f"one rank says {answers[0]}, three say {answers[1]}")
    return faults


def is_drawn(case, arguments):
    """Whether the case takes three ranks too."""
    name = f"{arguments.seed} {case['class']} {case['name']}"
    return zlib.crc32(name.encode()) % arguments.every == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("weft")
    parser.add_argument("classes", nargs="*")
    arguments = parser.parse_args()
    weft = str(pathlib.Path(arguments.weft).resolve())
    cases = [case for path in sorted(HERE.glob("cases*.toml"))
             for case in tomllib.loads(path.read_text())["case"]]
    if arguments.classes:
        cases = [case for case in cases if case["class"] in arguments.classes]
    by_class = {}
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = pool.map(lambda case: faults_of(weft, case, is_drawn(case, arguments)), cases)
        for case, faults in zip(cases, answers):
            by_class[case["class"]] = by_class.get(case["class"], 0) + 1
            failed += 1 if faults else 0
            for fault in faults:
                print(f"{case['class']} / {case['name']}: {fault}", flush=True)
    print(f"{len(cases)} cases in {len(by_class)} classes, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
