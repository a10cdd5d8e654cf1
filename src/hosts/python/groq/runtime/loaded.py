# SPDX-License-Identifier: Apache-2.0
"""Programs of .iop files, and their sessions on the emulated machine."""
import numpy as np
from groq.api.types import dtype_named
from weft import Error, Unsupported, session

import weft_iop


class Described:
    """An input or output of a program, as its manifest says it."""

    def __init__(self, told):
        self.name = told["name"]
        self.shape = tuple(told["shape"])
        self.dtype = dtype_named(told["dtype"]).numpy
        self.arrays = told.get("arrays", [])

    def check(self, data):
        """The host's array of that type, in shape; elements are what must fit."""
        array = np.asarray(data)
        if array.dtype != self.dtype:
            raise Error(f"tensor '{self.name}' holds {self.dtype}, not {array.dtype}")
        if array.size != int(np.prod(self.shape)):
            raise Error(f"tensor '{self.name}' has shape {list(self.shape)}, not "
                        f"{list(array.shape)}")
        return np.ascontiguousarray(array).reshape(self.shape)

    def empty(self):
        """An array for it."""
        return np.empty(self.shape, self.dtype)


class FileProgram:
    """A program of an .iop file."""

    def __init__(self, path, number, told):
        self.path, self.number, self.name = path, number, told["name"]
        self.cycles = told["cycles"]
        self.inputs = [Described(one) for one in told["inputs"]]
        self.outputs = [Described(one) for one in told["outputs"]]

    def open(self):
        """A session of its own; the one before is over."""
        return session.open_tsp(weft_iop.read_program(self.path, self.number))


def read_programs(path):
    """All programs of a file. Error where it is none of weft's."""
    try:
        manifest = weft_iop.read_manifest(path)
    except (OSError, weft_iop.NotAnIop) as error:
        raise Error(str(error)) from None
    if "model" in manifest:
        raise Unsupported(f"{path}: a compiled model: unzip it, and `weft run job.toml` runs it; "
                          "groq.runner and groq.runtime do not yet")
    return [FileProgram(path, number, told) for number, told in enumerate(manifest["programs"])]


class LoadedProgram:
    """A program that runs as often as it is called; opened when it is needed."""

    def __init__(self, program):
        self.program = program
        self._session = None

    def load(self):
        """Its session, anew where another program has taken the machine."""
        if self._session is None or not self._session.is_open:
            self._session = self.program.open()
        return self._session

    def run(self, inputs):
        """`inputs` as Described.check() leaves them; outputs by name."""
        machine = self.load()
        for one in self.program.inputs:
            data = inputs[one.name]
            for array, transposed in one.arrays:
                machine.copy_in(array, data.T if transposed else data)
        begin, end = machine.launch("run")
        if end - begin != self.program.cycles:
            raise Error(f"{self.program.path}: the schedule foretold {self.program.cycles} cycles "
                        f"and took {end - begin}", "internal")
        outputs = {one.name: one.empty() for one in self.program.outputs}
        for name, array in outputs.items():
            machine.copy_out(name, array)
        return outputs

    def close(self):
        """Ends its session in order."""
        if self._session is not None:
            self._session.close()
            self._session = None
