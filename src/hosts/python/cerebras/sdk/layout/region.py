# SPDX-License-Identifier: Apache-2.0
"""Code regions: rectangles of PEs with one source, their parameters, routes and ports."""
import os
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

import weft

from .enums import Edge, Route
from .routing import EdgeRouteInfo, checked_positions


@dataclass(frozen=True)
class Color:
    """A color by its name; its number is found when the layout is compiled, unless given."""

    name: str
    value: Optional[int] = None
    scope: str = field(default="")  # of CodeRegion.color

    def __str__(self):
        return f"'{self.scope}.{self.name}'" if self.scope else f"'{self.name}'"


@dataclass(eq=False)
class PortHandle:
    """An edge of a region that a color passes, one PE beside the other."""

    name: str
    region: "CodeRegion"
    color: Color
    edge: Edge
    positions: list
    size: int  # wavelets
    into_region: bool
    used: bool = False

    def places(self):
        """Its PEs in the region, from the left or the top."""
        width, height = self.region.width, self.region.height
        if self.edge in (Edge.LEFT, Edge.RIGHT):
            x = 0 if self.edge is Edge.LEFT else width - 1
            return [(x, y) for y in range(height)]
        y = 0 if self.edge is Edge.TOP else height - 1
        return [(x, y) for x in range(width)]


class CodeRegion:
    """width x height PEs that run `source`; made by SdkLayout.create_code_region.

    Coordinates in its calls are the region's own. Errors: weft.Error, naming call and region.
    """

    def __init__(self, source, name, width, height):
        self.source = os.path.abspath(source)
        self.name = name
        self.width = width
        self.height = height
        self.origin = None
        self.parameters = {place: {} for place in self._all()}
        self.routes = {place: {} for place in self._all()}  # by color: positions
        self.ports = []
        self.presets = {}  # (place, symbol): bytes

    # --- parameters and initial values ---

    def color(self, name, value=None):
        """A color of this region's own."""
        return Color(name, value, self.name)

    def set_param(self, coords, name, value=None):
        """One PE's parameter; of a color alone, the parameter of its name."""
        self._set([self._place(coords, "set_param")], name, value)

    def set_param_all(self, name, value=None):
        """Every PE's."""
        self._set(self._all(), name, value)

    def set_param_range(self, rectangle, name, value=None):
        """Of the PEs in a rectangle."""
        self._set(self._range(rectangle, "set_param_range"), name, value)

    def set_symbol_all(self, symbol, data, width, height):
        """Initial values of variable `symbol`: `data`, [height][width], dealt out over the PEs."""
        array = np.asarray(data)
        if array.size != width * height or width % self.width or height % self.height:
            self._fail("set_symbol_all", f"'{symbol}': {array.size} values as {width} x {height} "
                       f"cannot be dealt out over {self.width} x {self.height} PEs")
        blocks = array.reshape(self.height, height // self.height, self.width, width // self.width)
        for x, y in self._all():
            self.presets[(x, y), symbol] = np.ascontiguousarray(blocks[y, :, x, :]).tobytes()

    # --- routes ---

    def paint(self, coords, color, routes):
        """The color's positions on one PE."""
        self._paint([self._place(coords, "paint")], color, routes, "paint")

    def paint_range(self, rectangle, color, routes):
        """On the PEs in a rectangle."""
        self._paint(self._range(rectangle, "paint_range"), color, routes, "paint_range")

    def paint_all(self, color, routes, edge_routes=()):
        """On every PE; along edges as `edge_routes`, of get_edge_routing, say."""
        self._paint(self._all(), color, routes, "paint_all")
        for info in edge_routes:
            if not isinstance(info, EdgeRouteInfo):
                self._fail("paint_all", f"wants what get_edge_routing gives, found {info!r}")
            border = PortHandle("", self, color, info.edge, [], 0, True).places()
            self._paint(border, color, info.positions, "paint_all")

    # --- ports ---

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def create_input_port(self, color, edge, routes, data_size, prefix=""):
        """A port into the region. Its positions say where wavelets go; whence, the layout finds."""
        return self._port(color, edge, routes, data_size, prefix, True)

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def create_output_port(self, color, edge, routes, data_size, prefix=""):
        """A port out of the region. Its positions say whence wavelets come."""
        return self._port(color, edge, routes, data_size, prefix, False)

    def place(self, x, y):
        """Where its north-west corner lies in the layout."""
        if x < 0 or y < 0:
            self._fail("place", f"({x}, {y}) lies outside of the layout")
        self.origin = (int(x), int(y))

    # --- inside ---

    def _all(self):
        return [(x, y) for y in range(self.height) for x in range(self.width)]

    def _place(self, coords, call):
        place = (int(coords.x), int(coords.y))
        if place not in self.parameters:
            self._fail(call, f"there is no PE {place} in {self.width} x {self.height}")
        return place

    def _range(self, rectangle, call):
        (left, top), (right, bottom) = rectangle.origin, rectangle.limit
        inside = [(x, y) for y in range(top, bottom) for x in range(left, right)]
        if not inside or any(place not in self.parameters for place in inside):
            self._fail(call, f"({left}, {top}) to ({right}, {bottom}) is no rectangle of "
                       f"{self.width} x {self.height} PEs")
        return inside

    def _set(self, places, name, value):
        if isinstance(name, Color):
            name, value = name.name, name
        for place in places:
            self.parameters[place][name] = value

    def _paint(self, places, color, routes, call):
        self._require_color(color, call)
        for position in checked_positions(routes, call):
            if not position.inputs or not position.outputs:
                self._fail(call, f"color {color}: {position} says not both sides")
        for place in places:
            self.routes[place][color] = checked_positions(routes, call)

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def _port(self, color, edge, routes, size, prefix, into_region):
        call = "create_input_port" if into_region else "create_output_port"
        self._require_color(color, call)
        if not isinstance(edge, Edge):
            self._fail(call, f"wants an Edge, not {edge!r}")
        positions = checked_positions(routes, call)
        for position in positions:
            known, found = ((position.outputs, position.inputs) if into_region
                            else (position.inputs, position.outputs))
            if found or not known:
                self._fail(call, f"color {color}: a position says where wavelets "
                           f"{'go' if into_region else 'come from'}, and no more: {position}")
        name = f"{self.name}_{color.name}{prefix}"
        if any(port.name == name for port in self.ports):
            self._fail(call, f"there is a port of color {color} already; a prefix tells two apart")
        port = PortHandle(name, self, color, edge, positions, int(size), into_region)
        self.ports.append(port)
        return port

    def _require_color(self, color, call):
        if not isinstance(color, Color):
            self._fail(call, f"wants a Color, not {color!r}")

    def _fail(self, call, message):
        raise weft.Error(f"{call}: code region '{self.name}': {message}")
