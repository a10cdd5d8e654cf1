# SPDX-License-Identifier: Apache-2.0
"""Programs for the TSP as tensors and operations; weft's scheduler gives each its cycle."""
from groq.missing import missing_from

from .compiler import ProgramPackage, compile, write_visualizer_data  # pylint: disable=W0622
from .contexts import Component, ProgramContext, ResourceScope
from .operations import (add, bitwise_and, bitwise_or, bitwise_xor, cast, equal, exp, left_shift,
                         mask, mask_bar, mul, relu, right_shift, rsqrt, sub, tanh, vxm_identity)
from .tensor_graph import Tensor, constant_tensor, eye, from_data, full, input_tensor, zeros
from .types import STREAM_GROUPS, Hemisphere, OverflowMode, float16, float32, int8, int16, int32

globals().update(STREAM_GROUPS)
__getattr__ = missing_from("groq.api")


def create_tsp_runner(iop_file):
    """As groq.runner.tsp's."""
    from groq.runner import tsp  # pylint: disable=import-outside-toplevel
    return tsp.create_tsp_runner(iop_file)
