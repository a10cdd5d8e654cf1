# SPDX-License-Identifier: Apache-2.0
"""From a graph of tensors to a scheduled program in an .iop file."""
import itertools
import os

import numpy as np
from weft import Error, session

import weft_iop

from . import contexts
from .tensor_graph import Tensor


class _Lowering:
    """One program, as weft's scheduler takes it."""

    def __init__(self, context, outputs):
        self.outputs = outputs
        self.program = session.TensorProgram()
        self.order = _in_order(outputs)
        self.inputs = [t for t in self.order if t.operation == "input"]
        self.inputs += [t for t in context.inputs if all(t is not used for used in self.inputs)]
        self.weights, self.values = self._uses()
        self.ids, self.weight_ids, self.arrays, self.made_up = {}, {}, {}, 0
        self.taken = {t.name for t in self.inputs}
        self.names = self._names_of_results()

    def lower(self):
        """Everything, operands first."""
        for tensor in self.order:
            self.ids[id(tensor)] = self._lower(tensor)
        for tensor in self.outputs:
            root = _root(tensor)
            name = self.names.get(id(root))
            if name is not None and name is tensor.name:
                self.program.output(self.ids[id(root)])
            else:  # an input or a constant, or under a second name
                copy = self.program.elementwise("copy", [self.ids[id(root)]], tensor.name)
                self.program.output(copy)

    def _names_of_results(self):
        names = {}
        for number, tensor in enumerate(self.outputs):
            if tensor.name is None:
                tensor.name = _root(tensor).name or f"result_{number}"
            if tensor.name in self.taken:
                raise Error(f"compile: there are two tensors '{tensor.name}' among inputs and "
                            "outputs")
            self.taken.add(tensor.name)
            root = _root(tensor)
            if root.operation not in ("input", "constant"):
                names.setdefault(id(root), tensor.name)
        return names

    def _uses(self):
        """What is weights, and what is anything else; some tensors are both."""
        weights, values = set(), {id(_root(tensor)) for tensor in self.outputs}
        for tensor in self.order:
            for place, operand in enumerate(tensor.operands):
                is_weight = tensor.operation == "matmul" and place == 1
                if tensor.operation != "same":
                    (weights if is_weight else values).add(id(_root(operand)))
        return weights, values

    def _lower(self, tensor):
        """Tensors without axes have one of extent 1: the machine's have at least one."""
        program, name = self.program, self.names.get(id(tensor)) or self._made_up(tensor.operation)
        operands = [self.ids[id(_root(operand))] for operand in tensor.operands]
        if tensor.operation == "same":
            return operands[0]
        if tensor.operation in ("input", "constant"):
            return self._from_host(tensor)
        if tensor.operation == "matmul":
            weights = self.weight_ids.get(id(_root(tensor.operands[1])))
            if weights is None:
                weights = program.transpose(operands[1], [1, 0], self._made_up("weights"))
            return program.matmul(operands[0], weights, name)
        if tensor.operation == "reshape":
            return program.reshape(operands[0], tensor.shape or (1,), name)
        if tensor.operation == "transpose":
            return program.transpose(operands[0], tensor.attributes["permutation"], name)
        if tensor.operation == "convert":
            return program.convert(operands[0], tensor.dtype.vector, name)
        return program.elementwise(tensor.operation, operands, name)

    def _made_up(self, operation):
        """A name that no tensor of the user's has."""
        number = next(n for n in itertools.count(self.made_up) if f"{operation}_{n}" not in
                      self.taken)
        self.made_up = number + 1
        return f"{operation}_{number}"

    def _from_host(self, tensor):
        """The host lays weights as the chip takes them; what is weights and more it lays twice."""
        both = id(tensor) in self.weights and id(tensor) in self.values
        plain = None
        if id(tensor) in self.values:
            plain = self._array(tensor, tensor.name, False)
        if id(tensor) in self.weights:
            name = self._made_up(f"{tensor.name}_weights") if both else tensor.name
            self.weight_ids[id(tensor)] = self._array(tensor, name, True)
        return plain

    def _array(self, tensor, name, transposed):
        if tensor.operation == "input":
            self.arrays.setdefault(id(tensor), []).append([name, transposed])
            shape = tensor.shape[::-1] if transposed else tensor.shape
            return self.program.input(name, tensor.dtype.vector, shape or (1,))
        if tensor.data is None:
            raise Error(f"compile: constant tensor '{tensor.name}' has no data")
        data = np.ascontiguousarray(tensor.data.T if transposed else tensor.data)
        return self.program.constant(self._made_up("constant"), tensor.dtype.vector,
                                     data.shape or (1,), data)

    def told_inputs(self):
        """For the manifest: `arrays` are the program's, each with whether it is transposed."""
        return [{"name": t.name, "dtype": t.dtype.name, "shape": list(t.shape),
                 "arrays": self.arrays.get(id(t), [])} for t in self.inputs]

    def told_outputs(self):
        """For the manifest."""
        return [{"name": t.name, "dtype": t.dtype.name, "shape": list(t.shape)}
                for t in self.outputs]


