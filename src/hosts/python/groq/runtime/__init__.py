# SPDX-License-Identifier: Apache-2.0
"""Devices, programs and buffers."""
from groq.missing import missing_from

from . import driver
from .driver import BufferArray, Driver, DriverShim, IOProgram, devices

__all__ = ["BufferArray", "Driver", "DriverShim", "IOProgram", "devices", "driver"]
__getattr__ = missing_from("groq.runtime")
