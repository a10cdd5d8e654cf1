#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the readers of HDF5 that are installed here make of traces, as the table of docs/trace.md.

Usage: readers.py <mpirun> <weft> <trace_tool> <folder of jobs> [<docs/trace.md>]

Each reader is asked for things that are known: of the made-up run an attribute of the root and one
of a stream, the text of the job, a list of names, the sum of a counter, the sum of a stream's
cycles; of an RDU's run an argument that needs 64 bits, and its low word; of a trace of each of the
four machines how many datasets it reads whole. Fails where a reader no longer shows what `SHOWN`
says, or where the document's table says otherwise; exit 77 without h5py, by which the right answers
to the last two are found. Packages of npm are looked for in the first folder of NODE_PATH.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import readers_scripts as scripts

QUESTIONS = ('attributes', 'text', 'names', 'counter', 'rows', '64 bits', 'low word', 'whole')
ALL = set(QUESTIONS)
# What a reader has to show where that is not all. octave's load knows no attributes; R and
# JavaScript know no integers of 64 bits without a sign, jsfive none beyond a double.
SHOWN = {'octave': ALL - {'attributes'}, 'R hdf5r': ALL - {'64 bits'}, 'R rhdf5': ALL - {'64 bits'},
         'jsfive': ALL - {'64 bits'}}
JOBS = ('hello', 'hello-ipu', 'rows-tsp', 'dot-rdu')


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **more)


def joined(text):
    """The strings of a dump's line, in one, with | for line feeds."""
    return ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\n', '|')


def numbers(text):
    """The numbers of a dump's list, without what h5dump puts before each line."""
    return [int(n) for n in re.findall(r'-?\d+', re.sub(r'\([\d,]*\):', ' ', text))]


def ask_h5dump(traces):
    def dump(path, kind, what):
        text = run(['h5dump', '-e', '-w', '0', kind, what, path]).stdout
        return text.split('DATA {', 1)[1].split('}', 1)[0]

    def ask():
        sample, rdu = traces['sample'], traces['dot-rdu']
        yield 'attributes', lambda: (str(numbers(dump(sample, '-a', '/cycles'))[0]) + ' ' +
                                     joined(dump(sample, '-a', '/events/tasks/description')))
        yield 'text', lambda: joined(dump(sample, '-d', '/config'))
        yield 'names', lambda: joined(dump(sample, '-d', '/definitions/colors'))
        yield 'counter', lambda: sum(numbers(dump(sample, '-d', '/counters/tile_busy')))
        yield 'rows', lambda: sum(numbers(dump(sample, '-d', '/events/tasks/cycle')))
        yield '64 bits', lambda: numbers(dump(rdu, '-d', '/events/tokens/argument'))[0]
        yield 'low word', lambda: numbers(dump(rdu, '-d', '/events/tokens/argument_low'))[0]

        def count(path):
            done = run(['h5dump', path])
            return (len(re.findall(r'^\s*DATASET "\w+" \{', done.stdout, re.M))
                    if done.returncode == 0 else f'rc {done.returncode}')
        yield 'whole', lambda: ' '.join(str(count(traces[job])) for job in JOBS)
    return run(['h5dump', '--version']).stdout.split()[-1], answers(ask())


def ask_ncdump(traces):
    def whole(path):
        done = run(['ncdump', path])
        assert done.returncode == 0, f'ended with {done.returncode}'
        return done.stdout

    def group(text, name):
        return text.split(f'group: {name} {{', 1)[1].split(f'}} // group {name}\n', 1)[0]

    def data(text, name):
        values = text.split('data:', 1)[1].split(f' {name} =', 1)[1].split(';', 1)[0]
        return values.replace("\\'", "'")

    def ask():
        sample, rdu = (whole(traces[name]) for name in ('sample', 'dot-rdu'))
        tasks, tokens = group(sample, 'tasks'), group(rdu, 'tokens')
        yield 'attributes', lambda: (re.search(r'\t:cycles = (\d+)', sample)[1] + ' ' +
                                     re.search(r':description = "(.*)" ;', tasks)[1])
        yield 'text', lambda: joined(data(sample, 'config'))
        yield 'names', lambda: joined(data(group(sample, 'definitions'), 'colors'))
        yield 'counter', lambda: sum(numbers(data(group(sample, 'counters'), 'tile_busy')))
        yield 'rows', lambda: sum(numbers(data(tasks, 'cycle')))
        yield '64 bits', lambda: numbers(data(tokens, 'argument'))[0]
        yield 'low word', lambda: numbers(data(tokens, 'argument_low'))[0]

        def count(path):
            text = whole(path)  # bare dimensions are datasets to others
            variables = re.findall(r'^\s+\w+ \w+(?:\([\w, ]*\))? ;$', text, re.M)
            return len(variables) + len(bare_dimensions(path))
        yield 'whole', lambda: ' '.join(str(count(traces[job])) for job in JOBS)
    return run(['ncdump']).stderr.split('library version', 1)[-1].split()[0], answers(ask())


