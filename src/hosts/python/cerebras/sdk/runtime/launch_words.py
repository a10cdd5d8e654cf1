# SPDX-License-Identifier: Apache-2.0
"""Arguments of launched functions as the words that travel."""
import numpy as np

import weft

TYPES = {"f32": np.float32, "f16": np.float16, "i32": np.int32, "u32": np.uint32,
         "i16": np.int16, "u16": np.uint16, "i8": np.int8, "u8": np.uint8, "bool": np.bool_}
BITS = {1: np.uint8, 2: np.uint16, 4: np.uint32}


def word(value, name, what):
    """A value of the type called `name`. Errors: weft.Error where it is none."""
    wanted = TYPES.get(name)
    if wanted is None:
        raise weft.Unsupported(f"{what}: a parameter of type {name} cannot be launched with")
    given = np.asarray(value)
    if given.ndim != 0 or given.dtype.kind not in "biuf":
        raise weft.Error(f"{what}: {value!r} is no number for a parameter of type {name}")
    real = np.dtype(wanted).kind == "f"
    if given.dtype.kind == "f" and not real:
        raise weft.Error(f"{what}: {value!r} is no {name}")
    if not real and not _fits(int(given), wanted):
        raise weft.Error(f"{what}: {value!r} does not fit {name}")
    typed = given.astype(wanted)
    return int(typed.view(BITS[typed.itemsize]))


def _fits(value, wanted):
    if wanted is np.bool_:
        return value in (0, 1)
    limits = np.iinfo(wanted)
    return limits.min <= value <= limits.max


def words(arguments, function, what):
    """A word a parameter."""
    if len(arguments) != len(function.parameters):
        raise weft.Error(f"{what}: takes {len(function.parameters)} arguments "
                         f"({', '.join(function.parameters) or 'none'}), got {len(arguments)}")
    return [word(value, name, f"{what}, argument {number}") for number, (value, name)
            in enumerate(zip(arguments, function.parameters), 1)]
