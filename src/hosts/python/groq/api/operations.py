# SPDX-License-Identifier: Apache-2.0
"""Element by element: functions of groq.api, and methods of tensors by the same names."""
from .tensor_graph import Tensor, as_tensor, cast, elementwise, full, overflowing


def add(a, b, **hints):
    """a + b"""
    return overflowing("add", a, b, **hints)


def sub(a, b, **hints):
    """a - b"""
    return overflowing("sub", a, b, **hints)


def mul(a, b, **hints):
    """a * b"""
    return overflowing("mul", a, b, **hints)


def equal(a, b, **hints):
    """1 where they are equal, 0 elsewhere."""
    return elementwise("eq", (a, b), **hints)


def bitwise_and(a, b, **hints):
    """a & b"""
    return elementwise("and", (a, b), **hints)


def bitwise_or(a, b, **hints):
    """a | b"""
    return elementwise("or", (a, b), **hints)


def bitwise_xor(a, b, **hints):
    """a ^ b"""
    return elementwise("xor", (a, b), **hints)


def left_shift(a, b, **hints):
    """a << b"""
    return elementwise("shl", (a, b), **hints)


def right_shift(a, b, **hints):
    """a >> b, arithmetic."""
    return elementwise("shr", (a, b), **hints)


def mask(condition, value, **hints):
    """`value` where `condition` is not 0, else 0."""
    return elementwise("mask", (value, condition), **hints)


def mask_bar(condition, value, **hints):
    """`value` where `condition` is 0, else 0."""
    condition = as_tensor(condition, "mask_bar")
    is_zero = elementwise("eq", (condition, full((), 0, condition.dtype)))
    return elementwise("mask", (value, is_zero), **hints)


def vxm_identity(a, **hints):
    """The same, once through the VXM."""
    return elementwise("copy", (a,), **hints)


def relu(a, **hints):
    """max(a, 0)"""
    return elementwise("relu", (a,), **hints)


def exp(a, **hints):
    """e to the a"""
    return elementwise("exp", (a,), **hints)


def tanh(a, **hints):
    """Hyperbolic tangent"""
    return elementwise("tanh", (a,), **hints)


def rsqrt(a, **hints):
    """1 / sqrt(a)"""
    return elementwise("rsqrt", (a,), **hints)


OPERATIONS = (add, sub, mul, equal, bitwise_and, bitwise_or, bitwise_xor, left_shift, right_shift,
              mask, mask_bar, vxm_identity, relu, exp, tanh, rsqrt, cast)
for _operation in OPERATIONS:
    setattr(Tensor, _operation.__name__, _operation)
