#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Traces written on one and on three ranks, opened by weft, h5py and xarray.

Usage: check_readers.py <mpirun> <weft> <trace_tool>
"""
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

MPIRUN, WEFT, TOOL = sys.argv[1:4]
HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def has(*modules):
    return all(importlib.util.find_spec(module) for module in modules)


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.traces = {}
        cls.hashes = set()
        for ranks in (1, 3):
            path = os.path.join(cls.folder.name, f'ranks{ranks}.h5')
            made = run(MPIRUN, '-n', str(ranks), TOOL, 'sample', path)
            assert made.returncode == 0, made.stderr
            cls.traces[ranks] = path
            cls.hashes.add(made.stdout.strip())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_info_tells_the_hash_of_any_rank_count(self):
        self.assertEqual(1, len(self.hashes))
        for path in self.traces.values():
            summary = path + '.json'
            info = run(WEFT, 'trace', 'info', path, '--json', summary)
            self.assertEqual(0, info.returncode, info.stderr)
            with open(summary, encoding='utf-8') as file:
                found = json.load(file)
            self.assertEqual(self.hashes, {found['trace_hash']})
            self.assertTrue(found['complete'])
            self.assertEqual(100, found['cycles'])
            self.assertIn(found['trace_hash'], info.stdout)

    def test_diff_of_one_and_three_ranks_finds_nothing(self):
        result = run(WEFT, 'trace', 'diff', self.traces[1], self.traces[3])
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)

    def test_heatmap_and_export_write_their_files(self):
        png = os.path.join(self.folder.name, 'a.png')
        csv = os.path.join(self.folder.name, 'a.csv')
        drawn = run(WEFT, 'trace', 'heatmap', self.traces[3], 'link_words', '-o', png,
                    '--csv', csv)
        self.assertEqual(0, drawn.returncode, drawn.stderr)
        with open(png, 'rb') as file:
            self.assertEqual(b'\x89PNG', file.read(4))
        with open(csv, encoding='utf-8') as file:
            self.assertEqual(1 + 7 * 5, len(file.readlines()))
        rows = run(WEFT, 'trace', 'export', self.traces[3], 'tasks', '--to-cycle', '10')
        self.assertTrue(rows.stdout.startswith('cycle,tile,x,y,'), rows.stderr)

    def test_pictures_hold_what_their_names_say(self):
        for ending, start in (('svg', b'<?xml'), ('pdf', b'%PDF-')):
            files = []
            for name in ('a', 'b'):
                path = os.path.join(self.folder.name, f'{name}.{ending}')
                drawn = run(WEFT, 'trace', 'heatmap', self.traces[3], 'link_words', '-o', path)
                self.assertEqual(0, drawn.returncode, drawn.stderr)
                with open(path, 'rb') as file:
                    files.append(file.read())
            self.assertTrue(files[0].startswith(start), files[0][:20])
            self.assertEqual(files[0], files[1])
        tree = xml.etree.ElementTree.parse(os.path.join(self.folder.name, 'a.svg'))
        words = [node.text for node in tree.iter('{http://www.w3.org/2000/svg}text')]
        for label in ('west', 'north', 'x (tile)', 'y (tile)'):
            self.assertIn(label, words)

    def test_wrong_questions_are_refused(self):
        broken = os.path.join(self.folder.name, 'broken.h5')
        with open(self.traces[1], 'rb') as whole, open(broken, 'wb') as half:
            half.write(whole.read()[:-5000])
        for arguments, message in (
                (['info', broken], 'broken.h5'), (['info', '/no/such.h5'], '/no/such.h5'),
                (['info', '/etc/passwd'], 'not an HDF5 file'),
                (['heatmap', self.traces[1], 'tile_bus', '-o', 'x.png'], 'tile_busy'),
                (['heatmap', '/no/such.h5', 'tile_busy', '-o', 'x.jpg'], '.svg or .pdf'),
                (['timeline', '/no/such.h5', '-o', 'x'], '.svg or .pdf'),
                (['export', self.traces[1], 'task'], 'tasks')):
            with self.subTest(arguments=arguments):
                result = run(WEFT, 'trace', *arguments)
                self.assertEqual(2, result.returncode, result.stdout + result.stderr)
                self.assertEqual(1, result.stderr.count('weft: error:'), result.stderr)
                self.assertIn(message, result.stderr)

    @unittest.skipUnless(has('h5py'), 'h5py is not installed')
    def test_five_lines_of_h5py(self):
        for path in self.traces.values():
            result = run(sys.executable, os.path.join(HERE, 'five_lines_h5py.py'), path)
            self.assertEqual(0, result.returncode, result.stderr)
            # tile_busy is cycles * (x + 1) + y.
            self.assertTrue(result.stdout.startswith('(5, 7) 704 cycle '), result.stdout)
            self.assertGreater(int(result.stdout.split()[-1]), 500)

    @unittest.skipUnless(has('xarray') and (has('netCDF4') or has('h5netcdf')),
                         'xarray or its HDF5 engine is not installed')
    def test_five_lines_of_xarray(self):
        for path in self.traces.values():
            result = run(sys.executable, os.path.join(HERE, 'five_lines_xarray.py'), path)
            self.assertEqual(0, result.returncode, result.stderr)
            # link_words, east, is cycles + 10 x + y.
            self.assertEqual("('y', 'x') 164 704 cycle\n", result.stdout)

    @unittest.skipUnless(has('xarray', 'h5py') and (has('netCDF4') or has('h5netcdf')),
                         'xarray, an HDF5 engine of it, or h5py is not installed')
    def test_xarray_opens_every_group_with_every_engine(self):
        import h5py
        groups = ['/']
        with h5py.File(self.traces[3]) as trace:
            trace.visititems(lambda name, item: groups.append('/' + name)
                             if isinstance(item, h5py.Group) else None)
        self.assertIn('/events/tasks/index', groups)
        engines = [engine for engine, module in (('netcdf4', 'netCDF4'), ('h5netcdf', 'h5netcdf'))
                   if has(module)]
        for group in groups:
            # A process each: what a library does not survive ends that process.
            said = [run(sys.executable, os.path.join(HERE, 'every_group_xarray.py'),
                        self.traces[3], group, engine) for engine in engines]
            for result in said:
                self.assertEqual(0, result.returncode, group + result.stderr)
                self.assertEqual(said[0].stdout, result.stdout, group)
            if group == '/phases':
                self.assertIn("['copy a', 'main'] ['copy_in', 'launch']", said[0].stdout)
            if group == '/results':
                self.assertIn("'halves': (('axis0_2', 'axis1_32768'), 'float32')", said[0].stdout)
            if group == '/events/tasks':
                self.assertIn("'tile': (('cycle',), 'uint32')", said[0].stdout)

    @unittest.skipUnless(has('xarray', 'h5netcdf'), 'xarray or h5netcdf is not installed')
    def test_newer_xarray_opens_the_whole_file(self):
        import xarray
        if not hasattr(xarray, 'open_datatree'):
            self.skipTest('this xarray has no open_datatree')
        tree = xarray.open_datatree(self.traces[1], engine='h5netcdf').load()
        self.assertEqual(100, int(tree['counters'].tile_busy.sel(x=0, y=0)))

    def test_a_file_size_limit_is_one_error_and_leaves_nothing(self):
        for ranks in (1, 3):
            path = os.path.join(self.folder.name, f'limited{ranks}.h5')
            result = run(MPIRUN, '-n', str(ranks), TOOL, 'limited', path)
            self.assertEqual(1, result.returncode, result.stdout + result.stderr)
            self.assertEqual(1, result.stderr.count('cannot write trace'), result.stderr)
            self.assertIn('File too large', result.stderr)
            self.assertEqual([], [n for n in os.listdir(self.folder.name) if 'limited' in n])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
