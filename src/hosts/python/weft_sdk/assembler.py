# SPDX-License-Identifier: Apache-2.0
"""aa-latest FILE.aa --output-iop FILE.iop: what groq-compiler wrote, as an .iop file.

Its manifest says what iop-utils tells; the model's folder stands behind it, and `weft run` of the
job in it runs the program.
"""
import argparse
import json
import pathlib
import tempfile
import tomllib
import zipfile

import weft_iop

from . import common

WITHOUT_EFFECT = ("--ifetch-from-self", "--no-metrics")


def read_job(folder):
    """The job of a compiled model."""
    with open(folder / "job.toml", "rb") as file:
        return tomllib.load(file)


def manifest_of(folder):
    """As weft_iop's, with the folder in place of a program's bytes."""
    stats = json.loads((folder / "stats.json").read_text(encoding="utf-8"))
    job = read_job(folder)
    names = [(kind, command[verb]) for command in job.get("command", [])
             for verb, kind in (("copy_in", "inputs"), ("copy_out", "outputs")) if verb in command]
    program = {"name": job["job"]["name"], "cycles": stats["total_cycles"],
               "tensors": {kind: sorted({name for of, name in names if of == kind})
                           for kind in ("inputs", "outputs")}}
    return {"format": weft_iop.FORMAT, "version": weft_iop.VERSION, "machine": stats["machine"],
            "model": program, "programs": []}


def assemble(folder, iop):
    """Writes the .iop of a compiled model's folder."""
    told = json.dumps(manifest_of(folder), indent=1).encode()
    common.pack(iop, folder, [(weft_iop.MANIFEST, told)])


def unpack(path, folder):
    """An .aa file's folder. Failed where it is none of weft's."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "job.toml" not in names or "stats.json" not in names:
                raise common.Failed(f"{path}: not an .aa of weft")
            if any(name.startswith("/") or ".." in pathlib.PurePosixPath(name).parts
                   for name in names):
                raise common.Failed(f"{path}: a name in it leaves its folder")
            archive.extractall(folder)
    except FileNotFoundError:
        raise common.Failed(f"{path}: there is no such file") from None
    except (zipfile.BadZipFile, OSError) as error:
        raise common.Failed(f"{path}: not an .aa of weft: {error}") from None


def run(arguments):
    """The tool."""
    parser = argparse.ArgumentParser(prog="aa-latest", description=__doc__, allow_abbrev=False)
    parser.add_argument("file", help="an .aa file of weft's")
    parser.add_argument("--output-iop", required=True, metavar="FILE", help="where it goes")
    for flag in WITHOUT_EFFECT:
        parser.add_argument(flag, action="store_true", help="has no effect in weft")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise common.Failed(f"{unknown[0]}: weft has no such option")
    with tempfile.TemporaryDirectory(prefix="weft_sdk_") as scratch:
        folder = pathlib.Path(scratch)
        unpack(options.file, folder)
        assemble(folder, options.output_iop)
    print(f"{options.output_iop}: written")
