# SPDX-License-Identifier: Apache-2.0
"""weft from Python: what its host APIs share. Ranks other than 0 serve and exit in this import."""
import atexit
import os
import pathlib
import sys

from . import built_for
from .errors import Error, Unsupported

__all__ = ["Error", "Unsupported", "session"]


def _find_data():
    """Machines and kernels stand beside the packages, in a build folder as in a prefix."""
    if os.environ.get("WEFT_DATA_DIR"):
        return
    for folder in pathlib.Path(__file__).absolute().parents:
        if (folder / "share/weft/topologies").is_dir():
            os.environ["WEFT_DATA_DIR"] = str(folder / "share/weft")
            return


def _import_session():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != built_for.VERSION:
        raise ImportError(f"weft's Python doors were built for {built_for.PYTHON} "
                          f"({built_for.VERSION}); this is {sys.executable} ({version})")
    from . import _session  # pylint: disable=import-outside-toplevel
    return _session


def _end():
    """Before the interpreter goes: an interrupt is the end of all ranks."""
    last = getattr(sys, "last_type", None)
    interactive = sys.flags.interactive or hasattr(sys, "ps1")
    interrupted = not interactive and last is not None and issubclass(last, KeyboardInterrupt)
    if interrupted:
        sys.stdout.flush()
        sys.stderr.flush()
    session.interpreter_ends(interrupted)


def name_program():
    """Summaries call the program as its script is called."""
    script = sys.argv[0] if sys.argv else ""
    session.name_program(pathlib.Path(script).name or "python")


_find_data()
session = _import_session()
atexit.register(_end)
name_program()
