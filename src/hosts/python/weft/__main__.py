# SPDX-License-Identifier: Apache-2.0
"""`python3 -m weft PROGRAM.py ARGUMENTS...`: nothing of the program runs on ranks other than 0."""
import os
import runpy
import sys

from . import name_program


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: python3 -m weft PROGRAM.py [ARGUMENTS...]")
    del sys.argv[0]
    name_program()
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")


main()
