# SPDX-License-Identifier: Apache-2.0
"""What programs print with."""
from groq.missing import missing_from

from . import print_utils

__all__ = ["print_utils"]
__getattr__ = missing_from("groq.common")
