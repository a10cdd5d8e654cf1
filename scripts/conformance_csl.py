#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs programs of a csl-examples checkout through `weft run` and compares with NumPy.

The layouts and tile programs run unmodified; what their run.py does on the host is written here
anew, as job files, because those scripts need the vendor's SDK. Every program runs on each number
of ranks of --ranks; the trace hash must be the same on all.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


class Job:
    """Collects commands and checks, writes a job file and its data."""

    def __init__(self, layout, **parameters):
        self.layout = layout
        self.parameters = parameters
        self.commands = []
        self.checks = []
        self.arrays = []
        self.sources = {}  # CSL of our own, by file name, for what is no program by itself

    def _array(self, values):
        name = f"array{len(self.arrays)}.npy"
        self.arrays.append((name, np.ascontiguousarray(values)))
        return name

    def copy_in(self, symbol, values, region):
        self.commands.append({"copy_in": symbol, "region": region, "data": self._array(values)})

    def stream_in(self, stream, values, region, type_="f32"):
        one_item = np.asarray(values)[np.newaxis]
        self.commands.append({"stream_in": stream, "region": region, "type": type_,
                              "data": self._array(one_item)})

    def launch(self, function, *arguments):
        command = {"launch": function}
        if arguments:
            command["arguments"] = list(arguments)
        self.commands.append(command)

    def copy_out(self, symbol, expected, region, tolerance=0.0):
        name = f"result{len(self.checks)}"
        self.commands.append({"copy_out": symbol, "region": region, "result": name,
                              "elements": int(np.shape(expected)[-1])})
        self._check(name, expected, tolerance)

    def stream_out(self, stream, expected, region, type_="f32", tolerance=0.0):
        name = f"result{len(self.checks)}"
        self.commands.append({"stream_out": stream, "region": region, "result": name,
                              "type": type_, "elements": int(np.shape(expected)[-1])})
        self._check(name, expected, tolerance)

    def _check(self, name, expected, tolerance):
        check = {"kind": "equals", "result": name, "data": self._array(expected)}
        if tolerance:
            check["tolerance"] = tolerance
        self.checks.append(check)

    def write(self, folder, topology):
        for name, values in self.arrays:
            np.save(folder / name, values)
        for name, text in self.sources.items():
            (folder / name).write_text(text)
        lines = ["[job]", 'name = "conformance"', "[machine]", f'topology = "{topology}"',
                 "[program]", f"csl = {json.dumps(str(self.layout))}", "[program.parameters]"]
        lines += [f"{key} = {value}" for key, value in self.parameters.items()]
        for table, rows in (("command", self.commands), ("check", self.checks)):
            for row in rows:
                lines.append(f"[[{table}]]")
                lines += [f"{key} = {json.dumps(value)}" for key, value in row.items()]
        lines += ["[trace]", 'level = "off"', "[limits]", "max_cycles = 10_000_000"]
        path = folder / "job.toml"
        path.write_text("\n".join(lines) + "\n")
        return path


def floats(shape, seed):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def blocks(matrix, rows, columns):
    """[rows][columns][elements]: each tile's block, column by column."""
    m, n = matrix.shape[0] // rows, matrix.shape[1] // columns
    return np.array([[matrix[i * m:(i + 1) * m, j * n:(j + 1) * n].T.ravel()
                      for j in range(columns)] for i in range(rows)])


def row_sums():
    return (np.arange(24, dtype=np.float32).reshape(4, 6).sum(1) + 2).reshape(1, 1, 4)


STREAMS = {"MEMCPYH2D_DATA_1_ID": 0, "MEMCPYD2H_DATA_1_ID": 1}
ONE = [0, 0, 1, 1]


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
def gemv_00_basic_syntax(root):
    job = Job("layout.csl")
    code = (root / "tutorials/gemv-00-basic-syntax/code.csl").read_text()
    job.sources = {"layout.csl": GEMV_00_LAYOUT, "pe.csl": GEMV_00_TILE, "code.csl": code}
    job.launch("compute")
    job.copy_out("y", row_sums(), ONE)
    return job


@case
def gemv_01_complete_program(root):
    job = Job(root / "tutorials/gemv-01-complete-program/layout.csl")
    job.launch("init_and_compute")
    job.copy_out("y", row_sums(), ONE)
    return job


@case
def gemv_02_memory_dsds(root):
    job = Job(root / "tutorials/gemv-02-memory-dsds/layout.csl")
    job.launch("init_and_compute")
    job.copy_out("y", row_sums(), ONE)
    return job


def _copied_gemv(layout, function, tiles=1, **parameters):
    job = Job(layout, **parameters)
    region = [0, 0, tiles, 1]
    for symbol, values in (("A", np.arange(24)), ("x", np.ones(6)), ("b", np.full(4, 2.0))):
        job.copy_in(symbol, np.tile(values.astype(np.float32), (1, tiles, 1)), region)
    job.launch(function)
    job.copy_out("y", np.tile(row_sums(), (1, tiles, 1)), region)
    return job


@case
def gemv_03_memcpy(root):
    return _copied_gemv(root / "tutorials/gemv-03-memcpy/layout.csl", "init_and_compute")


