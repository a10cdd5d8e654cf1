# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of kazutomo/groqsnips on weft, as they are.

They check their results against numpy's themselves. The last part of bench-hostapi-latency.py hands
an ONNX model to groqflow, which weft has no door for yet: it must end there, saying so, with all
before it done. Both import torch, which must be there for the interpreter.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

BENCH, MATMUL = "bench-hostapi-latency.py", "groqapi-matmul-nb.py"
NO_GROQFLOW = "groqflow.groqit: weft compiles no ONNX models yet"
# name of the row: program, arguments, whether it takes minutes and about 19 GB
ROWS = {
    "bench-small": (BENCH, ["N=1", "M=320", "L=300", "T=16"], False),  # as its README shows
    "bench-default": (BENCH, [], False),
    "bench-ragged": (BENCH, ["N=33", "M=500", "L=70", "T=4"], False),
    "matmul-nb": (MATMUL, [], True),
}


def run(folder, program, arguments, ranks):
    """The program's end, in an empty folder, and its seconds."""
    command = [sys.executable, str(folder / program), *arguments]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    with tempfile.TemporaryDirectory(prefix="weft_groq_") as scratch:
        begin = time.monotonic()
        done = subprocess.run(command, cwd=scratch, text=True, capture_output=True, check=False)
        return done, time.monotonic() - begin


def verdict(program, done):
    """What is wrong, or None, and the cycles that iop-utils told."""
    cycles = re.findall(r"cycles=(\d+)", done.stdout)
    if not cycles:
        return done.stderr.strip().split("\n")[-1] or "no cycles", None
    parts = ["[[Groq nonblocking]]"] + (["[[Groq tsp_runner]]"] if program == BENCH else [])
    for part in parts:
        if not re.search(re.escape(part) + r"\n  Per invocation", done.stdout):
            return f"no result of {part}: {done.stderr.strip()[-300:]}", cycles[0]
    if program == BENCH:
        last = done.stderr.strip().split("\n")[-1]
        at_groqflow = done.returncode == 1 and NO_GROQFLOW in last
        return (None if at_groqflow else f"exit {done.returncode}: {last}"), cycles[0]
    return (f"exit {done.returncode}" if done.returncode else None), cycles[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--ranks", default="1,2")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ROWS))
    options = parser.parse_intermixed_args()
    folder = options.folder.resolve()
    for program in BENCH, MATMUL:
        if not (folder / program).is_file():
            parser.error(f"{folder} has no {program}: it is no checkout of groqsnips")
    unknown = [name for name in options.names if name not in ROWS]
    if unknown:
        parser.error(f"no row '{unknown[0]}'; rows are {', '.join(ROWS)}")
    if subprocess.run([sys.executable, "-c", "import torch"], capture_output=True,
                      check=False).returncode:
        sys.exit(f"the programs import torch, which {sys.executable} does not have")
    good = count = 0
    for name in options.names or [n for n in ROWS if not (options.quick and ROWS[n][2])]:
        program, arguments, _ = ROWS[name]
        for ranks in map(int, options.ranks.split(",")):
            done, seconds = run(folder, program, arguments, ranks)
            wrong, cycles = verdict(program, done)
            what = f"FAILED {wrong}" if wrong else \
                "passed up to groqflow" if program == BENCH else "passed"
            print(f"{name:15} {ranks} {cycles or '-':>9} cycles {seconds:7.1f} s  {what}",
                  flush=True)
            good, count = good + (wrong is None), count + 1
    print(f"{good} of {count} runs")
    return 0 if good == count else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
