# SPDX-License-Identifier: Apache-2.0
"""The memory of PEs as a debugger sees it: while a program runs, and what it left behind."""
import os

import numpy as np

import weft

MOST_BYTES = 1 << 30

_wanted = []
_kept = {}


def want():
    """Programs that stop from now on leave their memory behind."""
    _wanted.append(True)


def is_wanted():
    """Whether somebody will look."""
    return bool(_wanted)


def of_tile(program, session, x, y):
    """A PE's data, bytes from address 0 on."""
    size = program.memory_bytes(x, y)
    if size == 0:
        return b""
    number = session.submit_tiles("copy_out", program.memory_name, (x, y, 1, 1), size, 1, b"",
                                  False, True)
    return session.wait(number)[2]


def keep(folder, program, session):
    """All of a program's memory, by PE. Errors: weft.Unsupported above MOST_BYTES."""
    places = [(x, y) for y in range(program.height) for x in range(program.width)]
    total = sum(program.memory_bytes(*place) for place in places)
    if total > MOST_BYTES:
        raise weft.Unsupported(f"debug_util: {total} bytes of PEs' memory are too many to keep")
    _kept[os.path.realpath(folder)] = (program, {place: of_tile(program, session, *place)
                                                 for place in places})


def read(program, data, place, name, dtype):
    """A variable, as a flat array of `dtype`."""
    address, size = program.symbol(*place, name)
    wanted = np.dtype(dtype)
    if size % wanted.itemsize:
        raise weft.Error(f"'{name}' has {size} bytes: no whole elements of {wanted}")
    return np.frombuffer(data, np.uint8, size, address).view(wanted).copy()


def left(folder):
    """(program, memory by PE) of a program that has stopped. Errors: weft.Error where none has."""
    found = _kept.get(os.path.realpath(folder))
    if found is None:
        raise weft.Error(f"debug_util: no program of {folder} was stopped in this script, which is "
                         "what debug_util can show")
    return found
