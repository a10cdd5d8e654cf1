# SPDX-License-Identifier: Apache-2.0
"""What is not there says so by name."""
from weft import Unsupported


class Missing(Unsupported, AttributeError):
    """Of the API that programs know, weft lacks this. As an AttributeError, so hasattr() works."""

    def __str__(self):
        return str(self.args[0])


def missing_from(module, hint=""):
    """A module's __getattr__: names that are not there are missing by name."""

    def get(name):
        if name.startswith("__"):
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        raise Missing(f"{module}.{name} is not there in weft{hint} (see docs/groq.md)")

    return get


def refuse(what, given, accepted, why):
    """Raises Missing unless an argument has one of the accepted values."""
    if given not in accepted:
        raise Missing(f"{what}={given!r}: {why}")
