#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a small convolutional network on handwritten digits and exports it from PyTorch as ONNX.

Two convolutions with batch norm and a max pool each, two linear layers, trained on the 1,437 images
that scripts/train_digits.py trains on; the other 360, the held-out images of jobs/data/digits.h5,
become the inputs. Everything random comes from one seed: a second run on the same PyTorch and
number of threads gives the same weights.

Writes digits_cnn.onnx (its first extent, N, is open) and digits_cnn.h5: the images under the
input's name, labels, golden/onnxruntime (fp32) and golden/fp64 (PyTorch in double).
Wants PyTorch 2.9 or newer with onnx, onnxscript, onnxruntime, h5py; scikit-learn's digits.csv.gz.

Run: scripts/digits_cnn.py --source digits.csv.gz [--output jobs/data/onnx]
"""
import argparse
import copy
import pathlib
import re

import h5py
import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

import train_digits

EPOCHS, BATCH, RATE, DECAY = 40, 32, 4e-3, 1e-3
STACK_TRACE = "pkg.torch.onnx.stack_trace"


class DigitsCnn(nn.Module):
    """Digits of 8 x 8: two convolutions, two linear layers."""

    def __init__(self):
        super().__init__()
        self.first, self.first_norm = nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16)
        self.second, self.second_norm = nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.hidden, self.classify = nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, images):
        x = torch.relu(self.first_norm(self.first(images)))
        x = nn.functional.max_pool2d(x, 2)
        x = torch.relu(self.second_norm(self.second(x)))
        x = nn.functional.max_pool2d(x, 2)
        x = torch.relu(self.hidden(torch.flatten(x, 1)))
        return self.classify(x)


def train(images, labels, generator):
    """The network after EPOCHS passes over images [n][64] with AdamW and a rate that falls to 0."""
    model = DigitsCnn()
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    model.train()
    for _ in range(EPOCHS):
        order = generator.permutation(len(images))
        for begin in range(0, len(images) - BATCH + 1, BATCH):
            chosen = order[begin:begin + BATCH]
            moved = train_digits.shifted(images[chosen], generator)
            scores = model(as_images(moved))
            loss = nn.functional.cross_entropy(scores, torch.from_numpy(labels[chosen]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def as_images(pixels):
    """[n][64] as fp32 [n][1][8][8]."""
    return torch.from_numpy(pixels.astype("<f4").reshape(-1, 1, 8, 8))


def export(model, example, path):
    """Writes the file; paths in its stack traces begin at scripts/ or site-packages/."""
    torch.onnx.export(model, (example,), str(path), dynamo=True, external_data=False,
                      input_names=["images"], output_names=["scores"],
                      dynamic_shapes={"images": {0: "N"}})
    file = onnx.load(path)
    for node in file.graph.node:
        for entry in node.metadata_props:
            if entry.key == STACK_TRACE:
                entry.value = re.sub(r'"/[^"]*/((?:scripts|site-packages)/)', r'"\1', entry.value)
    onnx.save(file, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default=train_digits.DEBIAN_SOURCE)
    parser.add_argument("--output", type=pathlib.Path, default="jobs/data/onnx")
    arguments = parser.parse_args()
    images, labels = train_digits.load(arguments.source)
    generator = np.random.Generator(np.random.PCG64(train_digits.SEED))
    order = generator.permutation(len(images))
    held_out, rest = order[:train_digits.HELD_OUT], order[train_digits.HELD_OUT:]
    torch.manual_seed(train_digits.SEED)
    model = train(images[rest], labels[rest], generator)
    tested = as_images(images[held_out])
    path = arguments.output / "digits_cnn.onnx"
    export(model, tested[:8], path)

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    answer = session.run(None, {"images": tested.numpy()})[0]
    with torch.no_grad():
        exact = copy.deepcopy(model).double()(tested.double()).numpy()
    with h5py.File(path.with_suffix(".h5"), "w") as out:
        for name, values in (("images", tested.numpy()), ("labels", labels[held_out].astype("<i4")),
                             ("golden/onnxruntime", answer), ("golden/fp64", exact)):
            out.create_dataset(name, data=values, track_times=False, shuffle=True,
                               compression="gzip")
    right = (answer.argmax(axis=1) == labels[held_out]).mean()
    print(f"onnxruntime: {100 * right:.2f} % of {len(tested)} held-out images right; largest "
          f"difference to fp64 {np.abs(answer - exact).max():.2g}; {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
