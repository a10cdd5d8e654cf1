# SPDX-License-Identifier: Apache-2.0
"""onnxmodelanalyzer -u -i MODEL: a model's operators, and those that are not supported.

Standard output ends in four lines: the list of all operators, a title, the list of those that are
not supported, as Python writes lists of texts, and an empty one that ends the last. groqflow reads
the lists by their places from the end.
"""
import argparse
import json
import pathlib
import tempfile

from . import common


def operators(model):
    """All operators, those that the machine has not, and why not, a line a node."""
    if not pathlib.Path(model).is_file():
        raise common.Failed(f"{model}: there is no such file")
    with tempfile.TemporaryDirectory(prefix="weft_sdk_") as scratch:
        found = pathlib.Path(scratch) / "operators.json"
        try:
            common.weft("compile", model, "--target", common.machine(), "--check", "--json", found)
        except common.Failed:  # also where operators are not there, and the file says which
            if not found.is_file():
                raise
        told = json.loads(found.read_text(encoding="utf-8"))
    return told["operators"], told["unsupported"], told["reasons"]


def run(arguments):
    """The tool."""
    parser = argparse.ArgumentParser(prog="onnxmodelanalyzer", description=__doc__)
    parser.add_argument("-i", "--input", required=True, metavar="MODEL", help="a model (ONNX)")
    parser.add_argument("-u", "--unsupported", action="store_true",
                        help="tell the operators that are not supported, too")
    options = parser.parse_args(arguments)
    known, lacking, reasons = operators(options.input)
    for reason in reasons:
        print(reason)
    print("Operators:")
    print(known)
    if options.unsupported:
        print("Unsupported operators:")
        print(lacking)
