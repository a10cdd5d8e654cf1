# SPDX-License-Identifier: Apache-2.0
"""Everything placed, every way found: what of a layout stands on which PE."""
import weft

from . import numbers, paths
from .enums import Route
from .nets import Nets
from .region import Color
from .routing import RoutingPosition

RESERVED = (22, 23)  # between the host and the PEs of streams: in, out


class Plan:
    """PEs are (x, y) in the layout's coordinates, from `origin` on. Errors: weft.Error."""

    def __init__(self, regions, connections, streams, target):
        self.nets = Nets()
        self.target = target
        self.tiles = {}  # place: (region, place in it)
        self.configs = {}  # place: {net: positions}
        self.stream_places = {}  # stream: place
        for region in regions:
            self._stand(region, len(regions))
        self._measure(streams, connections)
        for sender, receiver in connections:
            self.nets.join(sender.color, receiver.color)
        for region in regions:
            self._paint(region)
        for sender, receiver in connections:
            self._connect(sender, receiver)
        for stream in streams:
            self._stream(stream)
        self.number_of_net = self._number(regions)

    def number_of(self, color):
        """The number that a color got."""
        return self.number_of_net[self.nets.add(color)]

    # --- places ---

    def _stand(self, region, count):
        if region.origin is None:
            if count > 1:
                raise weft.Error(f"compile: code region '{region.name}' was not placed")
            region.origin = (0, 0)
        for place in region.parameters:
            at = _sum(region.origin, place)
            if at in self.tiles:
                raise weft.Error(f"compile: code regions '{self.tiles[at][0].name}' and "
                                 f"'{region.name}' both have PE {at}")
            self.tiles[at] = (region, place)

    def _measure(self, streams, connections):
        staged = [stream for stream in streams if stream.port is not None]
        # A column in the west for the PEs of streams; room around for ways.
        room = 1 if staged or connections else 0
        self.origin = (-1 if staged else 0, 0)
        given = [stream.location for stream in staged if stream.location is not None]
        places = list(self.tiles) + given
        rows = max(max(y for _, y in places) + 1 + room, len(staged))
        self.size = (max(x for x, _ in places) + 1 + room - self.origin[0], rows)

    def inside(self, place):
        """Whether the rectangle has it."""
        x, y = place[0] - self.origin[0], place[1] - self.origin[1]
        return 0 <= x < self.size[0] and 0 <= y < self.size[1]

    # --- routes ---

    def _paint(self, region):
        for place, routes in region.routes.items():
            at = _sum(region.origin, place)
            for color, positions in routes.items():
                self._configure(at, self.nets.add(color), positions, f"color {color}")
        for port in region.ports:
            for place in port.places():
                at, net = _sum(region.origin, place), self.nets.add(port.color)
                # What was painted there the port's positions replace; it is known again once the
                # port is connected.
                self.configs.setdefault(at, {})[net] = []

    def _configure(self, place, net, positions, what):
        known = self.configs.setdefault(place, {})
        if known.get(net):
            raise weft.Error(f"compile: {what} is routed twice on PE {place}")
        known[net] = positions

    def _connect(self, sender, receiver):
        senders = [_sum(sender.region.origin, place) for place in sender.places()]
        receivers = [_sum(receiver.region.origin, place) for place in receiver.places()]
        if len(senders) != len(receivers):
            raise weft.Error(f"connect: port '{sender.name}' has {len(senders)} PEs, "
                             f"'{receiver.name}' {len(receivers)}")
        out = sender.edge.value if _has_direction(sender) else None
        into = receiver.edge.value.opposite if _has_direction(receiver) else None
        self._ways(sender.color, list(zip(senders, receivers)), sender.positions,
                   receiver.positions, out, into, f"'{sender.name}' to '{receiver.name}'")

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def _ways(self, color, pairs, sending, receiving, out, into, what):
        net = self.nets.add(color)
        taken = {place for place, known in self.configs.items() if net in known}
        ways = paths.beside_each_other(pairs, self.inside, taken, out, into)
        if ways is None:
            raise weft.Error(f"compile: no ways were found from port {what}: from PE "
                             f"{pairs[0][0]} to PE {pairs[0][1]}"
                             + (f" and {len(pairs) - 1} beside" if len(pairs) > 1 else ""))
        for (start, end), routes in zip(pairs, ways):
            self._lay(net, start, sending, end, receiving, routes, what)

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def _lay(self, net, start, sending, end, receiving, routes, what):
        self._configure(start, net, [RoutingPosition(position.inputs, [routes[0]])
                                     for position in sending], what)
        place = start
        for arrived, leaves in zip(routes, routes[1:]):
            place = _sum(place, arrived.step)
            self._configure(place, net, [RoutingPosition([arrived.opposite], [leaves])], what)
        self._configure(end, net, [RoutingPosition([routes[-1].opposite], position.outputs)
                                   for position in receiving], what)

    # --- streams ---

    def _stream(self, stream):
        port = stream.port
        if port is None:
            if stream.location not in self.tiles:
                raise weft.Error(f"compile: stream '{stream.name}': no code region has PE "
                                 f"{stream.location}")
            self.stream_places[stream] = stream.location
            self._require_alone(stream)
            return
        places = port.places()
        if len(places) != 1:
            raise weft.Error(f"compile: stream '{stream.name}': a stream has one PE, port "
                             f"'{port.name}' {len(places)}")
        there = _sum(port.region.origin, places[0])
        here = self._free_place(stream, there)
        self.stream_places[stream] = here
        self.tiles[here] = (stream, None)
        ramp = [RoutingPosition([Route.RAMP], [Route.RAMP])]
        edge = port.edge.value if _has_direction(port) else None
        if stream.into_machine:
            into = edge.opposite if edge is not None else None
            self._ways(port.color, [(here, there)], ramp, port.positions, None, into,
                       f"'{port.name}'")
        else:
            self._ways(port.color, [(there, here)], port.positions, ramp, edge, None,
                       f"'{port.name}'")

    def _require_alone(self, stream):
        """Where the host takes a color from a PE, every PE that sends it gives it to the host."""
        net = self.nets.add(stream.color)
        routed = [place for place, known in self.configs.items() if net in known]
        if routed and not stream.into_machine:
            raise weft.Unsupported(f"compile: stream '{stream.name}': color {stream.color} goes to "
                                   f"the host, and is routed on PE {routed[0]}")

    def _free_place(self, stream, there):
        if stream.location is not None:
            if stream.location in self.tiles or not self.inside(stream.location):
                raise weft.Error(f"compile: stream '{stream.name}' cannot stand on PE "
                                 f"{stream.location}: it is taken, or outside")
            return stream.location
        column = self.origin[0]
        rows = sorted(range(self.size[1]), key=lambda row: (abs(row - there[1]), row))
        return next((column, row) for row in rows if (column, row) not in self.tiles)

    # --- numbers ---

    def _number(self, regions):
        for region in regions:  # colors that are parameters alone
            for parameters in region.parameters.values():
                for value in parameters.values():
                    if isinstance(value, Color):
                        self.nets.add(value)
        nets = self.nets.all()
        passes = {net: set() for net in nets}
        switches = set()
        for place, known in self.configs.items():
            for net, positions in known.items():
                passes[net].add(place)
                if len(positions) > 1:
                    switches.add(net)
                if not positions:
                    raise weft.Error(f"compile: a port of color {net} on PE {place} is connected "
                                     "to nothing")
        for place, (region, local) in self.tiles.items():  # code that knows two colors
            if local is None:
                continue
            for value in region.parameters[local].values():
                if isinstance(value, Color):
                    passes[self.nets.add(value)].add(place)
        fixed = {}
        for net, value, color in self.nets.values():
            if fixed.setdefault(net, value) != value:
                raise weft.Error(f"compile: color {color} has number {value}, and is connected to "
                                 f"one of number {fixed[net]}")
        return numbers.allot(nets, passes, switches, fixed, RESERVED, self.target)


def _has_direction(port):
    """One PE alone has all edges at once: its ways may leave and come anywhere."""
    return port.region.width * port.region.height > 1


def _sum(one, other):
    return (one[0] + other[0], one[1] + other[1])
