# SPDX-License-Identifier: Apache-2.0
"""Components of neural networks."""
from groq.missing import missing_from, refuse

from . import contexts
from .contexts import TIME, Component
from .tensor_graph import matmul_transposed

__getattr__ = missing_from("groq.api.nn")


class MatMul(Component):
    """a [..., m, k] times the transpose of b [n, k]: int8 to int32, float16 to float32.

    How it is spread over planes and where partial sums are added is the scheduler's: `planes`,
    `use_vxm_accum`, `buffer_output` and `arith_mode_warmup` are requests.
    """

    def __init__(self, name=None, buffer_output=None, arith_mode_warmup=None, use_vxm_accum=None,
                 planes=None, is_buffered=None):  # pylint: disable=too-many-arguments
        super().__init__(name, is_buffered)
        contexts.current().request(buffer_output=buffer_output, planes=planes,
                                   arith_mode_warmup=arith_mode_warmup,
                                   use_vxm_accum=use_vxm_accum)

    def build(self, a, b, time=None):  # pylint: disable=arguments-differ
        """The product."""
        refuse("MatMul: time", time, (None, 0), TIME)
        return matmul_transposed(a, b)
