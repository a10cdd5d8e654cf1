# SPDX-License-Identifier: Apache-2.0
"""What scripts/conformance_csl.py writes its job files with."""

import json
import re

import numpy as np


class Examples:
    """The checkout, and what its authors' commands pass to the programs on one generation."""

    def __init__(self, root, generation):
        self.root = root
        self.generation = generation

    def path(self, name):
        return self.root / name

    def commands(self, name):
        return (self.root / name / f"commands_{self.generation}.sh").read_text()

    def parameters(self, name, call=None):
        """--params and --colors of the compiler calls, or of one of them: {name: integer}."""
        text = self.commands(name)
        if call is not None:
            text = text.split("cslc ")[1 + call]
        words = " ".join(re.findall(r"--(?:params|colors)=(\S+)", text))
        return {key: int(value) for key, value in re.findall(r"(\w+):(-?\d+)", words)}

    def option(self, name, option):
        """A word that run.py gets: `--iters 20`."""
        return re.search(rf"{option}[ =](\S+)", self.commands(name)).group(1)


class Job:
    """Collects commands and checks, writes a job file and its data."""

    def __init__(self, layout, **parameters):
        self.layout = layout
        self.parameters = parameters
        self.commands = []
        self.checks = []
        self.arrays = []
        self.sources = {}  # CSL of our own, by file name, for what is no program by itself

    def _array(self, values):
        name = f"array{len(self.arrays)}.npy"
        self.arrays.append((name, np.ascontiguousarray(values)))
        return name

    def copy_in(self, symbol, values, region):
        self.commands.append({"copy_in": symbol, "region": region, "data": self._array(values)})

    def stream_in(self, stream, values, region, type_="f32"):
        one_item = np.asarray(values)[np.newaxis]
        self.commands.append({"stream_in": stream, "region": region, "type": type_,
                              "data": self._array(one_item)})

    def launch(self, function, *arguments):
        command = {"launch": function}
        if arguments:
            command["arguments"] = list(arguments)
        self.commands.append(command)

    def copy_out(self, symbol, expected, region, tolerance=0.0):
        name = f"result{len(self.checks)}"
        self.commands.append({"copy_out": symbol, "region": region, "result": name,
                              "elements": int(np.shape(expected)[-1])})
        self._check(name, expected, tolerance)

    def stream_out(self, stream, expected, region, type_="f32", tolerance=0.0):
        name = f"result{len(self.checks)}"
        self.commands.append({"stream_out": stream, "region": region, "result": name,
                              "type": type_, "elements": int(np.shape(expected)[-1])})
        self._check(name, expected, tolerance)

    def _check(self, name, expected, tolerance):
        check = {"kind": "equals", "result": name, "data": self._array(expected)}
        if tolerance:
            check["tolerance"] = tolerance
        self.checks.append(check)

    def write(self, folder, topology, constants=()):
        for name, values in self.arrays:
            np.save(folder / name, values)
        for name, text in self.sources.items():
            (folder / name).write_text(text)
        lines = ["[job]", 'name = "conformance"', "[machine]", f'topology = "{topology}"',
                 f"constants = {json.dumps(list(constants))}",
                 "[program]", f"csl = {json.dumps(str(self.layout))}", "[program.parameters]"]
        lines += [f"{key} = {value}" for key, value in self.parameters.items()]
        for table, rows in (("command", self.commands), ("check", self.checks)):
            for row in rows:
                lines.append(f"[[{table}]]")
                lines += [f"{key} = {json.dumps(value)}" for key, value in row.items()]
        lines += ["[trace]", 'level = "off"', "[limits]", "max_cycles = 10_000_000"]
        path = folder / "job.toml"
        path.write_text("\n".join(lines) + "\n")
        return path


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def floats(shape, seed):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def blocks(matrix, rows, columns):
    """[rows][columns][elements]: each tile's block, column by column."""
    m, n = matrix.shape[0] // rows, matrix.shape[1] // columns
    return np.array([[matrix[i * m:(i + 1) * m, j * n:(j + 1) * n].T.ravel()
                      for j in range(columns)] for i in range(rows)])


ONE = [0, 0, 1, 1]


def program(examples, name, layout="layout.csl", call=None):
    """A job of the program in folder `name`, with its authors' parameters."""
    return Job(examples.path(name) / layout, **examples.parameters(name, call))
