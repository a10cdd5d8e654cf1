# SPDX-License-Identifier: Apache-2.0
"""A program of an .iop file as a function: inputs by name, outputs by name."""
from groq.missing import missing_from
from groq.runtime.loaded import LoadedProgram, read_programs
from weft import Error

__getattr__ = missing_from("groq.runner.tsp")


class Runner:
    """One call is one run on the machine."""

    def __init__(self, program):
        self._loaded = LoadedProgram(program)

    def __call__(self, **inputs):
        known = {one.name: one for one in self._loaded.program.inputs}
        for name in inputs:
            if name not in known:
                raise Error(f"the program has no input '{name}'; it has {', '.join(known)}")
        for name in known:
            if name not in inputs:
                raise Error(f"input '{name}' of the program is missing")
        return self._loaded.run({name: known[name].check(data) for name, data in inputs.items()})


def create_tsp_runner(iop_file):
    """Of the file's first program."""
    return Runner(read_programs(iop_file)[0])
