# SPDX-License-Identifier: Apache-2.0
"""debug_util: what a program left in the memory of its PEs when it was stopped."""
import os

import weft
from cerebras.sdk.runtime import memory

memory.want()


class debug_util:  # pylint: disable=invalid-name
    """Of the folder that cslc made, once its program was run and stopped in this script.

    PEs are named by their place on the fabric: --fabric-offsets and the place in the rectangle.
    Errors: weft.Error.
    """

    def __init__(self, bindir, cmaddr=None):
        if cmaddr:
            raise weft.Unsupported(f"debug_util: weft reaches no system at {cmaddr}")
        self._program, self._memory = memory.left(os.fspath(bindir))

    def get_symbol(self, col, row, name, dtype):
        """A variable of a PE, exported or not, as a flat array."""
        place = self._place(col, row)
        return memory.read(self._program, self._memory[place], place, name, dtype)

    def _place(self, col, row):
        place = (col - self._program.offset[0], row - self._program.offset[1])
        if place not in self._memory:
            raise weft.Error(f"debug_util: PE ({col}, {row}) is none of the program's: "
                             f"they begin at {self._program.offset}")
        return place
