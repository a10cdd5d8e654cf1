#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes models of real size with holes for weights, and has each read, folded and shaped.

Nodes of the file, operators of the graph and the output's shape must be those listed here, and the
process may not grow by more than a tenth of the file and what an empty process of this kind takes:
no weight is copied, and pages of the file that nobody needs are not read. An LSTM's gates stand in
another order in the file than in PyTorch's weights: what is joined anew is memory of its own.

Usage: check_real_size.py <model_tool> <folder of scripts> [MODEL...]
"""
import json
import pathlib
import subprocess
import sys
import tempfile

BASE_BYTES = 4 << 20
# Nodes in the file, the graph's operators, its output.
EXPECTED = {
    "resnet18": (49, "convolution 20, matmul 1, maximum_pool 1, reduce_mean 1, reshape 1",
                 "f32[1, 1000]"),
    "resnet50": (122, "convolution 53, matmul 1, maximum_pool 1, reduce_mean 1, reshape 1",
                 "f32[1, 1000]"),
    "mobilenet_v2": (100, "convolution 52, matmul 1, reduce_mean 1, reshape 1", "f32[1, 1000]"),
    "mobilenet_v3_small": (122, "convolution 52, hard_sigmoid 9, hard_swish 19, matmul 2, "
                                "multiply 9, reduce_mean 10, reshape 1", "f32[1, 1000]"),
    "squeezenet_1_1": (65, "concat 8, convolution 26, maximum_pool 3, reduce_mean 1, reshape 1",
                       "f32[1, 1000]"),
    "vit_b_16": (476, "add 25, attention 12, concat 1, convolution 1, gelu 12, layer_norm 25, "
                      "matmul 49, reshape 86, slice 37, transpose 61", "f32[1, 1000]"),
    "bert_2layer": (82, "add 6, and 1, attention 2, convert 1, gather 1, gelu 2, layer_norm 5, "
                        "matmul 12, reshape 9, select 1, transpose 8", "f32[1, 128, 768]"),
    "gpt2_2layer": (93, "add 5, attention 2, gather 1, gelu_tanh 2, layer_norm 5, matmul 9, "
                        "reshape 22, slice 6, transpose 8", "f32[1, 128, 50257]"),
    "llama_2layer": (137, "add 8, attention 2, concat 4, expand 4, gather 1, matmul 15, "
                          "multiply 10, negate 4, reshape 14, rms_norm 5, silu 2, slice 8, "
                          "transpose 8", "f32[1, 128, 128256]"),
    "lstm_2layer": (49, "lstm 2, matmul 1, reshape 3", "f32[1, 128, 32]"),
}
JOINED = {"lstm_2layer": 2.1}  # parts of the file: its bytes, and its gates in their order


def check(tool, model):
    """What is wrong with a model, in words."""
    name = model.stem
    done = subprocess.run([tool, str(model)], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        return [f"{name}: {done.stderr.strip()}"]
    seen = json.loads(done.stdout)
    nodes, operators, output = EXPECTED[name]
    wrong = []
    for key, wanted in (("nodes_in_file", nodes), ("operators", operators), ("outputs", [output])):
        if seen[key] != wanted:
            wrong.append(f"{name}: {key} {seen[key]}, not {wanted}")
    most = BASE_BYTES + seen["file_bytes"] * JOINED.get(name, 0.1)
    if seen["growth_bytes"] > most:
        wrong.append(f"{name}: the process grew by {seen['growth_bytes']} bytes, the file has "
                     f"{seen['file_bytes']}")
    print(f"{name:20} {seen['nodes_in_file']:4} nodes of {seen['file_bytes'] / 1e6:7.1f} MB become "
          f"{seen['nodes']:4}; grew by {seen['growth_bytes'] / 1e6:5.1f} MB")
    return wrong


def main():
    tool, scripts = sys.argv[1], pathlib.Path(sys.argv[2])
    names = sys.argv[3:] or list(EXPECTED)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", str(scripts / "real_size_models.py"), folder,
                        "--sparse", *names], check=True, stdout=subprocess.DEVNULL)
        for name in names:
            wrong += check(tool, pathlib.Path(folder) / f"{name}.onnx")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
