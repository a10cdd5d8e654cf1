# SPDX-License-Identifier: Apache-2.0
"""The names that host programs import."""
from .commands import Task
from .enums import MemcpyDataType, MemcpyOrder
from .runtime import SdkRuntime

__all__ = ["MemcpyDataType", "MemcpyOrder", "SdkRuntime", "Task"]