def _root(tensor):
    """What a tensor is once reads and writes of memory are left out."""
    while tensor.operation == "same":
        tensor = tensor.operands[0]
    return tensor


def _in_order(outputs):
    """All that outputs are made of, operands first, each once."""
    order, seen = [], set()
    stack = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, operands_done = stack.pop()
        if operands_done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            stack.append((tensor, True))
            stack.extend((operand, False) for operand in reversed(tensor.operands))
    return order


def _results(given):
    if given is None:
        return []
    if isinstance(given, Tensor):
        return [given]
    if isinstance(given, (list, tuple)) and all(isinstance(t, Tensor) for t in given):
        return list(given)
    raise TypeError(f"compile: result_tensor is a tensor or a list of them, not {given!r}")


def schedule(context, result_tensor=None):
    """A context's program as weft_iop writes it. The context is empty afterwards."""
    for tensor in _results(result_tensor):
        context.add_output(tensor)
    if not context.outputs:
        raise Error("compile: the program has no output: give result_tensor, or write() with "
                    "program_output=True")
    lowering = _Lowering(context, list(context.outputs))
    lowering.lower()
    scheduled = session.schedule(lowering.program)
    requests = dict(context.requests)
    context.inputs, context.outputs, context.requests = [], [], {}
    return {"name": context.name, "cycles": scheduled.cycles, "bytes": scheduled.bytes,
            "machine": scheduled.machine, "clock_hz": scheduled.clock_hz,
            "instructions": scheduled.instructions, "inputs": lowering.told_inputs(),
            "outputs": lowering.told_outputs(), "requests": requests}


def write_iop(path, programs):
    """One file of one machine's programs; its path."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    weft_iop.write(path, programs[0]["machine"], programs[0]["clock_hz"], programs)
    return path


def compile(base_name, result_tensor=None, output_dir=None, gen_vis_data=False,
            check_stream_conflicts=True, skip_assembler=False):
    # pylint: disable=redefined-builtin, unused-argument, too-many-arguments
    """Schedules what the present context holds; the path of BASE_NAME/BASE_NAME.iop.

    weft's check always looks for conflicts, and there is no assembler: `check_stream_conflicts` and
    `skip_assembler` have no effect, and neither has `gen_vis_data`.
    """
    folder = output_dir or base_name
    context = contexts.current()
    return write_iop(os.path.join(folder, os.path.basename(base_name) + ".iop"),
                     [schedule(context, result_tensor)])


def write_visualizer_data(*_arguments, **_named):
    """Without effect: what ran is seen in weft's traces (WEFT_TRACE, `weft trace heatmap`)."""


class ProgramPackage:
    """Programs in one file. Each is by itself: nothing stays in memory from one to the next."""

    def __init__(self, name, output_dir=None, **_viewer):
        self.name = name
        self.output_dir = output_dir or name
        self._programs = []

    def create_program_context(self, name):
        """A context to be entered."""
        return contexts.ProgramContext(name)

    def compile_program_context(self, context, result_tensor=None, **_viewer):
        """Schedules it; the program stands behind those before it."""
        self._programs.append(schedule(context, result_tensor))

    def assemble(self, **_options):
        """Writes the file; a list of its path alone."""
        if not self._programs:
            raise Error(f"ProgramPackage '{self.name}': no program was compiled")
        return [write_iop(os.path.join(self.output_dir, self.name + ".iop"), self._programs)]
