#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the models of jobs/data/onnx and their golden outputs, as PyTorch exports them today.

Wants PyTorch 2.9 or newer with torchvision, transformers, onnx, onnxscript and onnxruntime, and
h5py. Weights are random; batch norm gets its statistics from thirty passes in training mode, since
a fresh model answers 1e-9 everywhere. Each model becomes NAME.onnx, NAME.onnx.data and NAME.h5:
the inputs under their ONNX names, golden/onnxruntime (fp32) and golden/fp64 (PyTorch in double).
Run: scripts/export_onnx_models.py [--output jobs/data/onnx]
"""
import argparse
import copy
import pathlib

import h5py
import numpy as np
import onnxruntime
import torch
import torchvision
import transformers
from torch import nn

VOCABULARY, TOKENS, WIDTH = 500, 32, 64


def with_statistics(model, example):
    """The model with batch norm's means and variances of random images."""
    model.train()
    with torch.no_grad():
        for _ in range(30):
            model(torch.randn(8, *example.shape[1:]))
    return model.eval()


def conv_norm(inputs, outputs, kernel, stride, padding):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
                         nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """A residual block of two convolutions."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride, 1)
        self.second = conv_norm(outputs, outputs, 3, 1, 1)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = conv_norm(inputs, outputs, 1, stride, 0)

    def forward(self, x):
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class ResNet8(nn.Module):
    """Three residual blocks for images of 32 x 32."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv_norm(3, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.layers = nn.Sequential(Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classify = nn.Linear(64, 10)

    def forward(self, x):
        return self.classify(torch.flatten(self.pool(self.layers(self.stem(x))), 1))


class Cnn8(nn.Module):
    """Two convolutions and two linear layers for digits of 8 x 8."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
        self.hidden, self.classify = nn.Linear(512, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.first(x)), 2)
        x = torch.flatten(torch.relu(self.second(x)), 1)
        return self.classify(torch.relu(self.hidden(x)))


class BiLstm(nn.Module):
    """Two layers of LSTM in both directions."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(32, 64, 2, batch_first=True, bidirectional=True)
        self.classify = nn.Linear(128, 5)

    def forward(self, x):
        return self.classify(self.lstm(x)[0])


class FirstOutput(nn.Module):
    """The first output of a transformers model, its inputs by name."""

    def __init__(self, model, **options):
        super().__init__()
        self.model, self.options = model, options

    def forward(self, ids, mask=None):
        options = dict(self.options) if mask is None else dict(self.options, attention_mask=mask)
        return self.model(input_ids=ids, **options)[0]


def language_models(ids, mask):
    """BERT, GPT-2 and Llama, two layers of width 64 each."""
    bert = transformers.BertModel(transformers.BertConfig(
        hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=2 * WIDTH, vocab_size=VOCABULARY, max_position_embeddings=64))
    gpt2 = transformers.GPT2LMHeadModel(transformers.GPT2Config(
        n_layer=2, n_embd=WIDTH, n_head=2, vocab_size=VOCABULARY, n_positions=64,
        bos_token_id=1, eos_token_id=2))
    llama = transformers.LlamaForCausalLM(transformers.LlamaConfig(
        hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, vocab_size=VOCABULARY,
        max_position_embeddings=64))
    return {"bert_2layer_w64": (FirstOutput(bert).eval(), (ids, mask)),
            "gpt2_2layer_w64": (FirstOutput(gpt2, use_cache=False).eval(), (ids,)),
            "llama_2layer_w64": (FirstOutput(llama, use_cache=False).eval(), (ids,))}


def models():
    """Every model with its example inputs."""
    image = torch.randn(1, 3, 32, 32)
    mobilenet = torchvision.models.mobilenet_v2(width_mult=0.25, num_classes=10)
    vit = torchvision.models.VisionTransformer(
        image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=WIDTH,
        mlp_dim=2 * WIDTH, num_classes=10)
    nn.init.normal_(vit.heads.head.weight, std=0.2)
    ids = torch.randint(0, VOCABULARY, (1, TOKENS))
    mask = torch.ones(1, TOKENS, dtype=torch.int64)
    mask[0, 25:] = 0
    return {"mobilenet_v2_w025_32": (with_statistics(mobilenet, image), (image,)),
            "resnet8_32": (with_statistics(ResNet8(), image), (image,)),
            "cnn_8": (Cnn8().eval(), (torch.randn(1, 1, 8, 8),)),
            "vit_2layer_32": (vit.eval(), (image,)),
            "bilstm_2layer": (BiLstm().eval(), (torch.randn(1, 16, 32),)),
            **language_models(ids, mask)}


def export(name, model, example, folder):
    """One model and what it answers to its example."""
    path = str(folder / f"{name}.onnx")
    with torch.no_grad():
        torch.onnx.export(model, example, path, dynamo=True)
        doubles = [x.double() if x.is_floating_point() else x for x in example]
        exact = copy.deepcopy(model).double()(*doubles).numpy()
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    feed = {given.name: x.numpy() for given, x in zip(session.get_inputs(), example)}
    answer = session.run(None, feed)[0]
    with h5py.File(folder / f"{name}.h5", "w") as file:
        for key, values in {**feed, "golden/onnxruntime": answer, "golden/fp64": exact}.items():
            file.create_dataset(key, data=values, track_times=False)
    print(f"{name}: largest difference to fp64 {np.abs(answer - exact).max():.2g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="jobs/data/onnx")
    folder = pathlib.Path(parser.parse_args().output)
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for name, (model, example) in models().items():
        export(name, model, example, folder)


if __name__ == "__main__":
    main()
