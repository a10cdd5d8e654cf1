#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the perceptron that reads handwritten digits as an ONNX model, without ONNX's library.

The weights are those of jobs/data/digits.h5. The input is called as the dataset of the images that
the network has not seen, so that this file gives the inputs too.

Usage: digits_onnx.py jobs/data/digits.h5 jobs/data/onnx/digits.onnx [--batch 8]
"""
import argparse
import pathlib

import h5py
import numpy as np

import onnx_file
from onnx_file import field, node, tensor, value_info


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=8)
    arguments = parser.parse_args()
    graph, last = b"", "held_out/images"
    with h5py.File(arguments.weights) as file:
        for layer, outputs in ((1, 64), (2, 32), (3, 10)):
            weights = np.asarray(file[f"layer_{layer}/weights"], "<f4")[:outputs]
            bias = np.asarray(file[f"layer_{layer}/bias"], "<f4")[:outputs]
            names = [f"layer_{layer}.weight", f"layer_{layer}.bias"]
            graph += field(5, tensor(names[0], weights)) + field(5, tensor(names[1], bias))
            result = "scores" if layer == 3 else f"layer_{layer}"
            graph += field(1, node("Gemm", f"layer_{layer}", [last, *names], [result],
                                   {"transB": 1}))
            last = result
            if layer != 3:
                graph += field(1, node("Relu", f"relu_{layer}", [last], [f"relu_{layer}.out"]))
                last = f"relu_{layer}.out"
    graph += field(2, "digits")
    graph += field(11, value_info("held_out/images", (arguments.batch, 64)))
    graph += field(12, value_info("scores", (arguments.batch, 10)))
    arguments.model.write_bytes(
        onnx_file.model(graph, opset=17, ir_version=8, producer="digits_onnx.py"))


if __name__ == "__main__":
    main()
