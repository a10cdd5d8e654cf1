# SPDX-License-Identifier: Apache-2.0
"""What the tools share: weft, its errors, archives."""
import os
import pathlib
import subprocess
import sys
import zipfile

import weft_iop

MACHINE = "groq-tsp"


class Failed(Exception):
    """A sentence for the user, and the exit code."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


def machine():
    """The topology that models are compiled for."""
    return os.environ.get("WEFT_TOPOLOGY") or MACHINE


def weft(*arguments):
    """Standard output of weft. Failed with its error, on the same exit code."""
    program = pathlib.Path(sys.argv[0]).resolve().with_name("weft")
    command = [str(program) if program.is_file() else "weft", "--quiet", *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise Failed("weft is not beside this tool and not on the PATH", 1) from None
    if done.returncode:
        raise Failed(done.stderr.strip().removeprefix("weft: error: "), done.returncode)
    return done.stdout


def pack(path, folder, first=()):
    """An archive of a folder's files, whole or not at all; `first`: (name, bytes) before them."""
    try:
        with (weft_iop.whole(path) as beside,
              zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive):
            for name, data in first:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 1)
            for file in sorted(p for p in folder.rglob("*") if p.is_file()):
                name = file.relative_to(folder).as_posix()
                archive.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED, 1)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}", 1) from None


def main(tool, run):
    """Runs run(arguments); the exit code, with errors told as the tool's."""
    try:
        return run(sys.argv[1:]) or 0
    except Failed as error:
        print(f"{tool}: {error}", file=sys.stderr)
        return error.code
