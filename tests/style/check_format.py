#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a C++ file is not as clang-format 14 leaves it; exit 77 (skip) where that is missing.

Usage: check_format.py <repository>
"""
import pathlib
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
    return subprocess.run([tool, '--dry-run', '-Werror', *paths], check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