def ask_gdal(traces):
    def tree(path):
        done = run(['gdalmdiminfo', '-detailed', path])
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def array(top, path):
        *groups, name = path.split('/')
        for group in groups:
            top = top['groups'][group]
        return top['arrays'][name]['values']

    def flat(values):
        return sum(map(flat, values)) if isinstance(values, list) else values

    def count(top):
        return (sum('values' in one for one in top.get('arrays', {}).values()) +
                sum(map(count, top.get('groups', {}).values())))

    def ask():
        sample, rdu = (tree(traces[name]) for name in ('sample', 'dot-rdu'))
        tasks = sample['groups']['events']['groups']['tasks']
        yield 'attributes', lambda: (f'{sample["attributes"]["cycles"]["value"]} '
                                     f'{tasks["attributes"]["description"]["value"]}')
        yield 'text', lambda: array(sample, 'config').replace('\n', '|')
        yield 'names', lambda: array(sample, 'definitions/colors').replace('\n', '|')
        yield 'counter', lambda: flat(array(sample, 'counters/tile_busy'))
        yield 'rows', lambda: flat(array(sample, 'events/tasks/cycle'))
        yield '64 bits', lambda: array(rdu, 'events/tokens/argument')[0]
        yield 'low word', lambda: array(rdu, 'events/tokens/argument_low')[0]
        yield 'whole', lambda: ' '.join(
            str(count(tree(traces[job])) + len(bare_dimensions(traces[job]))) for job in JOBS)
    return run(['gdalinfo', '--version']).stdout.split()[1].rstrip(','), answers(ask())


def answers(questions):
    said = {}
    try:
        for what, answer in questions:
            try:
                said[what] = str(answer())
            except (AssertionError, IndexError, KeyError, TypeError, ValueError) as error:
                said[what] = f'!{type(error).__name__}: {error}'
    except (AssertionError, IndexError, KeyError, ValueError) as error:
        said['whole'] = f'!{error}'
    return said


def ask_script(command, script, traces, folder):
    """Version and answers of a script that prints them, or None where its package is not there."""
    file = os.path.join(folder, 'ask' + ('.mjs' if command[0] == 'node' else ''))
    with open(file, 'w', encoding='utf-8') as out:
        out.write(script)
    done = run([*command, file, traces['sample'], traces['dot-rdu'],
                *(traces[job] for job in JOBS)])
    lines = done.stdout.splitlines()
    if not lines:
        return None
    return lines[0].strip(), dict(line.split('\t', 1) for line in lines[1:] if '\t' in line)


def readers(traces, folder):
    """Name of each reader that is installed here, its version and its answers."""
    for name, program, ask in (('h5dump', 'h5dump', ask_h5dump), ('ncdump', 'ncdump', ask_ncdump),
                               ('GDAL', 'gdalmdiminfo', ask_gdal)):
        if shutil.which(program):
            yield (name, *ask(traces))
    for name, command, script in scripts.READERS:
        if not shutil.which(command[0]):
            continue
        found = ask_script([sys.executable if command[0] == 'python3' else command[0],
                            *command[1:]], script, traces, folder)
        if found:
            yield (name, *found)


def datasets(path):
    import h5py  # pylint: disable=import-outside-toplevel
    found = {}
    with h5py.File(path) as trace:
        trace.visititems(lambda name, item: found.update({name: item.attrs.get('NAME', b'')})
                         if isinstance(item, h5py.Dataset) else None)
    return found


def bare_dimensions(path):
    return [name for name, scale in datasets(path).items() if b'not a netCDF variable' in scale]


def expected(traces):
    import h5py  # pylint: disable=import-outside-toplevel
    cycles = [cycle for cycle in range(100) for tile in range(35)
              if ((cycle * 2654435761 + tile * 40503) % 2**64 >> 3) % 2**32 % 3 == 0]
    with h5py.File(traces['dot-rdu']) as trace:
        wide = int(trace['events/tokens/argument'][0])
    return {'attributes': '100 task ends',
            'text': "[machine]|name = 'made-up'|[run]|ranks = 'any'|", 'names': 'red|green|',
            'counter': str(sum(100 * (x + 1) + y for x in range(7) for y in range(5))),
            'rows': str(sum(cycles)), '64 bits': str(wide), 'low word': str(wide % 2**32),
            'whole': ' '.join(str(len(datasets(traces[job]))) for job in JOBS)}


def make_traces(folder, mpirun, weft, tool, jobs):
    traces = {name: os.path.join(folder, name + '.h5') for name in ('sample', *JOBS)}
    made = [run([mpirun, '-n', '2', tool, 'sample', traces['sample']])]
    for job in JOBS:
        made.append(run([weft, 'run', os.path.join(jobs, job + '.toml'), '--level', 'full',
                         '--trace', traces[job]], cwd=folder))
    for one in made:
        if one.returncode != 0:
            sys.exit(one.stderr)
    return traces


def main():
    if not importlib.util.find_spec('h5py'):
        sys.exit(77)
    faults, rows = [], []
    with tempfile.TemporaryDirectory() as folder:
        packages = os.environ.get('NODE_PATH', '').split(':')[0]
        if packages:
            os.symlink(os.path.abspath(packages), os.path.join(folder, 'node_modules'))
        traces = make_traces(folder, *sys.argv[1:5])
        right = expected(traces)
        for name, version, said in readers(traces, folder):
            shown = {what for what in QUESTIONS if said.get(what, '').strip() == right[what]}
            rows.append([name, version, *('yes' if what in shown else 'no' for what in QUESTIONS)])
            for what in sorted(SHOWN.get(name, ALL) - shown):
                faults.append(f'{name}: {what}: {said.get(what)!r}, not {right[what]!r}')
    lines = ['| ' + ' | '.join(row) + ' |' for row in [['reader', 'version', *QUESTIONS], *rows]]
    lines.insert(1, '| ' + ' | '.join(['---'] * (2 + len(QUESTIONS))) + ' |')
    print('\n'.join(lines))
    if len(sys.argv) > 5:
        with open(sys.argv[5], encoding='utf-8') as document:
            told = document.read().splitlines()
        faults += [f'{sys.argv[5]} has no line {line!r}' for line in lines if line not in told and
                   line.split('|')[1:3] in [one.split('|')[1:3] for one in told if '|' in one]]
    if faults:
        sys.exit('\n'.join(faults))


if __name__ == '__main__':
    main()
