# SPDX-License-Identifier: Apache-2.0
"""SdkRuntime: a compiled program, loaded, run, and fed by the host."""
import os

import numpy as np

import weft
from weft import session as emulator

from ..layout.platform import SdkCompileArtifacts, SdkExecutionPlatform
from . import host_array, launch_words, memory
from .commands import Commands, Task
from .enums import MemcpyDataType, MemcpyOrder
from .streams import Streams

# What the vendor's runtime also takes, for its simulator or its system: nothing here depends on it.
WITHOUT_EFFECT = {"suppress_simfab_trace", "simfab_numthreads", "msg_level", "memcpy_required"}


class SdkRuntime:
    """The program that `cslc -o FOLDER` or SdkLayout.compile left, on an emulated wafer.

    load(), run(), any copies and launches, stop(). WEFT_TRACE, WEFT_SUMMARY, WEFT_TOPOLOGY and
    WEFT_MAX_CYCLES say what weft does beside (docs/environment.md). Errors: weft.Error, a
    RuntimeError, naming the call; weft.Unsupported where weft lacks something.
    """

    def __init__(self, bindir, platform=None, cmaddr=None, **options):
        unknown = sorted(set(options) - WITHOUT_EFFECT)
        if unknown:
            raise weft.Unsupported(f"SdkRuntime: option {unknown[0]} is not supported")
        if cmaddr or not isinstance(platform, (SdkExecutionPlatform, type(None))):
            raise weft.Unsupported("SdkRuntime: weft emulates the wafer; it reaches no system at "
                                   f"{cmaddr or platform}")
        self._folder = os.fspath(bindir)
        self._layout = bindir if isinstance(bindir, SdkCompileArtifacts) else None
        self._streams = Streams(self._layout.streams if self._layout else {})
        self._program = emulator.WaferProgram(self._folder)
        self._variables = self._program.variables
        self._functions = {function.name: function for function in self._program.functions}
        self._session = None
        self._commands = None
        self._state = "made"

    # --- lifecycle ---

    def load(self):
        """Once, before run()."""
        self._move("load", "made", "loaded")

    def run(self):
        """Opens the machine: tasks that are active from the start begin with the first command."""
        self._move("run", "loaded", "running")
        self._session = self._program.open()
        self._commands = Commands(self._session)

    def stop(self):
        """Waits for everything that was asked for, then ends the run; finishes its trace."""
        self._move("stop", "running", "stopped")
        self._commands.wait_for_all()
        if memory.is_wanted() or self._layout is not None:
            memory.keep(self._folder, self._program, self._session)
        self._session.close()

    def __enter__(self):
        self.load()
        self.run()
        return self

    def __exit__(self, kind, value, trace):
        if kind is None and self._state == "running":
            self.stop()

    def _move(self, call, before, after):
        if self._state != before:
            wants = {"made": "once, before run()", "loaded": "once, after load()",
                     "running": "once, after run()"}[before]
            raise weft.Error(f"{call}(): is called {wants}; the program is {self._state}")
        self._state = after

    def _running(self, call):
        if self._state != "running":
            raise weft.Error(f"{call}: the program is {self._state}; load() and run() come first, "
                             "and nothing after stop()")

    # --- names ---

    def get_id(self, name):
        """The number of an exported variable, for copies."""
        for number, variable in enumerate(self._variables):
            if variable.name == name:
                return number
        known = ", ".join(variable.name for variable in self._variables) or "nothing"
        raise weft.Error(f"get_id: the program exports no variable '{name}'; it exports {known}")

    def _variable(self, number, call):
        if not 0 <= number < len(self._variables):
            raise weft.Error(f"{call}: {number} is no variable's id; get_id gives them")
        return self._variables[number]

    def _stream(self, color, into_machine, call):
        for stream in self._program.streams:
            if (stream.color, stream.into_machine) == (color, into_machine):
                return stream
        known = ", ".join(f"{stream.color} ({stream.name})" for stream in self._program.streams
                          if stream.into_machine is into_machine) or "none"
        raise weft.Error(f"{call}: the program streams nothing {'in' if into_machine else 'out'} "
                         f"by color {color}; its colors are {known}")

    # --- copies ---

    def memcpy_h2d(self, dest, src, px, py, w, h, elem_per_pe, *, streaming=False,
                   data_type=MemcpyDataType.MEMCPY_32BIT, order=MemcpyOrder.ROW_MAJOR,
                   nonblock=False):
        """Elements of the host's array to w x h PEs from (px, py) on: into variable `dest`, or as
        wavelets of color `dest`. A Task."""
        call = "memcpy_h2d"
        self._running(call)
        sides = self._sides(call, px, py, w, h, elem_per_pe)
        words = host_array.read(src, sides, order, data_type, call)
        return self._send(call, dest, words, (px, py, w, h), streaming, data_type, nonblock)

    def memcpy_h2d_rowbcast(self, dest, src, px, py, w, h, elem_per_pe, **how):
        """As memcpy_h2d, of an array for one column: all PEs of a row get its elements."""
        return self._broadcast("memcpy_h2d_rowbcast", dest, src, (px, py, w, h), elem_per_pe, 1,
                               **how)

    def memcpy_h2d_colbcast(self, dest, src, px, py, w, h, elem_per_pe, **how):
        """As memcpy_h2d, of an array for one row: all PEs of a column get its elements."""
        return self._broadcast("memcpy_h2d_colbcast", dest, src, (px, py, w, h), elem_per_pe, 0,
                               **how)

    def _broadcast(self, call, dest, src, where, elem_per_pe, axis, *, streaming=False,
                   data_type=MemcpyDataType.MEMCPY_32BIT, order=MemcpyOrder.ROW_MAJOR,
                   nonblock=False):
        """Along an axis of [y][x][element], of which the array has one place."""
        self._running(call)
        w, h, elements = self._sides(call, *where, elem_per_pe)
        given = (1, h, elements) if axis == 1 else (w, 1, elements)
        words = host_array.read(src, given, order, data_type, call)
        return self._send(call, dest, np.repeat(words, (h, w)[axis], axis=axis), where, streaming,
                          data_type, nonblock)

    def memcpy_d2h(self, dest, src, px, py, w, h, elem_per_pe, *, streaming=False,
                   data_type=MemcpyDataType.MEMCPY_32BIT, order=MemcpyOrder.ROW_MAJOR,
                   nonblock=False):
        """The other way round, into the host's array; with `nonblock` filled once it, or a later
        command, was waited for."""
        call = "memcpy_d2h"
        self._running(call)
        sides = self._sides(call, px, py, w, h, elem_per_pe)
        host_array.require_writable(dest, sides, data_type, call)
        where = (px, py, w, h)
        if streaming:
            stream = self._stream(src, False, call)
            number = self._session.submit_tiles("stream_out", stream.name, where, elem_per_pe, 4,
                                                b"", nonblock)
            width = MemcpyDataType.MEMCPY_32BIT  # a wavelet's, its upper half too
        else:
            variable = self._variable(src, call)
            width = data_type
            number = self._session.submit_tiles(
                "copy_out", variable.name, where,
                self._elements(variable, elem_per_pe, data_type, call), variable.element_bytes,
                b"", False)

        def take(data):
            host_array.write(dest, host_array.from_bytes(data, width), sides, order, data_type,
                             call)
        return self._commands.begin(number, nonblock, streams_out=streaming, take=take)

    def read_symbol(self, px, py, name, dtype=np.uint8):
        """What variable `name` of a PE holds, exported or not, as a debugger sees it: a flat array.
        No emulated time passes. A layout's: by the layout's places, and after stop(), too."""
        if self._layout is not None:
            px, py = px + self._layout.origin[0], py + self._layout.origin[1]
        if self._layout is not None and self._state == "stopped":
            program, data = memory.left(self._folder)
            if (px, py) not in data:
                raise weft.Error(f"read_symbol: the program has no PE ({px}, {py})")
            return memory.read(program, data[px, py], (px, py), name, dtype)
        self._running("read_symbol")
        self._commands.wait_for_all()
        return memory.read(self._program, memory.of_tile(self._program, self._session, px, py),
                           (px, py), name, dtype)

    # --- streams of layouts ---

    def get_port_id(self, name):
        """The number of a layout's stream."""
        return self._streams.number(name)

    def send(self, stream, data, nonblock=False):
        """32-bit words of an array by a stream of SdkLayout.create_input_stream. A Task."""
        self._running("send")
        return self._commands.begin(self._streams.send(self._session, stream, data), nonblock)

    # pylint: disable-next=too-many-arguments,too-many-positional-arguments
    def receive(self, stream, data, size=None, nonblock=False):
        """The other way round, `size` words or as many as the array has; with `nonblock` filled
        once it, or a later command, was waited for."""
        self._running("receive")
        number, take = self._streams.receive(self._session, stream, data, size, nonblock)
        return self._commands.begin(number, nonblock, streams_out=True, take=take)

    def _send(self, call, dest, words, where, streaming, data_type, nonblock):
        elements = words.shape[2]
        if streaming:
            stream = self._stream(dest, True, call)
            number = self._session.submit_tiles(
                "stream_in", stream.name, where, elements, 4,
                host_array.to_bytes(words, MemcpyDataType.MEMCPY_32BIT), False)
        else:
            variable = self._variable(dest, call)
            wanted = self._elements(variable, elements, data_type, call)
            if wanted > variable.elements:
                raise weft.Error(f"{call}: {wanted} elements a PE would be written past the end of "
                                 f"'{variable.name}', which has {variable.elements}")
            number = self._session.submit_tiles(
                "copy_in", variable.name, where, wanted, variable.element_bytes,
                host_array.to_bytes(words, data_type), False)
        return self._commands.begin(number, nonblock)

    @staticmethod
    def _sides(call, px, py, w, h, elem_per_pe):
        for name, value in (("px", px), ("py", py), ("w", w), ("h", h),
                            ("elem_per_pe", elem_per_pe)):
            if int(value) != value or value < (0 if name in ("px", "py") else 1):
                raise weft.Error(f"{call}: {name} = {value}")
        return int(w), int(h), int(elem_per_pe)

    @staticmethod
    def _elements(variable, elem_per_pe, data_type, call):
        """How many of the variable's own elements the copy is: it moves bytes."""
        size = elem_per_pe * (2 if data_type is MemcpyDataType.MEMCPY_16BIT else 4)
        if size % variable.element_bytes:
            raise weft.Unsupported(f"{call}: {size} bytes a PE are no whole elements of "
                                   f"'{variable.name}', which has {variable.element_bytes} each")
        return size // variable.element_bytes

    # --- functions ---

    def launch(self, name, *arguments, nonblock=False):
        """Calls an exported function on all PEs. A Task."""
        call = f"launch('{name}')"
        self._running(call)
        return self._call(name, launch_words.words(arguments, self._function(name, call), call),
                          nonblock)

    def call(self, name, arguments, nonblock=False):
        """launch() with the words themselves, one a parameter."""
        call = f"call('{name}')"
        self._running(call)
        function = self._function(name, call)
        words = [int(word) & 0xffffffff for word in arguments]
        if len(words) != len(function.parameters):
            raise weft.Error(f"{call}: takes {len(function.parameters)} words, got {len(words)}")
        return self._call(name, words, nonblock)

    def _function(self, name, call):
        if name not in self._functions:
            known = ", ".join(self._functions) or "none"
            raise weft.Error(f"{call}: the program exports no such function; it exports {known}")
        return self._functions[name]

    def _call(self, name, words, nonblock):
        return self._commands.begin(self._session.submit_launch(name, words), nonblock)

    # --- tasks ---

    def task_wait(self, task):
        """Runs until that command is done."""
        self._own(task, "task_wait")
        self._commands.wait(task)

    def is_task_done(self, task):
        """True: emulated time passes only while the host waits, so asking is waiting."""
        self.task_wait(task)
        return True

    def _own(self, task, call):
        self._running(call)
        if not isinstance(task, Task) or not self._commands.belongs(task):
            raise weft.Error(f"{call}: wants a task of this runtime")
