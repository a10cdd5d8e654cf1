# SPDX-License-Identifier: Apache-2.0
"""What a layout is compiled for, and what compiling it leaves."""
import os
from dataclasses import dataclass, field

import weft

from .enums import SdkTarget


class SimfabConfig:
    """Settings of the vendor's simulator: taken, without effect. What a stopped program left can
    always be read."""

    def __init__(self, **options):
        self.options = options


@dataclass(frozen=True)
class SdkExecutionPlatform:
    """A wafer of weft's."""

    target: SdkTarget


def get_platform(cmaddr=None, config=None, target=SdkTarget.WSE3):
    """The emulated wafer of that generation. Errors: weft.Unsupported for a system's address."""
    if cmaddr:
        raise weft.Unsupported(f"get_platform: weft emulates the wafer; it reaches no system at "
                               f"{cmaddr}")
    if config is not None and not isinstance(config, SimfabConfig):
        raise weft.Error(f"get_platform: wants a SimfabConfig, not {type(config).__name__}")
    if not isinstance(target, SdkTarget):
        raise weft.Error(f"get_platform: wants an SdkTarget, not {target!r}")
    return SdkExecutionPlatform(target)


@dataclass(frozen=True)
class Stream:
    """Words between the host and one PE, on a color of its own."""

    name: str
    into_machine: bool
    x: int  # of the rectangle
    y: int
    host_stream: str


@dataclass(frozen=True)
class SdkCompileArtifacts:
    """A compiled layout: a folder as cslc leaves it, and what the layout calls things in it."""

    folder: str
    origin: tuple = (0, 0)  # where the layout's (0, 0) lies in the program's rectangle
    streams: dict = field(default_factory=dict)

    def __fspath__(self):
        return os.fspath(self.folder)
