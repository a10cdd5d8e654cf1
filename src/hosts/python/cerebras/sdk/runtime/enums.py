# SPDX-License-Identifier: Apache-2.0
"""The words of copies."""
import enum


class MemcpyDataType(enum.Enum):
    """How wide an element on the wafer is. The host's arrays have 32 bits an element either way."""

    MEMCPY_16BIT = 0
    MEMCPY_32BIT = 1


class MemcpyOrder(enum.Enum):
    """Of a host array over w x h PEs of l elements: [h][w][l], or index h + w H + l H W."""

    ROW_MAJOR = 0
    COL_MAJOR = 1
