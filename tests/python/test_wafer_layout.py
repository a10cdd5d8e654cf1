#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SdkLayout: regions, ports, ways between them, streams, and what it refuses."""
import json
import pathlib
import shutil

import programs

SOURCES = pathlib.Path(__file__).resolve().parent / "layout"
BEGIN = """
import sys
import numpy as np
from cerebras.geometry.geometry import IntRectangle, IntVector
from cerebras.sdk.runtime.sdkruntimepybind import (
    Color, Edge, Route, RoutingPosition, SdkLayout, SdkRuntime, SdkTarget, SimfabConfig,
    get_edge_routing, get_platform)
target = SdkTarget.WSE3 if "wse3" in sys.argv else SdkTarget.WSE2
platform = get_platform(None, SimfabConfig(dump_core=True), target)
layout = SdkLayout(platform)
FROM, TO = (lambda: RoutingPosition().set_input([Route.RAMP]),
            lambda: RoutingPosition().set_output([Route.RAMP]))

def relay(name, height, hands_on=True, length=4):
    region = layout.create_code_region("relay.csl", name, 1, height)
    region.set_param_all("length", length)
    region.set_param_all("offset", 0.5)
    region.set_param_all("hands_on", hands_on)
    arrives, leaves = region.color("in"), region.color("out")
    region.set_param_all(arrives)
    region.set_param_all(leaves)
    size = length * height
    return (region, region.create_input_port(arrives, Edge.LEFT, [TO()], size),
            region.create_output_port(leaves, Edge.RIGHT, [FROM()], size) if hands_on else None)
"""
# Two senders in a column, two relays far from them, of which one leads over the other's region; a
# stream in and out of a third.
WHOLE = BEGIN + """
start = layout.create_code_region("start.csl", "start", 1, 2)
start.set_param_all("length", 4)
color = Color("out")
start.set_param_all(color)
given = np.arange(8, dtype=np.float32)
start.set_symbol_all("given", given, 4, 2)
sent = start.create_output_port(color, Edge.RIGHT, [FROM()], 8)
start.place(0, 3)
middle, into_middle, out_of_middle = relay("middle", 2)
middle.set_param(IntVector(0, 1), "offset", 10.0)
middle.place(4, 0)
end, into_end, _ = relay("end", 2, hands_on=False)
end.place(2, 1)
layout.connect(sent, into_middle)
layout.connect(out_of_middle, into_end)
echo, into_echo, out_of_echo = relay("echo", 1, length=6)
echo.place(6, 5)
stream_in = layout.create_input_stream(into_echo)
stream_out = layout.create_output_stream(out_of_echo, io_loc=IntVector(5, 3))
runtime = SdkRuntime(layout.compile(out_prefix="out"), platform, memcpy_required=False)
runtime.load()
runtime.run()
told, back = np.arange(6, dtype=np.float32), np.zeros(6, np.float32)
runtime.receive(runtime.get_port_id(stream_out), back, 6, nonblock=True)
runtime.send(stream_in, told, nonblock=True)
runtime.stop()
assert (back == told + 0.5).all(), back
for row, offset in enumerate((0.5, 10.0)):
    first = runtime.read_symbol(4, row, "kept", dtype="float32")
    assert (first == given[4 * row:4 * row + 4] + offset).all(), first
    assert (runtime.read_symbol(2, 1 + row, "kept", np.float32) == first + 0.5).all()
print("SUCCESS")
"""
# The host at the ramps of one PE.
PLACES = BEGIN + """
region = layout.create_code_region("relay.csl", "alone", 1, 1)
for name, value in {"length": 4, "offset": 1.0, "hands_on": True}.items():
    region.set_param_all(name, value)
arrives, leaves = Color("in", 7), Color("out")
region.set_param_all(arrives)
region.set_param_all(leaves)
one = layout.create_input_stream_from_loc(IntVector(0, 0), arrives)
other = layout.create_output_stream_from_loc(IntVector(0, 0), leaves, prefix="a_")
runtime = SdkRuntime(layout.compile("out"), platform)
runtime.load()
runtime.run()
runtime.send(one, np.ones(4, np.float32))
back = np.zeros(8, np.float32)
runtime.receive(other, back, 4)
runtime.stop()
assert list(back) == [2, 2, 2, 2, 0, 0, 0, 0], back
print("SUCCESS")
"""
# A row whose first PE gets the first words, then lets the others pass: a switch, painted.
SWITCH = BEGIN + """
start = layout.create_code_region("start.csl", "start", 1, 1)
start.set_param_all("length", 4)
color = start.color("out")
start.set_param_all(color)
start.set_symbol_all("given", np.arange(4, dtype=np.float32), 4, 1)
sent = start.create_output_port(color, Edge.RIGHT, [FROM()], 4)
row = layout.create_code_region("relay.csl", "row", 3, 1)
arrives, unused = row.color("in"), row.color("out")
for name, value in {"length": 4, "offset": 0.0, "hands_on": False}.items():
    row.set_param_all(name, value)
row.set_param_all(arrives)
row.set_param_range(IntRectangle(IntVector(0, 0), IntVector(3, 1)), unused)
both = RoutingPosition().set_input([Route.WEST]).set_output([Route.RAMP, Route.EAST])
last = RoutingPosition().set_input([Route.WEST]).set_output([Route.RAMP])
row.paint_all(arrives, [both], [get_edge_routing(Edge.RIGHT, [last])])
port = row.create_input_port(arrives, Edge.LEFT,
                             [RoutingPosition().set_output([Route.RAMP, Route.EAST])], 4)
layout.connect(sent, port)
layout.hstack([start, row], IntVector(1, 2))
runtime = SdkRuntime(layout.compile("out"), platform)
runtime.load()
runtime.run()
runtime.stop()
for x in 2, 3, 4:
    assert list(runtime.read_symbol(x, 2, "kept", np.float32)) == [0, 1, 2, 3], x
print("SUCCESS")
"""
MISTAKES = {
    "get_platform('1.2.3.4', None, target)": "it reaches no system at 1.2.3.4",
    "layout.create_code_region('start.csl', 'one', 0, 1)": "'one' has 0 x 1 PEs",
    "relay('a', 1); relay('a', 1)": "there is a code region 'a' already",
    "relay('b', 1)[0].paint(IntVector(1, 0), Color('c'), [FROM()])":
        "there is no PE (1, 0) in 1 x 1",
    "relay('c', 1)[0].paint_all(Color('c'), [FROM()])": "RAMP to nowhere says not both sides",
    "relay('d', 1)[0].create_output_port(Color('c'), Edge.TOP, [TO()], 1)":
        "a position says where wavelets come from, and no more",
    "region, port, _ = relay('e', 1); region.create_input_port(port.color, Edge.TOP, [TO()], 4)":
        "there is a port of color 'e.in' already",
    "layout.connect(relay('f', 1)[1], relay('g', 1)[1])": "wants an output port, not f_in",
    "layout.connect(relay('h', 1)[2], relay('i', 1, length=5)[1])":
        "port 'h_out' has 4 wavelets, 'i_in' 5",
    "layout.create_input_stream(relay('j', 1)[2])": "create_input_stream: wants an input port",
    "region = relay('k', 1)[0]; region.set_symbol_all('kept', np.zeros(3), 4, 1)":
        "3 values as 4 x 1 cannot be dealt out",
    "layout.compile('out')": "was not placed",
}
# Of a layout of its own each.
COMPILES = {
    "relay('a', 1)[0].place(0, 0); relay('b', 2)[0].place(0, 0)": "both have PE (0, 0)",
    "relay('a', 1)": "is connected to nothing",
    "layout.create_input_stream(relay('a', 2)[1])": "a stream has one PE, port 'a_in' 2",
    "a = relay('a', 1); a[0].set_param_all('offset', [1]); layout.create_input_stream(a[1]); "
    "layout.create_output_stream(a[2])": "[1] cannot be a parameter",
    "a = relay('a', 1); a[0].set_symbol_all('kept', np.zeros(3, np.float32), 3, 1); "
    "layout.create_input_stream(a[1]); layout.create_output_stream(a[2])":
        "variable 'kept' has 16 bytes, it is given 12",
    "a = layout.create_code_region('start.csl', 'a', 1, 1); a.set_param_all('length', 1); "
    "a.set_param_all(Color('out', 22))": "color 'out' cannot have number 22",
    "a = relay('a', 1)[0]; a.paint_all(Color('x'), [RoutingPosition().set_input([Route.EAST])"
    ".set_output([Route.RAMP]), RoutingPosition().set_input([Route.WEST]).set_output([Route.EAST])"
    "]); layout.create_input_stream(a.ports[0]); layout.create_output_stream(a.ports[1])":
        "is no step of a switch",
}


