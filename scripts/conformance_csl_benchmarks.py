# SPDX-License-Identifier: Apache-2.0
"""Cases of scripts/conformance_csl.py: the folder benchmarks/ of csl-examples."""

import numpy as np

from conformance_csl_job import ONE, blocks, case, floats, program


@case
def residual(examples):
    job = program(examples, "benchmarks/residual")
    given = job.parameters
    width, height = given["width"], given["height"]
    rows, columns = given["LOCAL_OUT_SZ"] * height, given["LOCAL_IN_SZ"] * width
    matrix, x, b = floats((rows, columns), 1), floats(columns, 2), floats(rows, 3)
    job.copy_in("A", blocks(matrix, height, width), [0, 0, width, height])
    job.copy_in("x", x.reshape(1, width, -1), [0, 0, width, 1])
    job.copy_in("y", b.reshape(height, 1, -1), [0, 0, 1, height])
    job.launch("bcast_x")
    job.copy_out("nrm", np.abs(b - matrix @ x).max().reshape(1, 1, 1), [1, 0, 1, 1], 1e-5)
    return job


@case
def cholesky(examples):
    job = program(examples, "benchmarks/cholesky")
    tiles, side = job.parameters["P"], job.parameters["Nt"]
    size = tiles * side
    lower = np.zeros((size, size))
    lower[np.tril_indices(size)] = np.arange(1, size * (size + 1) // 2 + 1)
    matrix = np.tril(lower @ lower.T)

    def row_of_tiles(of, y):
        row = of[y * side:(y + 1) * side].astype(np.float32).reshape(side, tiles, side)
        return row.transpose(1, 0, 2).reshape(1, tiles, -1)[:, :y + 1]

    for y in range(tiles):
        job.copy_in("tile", row_of_tiles(matrix, y), [0, y, y + 1, 1])
    job.launch("f_chol")
    for y in range(tiles):
        job.copy_out("tile", row_of_tiles(lower, y), [0, y, y + 1, 1], 0.015)
    return job


def glider_cells(width, height):
    """Mirrored gliders in blocks of four by four cells."""
    glider = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1]], np.uint32)
    cells = np.zeros((height, width), np.uint32)
    for i in range(height // 4):
        for j in range(width // 4):
            turned = glider[::-1] if i % 2 else glider[:, ::-1] if j % 2 else glider
            cells[4 * i:4 * i + 3, 4 * j:4 * j + 3] = turned
    return cells


@case
def game_of_life(examples):
    name = "benchmarks/game-of-life"
    job = program(examples, name)
    width, height = job.parameters["x_dim"], job.parameters["y_dim"]
    generations = int(examples.option(name, "--iters"))
    assert examples.option(name, "--initial-state") == "glider"
    cells = glider_cells(width, height)
    history = []
    now = cells
    for _ in range(generations):
        history.append(now)
        padded = np.pad(now, 1)
        around = sum(padded[1 + dy:1 + dy + height, 1 + dx:1 + dx + width]
                     for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy)
        now = ((around == 3) | ((now == 1) & (around == 2))).astype(np.uint32)
    region = [0, 0, width, height]
    job.copy_in("states", cells.reshape(height, width, 1), region)
    job.launch("generate", generations)
    job.copy_out("states", np.stack(history, axis=-1), region)
    return job


@case
def row_col_broadcast(examples):
    job = program(examples, "benchmarks/row-col-broadcast", "src/layout.csl")
    width, height, length = (job.parameters[key] for key in ("width", "height", "pe_length"))
    everywhere = [0, 0, width, height]
    row = np.arange(height * length, dtype=np.float32).reshape(height, 1, length)
    values = np.repeat(row, width, axis=1)  # what memcpy_h2d_rowbcast puts on the tiles of a row
    job.launch("f_sync")
    job.launch("f_tic")
    job.copy_in("A", values, everywhere)
    job.launch("f_toc")
    job.launch("f_memcpy_timestamps")
    job.launch("f_reference_timestamps")
    job.copy_out("A", values, everywhere)
    return job


@case
def single_tile_matvec(examples):
    job = program(examples, "benchmarks/single-tile-matvec", "src/layout_matvec.csl")
    size, width, height = (job.parameters[key] for key in ("tile_size", "width", "height"))
    everywhere = [0, 0, width, height]
    padded = -(-size // 4) * 4
    matrix, x = floats((size, size), 1), floats(size, 2)
    columns = np.zeros((size, padded), np.float32)
    columns[:, :size] = matrix.T
    stored = np.concatenate(([np.float32(0)], columns.ravel()))
    job.copy_in("A", np.tile(stored, (height, width, 1)), everywhere)
    job.copy_in("x", np.tile(x, (height, width, 1)), everywhere)
    job.launch("compute")
    job.copy_out("y", np.tile(matrix @ x, (height, width, 1)), everywhere, 1e-4)
    return job


@case
def wide_multiplication(examples):
    job = program(examples, "benchmarks/wide-multiplication", "code.csl")
    words = np.random.default_rng(7).integers(1 << 16, size=(2, 8)).astype(np.uint16)
    left, right = (int.from_bytes(part.tobytes(), "little") for part in words)
    both = np.concatenate([np.pad(part, (0, 8)) for part in words])
    product = np.frombuffer((left * right).to_bytes(32, "little"), np.uint16)
    job.launch("f_run", both.size)
    numbered = (np.arange(both.size, dtype=np.uint32) << np.uint32(16)) | both
    job.stream_in("MEMCPYH2D_DATA_1", numbered.reshape(1, 1, -1), ONE, "u32")
    job.stream_out("MEMCPYD2H_DATA_1", product.reshape(1, 1, -1), ONE, "u16")
    return job


def escape(x, y, most):
    """Where a point goes, and in how many steps it leaves: in the tile's order of operations."""
    real, imaginary, steps = x, y, 0
    while steps < most and not np.sqrt(real * real + imaginary * imaginary) > 2:
        real, imaginary = (real * real - imaginary * imaginary + x,
                           real * imaginary + real * imaginary + y)
        steps += 1
    return real, imaginary, np.float32(steps)


@case
def mandelbrot(examples):
    job = program(examples, "benchmarks/mandelbrot", "code.csl")
    side = np.arange(16, dtype=np.float32) * np.float32(3) / np.float32(15)
    points = [escape(x, y, 32) for y in side - np.float32(1.5) for x in side - np.float32(2)]
    job.launch("f_mandelbrot")
    job.stream_out("MEMCPYD2H_DATA_1", np.array(points, np.float32).reshape(4, 1, -1),
                   [3, 0, 1, 4])
    return job


@case
def gemv_checkerboard_pattern(examples):
    job = program(examples, "benchmarks/gemv-checkerboard-pattern")
    width, height, rows, columns = (job.parameters[key] for key in (
        "kernel_cols", "kernel_rows", "matrix_rows", "matrix_cols"))
    matrix, x, b = (floats(shape, seed).astype(np.float16)
                    for shape, seed in (((rows, columns), 1), (columns, 2), (rows, 3)))
    tiles = matrix.reshape(height, rows // height, width, columns // width).transpose(0, 2, 1, 3)
    job.copy_in("A", tiles.reshape(height, width, -1), [0, 0, width, height])
    numbered = x.reshape(1, width, -1).view(np.uint16).astype(np.uint32)
    numbered |= np.arange(columns // width, dtype=np.uint32) << np.uint32(16)
    job.stream_in("MEMCPYH2D_DATA_1", numbered, [0, 0, width, 1], "u32")
    addends = b.reshape(height, 1, -1).view(np.uint16).astype(np.uint32)
    job.stream_in("MEMCPYH2D_DATA_2", addends, [0, 0, 1, height], "u32")
    expected = (matrix.astype(np.float32) @ x.astype(np.float32) + b).astype(np.float16)
    job.stream_out("MEMCPYD2H_DATA_1", expected.reshape(height, 1, -1), [width - 1, 0, 1, height],
                   "f16", tolerance=0.03)
    return job


def _transform(examples, call, function):
    """A row of tiles, a column of the square each; the inverse divides by the number of points."""
    job = program(examples, "benchmarks/fft-1d-2d", call=call)
    size, flat = job.parameters["Nz"], job.parameters["DIM"] == 1
    kind = np.float16 if job.parameters["FP"] == 1 else np.float32
    width = 1 if flat else size
    values = floats((width, size), 7).astype(kind)
    angles = np.pi * np.arange(size // 2) / (size // 2)
    twiddles = np.stack([np.cos(angles), np.sin(angles)], -1).astype(kind).ravel()
    transform = np.fft.fft2 if not flat and function == "f_fft" else (
        np.fft.ifft2 if not flat else np.fft.fft if function == "f_fft" else np.fft.ifft)
    expected = transform(values.astype(np.float64))
    if not flat:
        expected = expected.T
    parts = np.stack([values, np.zeros_like(values)], -1).reshape(1, width, -1)
    job.copy_in("X", parts, [0, 0, width, 1])
    job.copy_in("f_twiddle", np.tile(twiddles, (1, width, 1)), [0, 0, width, 1])
    job.launch(function)
    result = np.stack([expected.real, expected.imag], -1).astype(kind).reshape(1, width, -1)
    job.copy_out("X", result, [0, 0, width, 1], 0.02 if kind == np.float16 else 1e-5)
    return job


@case
def fft_1d(examples):
    return _transform(examples, 0, "f_fft")


@case
def fft_1d_inverse(examples):
    return _transform(examples, 0, "f_ifft")


@case
def fft_2d(examples):
    return _transform(examples, 1, "f_fft")


@case
def fft_2d_inverse(examples):
    return _transform(examples, 1, "f_ifft")
