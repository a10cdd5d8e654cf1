# SPDX-License-Identifier: Apache-2.0
"""Instructions by themselves: schedules in weft are written as text (docs/tsp.md)."""
from groq.missing import missing_from

__getattr__ = missing_from("groq.api.instruction", ": its instructions are written in schedules")
