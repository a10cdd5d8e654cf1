# SPDX-License-Identifier: Apache-2.0
"""Element types, and the words of placement that programs use."""
import enum

import numpy as np

from groq.missing import Missing


class DType:
    """Type of a tensor's elements."""

    def __init__(self, name, numpy_type, vector):
        self.name = name
        self.vector = vector  # as weft's schedules call it
        self._numpy = np.dtype(numpy_type)
        self.size = self._numpy.itemsize

    def to_nptype(self):
        """As numpy calls it."""
        return self._numpy.type

    @property
    def numpy(self):
        """The dtype of host arrays."""
        return self._numpy

    @property
    def is_float(self):
        """False: an integer."""
        return self._numpy.kind == "f"

    def __repr__(self):
        return f"groq.api.{self.name}"


int8 = DType("int8", np.int8, "i8")
int16 = DType("int16", np.int16, "i16")
int32 = DType("int32", np.int32, "i32")
float16 = DType("float16", np.float16, "f16")
float32 = DType("float32", np.float32, "f32")
DTYPES = (int8, int16, int32, float16, float32)


def dtype_of(given, what):
    """A DType for one of ours or of numpy's; Missing names one that weft's TSP has not."""
    if isinstance(given, DType):
        return given
    wanted = np.dtype(given)
    for dtype in DTYPES:
        if dtype.numpy == wanted:
            return dtype
    raise Missing(f"{what}: elements of type {wanted} are not there in weft; known are "
                  f"{', '.join(d.name for d in DTYPES)}")


def dtype_named(name):
    """The type that a manifest names."""
    return next(d for d in DTYPES if d.name == name)


class OverflowMode(enum.Enum):
    """What integers do at the ends of their range."""
    MODULAR = "modular"
    SATURATING = "saturating"


class Hemisphere(enum.Enum):
    """Side of the chip."""
    WEST = 0
    EAST = 1


class StreamGroup:
    """A request for streams: of so many bytes, from one direction or any."""

    def __init__(self, name, number=None):
        self.name = name
        self.number = number

    def __getitem__(self, number):
        return StreamGroup(self.name, number)

    def __repr__(self):
        return f"groq.api.{self.name}" + ("" if self.number is None else f"[{self.number}]")


STREAM_GROUPS = {f"SG{width}{side}": StreamGroup(f"SG{width}{side}")
                 for width in (1, 2, 4, 8, 16) for side in ("", "_W", "_E")}
