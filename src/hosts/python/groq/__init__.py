# SPDX-License-Identifier: Apache-2.0
"""The groq packages over weft's emulated TSP: docs/groq.md says what is here and what is not."""
import pathlib
import sys

import weft as _weft  # ranks other than 0 serve in here

_FALLBACK = str(pathlib.Path(__file__).absolute().parents[1] / "fallback")
if _FALLBACK not in sys.path:
    sys.path.append(_FALLBACK)  # behind all others: packages that somebody has are theirs
