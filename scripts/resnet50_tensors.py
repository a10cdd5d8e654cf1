#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes ResNet-50 in int8, for one image, as a tensor program: kernels/tsp/resnet50.tensors.

Usage: resnet50_tensors.py > FILE     The network of src/program/tsp_resnet.cpp (He et al. 2015,
table 1; stride 2 in the first 1 x 1 of a stage; behind a ReLU zero is at -128). Weights are drawn
by pattern; scales and offsets are such that the values of every layer spread over int8.
"""
import math

WEIGHTS = []
LINES = []
DEVIATION = 73 * 80  # of a product: weights are even in -127..127, activations about so large
SPREAD = 60          # deviation of what a layer adds to its offset


def constant(name, kind, lengths, values):
    WEIGHTS.append(f"constant {name}: {kind}[{', '.join(map(str, lengths))}] = {values}")
    return name


def pattern():
    return f"pattern {len(WEIGHTS) + 1}"


def convolution(x, size, depth, channels, stride, name, beside=None):
    weights = constant(f"{name}_weights", "i8", (size, size, depth, channels), pattern())
    share = SPREAD / (math.sqrt(size * size * depth) * DEVIATION)
    scale = constant(f"{name}_scale", "f32", (channels,), f"fill {share:.6g}")
    pad = size // 2
    value = -128 if size == 3 else 0
    padding = f" pad {pad}, {pad}, {pad}, {pad} pad_value {value}" if pad else ""
    LINES.append(f"{name}_sums = conv {x}, {weights} stride {stride}, {stride}{padding}")
    LINES.append(f"{name}_wide = convert {name}_sums to f32")
    LINES.append(f"{name}_scaled = mul {name}_wide, {scale}")
    if beside is None:
        offset = constant(f"{name}_offset", "f32", (channels,), "fill -40")
    else:
        offset = f"{name}_beside"
        LINES.append(f"{offset} = convert {beside} to f32")
    LINES.append(f"{name}_moved = add {name}_scaled, {offset}")
    LINES.append(f"{name} = convert {name}_moved to i8")
    return name


def bottleneck(x, depth, width, projects, stride, name):
    beside = convolution(x, 1, depth, 4 * width, stride, f"{name}_project") if projects else x
    y = convolution(x, 1, depth, width, stride, f"{name}_a")
    y = convolution(y, 3, width, width, 1, f"{name}_b")
    return convolution(y, 1, width, 4 * width, 1, f"{name}_c", beside)


def main():
    x = convolution("images", 7, 3, 64, 2, "conv1")
    LINES.append(f"pool1 = max_pool {x} window 3, 3 stride 2, 2 pad 1, 1, 1, 1")
    x, depth = "pool1", 64
    for stage, blocks in enumerate((3, 4, 6, 3)):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            width = 64 << stage
            x = bottleneck(x, depth, width, block == 0, stride, f"conv{stage + 2}_{block + 1}")
            depth = 4 * width
    LINES.extend([f"total = sum_pool {x} window 7, 7", "total_wide = convert total to f32",
                  "mean_wide = mul total_wide, share", "mean_moved = add mean_wide, nothing",
                  "mean = convert mean_moved to i8", "row = reshape mean to [1, 2048]",
                  "sums = matmul row, fc", "wide = convert sums to f32",
                  "scores = mul wide, fc_scale", "output scores"])
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# ResNet-50 in int8 for one image, all 53 convolutions; written by "
          "scripts/resnet50_tensors.py.")
    print("input images: i8[1, 224, 224, 3]")
    print("constant share: f32[1] = 0.02040816326530612\nconstant nothing: f32[1] = 0")
    constant("fc", "i8", (2048, 1000), pattern())
    constant("fc_scale", "f32", (1000,), "fill 0.0001")
    print("\n".join(WEIGHTS + [""] + LINES))


if __name__ == "__main__":
    main()
