# SPDX-License-Identifier: Apache-2.0
"""Arrays of host programs, to what PEs hold and back.

A PE's elements are here always [y][x][element] of 32-bit words, whatever the program's order.
"""
import numpy as np

import weft

from .enums import MemcpyDataType, MemcpyOrder


def _words(array, what, width):
    """A flat view of an array's words: 32 bits, or 16 where the copy is of such and the array too.

    Errors: weft.Error for anything but a contiguous numpy array of a fitting width.
    """
    if not isinstance(array, np.ndarray):
        raise weft.Error(f"{what}: wants a numpy array, not {type(array).__name__}")
    if not (array.flags.c_contiguous or array.flags.f_contiguous and array.ndim < 2):
        raise weft.Error(f"{what}: the array is not contiguous; .ravel() or np.ascontiguousarray() "
                         "gives one that is")
    if array.itemsize == 4:
        return array.reshape(-1).view(np.uint32)
    if array.itemsize == 2 and width is MemcpyDataType.MEMCPY_16BIT:
        return array.reshape(-1).view(np.uint16)
    raise weft.Error(f"{what}: the array's elements are {array.dtype}; copies take 32 bits an "
                     "element (sdk_utils.input_array_to_u32 and memcpy_view help with 16)")


def _ordered(flat, sides, order):
    """[y][x][element] of a flat array in `order`; a view."""
    width, height, elements = sides
    if order is MemcpyOrder.ROW_MAJOR:
        return flat.reshape(height, width, elements)
    return flat.reshape(elements, width, height).transpose(2, 1, 0)


def require_enough(flat, sides, what):
    """The elements that a rectangle takes, of an array that has at least so many."""
    count = sides[0] * sides[1] * sides[2]
    if flat.size < count:
        raise weft.Error(f"{what}: {sides[0]} x {sides[1]} PEs of {sides[2]} elements are {count}, "
                         f"the array has {flat.size}")
    return flat[:count]


def read(array, sides, order, width, what):
    """The words that go to the PEs, uint32 [y][x][element]."""
    flat = require_enough(_words(array, what, width), sides, what)
    return _ordered(flat, sides, order).astype(np.uint32)


def write(array, words, sides, order, width, what):
    """Words that came from the PEs, uint32 [y][x][element], into the program's array."""
    flat = require_enough(_words(array, what, width), sides, what)
    _ordered(flat, sides, order)[...] = words.reshape(sides[1], sides[0], sides[2])


def require_writable(array, sides, width, what):
    """What write() would refuse, before anything runs."""
    require_enough(_words(array, what, width), sides, what)
    if not array.flags.writeable:
        raise weft.Error(f"{what}: the array cannot be written")


def to_bytes(words, width):
    """As a variable holds them: 16-bit copies take the low half of each word."""
    kept = words.astype(np.uint16) if width is MemcpyDataType.MEMCPY_16BIT else words
    return np.ascontiguousarray(kept).tobytes()


def from_bytes(data, width):
    """The inverse: words, flat."""
    kept = np.uint16 if width is MemcpyDataType.MEMCPY_16BIT else np.uint32
    return np.frombuffer(data, kept).astype(np.uint32)
