# SPDX-License-Identifier: Apache-2.0
"""Points and rectangles of PEs."""
from typing import NamedTuple


class IntVector(NamedTuple):
    """A point, or a width and a height."""

    x: int
    y: int


class IntRectangle(NamedTuple):
    """Two corners; the second lies outside."""

    origin: IntVector
    limit: IntVector

    @property
    def dims(self):
        """Width and height."""
        return IntVector(self.limit.x - self.origin.x, self.limit.y - self.origin.y)
