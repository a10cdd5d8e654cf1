#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a room under src/ includes what its row of the import table does not allow.

Usage: check_layers.py <src>     A room is src/<room>/ or, below NESTED rooms, src/<room>/<child>/.
"""
import pathlib
import re
import sys

ALLOWED = {
    'base': '',
    'comm': 'base',
    'topology': 'base',
    'partition': 'base topology',
    'program': 'base topology numerics',
    'numerics': 'base',
    'fabric': 'base topology',
    'graph': 'base numerics',
    'lower': 'base graph numerics topology program',
    'advice': 'base graph topology lower',
    'trace': 'base comm',
    'machine': 'base topology program numerics fabric',
    'exchange': 'base comm',
    'engine': 'base comm topology partition program machine exchange trace',
    'frontends': 'base topology program numerics',
    'hosts': 'base comm topology partition program numerics machine exchange trace engine '
             'frontends',
    'analysis': 'base trace topology',
    'cli': '*',
    'main.cpp': '*',
    'popc.cpp': '*',
    'cslc.cpp': '*',
}
# Children whose row is their own.
CHILD = {'frontends/onnx': 'base numerics graph'}
# Children of these use their parent's own headers and never each other's; the registry knows all.
NESTED = {'machine', 'frontends', 'lower', 'hosts'}
REGISTRY = 'registry.cpp'
# Children that siblings may know: compiled programs, which a compiler writes and a host loads.
SHARED = {'hosts/csl'}
# From outside, only the parent's own headers of these (the children are an implementation).
SEALED = {'machine'}
# Rooms inside a room: for each its own table. What lies beside them belongs to none and is free.
INSIDE = {
    'hosts/poplar': {
        'include': '',
        'api': 'include',
        'target': 'include api',
        'graph': 'include api target',
        'profile': 'include api target graph',
        'engine': 'include api target graph profile',
        'libraries': 'include',
    },
    'frontends/csl': {
        'parse': '',
        'library': '',
        'values': 'parse library',
        'lower': 'parse library values',
        'builtin': 'parse library values lower',
    },
}
# Outside headers (with a / at the end: folders of them), and the only places that may include them:
# rooms, rooms of a room, or single files.
DEVICE = {'base', 'numerics', 'fabric', 'machine', 'exchange', 'engine'}
OWNERS = {
    'mpi.h': {'comm'},
    'hdf5.h': {'trace'},
    'Kokkos_Core.hpp': {'base/kokkos.hpp'},
    'Kokkos_Macros.hpp': {'base/device_function.hpp'},
    'base/kokkos.hpp': DEVICE,
    'toml++/toml.h': {'topology'},
    'cairo.h': {'analysis'},
    'cairo-pdf.h': {'analysis'},
    'zlib.h': {'cli/compile/npz.cpp'},
    'CLI/CLI.hpp': {'cli', 'cslc.cpp'},
    'nlohmann/json.hpp': {'cli', 'hosts/summary.cpp', 'hosts/csl/out_json.cpp'},
    'nlohmann/json_fwd.hpp': {'cli'},
    'pybind11/': {'hosts/python'},
}
ONE_FILE = {'toml++/toml.h'}  # heavy to compile: one .cpp of the room that owns it
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def breach_inside(here, there):
    """What is wrong with file `here` including `there` of the same room, or None."""
    rows = INSIDE.get('/'.join(here[:2]), {})
    if len(here) < 4 or len(there) < 4 or here[:2] != there[:2]:
        return None
    mine, other = here[2], there[2]
    for room in (mine, other):
        if rows and room not in rows:
            return f'{"/".join(here[:2])}/{room} has no row in its table'
    if not rows or other == mine or other in rows[mine].split():
        return None
    return f'{"/".join(here[:3])} must not know {other}'


def breach(here, target):
    """What is wrong with file `here` (path parts) including `target`, or None."""
    room, row = here[0], CHILD.get('/'.join(here[:2]), ALLOWED[here[0]])
    there = pathlib.PurePosixPath(target).parts
    owners = OWNERS.get(target) or OWNERS.get(f'{there[0]}/')
    if owners and not owners & {room, '/'.join(here[:2]), '/'.join(here)}:
        return f'belongs to {", ".join(sorted(owners))}'
    if there[0] not in ALLOWED:
        return None
    if there[0] == room:
        sibling = room in NESTED and len(there) > 2 and here[1] not in {there[1], REGISTRY}
        if sibling and '/'.join(there[:2]) not in SHARED:
            return f'{"/".join(here[:2])} must not know {room}/{there[1]}'
        return breach_inside(here, there)
    if row == '*':
        return None
    if there[0] not in row.split():
        return f'{room} may not import {there[0]}'
    if there[0] in SEALED and len(there) > 2:
        return f'{room} sees only {there[0]}\'s own headers'
    return None


def cycles(table, name):
    """A line for each room of a table that is part of a cycle or stands above one."""
    done = set()
    while True:
        ready = {r for r, row in table.items()
                 if r not in done and row != '*' and set(row.split()) <= done}
        if not ready:
            break
        done |= ready
    return [f'{name}: cycle through {r}' for r, row in table.items()
            if r not in done and row != '*']


def check_table():
    """The tables themselves have no cycle."""
    found = cycles(ALLOWED, 'room table')
    for room, table in INSIDE.items():
        found += cycles(table, f'table of {room}')
    return found


def check(src):
    found = check_table()
    users = {}
    for path in sorted(p for p in src.rglob('*') if p.suffix in {'.hpp', '.cpp'}):
        here = path.relative_to(src).parts
        if here[0] not in ALLOWED:
            found.append(f'{path}: room {here[0]} has no row in the import table')
            continue
        for target in INCLUDE.findall(path.read_text()):
            reason = breach(here, target)
            if reason:
                found.append(f'{path}: "{target}": {reason}')
            if target in ONE_FILE:
                users.setdefault(target, []).append(path)
    for target, paths in users.items():
        if len(paths) > 1 or paths[0].suffix != '.cpp':
            names = ', '.join(str(p) for p in paths)
            found.append(f'<{target}> belongs in one .cpp only: {names}')
    return found


def main():
    src = pathlib.Path(sys.argv[1])
    if not any(src.rglob('*.cpp')):
        sys.exit(f'no sources under {src}')
    found = check(src)
    print('\n'.join(found) or 'layers hold')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
