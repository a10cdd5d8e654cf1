#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a constant of a topology file is looked up by no code.

That its family declares it (constant_rules.cpp) is no use of it. Keys that code puts together are
held by unit tests: GENERATED.

Usage: check_constants.py <repository>
"""
import pathlib
import sys
import tomllib

GENERATED = ('region.', 'pe.simd.', 'pe.scalar_cost_cycles.', 'vertex_cost.')
DESCRIPTIONS = {'unit', 'origin', 'source', 'fitted_to', 'from_cases'}


def keys(table, path=''):
    """Dotted keys of the constants below a table."""
    for name, value in table.items():
        key = f'{path}.{name}' if path else name
        if name in DESCRIPTIONS or key == 'facts':
            continue
        if not isinstance(value, dict):
            if path:
                yield key
        elif 'value' in value:
            yield key
        else:
            yield from keys(value, key)


def unread(root):
    """(file, key) of every constant whose key stands in no source file."""
    sources = [path.read_text(encoding='utf-8') for path in sorted(root.glob('src/**/*.[ch]pp'))
               if path.name != 'constant_rules.cpp']
    for path in sorted(root.glob('topologies/**/*.toml')):
        document = tomllib.loads(path.read_text(encoding='utf-8'))
        for key in keys(document):
            if key.startswith(GENERATED):
                continue
            if not any(f'"{key}"' in text for text in sources):
                yield path.name, key


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(unread(root))
    for name, key in found:
        print(f"topologies/{name}: constant '{key}' is looked up by no code")
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
