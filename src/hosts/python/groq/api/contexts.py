# SPDX-License-Identifier: Apache-2.0
"""What a program consists of while it is written: its inputs, outputs and requests."""
from weft import Error

from groq.missing import refuse

TIME = ("weft's scheduler chooses every cycle; a program may say 0, the beginning of its scope, or "
        "None")
_stack = []


class ProgramContext:
    """One program. Where none is entered, what is made belongs to a common one."""

    def __init__(self, name="program"):
        self.name = name
        self.inputs = []
        self.outputs = []
        self.requests = {}

    def __enter__(self):
        _stack.append(self)
        return self

    def __exit__(self, *_exception):
        _stack.remove(self)

    def add_input(self, tensor):
        """A name for those that have none; of two with one name the second is refused."""
        if tensor.name is None:
            tensor.name = f"input_{len(self.inputs)}"
        if any(other.name == tensor.name for other in self.inputs):
            raise Error(f"input_tensor: there are two inputs '{tensor.name}'")
        self.inputs.append(tensor)
        return tensor

    def add_output(self, tensor):
        """Once, however often it is said."""
        if all(other is not tensor for other in self.outputs):
            self.outputs.append(tensor)

    def request(self, **given):
        """Counts requests for places, which weft's scheduler does not follow: iop-utils tells."""
        for what, value in given.items():
            if value is not None:
                self.requests[what] = self.requests.get(what, 0) + 1


_common = ProgramContext()


def current():
    """The innermost context."""
    return _stack[-1] if _stack else _common


class ResourceScope:
    """A stage of a program. Weft's scheduler orders and overlaps stages by what they exchange."""

    def __init__(self, name=None, is_buffered=True, time=None, predecessors=None):
        refuse("ResourceScope: time", time, (None, 0), TIME)
        self.name, self.is_buffered, self.predecessors = name, is_buffered, predecessors

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        return None


class Component:
    """Part of a program: calling it builds it."""

    def __init__(self, name=None, is_buffered=None):
        self.name, self.is_buffered = name, is_buffered

    def __call__(self, *arguments, **named):
        return self.build(*arguments, **named)

    def build(self, *_arguments, **_named):
        """What a subclass must have."""
        raise NotImplementedError(f"component {type(self).__name__} has no build()")
