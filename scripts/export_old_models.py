#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small models by PyTorch's old exporter (TorchScript), which many files in use come from.

Extents are open, so that shapes are computed in the file: chains of Shape, Gather, Unsqueeze,
Concat, ConstantOfShape, Range and Expand, which fold once the extents are given. Each model becomes
old_NAME_opset<N>.onnx and, once for all opsets, old_NAME.h5: inputs, golden/onnxruntime (fp32) and
golden/fp64 (PyTorch in double). Weights are drawn from one seed.
Wants PyTorch 2.x with onnx, onnxscript, onnxruntime, h5py.

Run: scripts/export_old_models.py [--output jobs/data/onnx]
"""
import argparse
import copy
import pathlib
import warnings

import h5py
import numpy as np
import onnxruntime
import torch
from torch import nn

SEED = 20261130


class OldCnn(nn.Module):
    """Convolutions, batch norm and a flattening that asks the batch for its extent."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.second = nn.Conv2d(8, 16, 3, stride=2, padding=1, groups=2)
        self.classify = nn.Linear(16, 10)

    def forward(self, images):
        x = nn.functional.hardswish(self.norm(self.first(images)))
        x = nn.functional.max_pool2d(torch.relu(self.second(x)), 2)
        x = nn.functional.pad(x, (1, 1, 0, 1))
        x = nn.functional.adaptive_avg_pool2d(x, 1)
        return self.classify(x.view(x.size(0), -1))


class OldEncoder(nn.Module):
    """A layer of causal attention whose positions and mask are made from the input's extents."""

    def __init__(self, words=50, width=16, heads=2, longest=32):
        super().__init__()
        self.heads = heads
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(longest, width)
        self.query_key_value, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.first_norm, self.second_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.widen, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, ids):
        batch, tokens = ids.size(0), ids.size(1)
        x = self.words(ids) + self.places(torch.arange(tokens))
        parts = self.query_key_value(self.first_norm(x)).chunk(3, dim=-1)
        query, key, value = (part.view(batch, tokens, self.heads, -1).transpose(1, 2)
                             for part in parts)
        scores = query @ key.transpose(-2, -1) / (x.size(-1) // self.heads) ** 0.5
        later = torch.ones(tokens, tokens).cumsum(0) < torch.ones(tokens, tokens).cumsum(1)
        scores = scores.masked_fill(later, -10000.0)
        y = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, -1)
        x = x + self.project(y)
        return x + self.narrow(nn.functional.gelu(self.widen(self.second_norm(x))))


class OldLstm(nn.Module):
    """Two directions, the state's zeros as many as the batch, the last step's output."""

    def __init__(self):
        super().__init__()
        self.lstm, self.classify = nn.LSTM(8, 12, 2, batch_first=True, bidirectional=True), \
            nn.Linear(24, 5)

    def forward(self, x):
        return self.classify(self.lstm(x)[0][:, -1])


def models():
    """Each model with its inputs, the names of their open extents, and its opsets."""
    cnn = OldCnn()
    cnn.train()
    with torch.no_grad():
        for _ in range(30):
            cnn(torch.randn(8, 1, 16, 16))
    return {"old_cnn": (cnn, "images", torch.randn(2, 1, 16, 16), {0: "N"}, (11, 14, 17)),
            "old_encoder": (OldEncoder(), "ids", torch.randint(0, 50, (2, 9)),
                            {0: "N", 1: "T"}, (13, 17)),
            "old_lstm": (OldLstm(), "x", torch.randn(2, 7, 8), {0: "N"}, (11, 17))}


def export(name, model, given, example, extents, opset, folder):
    path = folder / f"{name}_opset{opset}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (example,), str(path), dynamo=False, opset_version=opset,
                          input_names=[given], output_names=["y"],
                          dynamic_axes={given: extents})
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {given: example.numpy()})[0], path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, default="jobs/data/onnx")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    for name, (model, given, example, extents, opsets) in models().items():
        model.eval()
        for opset in opsets:
            answer, path = export(name, model, given, example, extents, opset, folder)
            print(f"{path.name}: {path.stat().st_size} bytes")
        doubles = example.double() if example.is_floating_point() else example
        default = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        with torch.no_grad():
            exact = copy.deepcopy(model).double()(doubles).numpy()
        torch.set_default_dtype(default)
        with h5py.File(folder / f"{name}.h5", "w") as file:
            for key, values in ((given, example.numpy()), ("golden/onnxruntime", answer),
                                ("golden/fp64", exact)):
                file.create_dataset(key, data=values, track_times=False)
        print(f"{name}: largest difference to fp64 {np.abs(answer - exact).max():.2g}")


if __name__ == "__main__":
    main()
