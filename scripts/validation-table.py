#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the rows of `weft validate --markdown FILE` into docs/validation.md, between its markers.

The closed forms' rows stay out: the page sums them up.

Usage: validation-table.py FILE docs/validation.md
"""
import pathlib
import re
import sys

FORMS = re.compile(r"\| (message|broadcast|star|chain|tree|two-phase) P ")
MARKED = re.compile(r"(<!-- rows: begin -->\n).*?(<!-- rows: end -->)", re.S)


def main():
    rows = pathlib.Path(sys.argv[1]).read_text().splitlines()
    table = "".join(f"{row}\n" for row in rows if not FORMS.match(row))
    page = pathlib.Path(sys.argv[2])
    text, count = MARKED.subn(lambda found: found[1] + table + found[2], page.read_text())
    if count != 1:
        sys.exit(f"{page}: not one pair of markers, but {count}")
    page.write_text(text)


if __name__ == "__main__":
    main()
