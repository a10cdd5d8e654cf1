#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a C++ file is not as clang-format 14 leaves it; exit 77 (skip) where that is missing.

Usage: check_format.py <repository>
"""
import pathlib
import re
import shutil
import subprocess
import sys

import sources

SKIP = 77


def main():
    root = pathlib.Path(sys.argv[1])
    tool = shutil.which('clang-format-14')
    if tool is None:
        print('clang-format-14 is not installed')
        return SKIP
    paths = [str(p) for p in sources.sources(root) if p.suffix in {'.hpp', '.cpp'}]
    result = subprocess.run([tool, '--dry-run', *paths], check=True, capture_output=True, text=True)
    changes = re.findall(r'^(.*?:\d+):\d+: warning', result.stderr, re.M)
    files = sorted({change.rsplit(':', 1)[0] for change in changes})
    for name in files:
        first = next(change for change in changes if change.startswith(name + ':'))
        print(f'{first}: not as clang-format-14 leaves it')
    print(f'{len(paths)} files, {len(files)} to format')
    return 1 if files else 0


if __name__ == '__main__':
    sys.exit(main())
