# SPDX-License-Identifier: Apache-2.0
"""Lines in colour, where there is a terminal that shows it."""
import sys

from groq.missing import missing_from

__getattr__ = missing_from("groq.common.print_utils")


def _code(number):
    return f"\033[{number}m" if sys.stdout.isatty() else ""


class Colors:
    """Put around text."""
    RED = _code(31)
    GREEN = _code(32)
    BLUE = _code(34)
    RESET = _code(0)


def cprint(text, color=""):
    """In that colour."""
    print(f"{color}{text}{Colors.RESET if color else ''}")


def infoc(text):
    """What goes on."""
    cprint(text, Colors.BLUE)


def success(text):
    """What went well."""
    cprint(text, Colors.GREEN)


def err(text):
    """What did not."""
    cprint(text, Colors.RED)
