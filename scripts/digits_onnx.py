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

FLOAT = 1


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, value):
    """A field of a message: a whole number, a text, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, array):
    """TensorProto: dims, data_type, name, raw_data."""
    dims = b"".join(field(1, extent) for extent in array.shape)
    return dims + field(2, FLOAT) + field(8, name) + field(9, array.astype("<f4").tobytes())


def value_info(name, shape):
    """ValueInfoProto: name, type.tensor_type (elem_type, shape.dim.dim_value)."""
    dims = b"".join(field(1, field(1, extent)) for extent in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, dims)))


def node(operation, name, inputs, outputs, attributes=b""):
    """NodeProto: input, output, name, op_type, attribute."""
    return (b"".join(field(1, one) for one in inputs) + b"".join(field(2, one) for one in outputs)
            + field(3, name) + field(4, operation) + attributes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=8)
    arguments = parser.parse_args()
    transposed = field(5, field(1, "transB") + field(3, 1) + field(20, 2))  # AttributeProto: INT
    graph, last = b"", "held_out/images"
    with h5py.File(arguments.weights) as file:
        for layer, outputs in ((1, 64), (2, 32), (3, 10)):
            weights = np.asarray(file[f"layer_{layer}/weights"])[:outputs]
            bias = np.asarray(file[f"layer_{layer}/bias"])[:outputs]
            names = [f"layer_{layer}.weight", f"layer_{layer}.bias"]
            graph += field(5, tensor(names[0], weights)) + field(5, tensor(names[1], bias))
            result = "scores" if layer == 3 else f"layer_{layer}"
            graph += field(1, node("Gemm", f"layer_{layer}", [last, *names], [result], transposed))
            last = result
            if layer != 3:
                graph += field(1, node("Relu", f"relu_{layer}", [last], [f"relu_{layer}.out"]))
                last = f"relu_{layer}.out"
    graph += field(2, "digits")
    graph += field(11, value_info("held_out/images", (arguments.batch, 64)))
    graph += field(12, value_info("scores", (arguments.batch, 10)))
    model = (field(1, 8) + field(2, "digits_onnx.py") + field(7, graph)
             + field(8, field(1, "") + field(2, 17)))  # IR 8, opset 17
    arguments.model.write_bytes(model)


if __name__ == "__main__":
    main()
