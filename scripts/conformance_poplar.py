#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the Poplar programs of a checkout on weft: `graphcore/examples` or `lbm-graphcore`.

Each program is built in a copy of its folder by its own build file, with the compiler's search
paths that poplar-env.sh has set and nothing else changed, and runs on each number of ranks of
--ranks. A row is good when the program exits with 0, prints what its documentation shows, and
prints and counts the same on all numbers of ranks. --figures prints what lbm-graphcore publishes
instead.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np

import poplar_figures

HERE = pathlib.Path(__file__).resolve().parent
TIME = re.compile(r"(?:[0-9.e+-]+ ?s\b|took .*|[0-9.]+ ?(?:milli)?seconds?)")


class Program:
    """One program: where its sources are, how they say it is built and run, what it must print."""

    def __init__(self, name, folder, build, run, expect, inside=".", prepare=None, check=None,
                 environment=None, slow=False, outputs=()):
        self.name, self.folder, self.build, self.run = name, folder, build, run
        self.expect, self.inside, self.prepare, self.check = expect, inside, prepare, check
        self.environment, self.slow, self.outputs = environment or {}, slow, outputs


def mnist_files(folder):
    """UCI digits (jobs/data/digits.h5) in the program's file format, as many as it asks for."""
    import h5py
    with h5py.File(HERE.parent / "jobs/data/digits.h5") as file:
        images = file["held_out/images"][:].reshape(-1, 8, 8)
        labels = file["held_out/labels"][:].astype(np.uint8)
    count = 60000
    large = np.zeros((len(images), 28, 28), np.uint8)
    scaled = images / images.max() * 255
    large[:, 2:26, 2:26] = np.repeat(np.repeat(scaled, 3, 1), 3, 2).astype(np.uint8)
    order = np.arange(count) % len(images)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (data / "train-images-idx3-ubyte").write_bytes(
        struct.pack(">IIII", 2051, count, 28, 28) + large[order].tobytes())
    (data / "train-labels-idx1-ubyte").write_bytes(
        struct.pack(">II", 2049, count) + labels[order].tobytes())