class WaferLayout(programs.Programs):
    def setUp(self):
        super().setUp()
        for path in SOURCES.glob("*.csl"):
            shutil.copy(path, self.folder)

    def script(self, text, *arguments, **environment):
        (self.folder / "run.py").write_text(text)
        return self.command("cs_python", "run.py", *arguments, environment=environment)

    def test_programs_give_the_same_on_all_ranks_and_both_generations(self):
        for arch in "wse2", "wse3":
            for name, text in {"whole": WHOLE, "places": PLACES, "switch": SWITCH}.items():
                told = set()
                for ranks in "1", "2", "3":
                    with self.subTest(arch=arch, name=name, ranks=ranks):
                        done = self.script(text, arch, WEFT_RANKS=ranks, WEFT_SUMMARY="s.json")
                        self.assertEqual((done.returncode, done.stdout), (0, "SUCCESS\n"),
                                         done.stderr)
                        summary = json.loads((self.folder / "s.json").read_text())
                        told.add((summary["trace_hash"], summary["cycles"]))
                self.assertEqual(len(told), 1)

    def test_the_layout_is_text_that_cslc_compiles(self):
        done = self.script(WHOLE, "wse2")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.command("cslc", "out/layout.csl", "--arch=wse2", "-o", "again")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_mistakes_say_what_is_wrong(self):
        tries = "".join(f"try:\n    {line}\nexcept RuntimeError as error:\n    print(error)\n"
                        for line in MISTAKES)
        fresh = "".join("layout = SdkLayout(platform)\n"
                        f"try:\n    {line}\n    layout.compile('out')\n"
                        "except RuntimeError as error:\n    print(error)\n" for line in COMPILES)
        done = self.script(BEGIN + tries + fresh)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = done.stdout.splitlines()
        wanted = {**MISTAKES, **COMPILES}
        self.assertEqual(len(said), len(wanted), done.stdout)
        for line, words in zip(said, wanted.values()):
            self.assertIn(words, line)


if __name__ == "__main__":
    programs.main()
