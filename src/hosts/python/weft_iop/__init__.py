# SPDX-License-Identifier: Apache-2.0
"""weft's .iop files: what g.compile writes, runners load and iop-utils reads.

A zip archive: manifest.json says what the programs are called, take and give; a member a program
holds its schedule as weft's own bytes. It is no vendor's format: no vendor's tool reads it. Needs
no emulator, so that iop-utils can run beside one.
"""
import contextlib
import json
import os
import pathlib
import zipfile

FORMAT = "weft iop"
VERSION = 1
MANIFEST = "manifest.json"


class NotAnIop(ValueError):
    """A file that is none of ours. What is wrong is named, with the file."""


@contextlib.contextmanager
def whole(path):
    """Where to write what becomes the file `path`, whole or not at all: it takes the name at the
    end, and goes where an error or a signal comes before."""
    path = pathlib.Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write(path, machine, clock_hz, programs):
    """`programs`: dicts with name, cycles, inputs, outputs, requests, and `bytes`."""
    told = [{key: value for key, value in program.items() if key != "bytes"}
            for program in programs]
    manifest = {"format": FORMAT, "version": VERSION, "machine": machine, "clock_hz": clock_hz,
                "programs": told}
    with whole(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
        for number, program in enumerate(programs):
            _put(archive, f"{number}.program", program["bytes"])


def _put(archive, name, data):
    """Without a date: the same program gives the same file."""
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 1)


def read_manifest(path):
    """NotAnIop, or what open() raises."""
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = json.loads(archive.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise NotAnIop(f"{path}: not an .iop of weft: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotAnIop(f"{path}: not an .iop of weft")
    if manifest.get("version") != VERSION:
        raise NotAnIop(f"{path}: version {manifest.get('version')} of weft's .iop; this weft reads "
                       f"version {VERSION}: compile it again")
    return manifest


def read_program(path, number):
    """Bytes of program `number` of a file whose manifest was read."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"{number}.program")