def test_image(path, width, height):
    """An RGBA PNG with edges and gradients, the same every time."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * 3 + y) % 256, (x * y // 7) % 256, ((x // 16 + y // 16) % 2) * 255, x * 0 + 255]
    rows = np.stack(planes, -1).astype(np.uint8)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b""))


TUTORIALS = "tutorials/tutorials/poplar"
FEATURES = "tutorials/feature_examples/poplar"


def tutorial(number, title, program, expect, target=None, arguments=(), **more):
    folder = f"{TUTORIALS}/{title}"
    inside = "tests" if number != 6 else "."
    return Program(f"tutorial {number} {program}", folder, ["make", target or program],
                   [f"./{program}", *arguments], expect, inside=inside, **more)


V4 = r"v4-1: \[10 11 12 13 14 15 16 17 18 19\]"
MODEL_ATTACHED = {"model": [], "hardware": ["Attached to IPU"]}


def examples():
    rows = []
    for kind, lines in MODEL_ATTACHED.items():
        rows.append(tutorial(1, "tut1_variables", f"tut1_ipu_{kind}_complete",
                             [*lines, "Program complete", "h3 data:", "0 1 1.5 2", V4]))
    rows.append(tutorial(2, "tut2_operations", "tut2_complete",
                         ["Program complete",
                          r"v3: \[\W+\[5.0000000 4.5000000\]\W+\[4.0000000 3.5000000]\W+\]",
                          r"v4: \[\W+\[9.0000000 7.5000000\]\W+\[6.0000000 4.5000000]\W+\]",
                          r"v5: \[\W+\[5.0000000 3.5000000\]\W+\[5.0000000 3.5000000]\W+\]"]))
    rows.append(Program("tutorial 3 tut3_complete", f"{TUTORIALS}/tut3_vertices",
                        ["make", "-C", "../tests"], ["./tut3_complete"],
                        ["Program complete",
                         r"v2: \[7.0000000 6.0000000 4.5000000 2.5000000\]"],
                        inside="complete"))
    for kind, lines in MODEL_ATTACHED.items():
        rows.append(tutorial(4, "tut4_profiling", f"tut4_ipu_{kind}", [*lines, "Program complete"]))
    rows.append(Program("tutorial 5 tut5", f"{TUTORIALS}/tut5_matrix_vector", ["make", "tut5"],
                        ["./tut5", "40", "50"], ["Multiplication result OK"], inside="complete"))
    rows.append(Program("tutorial 5 tut5_ipu", f"{TUTORIALS}/tut5_matrix_vector",
                        ["make", "tut5_ipu"], ["./tut5_ipu", "40", "50"],
                        ["Multiplication result OK"], inside="complete"))
    rows.append(tutorial(6, "tut6_matrix_vector_opt", "tut6",
                         ["colsAxisSplit=7, total cost=3996", "Worst cost seen: 53807",
                          "Multiplication result OK"], arguments=["10000", "1000"]))
    rows.append(Program("prefetch", f"{FEATURES}/prefetch", ["make"], ["./prefetch"], []))
    rows.append(Program("advanced_example", f"{FEATURES}/advanced_example", ["make"],
                        ["./example", "--model"], ["Results match", "Using IPU model"]))
    rows.append(Program("advanced_example, hardware", f"{FEATURES}/advanced_example", ["make"],
                        ["./example"], ["Results match"]))
    rows.append(Program("mnist regression-demo", "tutorials/simple_applications/poplar/mnist",
                        ["make"], ["./regression-demo", "1", "1.0"], [r"Epoch 1"],
                        prepare=mnist_files))
    return rows


def blur(data_type, ipus, iterations, image, size=None, slow=False):
    name = f"blur {data_type} {image if size is None else f'{size[0]}x{size[1]}'}, {ipus} IPU"

    def prepare(folder):
        if size is not None:
            test_image(folder / "main" / "input.png", *size)
        else:
            shutil.copy(folder.parent / "images" / f"{image}.png", folder / "main" / "input.png")
    return Program(name, ".", ["make", "gb_low_level"],
                   ["./gb_low_level", "-n", str(iterations), "-i", "input.png", "--num-ipus",
                    str(ipus), "-o", "output.png", "--data-type", data_type, "-d"],
                   ["Average IPU timing"], inside="build/main", prepare=prepare,
                   environment={"WEFT_TOPOLOGY": "graphcore-gc2"}, slow=slow,
                   outputs=["output.png"])


def codelets_beside(folder):
    """Earlier revisions look for a codelet file in the folder that they run in."""
    for path in (folder.parent / "main/codelets").glob("*.cpp"):
        shutil.copy(path, folder / "main")


def halo(strategy):
    return Program(f"halo {strategy}", ".", ["make", "halo_regions"],
                   ["./halo_regions", "-d", "-b", "100", "-n", "10", "-h", strategy, "-m"],
                   ["Total cycles"], inside="build/main", prepare=codelets_beside,
                   environment={"WEFT_TOPOLOGY": "graphcore-gc2"})


def lattice(size):
    def prepare(folder):
        for kind in ("input", "obstacles"):
            ending = "params" if kind == "input" else "dat"
            shutil.copy(folder.parent / "params" / f"{kind}_{size}.{ending}", folder / "main")

    def check(folder, source):
        found = []
        for kind, column in (("av_vels", 1), ("final_state", 5)):  # as check.py compares
            reference = source / "check" / f"{size}.{kind}.dat"
            if not reference.exists():
                continue
            ours = np.loadtxt(folder / f"{kind}.dat", usecols=[column])
            theirs = np.loadtxt(reference, usecols=[column])
            scale = np.abs(theirs).max()
            worst = np.abs(ours - theirs).max() / scale * 100
            found.append(f"{kind} within {worst:.3f} %")
            if not worst <= 1:
                raise AssertionError(found[-1])
        return ", ".join(found)
    # lbm_low_level cuts its grid as one of 1024 x 1024 whatever its parameters say. Of 256 x 256
    # it keeps 80,000 velocities on tile 0, which are more than a GC2's tile holds.
    topology = "graphcore-gc200" if size == "256x256" else "graphcore-gc2"
    return Program(f"lbm {size}", ".", ["make", "lbm_low_level_aos"],
                   ["./lbm_low_level_aos", "-n", "1", "--params", f"input_{size}.params",
                    "--obstacles", f"obstacles_{size}.dat"], [], inside="build/main",
                   prepare=prepare, check=check, slow=True,
                   environment={"WEFT_TOPOLOGY": topology})


def lbm():
    # Not test-small: there the program reads past the end of its own zeros.
    rows = [blur("float", 1, 1, "bricks-small"), blur("half4", 1, 2, "bricks")]
    for data_type in ("half4", "float2", "float"):
        for ipus in (1, 2, 4, 8, 16):
            rows.append(blur(data_type, ipus, 2, "", (2200, 1122), slow=ipus not in (1, 16)))
    rows += [halo(s) for s in ("implicit", "explicitManyTensors", "explicitOneTensor",
                               "explicitOneTensorGroupedDirs", "explicitOneTensor2Wave")]
    rows += [lattice(size) for size in ("128x128", "128x256", "256x256", "1024x1024")]
    return rows


def copy_of(program, source, work, cmake_done):
    """The program's folder in the work folder; a CMake tree is configured once."""
    if program.folder != ".":
        to = work / re.sub(r"\W+", "_", program.name)
        shutil.copytree(source / program.folder, to, dirs_exist_ok=True)
        return to
    to = work / "tree"
    if not cmake_done:
        shutil.copytree(source, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
        (to / "build").mkdir(exist_ok=True)
        # Its OpenMP clauses are what compilers took before g++ 9; its host loops need none.
        without = work / "without-openmp.cmake"
        without.write_text("add_library(OpenMP::OpenMP_CXX INTERFACE IMPORTED)\n")
        subprocess.run(["cmake", "-DCMAKE_BUILD_TYPE=Release",
                        "-DCMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON",
                        f"-DCMAKE_PROJECT_INCLUDE={without}", ".."],
                       cwd=to / "build", check=True, stdout=subprocess.DEVNULL)
        cmake_done.append(True)
    return to


def run(program, folder, ranks, limit):
    """(standard output, all that was said, summary) of one run."""
    summary = folder / f"summary-{ranks}.json"
    environment = {**os.environ, **program.environment, "WEFT_SUMMARY": str(summary)}
    command = program.run
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    done = subprocess.run(command, cwd=folder, env=environment, timeout=limit, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
    said = done.stdout + done.stderr
    log = re.sub(r"\W+", "_", program.name)
    (folder / f"{log}-{ranks}.txt").write_text(said)
    if done.returncode != 0:
        last = said.strip().splitlines()[-1:] or ["nothing printed"]
        raise AssertionError(f"exit {done.returncode}: {last[0][:160]}")
    facts = json.loads(summary.read_text()) if summary.exists() else {}
    return done.stdout, said, facts


def build(program, source, work, cmake_done):
    """Builds a program; the folder in which it runs."""
    folder = copy_of(program, source, work, cmake_done)
    inside = folder / program.inside
    if program.prepare:
        program.prepare(folder / "build" if program.folder == "." else folder)
    done = subprocess.run(program.build, cwd=inside, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        (inside / "build-log.txt").write_text(done.stdout)
        errors = [line for line in done.stdout.splitlines() if "error" in line.lower()]
        raise AssertionError("build: " + (errors or done.stdout.splitlines()[-1:])[0][:160])
    return inside


def attempt(program, source, work, ranks_list, limit, cmake_done):
    inside = build(program, source, work, cmake_done)
    first = None
    rows = []
    for ranks in ranks_list:
        text, said, facts = run(program, inside, ranks, limit)
        for pattern in program.expect:
            if not re.search(pattern, said):
                raise AssertionError(f"on {ranks} ranks '{pattern}' is not printed")
        note = program.check(inside, source) if program.check else ""
        files = [(inside / name).read_bytes() for name in program.outputs]
        words = " ".join(TIME.sub("", text).split())
        same = (words, facts.get("cycles"), facts.get("trace_hash"), files)
        if first is not None and same != first:
            raise AssertionError(f"on {ranks} ranks it is not what it is on {ranks_list[0]}")
        first = first or same
        rows.append((ranks, "ok" + (f", {note}" if note else ""), facts.get("cycles", "-")))
    return rows


def figures(source, work, options):
    """What the checkout publishes of the blur and the halos, beside what weft counts."""
    cmake_done, known = [], {}

    def output(program):
        key = tuple(program.run)
        if key not in known:
            inside = build(program, source, work, cmake_done)
            known[key] = run(program, inside, 1, options.limit)[1]
        return known[key]

    def run_blur(data_type, ipus, iterations):
        return output(blur(data_type, ipus, iterations, "", (2200, 1122)))
    try:
        poplar_figures.show(poplar_figures.halo_rows(source, lambda name: output(halo(name))))
        poplar_figures.show(poplar_figures.blur_phases(source, run_blur))
        poplar_figures.show(poplar_figures.blur_scaling(source, run_blur))
    except (AssertionError, subprocess.SubprocessError, OSError) as problem:
        print(f"FAILED {problem}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    return 0


def main():
    parser = argparse.ArgumentParser(prog="conformance-poplar.sh")
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--ranks", default="1,4")
    parser.add_argument("--keep", type=pathlib.Path, help="work here and leave everything")
    parser.add_argument("--quick", action="store_true", help="leave the slow programs out")
    parser.add_argument("--figures", action="store_true",
                        help="lbm-graphcore: published cycles beside weft's, and nothing else")
    parser.add_argument("--limit", type=int, default=1800, help="seconds a run may take")
    parser.add_argument("names", nargs="*", help="programs whose name contains one of these")
    options = parser.parse_intermixed_args()
    source = options.source.resolve()
    if (source / TUTORIALS).is_dir():
        programs = examples()
    elif (source / "main/GaussianBlurLowLevel.cpp").is_file():
        programs = lbm()
    else:
        parser.error(f"{source} is no checkout of graphcore/examples or lbm-graphcore")
    if options.figures and not (source / "experiments").is_dir():
        parser.error(f"--figures: {source} has no experiments/ with published figures")
    if options.names:
        programs = [p for p in programs if any(name in p.name for name in options.names)]
    elif options.quick:
        programs = [p for p in programs if not p.slow]
    ranks_list = [int(r) for r in options.ranks.split(",")]
    work = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="weft-conformance-"))
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if options.figures:
        return figures(source, work, options)
    good, cmake_done = 0, []
    print(f"{'program':44} {'ranks':>5}  {'cycles':>14}  result")
    for program in programs:
        try:
            rows = attempt(program, source, work, ranks_list, options.limit, cmake_done)
            good += 1
        except (AssertionError, subprocess.SubprocessError, OSError) as problem:
            rows = [(0, f"FAILED {problem}", "-")]
        for ranks, result, cycles in rows:
            print(f"{program.name:44} {ranks or '-':>5}  {cycles:>14}  {result}", flush=True)
    print(f"{good} of {len(programs)} programs")
    if not options.keep:
        shutil.rmtree(work, ignore_errors=True)
    return 0 if good == len(programs) else 1


if __name__ == "__main__":
    sys.exit(main())