@case
def gemv_04_params(root):
    return _copied_gemv(root / "tutorials/gemv-04-params/layout.csl", "init_and_compute", M=4, N=6)


@case
def gemv_05_multiple_pes(root):
    return _copied_gemv(root / "tutorials/gemv-05-multiple-pes/layout.csl", "compute", 4,
                        M=4, N=6, width=4)


def _routed_gemv(layout, height, width, m, n, **parameters):
    matrix, x, b = floats((m, n), 1), floats(n, 2), floats(m, 3)
    job = Job(layout, M=m, N=n, **parameters)
    job.copy_in("A", blocks(matrix, height, width), [0, 0, width, height])
    job.copy_in("x", x.reshape(1, width, -1), [0, 0, width, 1])
    job.copy_in("y", b.reshape(height, 1, -1), [0, 0, 1, height])
    rest = np.zeros((height, width - 1, m // height), np.float32)
    job.copy_in("y", rest, [1, 0, width - 1, height])
    job.launch("compute")
    job.copy_out("y", (matrix @ x + b).reshape(height, 1, -1), [width - 1, 0, 1, height], 1e-4)
    return job


@case
def gemv_06_routes_1(root):
    return _routed_gemv(root / "tutorials/gemv-06-routes-1/layout.csl", 1, 2, 4, 6)


@case
def gemv_07_routes_2(root):
    return _routed_gemv(root / "tutorials/gemv-07-routes-2/layout.csl", 2, 2, 4, 6)


@case
def gemv_08_routes_3(root):
    return _routed_gemv(root / "tutorials/gemv-08-routes-3/layout.csl", 3, 4, 6, 8,
                        kernel_x_dim=4, kernel_y_dim=3)


@case
def gemv_09_streaming(root):
    matrix, x, b = floats((6, 8), 1), floats(8, 2), floats(6, 3)
    job = Job(root / "tutorials/gemv-09-streaming/layout.csl", kernel_x_dim=4, kernel_y_dim=3,
              M=6, N=8, MEMCPYH2D_DATA_1_ID=0, MEMCPYH2D_DATA_2_ID=1, MEMCPYD2H_DATA_1_ID=2)
    job.copy_in("A", blocks(matrix, 3, 4), [0, 0, 4, 3])
    job.stream_in("MEMCPYH2D_DATA_2", b.reshape(3, 1, 2), [0, 0, 1, 3])
    job.stream_in("MEMCPYH2D_DATA_1", x.reshape(1, 4, 2), [0, 0, 4, 1])
    job.stream_out("MEMCPYD2H_DATA_1", (matrix @ x + b).reshape(3, 1, 2), [3, 0, 1, 3],
                   tolerance=1e-4)
    return job


def _one_more(layout):
    job = Job(layout, size=10, **STREAMS)
    numbers = np.arange(10, dtype=np.int16).reshape(1, 1, 10)
    job.stream_in("MEMCPYH2D_DATA_1", numbers, ONE, "i16")
    job.stream_out("MEMCPYD2H_DATA_1", numbers + np.int16(1), ONE, "i16")
    return job


@case
def pipeline_01_basic(root):
    return _one_more(root / "tutorials/pipeline-01-basic/layout.csl")


@case
def pipeline_02_fifo(root):
    return _one_more(root / "tutorials/pipeline-02-fifo/layout.csl")


@case
def topic_01_arrays_and_pointers(root):
    job = Job(root / "tutorials/topic-01-arrays-and-pointers/layout.csl")
    job.launch("f_run")
    job.copy_out("result", np.array([[[9]]], np.int16), ONE)
    return job


@case
def topic_02_libraries(root):
    job = Job(root / "tutorials/topic-02-libraries/layout.csl", iterations=200)
    job.launch("f_run")
    job.copy_out("result", np.array([[[np.pi]]], np.float32), ONE, 0.1)
    return job


@case
def topic_03_streaming_wavelet_data(root):
    job = Job(root / "tutorials/topic-03-streaming-wavelet-data/layout.csl", **STREAMS)
    numbers = np.arange(1, 7, dtype=np.int16).reshape(1, 1, 6)
    job.stream_in("MEMCPYH2D_DATA_1", numbers, ONE, "i16")
    job.stream_out("MEMCPYD2H_DATA_1", numbers, ONE, "i16")
    return job


@case
def topic_04_sparse_tensors(root):
    job = Job(root / "tutorials/topic-04-sparse-tensors/layout.csl", **STREAMS)
    values = np.arange(10, 14, dtype=np.uint32)
    words = (np.arange(4, dtype=np.uint32) << np.uint32(16)) | values
    job.stream_in("MEMCPYH2D_DATA_1", words.reshape(1, 1, 4), ONE, "u32")
    job.stream_out("MEMCPYD2H_DATA_1", values.astype(np.int16).reshape(1, 1, 4), ONE, "i16")
    return job


@case
def topic_06_switches(root):
    job = Job(root / "tutorials/topic-06-switches/layout.csl")
    job.launch("main_fn")
    for expected, x, y in ((0, 2, 1), (2, 1, 2), (4, 1, 0), (6, 0, 1)):
        job.copy_out("result", np.array([[[expected]]], np.uint32), [x, y, 1, 1])
    return job


@case
def topic_08_filters(root):
    job = Job(root / "tutorials/topic-08-filters/layout.csl")
    job.launch("main_fn")
    job.copy_out("result", np.arange(6.5, 11, 0.5, dtype=np.float32).reshape(1, 3, 3),
                 [1, 0, 3, 1])
    return job


@case
def topic_09_fifos(root):
    job = Job(root / "tutorials/topic-09-fifos/layout.csl", num_elems_to_process=12, **STREAMS)
    x = np.arange(1, 13, dtype=np.float32).reshape(1, 1, 12)
    job.stream_in("MEMCPYH2D_DATA_1", x, ONE)
    job.stream_out("MEMCPYD2H_DATA_1", -(x + 10) ** 3, ONE, tolerance=1e-2)
    return job


@case
def topic_10_map_builtin(root):
    job = Job(root / "tutorials/topic-10-map-builtin/layout.csl", size=5)
    weight = floats(5, 4)
    matrix = np.full((5, 5), 42, np.float32)
    np.fill_diagonal(matrix, 42 * (2 + weight) + 42 * (6 + weight))
    job.copy_in("weight", weight.reshape(1, 1, 5), ONE)
    job.launch("f_run")
    job.copy_out("sqrt_diag_A", np.full((1, 1, 5), np.sqrt(np.float32(42))), ONE, 1e-5)
    job.copy_out("A", matrix.reshape(1, 1, 25), ONE, 1e-3)
    job.copy_out("sum", np.array([[[150]]], np.int32), ONE)
    return job


@case
def residual(root):
    matrix, x, b = floats((6, 4), 1), floats(4, 2), floats(6, 3)
    job = Job(root / "benchmarks/residual/layout.csl", LOCAL_OUT_SZ=3, LOCAL_IN_SZ=2, width=2,
              height=2)
    job.copy_in("A", blocks(matrix, 2, 2), [0, 0, 2, 2])
    job.copy_in("x", x.reshape(1, 2, 2), [0, 0, 2, 1])
    job.copy_in("y", b.reshape(2, 1, 3), [0, 0, 1, 2])
    job.launch("bcast_x")
    job.copy_out("nrm", np.abs(b - matrix @ x).max().reshape(1, 1, 1), [1, 0, 1, 1], 1e-5)
    return job


@case
def cholesky(root):
    tiles, side = 4, 4
    size = tiles * side
    random = floats((size, size), 1).astype(np.float64)
    matrix = random @ random.T + size * np.eye(size)
    lower = np.linalg.cholesky(matrix)

    def tile(of, x, y):
        return of[y * side:(y + 1) * side, x * side:(x + 1) * side].astype(np.float32)

    job = Job(root / "benchmarks/cholesky/layout.csl", P=tiles, Nt=side)
    job.copy_in("tile", np.array([[tile(matrix, x, y).ravel() for x in range(tiles)]
                                  for y in range(tiles)]), [0, 0, tiles, tiles])
    job.launch("f_chol")
    for y in range(tiles):
        for x in range(y):  # on the diagonal the upper half keeps intermediate values
            job.copy_out("tile", tile(lower, x, y).reshape(1, 1, -1), [x, y, 1, 1], 1e-4)
    return job


@case
def game_of_life(root):
    width = height = 4
    generations = 6
    cells = (floats((height, width), 5) < 0.5).astype(np.uint32)
    history = []
    now = cells
    for _ in range(generations):
        history.append(now)
        padded = np.pad(now, 1)
        around = sum(padded[1 + dy:1 + dy + height, 1 + dx:1 + dx + width]
                     for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy)
        now = ((around == 3) | ((now == 1) & (around == 2))).astype(np.uint32)
    job = Job(root / "benchmarks/game-of-life/layout.csl", x_dim=width, y_dim=height)
    region = [0, 0, width, height]
    job.copy_in("states", cells.reshape(height, width, 1), region)
    job.launch("generate", generations)
    job.copy_out("states", np.stack(history, axis=-1), region)
    return job


@case
def row_col_broadcast(root):
    job = Job(root / "benchmarks/row-col-broadcast/src/layout.csl", width=5, height=5,
              pe_length=5, C0_ID=2, C1_ID=3, C2_ID=4, C3_ID=5, C4_ID=6)
    everywhere = [0, 0, 5, 5]
    row = np.arange(25, dtype=np.float32).reshape(5, 1, 5)
    values = np.repeat(row, 5, axis=1)  # what memcpy_h2d_rowbcast puts on the tiles of a row
    job.launch("f_sync")
    job.launch("f_tic")
    job.copy_in("A", values, everywhere)
    job.launch("f_toc")
    job.launch("f_memcpy_timestamps")
    job.launch("f_reference_timestamps")
    job.copy_out("A", values, everywhere)
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
    CASES[name](options.checkout.resolve()).write(folder, f"cerebras-{generation}")
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
