# SPDX-License-Identifier: Apache-2.0
"""Placement of tensors by the program: weft's scheduler places them."""
from groq.missing import missing_from

__getattr__ = missing_from("groq.tensor", ": its scheduler places all tensors")
