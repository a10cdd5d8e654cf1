#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes jobs/data/digits-quantised.h5: the weights of jobs/data/digits.h5 as a TSP takes them.

fp16: rounded to nearest even, [inputs][outputs]. int8: one scale a layer, such that its largest
weight is 127; biases are int32 in the scale of the layer's sums. What a layer gives is scaled such
that 127 is the most that weights and pixels of 0 to 1 allow: no image is looked at for it.

Run: scripts/quantise_digits.py [--source jobs/data/digits.h5]
                                [--output jobs/data/digits-quantised.h5]
"""
import argparse

import h5py
import numpy as np

LAYERS = 3
PIXEL_LEVELS = 16  # a pixel of 1 is 16 in int8
LARGEST = 127


def load(path):
    """Weights [inputs][outputs] and biases, in double precision, and the images with labels."""
    with h5py.File(path, "r") as source:
        layers = [source[f"layer_{i}"] for i in range(1, LAYERS + 1)]
        weights = [layer["weights"][:].T.astype(np.float64) for layer in layers]
        biases = [layer["bias"][:].astype(np.float64) for layer in layers]
        return weights, biases, source["held_out/images"][:], source["held_out/labels"][:]


def quantise(weights, biases):
    """int8 weights, int32 biases, and the fp32 factors from a layer's sums to the next's input."""
    out_weights, out_biases, factors = [], [], []
    step = 1.0 / PIXEL_LEVELS  # value of 1 in the layer's input
    most = np.ones(weights[0].shape[0])  # of the layer's input
    for weight, bias in zip(weights, biases):
        weight_step = np.abs(weight).max() / LARGEST
        sum_step = step * weight_step
        out_weights.append(np.rint(weight / weight_step).astype(np.int8))
        out_biases.append(np.rint(bias / sum_step).astype(np.int32))
        most = np.maximum(most @ np.maximum(weight, 0.0) + bias, 0.0)
        step = most.max() / LARGEST
        factors.append(np.array([sum_step / step], dtype=np.float32))
    return out_weights, out_biases, factors[:-1]


def scores(weights, biases, factors, images):
    """What the integers give, for the accuracy that is printed."""
    values = np.rint(images * PIXEL_LEVELS).astype(np.int32)
    for index, (weight, bias) in enumerate(zip(weights, biases)):
        values = values @ weight.astype(np.int32) + bias
        if index < len(factors):
            scaled = np.maximum(values, 0).astype(np.float32) * factors[index]
            values = np.minimum(np.rint(scaled), LARGEST).astype(np.int32)
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default="jobs/data/digits.h5")
    parser.add_argument("--output", default="jobs/data/digits-quantised.h5")
    arguments = parser.parse_args()
    weights, biases, images, labels = load(arguments.source)
    small, offsets, factors = quantise(weights, biases)
    with h5py.File(arguments.output, "w") as out:
        out.attrs["title"] = "digit classifier 64-64-32-10 of digits.h5 in fp16 and int8"
        for i, weight in enumerate(weights, start=1):
            out.create_dataset(f"fp16/weights_{i}", data=weight.astype("<f2"), track_times=False)
        for name, arrays in (("weights", small), ("bias", offsets), ("scale", factors)):
            for i, array in enumerate(arrays, start=1):
                out.create_dataset(f"int8/{name}_{i}", data=array, track_times=False)
    right = (scores(small, offsets, factors, images).argmax(axis=1) == labels).mean()
    print(f"int8: {100 * right:.2f} % of {len(labels)} held-out images right")


if __name__ == "__main__":
    main()
