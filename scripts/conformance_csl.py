#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs programs of a csl-examples checkout through `weft run` and compares with NumPy.

The layouts and tile programs run unmodified, with the parameters of their authors' own
commands_wse2.sh and commands_wse3.sh; what their run.py does on the host is written here anew, as
job files, because those scripts need the vendor's SDK. Every program runs on each number of ranks
of --ranks; the trace hash must be the same on all.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

import conformance_csl_benchmarks  # noqa: F401, adds its cases
from conformance_csl_job import CASES, ONE, Examples, Job, blocks, case, floats, program


def row_sums():
    return (np.arange(24, dtype=np.float32).reshape(4, 6).sum(1) + 2).reshape(1, 1, 4)


# gemv-00 is a module without a layout: this one and the tile code below call its functions.
GEMV_00_LAYOUT = """
const memcpy = @import_module("<memcpy/get_params>", .{ .width = 1, .height = 1 });
layout {
  @set_rectangle(1, 1);
  @set_tile_code(0, 0, "pe.csl", .{ .memcpy_params = memcpy.get_params(0) });
  @export_name("y", [*]f32, false);
  @export_name("compute", fn()void);
}
"""
GEMV_00_TILE = """
param memcpy_params: comptime_struct;
const sys_mod = @import_module("<memcpy/memcpy>", memcpy_params);
const code = @import_module("code.csl");
var y_ptr: [*]f32 = &code.y;
fn compute() void {
  code.init_and_compute();
  sys_mod.unblock_cmd_stream();
}
comptime {
  @export_symbol(y_ptr, "y");
  @export_symbol(compute);
}
"""


@case
def gemv_00_basic_syntax(examples):
    job = Job("layout.csl")
    code = examples.path("tutorials/gemv-00-basic-syntax/code.csl").read_text()
    job.sources = {"layout.csl": GEMV_00_LAYOUT, "pe.csl": GEMV_00_TILE, "code.csl": code}
    job.launch("compute")
    job.copy_out("y", row_sums(), ONE)
    return job


@case
def gemv_01_complete_program(examples):
    job = program(examples, "tutorials/gemv-01-complete-program")
    job.launch("init_and_compute")
    job.copy_out("y", row_sums(), ONE)
    return job


@case
def gemv_02_memory_dsds(examples):
    job = program(examples, "tutorials/gemv-02-memory-dsds")
    job.launch("init_and_compute")
    job.copy_out("y", row_sums(), ONE)
    return job


def _copied_gemv(job, function):
    tiles = job.parameters.get("width", 1)
    region = [0, 0, tiles, 1]
    for symbol, values in (("A", np.arange(24)), ("x", np.ones(6)), ("b", np.full(4, 2.0))):
        job.copy_in(symbol, np.tile(values.astype(np.float32), (1, tiles, 1)), region)
    job.launch(function)
    job.copy_out("y", np.tile(row_sums(), (1, tiles, 1)), region)
    return job


@case
def gemv_03_memcpy(examples):
    return _copied_gemv(program(examples, "tutorials/gemv-03-memcpy"), "init_and_compute")


@case
def gemv_04_params(examples):
    return _copied_gemv(program(examples, "tutorials/gemv-04-params"), "init_and_compute")


@case
def gemv_05_multiple_pes(examples):
    return _copied_gemv(program(examples, "tutorials/gemv-05-multiple-pes"), "compute")


