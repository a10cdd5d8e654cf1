# SPDX-License-Identifier: Apache-2.0
"""The commands of iop-utils."""
import math
import sys

import weft_iop

USAGE = "usage: iop-utils stats FILE"
BYTES = {"int8": 1, "int16": 2, "int32": 4, "float16": 2, "float32": 4}


def tensor_line(kind, told):
    """A line a tensor."""
    size = math.prod(told["shape"]) * BYTES[told["dtype"]]
    unused = "" if kind == "output" or told["arrays"] else ", read by nothing"
    return f"  {kind} {told['name']}: {told['dtype']} {told['shape']}, {size} bytes{unused}"


def program_lines(told, clock_hz):
    """What stands in the manifest of one program."""
    microseconds = told["cycles"] * 1e6 / clock_hz
    yield f"Program is {told['cycles']} cycles"
    yield f"  name {told['name']}, {microseconds:.3f} us at {clock_hz / 1e6:g} MHz"
    yield f"  {told['instructions']} instructions"
    for kind in "input", "output":
        for tensor in told[kind + "s"]:
            yield tensor_line(kind, tensor)
    if told["requests"]:
        counts = ", ".join(f"{what} {count}" for what, count in sorted(told["requests"].items()))
        yield f"  requests of placement that the scheduler did not follow: {counts}"


def model_lines(told):
    """What stands there of a model that groq-compiler has compiled."""
    yield f"Program is {told['cycles']} cycles"
    yield f"  model {told['name']}, by weft compile: its folder is in the archive"
    for kind, names in told["tensors"].items():
        yield f"  {kind}: {', '.join(names)}"


def stats(path):
    """Prints it; the exit code."""
    manifest = weft_iop.read_manifest(path)
    print(f"{path}: weft's .iop, version {manifest['version']}, for {manifest['machine']}")
    if "model" in manifest:
        print("\n".join(model_lines(manifest["model"])))
    for told in manifest["programs"]:
        print("\n".join(program_lines(told, manifest["clock_hz"])))
    return 0


def main(arguments):
    """Exit codes as weft's: 2 for wrong input."""
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if len(arguments) != 2 or arguments[0] != "stats":
        command = arguments[0] if arguments and arguments[0] != "stats" else None
        told = f"'{command}' is not there in weft; {USAGE}" if command else USAGE
        print(f"iop-utils: {told}", file=sys.stderr)
        return 2
    try:
        return stats(arguments[1])
    except (OSError, weft_iop.NotAnIop) as error:
        print(f"iop-utils: {error}", file=sys.stderr)
        return 2
