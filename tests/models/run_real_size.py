#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a model of real size with seeded weights and compiles it for a machine; runs it too.

Compiling holds every node against its bound. With --ranks it is run on each of these numbers of
ranks: every check must hold (the outputs have the bits of the same arithmetic without a machine),
and all trace hashes must be the same. So it is again with each --also, a key of the job that is
another one then. How long a run took is printed beside a bare loop over the model's
multiplications. Scales of int8 are chosen by the inputs that another precision is compiled with.

Usage: run_real_size.py <weft> <bare_loop> <folder of scripts> <MODEL> <TARGET> [--size 32]
                        [--ranks 1,2,4] [--precision PRECISION] [--also KEY=VALUE]...
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def run(weft, ranks, override, folder):
    """A run's summary; all its checks hold."""
    launch = ["mpirun", "--oversubscribe", "-n", ranks] if ranks != "1" else []
    keys = ["--set", override] if override else []
    call(launch + [weft, "--quiet", "run", "out/job.toml", "--json", "s.json", *keys], folder)
    summary = json.loads((folder / "s.json").read_text())
    if not summary["checks"] or not all(c["passed"] for c in summary["checks"]):
        sys.exit(f"{ranks} ranks: checks {summary['checks']}")
    return summary


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weft")
    parser.add_argument("bare_loop")
    parser.add_argument("scripts", type=pathlib.Path)
    parser.add_argument("model")
    parser.add_argument("target")
    parser.add_argument("--size", default="224", help="pixels of an image's side")
    parser.add_argument("--ranks", default="")
    parser.add_argument("--precision")
    parser.add_argument("--also", action="append", default=[])
    arguments = parser.parse_args()
    scripts = arguments.scripts.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        call([sys.executable, "-B", str(scripts / "real_size_models.py"), ".", arguments.model,
              "--size", arguments.size], folder)
        compile_it = [arguments.weft, "--quiet", "compile", f"{arguments.model}.onnx", "--target",
                      arguments.target]
        how = ["--precision", arguments.precision] if arguments.precision else []
        if arguments.precision == "int8":
            call(compile_it + ["-o", "first"], folder)
            how += ["--calibrate", "first/inputs.h5"]
        call(compile_it + how + ["-o", "out", "--json", "c.json"], folder)
        compiled = json.loads((folder / "c.json").read_text())
        if compiled["nodes_within_bounds"] == 0:
            sys.exit("no node was held against its bound")
        print(f"{arguments.model}: {compiled['nodes_within_bounds']} nodes within their bounds")
        loop = json.loads(call([arguments.bare_loop, f"{arguments.model}.onnx"], folder))
        print(f"a bare loop over {loop['products'] / 1e6:.0f} M products: {loop['seconds']:.2f} s")
        ranks_of_runs = arguments.ranks.split(",") if arguments.ranks else []
        for override in ["", *arguments.also]:
            hashes = set()
            for ranks in ranks_of_runs:
                summary = run(arguments.weft, ranks, override, folder)
                hashes.add(summary["trace_hash"])
                wall = summary["wall_seconds"]
                print(f"{override} {ranks} ranks: {summary['cycles']:,} cycles in {wall:.1f} s, "
                      f"{wall / loop['seconds']:.1f} times the loop", flush=True)
            if len(hashes) > 1:
                sys.exit(f"{override}: trace hashes differ: {hashes}")


if __name__ == "__main__":
    main()
