# SPDX-License-Identifier: Apache-2.0
"""Which colors are one: those of ports that are connected have one number."""


class Nets:
    """Colors in sets; a set is called by the color that came first."""

    def __init__(self):
        self._parent = {}

    def add(self, color):
        """The set of a color, new if need be."""
        root = self._parent.setdefault(color, color)
        while root != self._parent[root]:
            root = self._parent[root]
        return root

    def join(self, one, other):
        """Makes their sets one."""
        first, second = self.add(one), self.add(other)
        if first != second:
            self._parent[second] = first

    def all(self):
        """One color of each set, in the order of their coming."""
        return [color for color in self._parent if self.add(color) == color]

    def values(self):
        """Numbers that programs gave, by set: (set, number, color)."""
        return [(self.add(color), color.value, color) for color in self._parent
                if color.value is not None]
