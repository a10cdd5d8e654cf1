#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a machine does not say where its kernels run, or they run elsewhere; and if a kernel is
launched or an atomic is made in another way than base/kokkos.hpp's, which fence and are found by
the thread sanitizer.

Usage: check_kernel_spaces.py <src>
"""
import pathlib
import re
import sys

COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/', re.S)
DECLARES = re.compile(r'\bkernels = KernelSpace::(host|device)\b')
DEVICE = re.compile(r'\bDevice(?:Array|Space|Memory)\b|\bdevice_(?:parallel_for|array)\b')
ELSEWHERE = re.compile(r'\bKokkos::parallel_for\b|\bKokkos::atomic_\w+|\bstd::atomic_ref\b')
OWNER = 'base/kokkos.hpp'


def code_of(path):
    return COMMENT.sub(lambda found: re.sub(r'[^\n]', ' ', found.group()), path.read_text())


def sources(folder):
    return sorted(p for p in folder.rglob('*') if p.suffix in {'.hpp', '.cpp'})


def check_machine(folder):
    texts = {path: code_of(path) for path in sources(folder)}
    declared = {space for text in texts.values() for space in DECLARES.findall(text)}
    if len(declared) != 1:
        return [f'{folder}: says {len(declared)} times where its kernels run, by '
                'Family::kernels; once is right']
    if declared == {'device'}:
        return []
    return [f'{path}: {DEVICE.search(text).group()} in a machine whose kernels run on hosts'
            for path, text in texts.items() if DEVICE.search(text)]


def check(src):
    found = []
    for folder in sorted(p for p in (src / 'machine').glob('*') if p.is_dir()):
        found += check_machine(folder)
    for path in sources(src):
        if path.relative_to(src).as_posix() == OWNER:
            continue
        found += [f'{path}: {name} is for {OWNER} alone'
                  for name in sorted(set(ELSEWHERE.findall(code_of(path))))]
    return found


def main():
    found = check(pathlib.Path(sys.argv[1]))
    print('\n'.join(found) if found else 'kernels run where they are said to')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
