# SPDX-License-Identifier: Apache-2.0
"""Tensors of a program under construction: what they are made of; nothing is computed in here."""
import numpy as np

from groq.missing import Missing, refuse

from . import contexts
from .contexts import TIME
from .types import OverflowMode, dtype_of, float16, float32, int8, int32


class Tensor:
    """An input, a constant or the result of an operation."""

    def __init__(self, operation, operands, dtype, shape, name=None, **attributes):
        self.operation = operation
        self.operands = tuple(operands)
        self.dtype = dtype
        self.shape = tuple(int(extent) for extent in shape)
        self.name = name
        self.attributes = attributes

    def __repr__(self):
        name = f" '{self.name}'" if self.name else ""
        return f"<{self.operation}{name} {self.dtype.name} {list(self.shape)}>"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise Missing(f"tensors have no '{name}' in weft (see docs/groq.md)")

    # --- memory and streams: weft's scheduler places everything ---

    def read(self, streams=None, time=None):
        """On streams; the same tensor to whatever takes it."""
        refuse("read: time", time, (None, 0), TIME)
        contexts.current().request(streams=streams)
        return self

    def write(self, name=None, layout=None, storage_req=None, program_output=False, time=None):
        """In memory, under a name."""
        refuse("write: time", time, (None, 0), TIME)
        refuse("write: storage_req", storage_req, (None,), "weft's scheduler places all tensors")
        contexts.current().request(layout=layout)
        out = Tensor("same", (self,), self.dtype, self.shape, name)
        if program_output:
            out.set_program_output()
        return out

    def set_program_output(self):
        """The host reads it."""
        contexts.current().add_output(self)

    # --- shapes ---

    def reshape(self, *shape):
        """The same elements, row-major, in another shape; one extent may be -1."""
        shape = _extents(shape)
        try:
            shape = np.empty(self.shape, np.bool_).reshape(shape).shape
        except ValueError as error:
            raise ValueError(f"reshape of {self!r}: {error}") from None
        return Tensor("reshape", (self,), self.dtype, shape)

    def transpose(self, *axes):
        """Its axes in another order."""
        axes = _extents(axes) or tuple(reversed(range(len(self.shape))))
        if sorted(axes) != list(range(len(self.shape))):
            raise ValueError(f"transpose of {self!r}: {axes} is no order of its axes")
        return Tensor("transpose", (self,), self.dtype, [self.shape[a] for a in axes],
                      permutation=axes)


def _extents(given):
    return tuple(given[0]) if len(given) == 1 and not isinstance(given[0], int) else tuple(given)


class Constant(Tensor):
    """Elements that the program brings along; they may be set up to compile()."""

    def __init__(self, dtype, shape, name, data=None):
        super().__init__("constant", (), dtype, shape, name)
        self._data = None
        if data is not None:
            self.data = data

    @property
    def data(self):
        """The elements, or None."""
        return self._data

    @data.setter
    def data(self, given):
        array = np.asarray(given)
        if array.size != int(np.prod(self.shape)):
            raise ValueError(f"{self!r} cannot hold elements of shape {array.shape}")
        self._data = np.ascontiguousarray(array, self.dtype.numpy).reshape(self.shape)


# --- where tensors come from ---

def input_tensor(shape, dtype, name=None, layout=None):
    """What the host brings for each run, under its name."""
    contexts.current().request(layout=layout)
    dtype = dtype_of(dtype, f"input_tensor '{name}'")
    return contexts.current().add_input(Tensor("input", (), dtype, _extents((shape,)), name))


def constant_tensor(shape, dtype, name=None, layout=None):
    """A constant whose `data` is set later."""
    contexts.current().request(layout=layout)
    return Constant(dtype_of(dtype, f"constant_tensor '{name}'"), _extents((shape,)), name)


def from_data(data, dtype=None, layout=None, name=None):
    """A constant with the elements of an array."""
    contexts.current().request(layout=layout)
    array = np.asarray(data)
    return Constant(dtype_of(dtype or array.dtype, f"from_data '{name}'"), array.shape, name, array)


def full(shape, value, dtype=float32, layout=None, name=None):
    """A constant of one value."""
    dtype = dtype_of(dtype, f"full '{name}'")
    return from_data(np.full(_extents((shape,)), value, dtype.numpy), dtype, layout, name)


def zeros(shape, dtype=float32, layout=None, name=None):
    """A constant of zeros."""
    return full(shape, 0, dtype, layout, name)


def eye(rows, dtype=float32, layout=None, name=None):
    """The identity."""
    dtype = dtype_of(dtype, f"eye '{name}'")
    return from_data(np.eye(rows, dtype=dtype.numpy), dtype, layout, name)


# --- operations ---

def elementwise(operation, operands, dtype=None, **hints):
    """`operation` as weft's schedules call it; operands broadcast as in numpy."""
    refuse(f"{operation}: time", hints.pop("time", None), (None, 0), TIME)
    contexts.current().request(alus=hints.pop("alus", None),
                               output_streams=hints.pop("output_streams", None))
    if hints:
        raise Missing(f"{operation}: argument '{next(iter(hints))}' is not there in weft")
    operands = [as_tensor(operand, operation) for operand in operands]
    types = {operand.dtype.name for operand in operands}
    if len(types) > 1:
        raise TypeError(f"{operation}: operands of types {' and '.join(sorted(types))}; cast one")
    try:
        shape = np.broadcast_shapes(*(operand.shape for operand in operands))
    except ValueError:
        shapes = " and ".join(str(list(operand.shape)) for operand in operands)
        raise ValueError(f"{operation}: shapes {shapes} do not fit") from None
    return Tensor(operation, operands, dtype or operands[0].dtype, shape)


def as_tensor(given, what):
    """Operands are tensors: numbers and arrays become constants by from_data() alone."""
    if isinstance(given, Tensor):
        return given
    raise TypeError(f"{what}: an operand is a {type(given).__name__}; make it a tensor by "
                    "groq.api.from_data()")


def overflowing(operation, a, b, overflow_mode=None, **hints):
    """add, sub, mul: integers stop at the ends of their range, or wrap if asked to."""
    integers = isinstance(a, Tensor) and not a.dtype.is_float
    if overflow_mode not in (None, OverflowMode.MODULAR, OverflowMode.SATURATING):
        raise Missing(f"{operation}: overflow_mode={overflow_mode!r} is not there in weft")
    saturates = integers and overflow_mode is not OverflowMode.MODULAR
    return elementwise(f"{operation}_sat" if saturates else operation, (a, b), **hints)


def cast(tensor, dtype, **hints):
    """To another type: nearest even, integers saturate."""
    return elementwise("convert", (tensor,), dtype_of(dtype, "cast"), **hints)


def matmul_transposed(left, right):
    """left [..., m, k] times the transpose of right [n, k], as the chip's weights lie."""
    left, right = as_tensor(left, "MatMul"), as_tensor(right, "MatMul")
    if left.dtype is not right.dtype or left.dtype not in (int8, float16):
        raise TypeError(f"MatMul: takes two of int8 or two of float16, not {left.dtype.name} and "
                        f"{right.dtype.name}")
    if len(right.shape) != 2 or not left.shape or left.shape[-1] != right.shape[1]:
        raise ValueError(f"MatMul: {list(left.shape)} and {list(right.shape)}: the last axes of "
                         "both are multiplied, and the second operand has two")
    result = int32 if left.dtype is int8 else float32
    return Tensor("matmul", (left, right), result, left.shape[:-1] + right.shape[:1])
