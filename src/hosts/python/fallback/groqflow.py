# SPDX-License-Identifier: Apache-2.0
"""Stands in for groqflow where it is not installed: programs import it on top and call it last."""
from groq.missing import Missing, missing_from

__getattr__ = missing_from("groqflow")


def groqit(*_arguments, **_named):
    """Models in ONNX have no way to the emulated TSP yet."""
    raise Missing("groqflow.groqit: weft compiles no ONNX models yet; programs of groq.api run")
