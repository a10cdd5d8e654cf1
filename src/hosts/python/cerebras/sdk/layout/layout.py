# SPDX-License-Identifier: Apache-2.0
"""SdkLayout: code regions on a wafer, put together and compiled."""
import contextlib
import os
from dataclasses import dataclass
from typing import Optional

import weft
from weft import session as emulator

from . import text
from .enums import FP16TYPE
from .plan import RESERVED, Plan
from .platform import SdkCompileArtifacts, SdkExecutionPlatform, Stream
from .region import CodeRegion, Color, PortHandle


@dataclass(eq=False)
class _Stream:
    """What create_*_stream* asked for."""

    name: str
    into_machine: bool
    color: Color
    port: Optional[PortHandle] = None
    location: Optional[tuple] = None


class SdkLayout:
    """A program put together in Python.

    compile() finds numbers for colors and ways between ports, writes OUT_PREFIX/layout.csl, which
    can be read and changed, and compiles it as cslc does. Errors: weft.Error, naming the call.
    """

    def __init__(self, platform, **options):
        if set(options) - {"msg_level"}:
            unknown = sorted(set(options) - {"msg_level"})[0]
            raise weft.Unsupported(f"SdkLayout: option {unknown} is not supported")
        if not isinstance(platform, SdkExecutionPlatform):
            raise weft.Error(f"SdkLayout: wants what get_platform gives, not {platform!r}")
        self._target = platform.target
        self._regions = []
        self._connections = []
        self._streams = []

    def create_code_region(self, source, name, width, height):
        """A CodeRegion of width x height PEs that run the CSL file `source`."""
        if any(region.name == name for region in self._regions):
            raise weft.Error(f"create_code_region: there is a code region '{name}' already")
        if width < 1 or height < 1:
            raise weft.Error(f"create_code_region: '{name}' has {width} x {height} PEs")
        region = CodeRegion(source, name, int(width), int(height))
        self._regions.append(region)
        return region

    def connect(self, sender, receiver):
        """Wavelets that leave by one port enter by the other, PE by PE."""
        for port, into_region, word in ((sender, False, "an output"), (receiver, True, "an input")):
            if not isinstance(port, PortHandle) or port.into_region is not into_region:
                raise weft.Error(f"connect: wants {word} port, not "
                                 f"{getattr(port, 'name', repr(port))}")
        if sender.size != receiver.size:
            raise weft.Error(f"connect: port '{sender.name}' has {sender.size} wavelets, "
                             f"'{receiver.name}' {receiver.size}")
        self._use(sender, "connect")
        self._use(receiver, "connect")
        self._connections.append((sender, receiver))

    def create_input_stream(self, port, io_loc=None, io_buffer_size=1024):
        """Words of the host, by a PE of its own, into a port of one PE. The stream's name."""
        return self._port_stream("create_input_stream", port, True, io_loc, io_buffer_size)

    def create_output_stream(self, port, io_loc=None, io_buffer_size=1024):
        """The other way round."""
        return self._port_stream("create_output_stream", port, False, io_loc, io_buffer_size)

    def create_input_stream_from_loc(self, loc, color, prefix=""):
        """Words of the host as wavelets of a color at the ramp of a region's PE."""
        return self._place_stream(loc, color, prefix, True)

    def create_output_stream_from_loc(self, loc, color, prefix=""):
        """Wavelets that a region's PE sends on a color, to the host instead of its router."""
        return self._place_stream(loc, color, prefix, False)

    def hstack(self, regions, origin=None):
        """Places regions side by side, from `origin` or the first one's place on: how far."""
        return self._stack("hstack", regions, origin, lambda region: (region.width, 0))

    def vstack(self, regions, origin=None):
        """One below the other."""
        return self._stack("vstack", regions, origin, lambda region: (0, region.height))

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def compile(self, out_prefix="out", libs=(), cslc_prefix="", save_port_map=False,
                f16_type=FP16TYPE.F16):
        """Writes the layout and what it compiles to into folder `out_prefix`. What SdkRuntime
        takes."""
        if f16_type is not FP16TYPE.F16:
            raise weft.Unsupported(f"compile: 16-bit numbers as {f16_type.name}")
        del cslc_prefix, save_port_map  # of the vendor's compiler
        if not self._regions:
            raise weft.Error("compile: the layout has no code region")
        plan = Plan(self._regions, self._connections, self._streams, self._target)
        os.makedirs(out_prefix, exist_ok=True)
        path = os.path.join(out_prefix, "layout.csl")
        beside = f"{path}.{os.getpid()}"
        try:  # whole or not at all
            with open(beside, "w", encoding="utf-8") as file:
                file.write(self._text(plan))
            os.replace(beside, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside)
        emulator.compile_wafer_program(path, self._target.value, out_prefix, list(libs),
                                       self._presets(plan))
        return SdkCompileArtifacts(os.path.abspath(out_prefix), _negative(plan.origin),
                                   self._named_streams(plan))

    # --- inside ---

    def _use(self, port, call):
        if port.used:
            raise weft.Error(f"{call}: port '{port.name}' is connected already")
        port.used = True

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def _port_stream(self, call, port, into_machine, io_loc, io_buffer_size):
        if not isinstance(port, PortHandle) or port.into_region is not into_machine:
            raise weft.Error(f"{call}: wants {'an input' if into_machine else 'an output'} port")
        if io_buffer_size < 1:
            raise weft.Error(f"{call}: io_buffer_size = {io_buffer_size}")
        self._use(port, call)
        location = None if io_loc is None else (int(io_loc.x), int(io_loc.y))
        return self._add(_Stream(port.name, into_machine, port.color, port, location))

    def _place_stream(self, loc, color, prefix, into_machine):
        name = f"{prefix}{color.name}_{'in' if into_machine else 'out'}_{loc.x}_{loc.y}"
        return self._add(_Stream(name, into_machine, color, None, (int(loc.x), int(loc.y))))

    def _add(self, stream):
        if any(other.name == stream.name for other in self._streams):
            raise weft.Error(f"there is a stream '{stream.name}' already; a prefix tells two apart")
        self._streams.append(stream)
        return stream.name

    @staticmethod
    def _stack(call, regions, origin, beside):
        if not regions:
            raise weft.Error(f"{call}: no regions")
        place = regions[0].origin or (0, 0)
        if origin is not None:
            place = (int(origin.x), int(origin.y))
        for region in regions:
            region.place(*place)
            place = (place[0] + beside(region)[0], place[1] + beside(region)[1])
        return max(place[0] - regions[0].origin[0], place[1] - regions[0].origin[1])

    def _text(self, plan):
        tiles, configs = {}, []
        for y in range(plan.size[1]):
            for x in range(plan.size[0]):
                place = (x + plan.origin[0], y + plan.origin[1])
                tiles[x, y] = self._tile(plan, place)
                for net, positions in plan.configs.get(place, {}).items():
                    configs.append((x, y, plan.number_of(net),
                                    text.route(positions, f"color {net} on PE {place}")))
        streams = {}
        for stream in self._streams:
            name, number = self._host_stream(plan, stream)
            streams[name, stream.into_machine, number] = None
        return text.program(*plan.size, tiles, configs, list(streams))

    @staticmethod
    def _host_stream(plan, stream):
        """Name and number of what carries a stream between the host and its PE."""
        way = "from_host" if stream.into_machine else "to_host"
        if stream.port is not None:
            return way, RESERVED[0 if stream.into_machine else 1]
        number = plan.number_of(stream.color)
        return f"{way}_{number}", number

    @staticmethod
    def _tile(plan, place):
        owner, local = plan.tiles.get(place, (None, None))
        if owner is None:
            return "<sdklayout/pass>", []
        if local is None:  # a stream's PE
            port = f"@get_color({plan.number_of(owner.color)})"
            if owner.into_machine:
                return "<sdklayout/stream_in>", [("from_host", f"@get_color({RESERVED[0]})"),
                                                 ("to_port", port)]
            return "<sdklayout/stream_out>", [("to_host", f"@get_color({RESERVED[1]})"),
                                              ("from_port", port)]
        what = f"code region '{owner.name}', PE {local}"
        return owner.source, [(name, text.literal(value, plan.number_of, f"{what}, '{name}'"))
                              for name, value in sorted(owner.parameters[local].items())]

    def _presets(self, plan):
        found = []
        for region in self._regions:
            for ((x, y), symbol), data in region.presets.items():
                found.append((x + region.origin[0] - plan.origin[0],
                              y + region.origin[1] - plan.origin[1], symbol, data))
        return found

    def _named_streams(self, plan):
        found = {}
        for stream in self._streams:
            x, y = plan.stream_places[stream]
            found[stream.name] = Stream(stream.name, stream.into_machine, x - plan.origin[0],
                                        y - plan.origin[1], self._host_stream(plan, stream)[0])
        return found


def _negative(place):
    return (-place[0], -place[1])
