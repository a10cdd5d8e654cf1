#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the rows of `weft validate --markdown FILE` into docs/validation.md, between its markers.

The closed forms' rows stay out: the page sums them up. With --sensitivity: what
`weft validate T9 --sensitivity --markdown FILE` wrote, between the markers of that table.

Usage: validation-table.py [--sensitivity] FILE docs/validation.md
"""
import pathlib
import re
import sys

FORMS = re.compile(r"\| (message|broadcast|star|chain|tree|two-phase) P ")


def main():
    arguments = [word for word in sys.argv[1:] if word != "--sensitivity"]
    what = "rows" if len(arguments) == len(sys.argv) - 1 else "sensitivity"
    marked = re.compile(rf"(<!-- {what}: begin -->\n).*?(<!-- {what}: end -->)", re.S)
    rows = pathlib.Path(arguments[0]).read_text().splitlines()
    table = "".join(f"{row}\n" for row in rows if not FORMS.match(row))
    page = pathlib.Path(arguments[1])
    text, count = marked.subn(lambda found: found[1] + table + found[2], page.read_text())
    if count != 1:
        sys.exit(f"{page}: not one pair of markers, but {count}")
    page.write_text(text)


if __name__ == "__main__":
    main()
