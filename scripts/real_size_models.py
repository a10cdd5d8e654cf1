#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes models of real size as ONNX files with external data, without PyTorch and ONNX's library.

Node for node what torch.onnx.export(dynamo=True) of PyTorch 2.14 writes of torchvision's and
transformers' models: ten of them, `--list` names them. Weights are drawn from one seed; with
--sparse the data file is a hole of its full length, for what only reads and shapes a model. --size
is the side of the image that networks of images take, 224 otherwise.

Run: scripts/real_size_models.py FOLDER [MODEL...] [--sparse] [--size PIXELS]
"""
import argparse
import pathlib

import onnx_file
from real_size_networks import NETWORKS, SIDE
from real_size_sequences import SEQUENCES

MODELS = {**NETWORKS, **SEQUENCES}


def write(name, folder, sparse, side):
    """The model's file, closed."""
    file = onnx_file.ModelFile(name, folder, sparse)
    if name in NETWORKS:
        NETWORKS[name](file, side)
    else:
        SEQUENCES[name](file)
    file.close()
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, nargs="?", default=".")
    parser.add_argument("model", nargs="*")
    parser.add_argument("--sparse", action="store_true")
    parser.add_argument("--size", type=int, default=SIDE, metavar="PIXELS")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_intermixed_args()
    if arguments.list:
        print("\n".join(MODELS))
        return
    unknown = [name for name in arguments.model if name not in MODELS]
    if unknown:
        parser.error(f"no model {', '.join(unknown)}; known: {', '.join(MODELS)}")
    if arguments.size < 32:
        parser.error(f"--size {arguments.size}: networks halve an image five times, so 32 or more")
    others = [name for name in arguments.model or MODELS if name not in NETWORKS]
    if arguments.size != SIDE and others:
        parser.error(f"--size is for networks of images, not for {', '.join(others)}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.model or MODELS:
        file = write(name, arguments.folder, arguments.sparse, arguments.size)
        print(f"{file.path}: {file.nodes} nodes, {file.end / 1e6:.1f} MB of weights")


if __name__ == "__main__":
    main()
