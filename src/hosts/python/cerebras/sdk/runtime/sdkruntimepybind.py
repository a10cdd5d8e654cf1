# SPDX-License-Identifier: Apache-2.0
"""The names that host programs import."""
from ..layout.enums import FP16TYPE, Edge, Route, SdkTarget
from ..layout.layout import SdkLayout
from ..layout.platform import (SdkCompileArtifacts, SdkExecutionPlatform, SimfabConfig,
                               get_platform)
from ..layout.region import CodeRegion, Color, PortHandle
from ..layout.routing import EdgeRouteInfo, RoutingPosition, get_edge_routing
from .commands import Task
from .enums import MemcpyDataType, MemcpyOrder
from .runtime import SdkRuntime

__all__ = ["CodeRegion", "Color", "Edge", "EdgeRouteInfo", "FP16TYPE", "MemcpyDataType",
           "MemcpyOrder", "PortHandle", "Route", "RoutingPosition", "SdkCompileArtifacts",
           "SdkExecutionPlatform", "SdkLayout", "SdkRuntime", "SdkTarget", "SimfabConfig", "Task",
           "get_edge_routing", "get_platform"]
