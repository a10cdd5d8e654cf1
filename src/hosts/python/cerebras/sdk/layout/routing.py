# SPDX-License-Identifier: Apache-2.0
"""How a color passes a router: positions of its switch."""
import weft

from .enums import Edge, Route


class RoutingPosition:
    """Where a color comes from and where it goes. A port's position leaves out the side that the
    layout finds."""

    def __init__(self, inputs=(), outputs=()):
        self.inputs = frozenset(inputs)
        self.outputs = frozenset(outputs)

    def set_input(self, routes):
        """Comes from these. Returns itself."""
        self.inputs = _routes(routes, "set_input")
        return self

    def set_output(self, routes):
        """Goes to all of these. Returns itself."""
        self.outputs = _routes(routes, "set_output")
        return self

    def __eq__(self, other):
        return (self.inputs, self.outputs) == (other.inputs, other.outputs)

    def __repr__(self):
        return f"{_names(self.inputs)} to {_names(self.outputs)}"


class EdgeRouteInfo:
    """Positions for the PEs along an edge of a region."""

    def __init__(self, edge, positions):
        self.edge = edge
        self.positions = positions


def get_edge_routing(edge, positions):
    """For paint_all: the PEs of that edge have these positions."""
    if not isinstance(edge, Edge):
        raise weft.Error(f"get_edge_routing: wants an Edge, not {edge!r}")
    return EdgeRouteInfo(edge, checked_positions(positions, "get_edge_routing"))


def checked_positions(positions, call):
    """A copy of a list of one to four positions."""
    found = list(positions)
    for position in found:
        if not isinstance(position, RoutingPosition):
            raise weft.Error(f"{call}: wants a list of RoutingPosition, found {position!r}")
    if not 1 <= len(found) <= 4:
        raise weft.Error(f"{call}: a color has one to four positions, found {len(found)}")
    return [RoutingPosition(position.inputs, position.outputs) for position in found]


def _routes(routes, call):
    found = list(routes)
    for route in found:
        if not isinstance(route, Route):
            raise weft.Error(f"{call}: wants a list of Route, found {route!r}")
    return frozenset(found)


def _names(routes):
    return "+".join(sorted(route.value for route in routes)) or "nowhere"
