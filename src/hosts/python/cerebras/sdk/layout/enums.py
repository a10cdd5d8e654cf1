# SPDX-License-Identifier: Apache-2.0
"""The words of layouts."""
import enum


class SdkTarget(enum.Enum):
    """A generation of the wafer; the value is the topology that weft runs it on."""

    WSE2 = "cerebras-wse2"
    WSE3 = "cerebras-wse3"


class Route(enum.Enum):
    """A port of a router; the value is CSL's word."""

    RAMP = "RAMP"
    EAST = "EAST"
    WEST = "WEST"
    NORTH = "NORTH"
    SOUTH = "SOUTH"

    @property
    def step(self):
        """Where a wavelet goes that leaves by it: x, y."""
        return {"EAST": (1, 0), "WEST": (-1, 0), "NORTH": (0, -1), "SOUTH": (0, 1)}[self.value]

    @property
    def opposite(self):
        """The neighbour's port at the other end of the link."""
        return {"EAST": Route.WEST, "WEST": Route.EAST, "NORTH": Route.SOUTH,
                "SOUTH": Route.NORTH}[self.value]


class Edge(enum.Enum):
    """An edge of a code region; the value is the way out over it."""

    TOP = Route.NORTH
    BOTTOM = Route.SOUTH
    LEFT = Route.WEST
    RIGHT = Route.EAST


class FP16TYPE(enum.Enum):
    """Formats of 16-bit numbers."""

    F16 = 0
    BF16 = 1
    CB16 = 2
