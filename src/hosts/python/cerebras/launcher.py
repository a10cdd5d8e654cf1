# SPDX-License-Identifier: Apache-2.0
"""A program that starts itself on the ranks that WEFT_RANKS names."""
import os
import re
import sys

# Set in every process that an MPI launcher starts: Open MPI's, MPICH's and PMIx's words.
UNDER_A_LAUNCHER = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK")


def require_program(words):
    """Exits with 2 where the command line names no program."""
    if len(words) < 2 or words[1].startswith("-"):
        print("usage: cs_python PROGRAM.py [ARGUMENTS...]", file=sys.stderr)
        sys.exit(2)
    if not os.path.isfile(words[1]):
        print(f"cs_python: error: {words[1]}: there is no such file", file=sys.stderr)
        sys.exit(2)


def ranks_wanted():
    """WEFT_RANKS; 1 where it is not set. Exits with 2 where it is no number of ranks."""
    text = os.environ.get("WEFT_RANKS", "")
    if not text:
        return 1
    if re.fullmatch("[1-9][0-9]{0,5}", text) is None:
        print(f"weft: error: WEFT_RANKS: '{text}' is no number of ranks", file=sys.stderr)
        sys.exit(2)
    return int(text)


def start_ranks(launcher, count_option):
    """Becomes the launcher of this very command; returns where one process is wanted or it was
    started by a launcher."""
    ranks = ranks_wanted()
    if ranks == 1 or any(name in os.environ for name in UNDER_A_LAUNCHER):
        return
    # More ranks than cores are slow, and no error; they must give way to each other then.
    os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    os.environ.setdefault("OMPI_MCA_mpi_yield_when_idle", "1")
    try:
        os.execvp(launcher, [launcher, count_option, str(ranks), sys.executable, *sys.argv])
    except OSError as error:
        print(f"weft: error: WEFT_RANKS={ranks}: cannot run {launcher}: {error.strerror}",
              file=sys.stderr)
        sys.exit(1)
