# SPDX-License-Identifier: Apache-2.0
"""Programs as functions of numpy arrays."""
from groq.missing import missing_from

from . import tsp

__all__ = ["tsp"]
__getattr__ = missing_from("groq.runner")
