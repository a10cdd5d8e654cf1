#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes models whose porting has known answers (docs/advise.md), without PyTorch; no weights.

bert_base, llama_2_7b: node for node as PyTorch exports transformers' models, with lines of Python;
resnet_50; llama_decode: a layer that takes a cache of keys and values; detector: boxes by
NonMaxSuppression and NonZero; tagger, tagger_pools: two LSTM layers in both directions.

Run: scripts/advice_models.py FOLDER [MODEL...]
"""
import argparse
import pathlib

import numpy as np

import onnx_file
from real_size_networks import NETWORKS, SIDE, Network
from real_size_sequences import Sequence, bert, llama

BERT_FILE = "transformers/models/bert/modeling_bert.py"
# Line, function, module in its layer and the classes on the way there, by operation.
BERT_PLACES = {
    "Gelu": (412, "forward", "intermediate", ["BertIntermediate"]),
    "Softmax": (301, "forward", "attention.self", ["BertAttention", "BertSelfAttention"]),
    "IsNaN": (301, "forward", "attention.self", ["BertAttention", "BertSelfAttention"]),
}
BERT_NORMS = [(366, "attention.output", ["BertAttention", "BertSelfOutput"]),
              (428, "output", ["BertOutput"])]


def bert_place(operation, number):
    """Where transformers' BERT has an operation, of which there were `number` before."""
    if operation == "LayerNormalization":
        if number == 0:
            return (BERT_FILE, 210, "forward", "embeddings", ["BertModel", "BertEmbeddings"])
        layer, which = divmod(number - 1, 2)
        line, module, classes = BERT_NORMS[which]
    elif operation in BERT_PLACES:
        line, _, module, classes = BERT_PLACES[operation]
        layer = number
    else:
        return (BERT_FILE, 950, "forward", "", ["BertModel"])
    return (BERT_FILE, line, "forward", f"encoder.layer.{layer}.{module}",
            ["BertModel", "BertEncoder", "BertLayer", *classes])


def llama_2_7b(file):
    llama(file, layers=32, width=4096, heads=32, groups=32, hidden=11008, tokens=128,
          vocabulary=32000)


def llama_decode(file, width=4096, heads=32, past=127):
    """One token with the keys and values of those before it."""
    net = Sequence(file)
    each = width // heads
    x = net.rows(net.weight("embed_tokens.weight", 32000, width),
                 file.input("ids", (1, 1), "<i8"))
    parts = []
    for name in ("q", "k", "v"):
        parts.append(net.heads(net.dense(x, f"{name}_proj", width, False), heads))
    joined = []
    for name, part in (("key", parts[1]), ("value", parts[2])):
        cache = file.input(f"past_{name}", (1, heads, past, each))
        joined.append(net.node("Concat", [cache, part], (1, heads, past + 1, each), axis=2))
        file.output(joined[-1])
    turned = net.transpose(joined[0], 0, 1, 3, 2)
    y = net.transpose(net.attention(parts[0], turned, joined[1]), 0, 2, 1, 3)
    file.output(net.dense(net.reshape(y, 1, 1, width), "o_proj", width, False))


def detector(file, boxes=64, classes=4):
    """A convolutional body with boxes and scores, and what chooses among them."""
    net = Network(file)
    x = net.image(64)
    x = net.relu(net.conv(x, 16, 3, 8))
    head = net.conv(x, 4 + classes, 1)
    rows = file.constant("rows", (3,), np.array([1, 4 + classes, boxes]), "<i8")
    flat = file.node("Reshape", [head, rows], [(1, 4 + classes, boxes)])
    split = file.constant("split", (2,), np.array([4, classes]), "<i8")
    places, scores = file.node("Split", [flat, split], [(1, 4, boxes), (1, classes, boxes)],
                               {"axis": 1})
    places = file.node("Transpose", [places], [(1, boxes, 4)], {"perm": [0, 2, 1]})
    scores = file.node("Sigmoid", [scores], [(1, classes, boxes)])
    most = file.constant("most", (1,), np.array([8]), "<i8")
    best, _ = file.node("TopK", [scores, most], [(1, classes, 8)] * 2, {"axis": -1},
                        dtypes=["<f4", "<i8"])
    file.output(best)
    kept = file.node("NonMaxSuppression", [places, scores], [None])
    found = file.node("NonZero", [kept], [None])
    out = file.node("Gather", [kept, found], [None], {"axis": 0})
    file.graph.append(onnx_file.field(12, onnx_file.field(1, out.name)))


def tagger_place(operation, number):
    if operation in ("LSTM", "Dropout"):
        return ("tagger.py", 21, "forward", "lstm", ["Tagger", "LSTM"])
    return ("tagger.py", 24, "forward", "", ["Tagger"])


def tagger(file, width=32, hidden=16, steps=12, classes=5, pools=False):
    net = Sequence(file)
    x = file.input("x", (steps, 1, width))
    for layer, columns in ((0, width), (1, 2 * hidden)):
        operands = [x, net.weight(f"w_{layer}", 2, 4 * hidden, columns),
                    net.weight(f"r_{layer}", 2, 4 * hidden, hidden),
                    net.weight(f"b_{layer}", 2, 8 * hidden)]
        y = net.node("LSTM", operands, (steps, 2, 1, hidden), hidden_size=hidden,
                     direction="bidirectional")
        y = net.transpose(y, 0, 2, 1, 3)
        x = net.reshape(y, steps, 1, 2 * hidden)
        if layer == 0:
            x = net.node("Dropout", [x], x.shape)
    if pools:
        x = net.transpose(x, 1, 2, 0)
        x = net.node("AveragePool", [x], x.shape, kernel_shape=[3], pads=[1, 1], strides=[1],
                     count_include_pad=1)
        half = (1, 2 * hidden, steps // 2)
        x, places = file.node("MaxPool", [x], [half, half], {"kernel_shape": [2], "strides": [2]},
                              dtypes=["<f4", "<i8"])
        file.output(places, "<i8")
        x = net.transpose(x, 2, 0, 1)
    file.output(net.dense(x, "classify", classes))


# Function, operator set, places of nodes in Python.
MODELS = {
    "bert_base": (lambda file: bert(file, layers=12), 20, bert_place),
    "resnet_50": (lambda file: NETWORKS["resnet50"](file, SIDE), 20, None),
    "llama_2_7b": (llama_2_7b, 20, None),
    "llama_decode": (llama_decode, 20, None),
    "detector": (detector, 13, None),
    "tagger": (tagger, 11, tagger_place),
    "tagger_pools": (lambda file: tagger(file, pools=True), 11, tagger_place),
}


def write(name, folder):
    build, opset, place_of = MODELS[name]
    file = onnx_file.ModelFile(name, folder, True, opset, place_of)
    build(file)
    file.close()
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("model", nargs="*")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.model if name not in MODELS]
    if unknown:
        parser.error(f"no model {', '.join(unknown)}; known: {', '.join(MODELS)}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.model or MODELS:
        file = write(name, arguments.folder)
        print(f"{file.path}: {file.nodes} nodes, {file.end / 1e6:.1f} MB of weights left out")


if __name__ == "__main__":
    main()
