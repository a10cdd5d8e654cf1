#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory that a run foretells is what it uses, within 15 %: jobs of several shapes.

events: few tiles and a million rows; tiles: most of a wafer; results, inputs: large host arrays;
pod: a program in C++ on 16 IPUs; schedule: a TSP's, whose text in the trace holds 32 MiB of
constants. The peak is the process's own VmHWM, and on one rank it must also be what the kernel told
this script. With a limit a little below the forecast the job is refused before it runs, told what
fills it.

Usage: memory_forecast.py <weft> <folder of the shipped jobs> <shape>... [--ranks 1,2]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

BOUND = 0.15
MIB = 1 << 20
LAYOUT = """
const memcpy = @import_module("<memcpy/get_params>", .{{ .width = {w}, .height = {h} }});
layout {{
  @set_rectangle({w}, {h});
  for (@range(i16, {w})) |x| {{ for (@range(i16, {h})) |y| {{
    @set_tile_code(x, y, "pe.csl", .{{ .memcpy_params = memcpy.get_params(x) }}); }} }}
  @export_name("x", [*]f32, true);
  @export_name("spin", fn(u32)void);
}}
"""
PE = """
param memcpy_params: comptime_struct;
const sys_mod = @import_module("<memcpy/memcpy>", memcpy_params);
var x = @zeros([{n}]f32);
var x_ptr: [*]f32 = &x;
const all = @get_dsd(mem1d_dsd, .{{ .tensor_access = |i|{{{n}}} -> x[i] }});
fn spin(n: u32) void {{
  var k: u32 = 0;
  while (k < n) : (k += 1) {{ @fadds(all, all, 1.0); }}
  sys_mod.unblock_cmd_stream();
}}
comptime {{ @export_symbol(x_ptr, "x"); @export_symbol(spin); }}
"""
JOB = """
[job]
name = "memory"
[machine]
topology = "cerebras-wse2"
[program]
csl = "layout.csl"
[trace]
path = "t.h5"
epoch_cycles = {epoch}
"""
COPY_IN = '[[command]]\ncopy_in = "x"\ndata = "x.npy"\n'
LAUNCH = '[[command]]\nlaunch = "spin"\narguments = [{times}]\n'
COPY_OUT = '[[command]]\ncopy_out = "x"\n'

# Tiles, elements a tile, times that the program adds to them, epoch, copies.
WAFER = {"events": (8, 8, 32, 16000, 1 << 20, COPY_OUT),
         "tiles": (700, 900, 64, 5, 20000, COPY_OUT),
         "results": (200, 200, 9000, 1, 1 << 20, COPY_OUT),
         "inputs": (160, 160, 9000, 1, 1 << 20, COPY_IN)}
SHIPPED = {"pod": "large/blur-pod16.toml"}
TENSORS = """
input x: i8[4, 8192]
constant w: i8[8192, 4096] = pattern 1
y = matmul x, w
output y
"""
TENSOR_JOB = """
[job]
name = "memory"
[machine]
topology = "groq-tsp"
[program]
tsp_tensors = "p.tensors"
[[command]]
copy_in = "x"
fill = 1
[[command]]
launch = "run"
[[command]]
copy_out = "y"
"""


def write_wafer(folder, shape):
    width, height, elements, times, epoch, copies = WAFER[shape]
    (folder / "layout.csl").write_text(LAYOUT.format(w=width, h=height))
    (folder / "pe.csl").write_text(PE.format(n=elements))
    commands = copies if copies == COPY_IN else ""
    commands += LAUNCH.format(times=times) + (COPY_OUT if copies == COPY_OUT else "")
    (folder / "job.toml").write_text(JOB.format(epoch=epoch) + commands)
    if copies == COPY_IN:
        np.save(folder / "x.npy", np.ones((height, width, elements), dtype=np.float32))
    return folder / "job.toml"


def write_schedule(folder):
    (folder / "p.tensors").write_text(TENSORS)
    (folder / "job.toml").write_text(TENSOR_JOB)
    return folder / "job.toml"


def run(weft, job, folder, ranks, overrides=()):
    """Exit code, standard error, the summary if there is one, and the largest process's peak."""
    summary = folder / "s.json"
    summary.unlink(missing_ok=True)
    command = [weft, "--quiet", "run", str(job), "--trace", "t.h5", "--json", "s.json"]
    for assignment in overrides:
        command += ["--set", assignment]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks)] + command
    with open(folder / "err", "w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors,
                                   stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    values = json.loads(summary.read_text()) if summary.exists() else None
    return (os.waitstatus_to_exitcode(status), (folder / "err").read_text(), values,
            usage.ru_maxrss * 1024)


def check(weft, job, folder, shape, ranks):
    code, errors, summary, seen = run(weft, job, folder, ranks)
    if code != 0:
        sys.exit(f"{shape} on {ranks}: exit code {code}\n{errors}")
    peak, told = summary["memory_peak_bytes"], summary["memory_forecast_bytes"]
    error = told / peak - 1
    print(f"{shape} on {ranks}: {told / MIB:.0f} MiB foretold, {peak / MIB:.0f} used,"
          f" {100 * error:+.1f} %", flush=True)
    if abs(error) > BOUND:
        sys.exit(f"more than {100 * BOUND:.0f} % off")
    if ranks == 1 and not 0.9 < seen / peak < 1.2:
        sys.exit(f"the kernel saw {seen / MIB:.0f} MiB")
    limit = f"limits.memory='{int(0.9 * told / 1024)} KiB'"
    code, errors, summary, _ = run(weft, job, folder, ranks, [limit])
    if code != 1 or "does not fit" not in errors or "filled by" not in errors:
        sys.exit(f"with {limit}: exit code {code}\n{errors}")
    if list(folder.glob("t.h5*")) and summary is not None:
        sys.exit("the refused run left something")
    (folder / "t.h5").unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weft")
    parser.add_argument("jobs")
    parser.add_argument("shapes", nargs="+")
    parser.add_argument("--ranks", default="1,2")
    arguments = parser.parse_args()
    weft = str(pathlib.Path(arguments.weft).resolve())
    for shape in arguments.shapes:
        with tempfile.TemporaryDirectory(prefix="weft_memory_") as name:
            folder = pathlib.Path(name)
            if shape in SHIPPED:
                job = pathlib.Path(arguments.jobs).resolve() / SHIPPED[shape]
            elif shape == "schedule":
                job = write_schedule(folder)
            else:
                job = write_wafer(folder, shape)
            for ranks in map(int, arguments.ranks.split(",")):
                check(weft, job, folder, shape, ranks)
    return 0


if __name__ == "__main__":
    sys.exit(main())
