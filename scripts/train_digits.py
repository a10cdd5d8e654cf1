#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the digit classifier of jobs/digits-wse2.toml and writes jobs/data/digits.h5.

A multi-layer perceptron 64-64-32-10 with rectified linear units, trained with Adam on 1,437 of the
1,797 images of the UCI digits set; the other 360 are the held-out images of the job. Everything
random comes from one seed, so that a second run writes the same weights (on the same NumPy).

Run: scripts/train_digits.py [--source digits.csv.gz] [--output jobs/data/digits.h5]
The source is the file that scikit-learn ships (Debian: python3-sklearn): 64 pixels of 0..16 and a
label a line.
"""
import argparse
import gzip

import h5py
import numpy as np

DEBIAN_SOURCE = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
SIZES = (64, 64, 32, 10)
PADDED_CLASSES = 16  # the last layer fills 8 rows of 2 outputs; past the tenth class: zeros
HELD_OUT = 360
SEED = 20261122


def load(path):
    """Images [1797][64] in 0..1 and labels [1797]."""
    with gzip.open(path, "rt", encoding="ascii") as source:
        table = np.loadtxt(source, delimiter=",")
    return table[:, :64] / 16.0, table[:, 64].astype(np.int64)


def forward(weights, biases, images):
    """Activations of every layer, the input first."""
    layers = [images]
    for index, (weight, bias) in enumerate(zip(weights, biases)):
        scores = layers[-1] @ weight.T + bias
        layers.append(scores if index + 1 == len(weights) else np.maximum(scores, 0.0))
    return layers


def gradients(weights, layers, labels, decay):
    """Gradients of the mean cross entropy plus decay/2 * |weights|^2."""
    scores = layers[-1] - layers[-1].max(axis=1, keepdims=True)
    delta = np.exp(scores)
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1.0
    delta /= len(labels)
    weight_gradients, bias_gradients = [], []
    for index in reversed(range(len(weights))):
        weight_gradients.insert(0, delta.T @ layers[index] + decay * weights[index])
        bias_gradients.insert(0, delta.sum(axis=0))
        delta = (delta @ weights[index]) * (layers[index] > 0.0)
    return weight_gradients, bias_gradients


def shifted(images, generator):
    """Each image moved by -1, 0 or 1 pixel in x and y: digits are not centred exactly."""
    grid = np.pad(images.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    moves = generator.choice((0, 1, 2), p=(0.15, 0.7, 0.15), size=(len(images), 2))
    return np.stack([image[y:y + 8, x:x + 8] for image, (y, x) in zip(grid, moves)]).reshape(-1, 64)


def train(images, labels, generator, epochs=120, batch=32, rate=2e-3, decay=1e-4):
    """Adam with a rate that falls to zero; returns weights and biases in double precision."""
    weights = [generator.normal(0.0, np.sqrt(2.0 / n), (m, n)) for n, m in zip(SIZES, SIZES[1:])]
    biases = [np.zeros(m) for m in SIZES[1:]]
    parameters = weights + biases
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    steps = epochs * (len(images) // batch)
    step = 0
    for _ in range(epochs):
        order = generator.permutation(len(images))
        for begin in range(0, len(images) - batch + 1, batch):
            chosen = order[begin:begin + batch]
            layers = forward(weights, biases, shifted(images[chosen], generator))
            weight_gradients, bias_gradients = gradients(weights, layers, labels[chosen], decay)
            step += 1
            current = rate * (1.0 - (step - 1) / steps)
            for p, g, m, v in zip(parameters, weight_gradients + bias_gradients, first, second):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= current * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return weights, biases


def accuracy(weights, biases, images, labels):
    return float((forward(weights, biases, images)[-1].argmax(axis=1) == labels).mean())


def write(path, weights, biases, images, labels):
    """Single precision, little-endian; the last layer padded with zero rows."""
    padding = PADDED_CLASSES - SIZES[-1]
    weights = weights[:-1] + [np.pad(weights[-1], ((0, padding), (0, 0)))]
    biases = biases[:-1] + [np.pad(biases[-1], (0, padding))]
    with h5py.File(path, "w") as out:
        out.attrs["title"] = "digit classifier 64-64-32-10 and 360 held-out images (UCI digits)"
        out.attrs["source"] = ("Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, "
                               "UCI Machine Learning Repository")
        out.attrs["seed"] = SEED
        for index, (weight, bias) in enumerate(zip(weights, biases), start=1):
            out.create_dataset(f"layer_{index}/weights", data=weight.astype("<f4"),
                               track_times=False)
            out.create_dataset(f"layer_{index}/bias", data=bias.astype("<f4"), track_times=False)
        out.create_dataset("held_out/images", data=images.astype("<f4"), track_times=False,
                           chunks=True, shuffle=True, compression="gzip")
        out.create_dataset("held_out/labels", data=labels.astype("<i4"), track_times=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default=DEBIAN_SOURCE)
    parser.add_argument("--output", default="jobs/data/digits.h5")
    arguments = parser.parse_args()
    images, labels = load(arguments.source)
    generator = np.random.Generator(np.random.PCG64(SEED))
    order = generator.permutation(len(images))
    held_out, rest = order[:HELD_OUT], order[HELD_OUT:]
    weights, biases = train(images[rest], labels[rest], generator)
    write(arguments.output, weights, biases, images[held_out], labels[held_out])
    for name, chosen in (("trained on", rest), ("held out", held_out)):
        share = accuracy(weights, biases, images[chosen], labels[chosen])
        print(f"{name} {len(chosen)} images: {100 * share:.2f} % of them right")


if __name__ == "__main__":
    main()
