#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes jobs/data/examples.h5: inputs and expected results of the life, stencil and gemv jobs.

Everything is computed here with NumPy, apart from the emulator; random numbers come from one seed.
Run: scripts/make_job_data.py [--output jobs/data/examples.h5]
"""
import argparse

import h5py
import numpy as np

SEED = 20261122

# The Gosper glider gun (Bill Gosper, 1970), the first known pattern that grows for ever:
# 36 x 9 cells, period 30.
GOSPER_GUN = """
........................O...........
......................O.O...........
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO..............
OO........O...O.OO....O.O...........
..........O.....O.......O...........
...........O...O....................
............OO......................
"""
GUN_WIDTH, GUN_HEIGHT, GUN_GENERATIONS = 40, 20, 45


def pattern(picture, width, height, x, y):
    """The picture's live cells on an empty grid, its corner at (x, y)."""
    cells = np.zeros((height, width), dtype=np.uint32)
    for row, line in enumerate(picture.split()):
        for column, letter in enumerate(line):
            cells[y + row, x + column] = letter == "O"
    return cells


def life(cells, generations):
    """Conway's rule; cells outside the grid are dead."""
    height, width = cells.shape
    for _ in range(generations):
        padded = np.pad(cells, 1)
        around = sum(padded[1 + dy:1 + dy + height, 1 + dx:1 + dx + width]
                     for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0))
        cells = ((around == 3) | ((around == 2) & (cells == 1))).astype(np.uint32)
    return cells


def jacobi(field, steps, keep, share):
    """field' = keep * field + share * (north + south + west + east), fp32, in that order."""
    keep, share = np.float32(keep), np.float32(share)
    for _ in range(steps):
        u = np.pad(field, 1)
        around = ((u[:-2, 1:-1] + u[2:, 1:-1]) + u[1:-1, :-2]) + u[1:-1, 2:]
        field = field * keep + around * share
    return field


def gemv(generator, rows, columns):
    """A, x, b and A x + b. Multiples of 1/8 up to 4: all sums are exact in fp32, in any order."""
    sizes = ((rows, columns), columns, rows)
    a, x, b = (generator.integers(-32, 33, size).astype(np.float32) / 8 for size in sizes)
    return a, x, b, (a.astype(np.float64) @ x + b).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="jobs/data/examples.h5")
    output = parser.parse_args().output
    generator = np.random.Generator(np.random.PCG64(SEED))
    gun = pattern(GOSPER_GUN, GUN_WIDTH, GUN_HEIGHT, 1, 2)
    field = generator.random((24, 24), dtype=np.float32)
    a, x, b, y = gemv(generator, 32, 24)
    arrays = {
        "life/start": gun, "life/end": life(gun, GUN_GENERATIONS),
        "stencil/start": field, "stencil/end": jacobi(field, 10, 0.5, 0.125),
        "gemv/A": a, "gemv/x": x, "gemv/b": b, "gemv/y": y,
    }
    with h5py.File(output, "w") as out:
        out.attrs["seed"] = SEED
        for name, array in arrays.items():
            out.create_dataset(name, data=array, track_times=False)
    for name, array in arrays.items():
        print(f"{name}: {array.dtype} {array.shape}, sum {array.sum(dtype=np.float64):.6g}")


if __name__ == "__main__":
    main()