def _routed_gemv(job, height, width):
    m, n = job.parameters["M"], job.parameters["N"]
    matrix, x, b = floats((m, n), 1), floats(n, 2), floats(m, 3)
    job.copy_in("A", blocks(matrix, height, width), [0, 0, width, height])
    job.copy_in("x", x.reshape(1, width, -1), [0, 0, width, 1])
    job.copy_in("y", b.reshape(height, 1, -1), [0, 0, 1, height])
    rest = np.zeros((height, width - 1, m // height), np.float32)
    job.copy_in("y", rest, [1, 0, width - 1, height])
    job.launch("compute")
    job.copy_out("y", (matrix @ x + b).reshape(height, 1, -1), [width - 1, 0, 1, height], 1e-4)
    return job


@case
def gemv_06_routes_1(examples):
    return _routed_gemv(program(examples, "tutorials/gemv-06-routes-1"), 1, 2)


@case
def gemv_07_routes_2(examples):
    return _routed_gemv(program(examples, "tutorials/gemv-07-routes-2"), 2, 2)


@case
def gemv_08_routes_3(examples):
    job = program(examples, "tutorials/gemv-08-routes-3")
    return _routed_gemv(job, job.parameters["kernel_y_dim"], job.parameters["kernel_x_dim"])


@case
def gemv_09_streaming(examples):
    job = program(examples, "tutorials/gemv-09-streaming")
    given = job.parameters
    m, n, width, height = (given[key] for key in ("M", "N", "kernel_x_dim", "kernel_y_dim"))
    matrix, x, b = floats((m, n), 1), floats(n, 2), floats(m, 3)
    job.copy_in("A", blocks(matrix, height, width), [0, 0, width, height])
    job.stream_in("MEMCPYH2D_DATA_1", x.reshape(1, width, -1), [0, 0, width, 1])
    job.stream_in("MEMCPYH2D_DATA_2", b.reshape(height, 1, -1), [0, 0, 1, height])
    job.stream_out("MEMCPYD2H_DATA_1", (matrix @ x + b).reshape(height, 1, -1),
                   [width - 1, 0, 1, height], tolerance=1e-4)
    return job


def _one_more(job, last=0):
    size = job.parameters["size"]
    numbers = np.random.default_rng(6).integers(256, size=(1, 1, size)).astype(np.int16)
    job.stream_in("MEMCPYH2D_DATA_1", numbers, ONE, "i16")
    job.stream_out("MEMCPYD2H_DATA_1", numbers + np.int16(1), [last, 0, 1, 1], "i16")
    return job


@case
def pipeline_01_basic(examples):
    return _one_more(program(examples, "tutorials/pipeline-01-basic"))


@case
def pipeline_02_fifo(examples):
    return _one_more(program(examples, "tutorials/pipeline-02-fifo"))


@case
def pipeline_03_multiple(examples):
    return _one_more(program(examples, "tutorials/pipeline-03-multiple"), last=2)


@case
def topic_01_arrays_and_pointers(examples):
    job = program(examples, "tutorials/topic-01-arrays-and-pointers")
    job.launch("f_run")
    job.copy_out("result", np.array([[[9]]], np.int16), ONE)
    return job


@case
def topic_02_libraries(examples):
    name = "tutorials/topic-02-libraries"
    job = program(examples, name)
    job.launch("f_run")
    tolerance = float(examples.option(name, "--tolerance"))
    job.copy_out("result", np.array([[[np.pi]]], np.float32), ONE, tolerance)
    return job


@case
def topic_03_streaming_wavelet_data(examples):
    job = program(examples, "tutorials/topic-03-streaming-wavelet-data")
    numbers = np.arange(1, 7, dtype=np.int16).reshape(1, 1, 6)
    job.stream_in("MEMCPYH2D_DATA_1", numbers, ONE, "i16")
    job.stream_out("MEMCPYD2H_DATA_1", numbers, ONE, "i16")
    return job


@case
def topic_04_sparse_tensors(examples):
    job = program(examples, "tutorials/topic-04-sparse-tensors")
    values = np.arange(10, 14, dtype=np.uint32)
    words = (np.arange(4, dtype=np.uint32) << np.uint32(16)) | values
    job.stream_in("MEMCPYH2D_DATA_1", words.reshape(1, 1, 4), ONE, "u32")
    job.stream_out("MEMCPYD2H_DATA_1", values.astype(np.int16).reshape(1, 1, 4), ONE, "i16")
    return job


@case
def topic_05_sentinels(examples):
    job = program(examples, "tutorials/topic-05-sentinels")
    size, words = job.parameters["size"], 11
    job.stream_in("MEMCPYH2D_DATA_1", np.full((size, 1, 1), words, np.uint32), [0, 0, 1, size],
                  "u32")
    numbers = floats((size, 1, words), 7)
    job.stream_in("MEMCPYH2D_DATA_2", numbers, [0, 0, 1, size])
    job.stream_out("MEMCPYD2H_DATA_1", numbers.sum(-1, keepdims=True), [1, 0, 1, size],
                   tolerance=0.05)
    return job


def _four_results(job, results):
    job.launch("main_fn")
    for expected, x, y in results:
        job.copy_out("result", np.array([[[expected]]], np.uint32), [x, y, 1, 1])
    return job


@case
def topic_06_switches(examples):
    return _four_results(program(examples, "tutorials/topic-06-switches"),
                         ((0, 2, 1), (2, 1, 2), (4, 1, 0), (6, 0, 1)))


@case
def topic_07_switches_entrypt(examples):
    return _four_results(program(examples, "tutorials/topic-07-switches-entrypt"),
                         ((0, 0, 1), (2, 2, 1), (4, 1, 2), (6, 1, 0)))


@case
def topic_08_filters(examples):
    job = program(examples, "tutorials/topic-08-filters")
    job.launch("main_fn")
    job.copy_out("result", np.arange(6.5, 11, 0.5, dtype=np.float32).reshape(1, 3, 3),
                 [1, 0, 3, 1])
    return job


@case
def topic_09_fifos(examples):
    job = program(examples, "tutorials/topic-09-fifos")
    x = floats((1, 1, job.parameters["num_elems_to_process"]), 7)
    job.stream_in("MEMCPYH2D_DATA_1", x, ONE)
    ten_more = -(x + np.float32(10))
    job.stream_out("MEMCPYD2H_DATA_1", ten_more * ten_more * ten_more, ONE)
    return job


@case
def topic_10_map_builtin(examples):
    job = program(examples, "tutorials/topic-10-map-builtin")
    size = job.parameters["size"]
    weight = floats(size, 4)
    matrix = np.full((size, size), 42, np.float32)
    np.fill_diagonal(matrix, 42 * (2 + weight) + 42 * (6 + weight))
    job.copy_in("weight", weight.reshape(1, 1, size), ONE)
    job.launch("f_run")
    job.copy_out("sqrt_diag_A", np.full((1, 1, size), np.sqrt(np.float32(42))), ONE)
    job.copy_out("A", matrix.reshape(1, 1, -1), ONE)
    job.copy_out("sum", np.array([[[150]]], np.int32), ONE)
    return job


def weft_run(weft, ranks, folder):
    """The summary of one run, or None with the run's words printed."""
    command = [weft, "run", "job.toml", "--json", f"summary{ranks}.json"]
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode == 0:
        return json.loads((folder / f"summary{ranks}.json").read_text())
    print((done.stdout + done.stderr)[-2000:], flush=True)
    return None


def run(options, name, generation, keep):
    """Runs one program on all numbers of ranks and prints its rows; True when all is well."""
    folder = pathlib.Path(keep).resolve() / f"{name}-{generation}"
    folder.mkdir(parents=True, exist_ok=True)
    examples = Examples(options.checkout.resolve(), generation)
    CASES[name](examples).write(folder, f"cerebras-{generation}", options.constants)
    hashes = set()
    good = True
    for ranks in options.ranks:
        summary = weft_run(options.weft, ranks, folder)
        result = "failed"
        if summary is not None:
            hashes.add(summary["trace_hash"])
            result = "right" if len(hashes) == 1 else "another trace hash"
        good &= result == "right"
        cycles = "" if summary is None else summary["cycles"]
        print(f"{name:32}{generation:5} {ranks:5}  {result:20} {cycles:>10}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=pathlib.Path, help="a checkout of csl-examples")
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases; default: all")
    parser.add_argument("--weft", default="weft", help="the weft program")
    parser.add_argument("--ranks", default=[1, 3], help="numbers of ranks; default: 1,3",
                        type=lambda text: [int(ranks) for ranks in text.split(",")])
    parser.add_argument("--set", dest="constants", action="append", default=[], metavar="KEY=VALUE",
                        help="a constant of the topology")
    parser.add_argument("--keep", help="keep the job files in this folder")
    options = parser.parse_intermixed_args()
    if not (options.checkout / "tutorials").is_dir():
        parser.error(f"{options.checkout} is no checkout of csl-examples")
    unknown = [name for name in options.names if name not in CASES]
    if unknown:
        parser.error(f"no case {unknown[0]}; there are {', '.join(CASES)}")
    program = shutil.which(options.weft)
    if program is None:
        parser.error(f"no program {options.weft}")
    options.weft = str(pathlib.Path(program).resolve())
    print(f"{'program':32}{'':5} ranks  {'result':20} {'cycles':>10}")
    with tempfile.TemporaryDirectory() as temporary:
        outcomes = [run(options, name, generation, options.keep or temporary)
                    for generation in ("wse2", "wse3") for name in options.names or CASES]
    print(f"{sum(outcomes)} of {len(outcomes)} programs right on {options.ranks} ranks")
    return 0 if all(outcomes) else 3


if __name__ == "__main__":
    sys.exit(main())
