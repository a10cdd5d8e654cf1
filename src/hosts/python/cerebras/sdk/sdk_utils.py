# SPDX-License-Identifier: Apache-2.0
"""Between a program's arrays and the 32-bit words of copies."""
import numpy as np


def memcpy_view(arr, dtype):
    """A view of the low 8, 16 or 32 bits of an array of 32-bit words. Errors: RuntimeError."""
    wanted = np.dtype(dtype)
    if arr.itemsize != 4:
        raise RuntimeError(f"memcpy_view: the array's elements are {arr.dtype}, not of 32 bits")
    if wanted.itemsize not in (1, 2, 4):
        raise RuntimeError(f"memcpy_view: {wanted} is no type of 8, 16 or 32 bits")
    return np.ndarray(arr.shape, wanted, arr, strides=arr.strides)


def input_array_to_u32(np_arr, sentinel, fast_dim_sz):
    """Words of a flat array: those of 32 bits as they are; those of 16 with zeros above them, or,
    where `sentinel` is not None, with their index modulo `fast_dim_sz`. Errors: RuntimeError."""
    if np_arr.ndim != 1:
        raise RuntimeError(f"input_array_to_u32: the array has {np_arr.ndim} dimensions, not one")
    if np_arr.itemsize == 4:
        return np_arr.view(np.uint32)
    if np_arr.itemsize != 2:
        raise RuntimeError(f"input_array_to_u32: elements of {np_arr.dtype} have no 16 or 32 bits")
    low = np_arr.view(np.uint16).astype(np.uint32)
    if sentinel is None:
        return low
    index = np.arange(np_arr.size, dtype=np.uint32) % np.uint32(fast_dim_sz)
    return low | index << np.uint32(16)


def _stamp(words):
    return sum(int(word) << 16 * place for place, word in enumerate(words))


def calculate_cycles(timestamp_buf):
    """Cycles between two 48-bit time stamps, six 16-bit words that lie in three of 32."""
    words = np.ascontiguousarray(timestamp_buf[:3]).view(np.uint16)
    return np.int64(_stamp(words[3:6]) - _stamp(words[:3]))
