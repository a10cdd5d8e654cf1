#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails unless docs/rdu.md's table of fitted constants is what the RDUs' topologies say.

Each constant of origin "fitted" has a row that begins "| `key` value |" and says what it was fitted
to and what uses it; each row is of such a constant.

Usage: check_fitted.py <repository>
"""
import pathlib
import re
import sys
import tomllib

ROW = re.compile(r'^\| `([a-z_]+\.[a-z_.]+)` ([0-9.]+) \|([^|]*)\|([^|]*)\|$', re.M)


def fitted(table, path=''):
    """(key, value) of each fitted constant below a table."""
    for name, value in table.items():
        key = f'{path}.{name}' if path else name
        if not isinstance(value, dict):
            continue
        if value.get('origin') == 'fitted' and 'value' in value:
            yield key, str(value['value'])
        yield from fitted(value, key)


def check(document, text):
    """What is wrong between a topology and the table."""
    constants = dict(fitted(document))
    rows = {key: (value, to.strip(), by.strip()) for key, value, to, by in ROW.findall(text)}
    for key, value in constants.items():
        if key not in rows:
            yield f"'{key}' is fitted and has no row"
        elif rows[key][0] != value:
            yield f"'{key}' is {value}, its row says {rows[key][0]}"
        elif not rows[key][1] or not rows[key][2]:
            yield f"'{key}': its row does not say what it was fitted to, or what uses it"
    for key in rows.keys() - constants.keys():
        yield f"'{key}' has a row and is not fitted"


def main():
    root = pathlib.Path(sys.argv[1])
    text = (root / 'docs/rdu.md').read_text(encoding='utf-8')
    document = tomllib.loads((root / 'topologies/plasticine.toml').read_text(encoding='utf-8'))
    found = list(check(document, text))
    for path in sorted([*root.glob('topologies/sambanova-*.toml'),
                        *root.glob('topologies/parts/rdu-*.toml')]):
        others = tomllib.loads(path.read_text(encoding='utf-8'))
        found += [f"{path.name}: '{key}' is fitted, and docs/rdu.md says that nothing is"
                  for key, _ in fitted(others)]
    for what in found:
        print(f'docs/rdu.md: {what}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
