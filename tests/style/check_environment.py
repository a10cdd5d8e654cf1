#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails unless docs/environment.md has a row for each variable that src reads, and no others.

A variable of the environment is a quoted word WEFT_...; macros stand without quotes.

Usage: check_environment.py <repository>
"""
import pathlib
import re
import sys

READ = re.compile(r'"(WEFT_[A-Z_]+)"')
ROW = re.compile(r'^\| `(WEFT_[A-Z_]+)` \| *(.*?) *\|$', re.M)


def read_by(src):
    """{variable: the first file that reads it}."""
    out = {}
    for path in sorted(src.rglob('*')):
        if path.suffix in {'.cpp', '.hpp', '.py', '.in'}:
            for name in READ.findall(path.read_text(encoding='utf-8')):
                out.setdefault(name, path.relative_to(src).as_posix())
    return out


def check(src, page):
    """What is wrong between the sources and the page, a line each."""
    read = read_by(src)
    rows = dict(ROW.findall(page))
    for name, path in sorted(read.items()):
        if name not in rows:
            yield f'{path} reads {name}, which has no row'
        elif not rows[name]:
            yield f'the row of {name} says nothing'
    for name in sorted(rows.keys() - read.keys()):
        yield f'{name} has a row, and nothing reads it'


def main():
    root = pathlib.Path(sys.argv[1])
    page = root / 'docs' / 'environment.md'
    found = list(check(root / 'src', page.read_text(encoding='utf-8')))
    for line in found:
        print(f'docs/environment.md: {line}')
    if not found:
        print('every variable is documented')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
