#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails if a source names a machine, or a language of one, outside the places that are about one.

Usage: check_machine_names.py <src>     Names are the folders of src/machine, frontends and hosts.
Comments are free: they may give an example.
"""
import pathlib
import re
import sys

# Where a machine is named by nature, and why.
PLACES = {
    'machine': 'the machines and their registry',
    'program': 'what each machine executes',
    'numerics': 'arithmetic that one machine has',
    'frontends': 'languages of one machine',
    'lower': 'programs for each machine, and their table',
    'hosts': 'host interfaces of one machine',
    'popc.cpp': "a tool of one machine's users",
    'cslc.cpp': 'likewise',
    'advice/rewrite_newer_set.cpp': "an attribute of BatchNormalization is called spatial",
    'cli/job/doors': 'how programs come in: a file a door, and their table',
    'cli/job/host_expression.cpp': 'what a check computes with the arithmetic of one machine',
    'cli/validation': 'cases whose figures are of one machine',
    'cli/compile': 'a subcommand that reads models of one format',
    'cli/compile.cpp': 'likewise',
    'cli/advise.cpp': 'likewise',
    'cli/advise': 'likewise',
    'cli/compare.cpp': 'likewise',
    'cli/spatial': 'a subcommand that runs programs of one language',
    'cli/commands.cpp': 'the list of subcommands',
    'cli/commands.hpp': 'likewise',
    'cli/bench': 'rows that take one machine or one part of it by itself',
}
FAMILIES = ('machine', 'frontends', 'hosts')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/', re.S)
WORD = re.compile(r'[A-Z]{2,}s(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])')


def machine_names(src):
    """Folders of the rooms that have one a machine, with what users call more than one of them."""
    names = {p.name for room in FAMILIES for p in (src / room).glob('*') if p.is_dir()}
    return names | {name + 's' for name in names}


def named(path, names):
    """The lines of a file's code that name a machine: (number, name)."""
    text = COMMENT.sub(lambda found: re.sub(r'[^\n]', ' ', found.group()), path.read_text())
    return [(number, word) for number, line in enumerate(text.split('\n'), 1)
            for word in WORD.findall(line) if word.lower() in names]


def place_of(here):
    return next((place for place in PLACES if here == place or here.startswith(place + '/')), None)


def check(src):
    """Lines of what is wrong, and how many files name a machine, by place (None: none of them)."""
    names = machine_names(src)
    found, counts = [], {}
    for path in sorted(p for p in src.rglob('*') if p.suffix in {'.hpp', '.cpp'}):
        lines = named(path, names)
        if not lines:
            continue
        place = place_of(path.relative_to(src).as_posix())
        counts[place] = counts.get(place, 0) + 1
        if place is None:
            found += [f'{path}:{number}: names {word}' for number, word in lines]
    return found, counts


def main():
    src = pathlib.Path(sys.argv[1])
    if not machine_names(src):
        sys.exit(f'no machines under {src}')
    found, counts = check(src)
    print('\n'.join(found))
    for place, count in sorted(counts.items(), key=lambda item: item[0] or ''):
        print(f'{count:4} files in {place or "no place for it"}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
