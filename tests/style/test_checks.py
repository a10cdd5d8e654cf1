#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each style rule can fail: one breach of each, on files made for it."""
import pathlib
import tempfile
import unittest

import check_constants
import check_environment
import check_fitted
import check_kernel_spaces
import check_layers
import check_machine_names
import check_text

OPENING = '// SPDX-License-Identifier: Apache-2.0\n// What it is for.\n'


class Layers(unittest.TestCase):
    def breaches(self, files):
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            for name, include in files.items():
                path = src / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f'#include "{include}"\n')
            return check_layers.check(src)

    def test_allowed_imports_pass(self):
        self.assertEqual([], self.breaches({
            'trace/writer.cpp': 'hdf5.h', 'comm/a.cpp': 'base/error.hpp',
            'machine/registry.cpp': 'machine/wse/make.hpp', 'cli/run.cpp': 'engine/session.hpp',
            'machine/wse/pe.cpp': 'machine/machine.hpp', 'base/kokkos.hpp': 'Kokkos_Core.hpp',
            'hosts/poplar/engine/a.cpp': 'hosts/poplar/api/state.hpp',
            'hosts/poplar/engine/b.cpp': 'hosts/runtime.hpp',
            'hosts/summary.cpp': 'nlohmann/json.hpp',
            'hosts/python/module/a.cpp': 'pybind11/numpy.h'}))

    def test_each_rule_fires(self):
        for name, include in {
                'base/a.cpp': 'comm/communicator.hpp', 'engine/a.cpp': 'mpi.h',
                'machine/wse/a.cpp': 'machine/toy/toy.hpp', 'topology/a.hpp': 'toml++/toml.h',
                'engine/loop.cpp': 'machine/wse/pe.hpp', 'trace/a.cpp': 'base/kokkos.hpp',
                'base/other.hpp': 'Kokkos_Core.hpp', 'cli/a.cpp': 'hdf5.h',
                'hosts/python/a.cpp': 'hosts/poplar/api/state.hpp',
                'hosts/runtime.cpp': 'nlohmann/json.hpp', 'cli/b.cpp': 'pybind11/stl.h',
                'hosts/poplar/a.cpp': 'pybind11/numpy.h',
                'machine/wse/b.cpp': 'comm/communicator.hpp', 'attic/a.cpp': 'vector',
                'hosts/poplar/api/a.cpp': 'hosts/poplar/graph/support.hpp',
                'hosts/poplar/profile/a.cpp': 'hosts/poplar/engine/engine_impl.hpp',
                'hosts/poplar/libraries/a.cpp': 'hosts/poplar/api/state.hpp',
                'hosts/poplar/attic/a.cpp': 'hosts/poplar/api/state.hpp'}.items():
            with self.subTest(name):
                self.assertEqual(1, len(self.breaches({name: include})))

    def test_a_cycle_in_the_table_is_found(self):
        row = check_layers.ALLOWED['base']
        check_layers.ALLOWED['base'] = 'engine'
        try:
            self.assertTrue(check_layers.check_table())
        finally:
            check_layers.ALLOWED['base'] = row


class KernelSpaces(unittest.TestCase):
    def breaches(self, name, *lines):
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            for path, text in (('machine/a/family.cpp', lines[0]), (name, lines[1])):
                (src / path).parent.mkdir(parents=True, exist_ok=True)
                (src / path).write_text(text)
            return check_kernel_spaces.check(src)

    def test_what_is_declared_passes(self):
        kernel = 'device_parallel_for("k", n, body);'
        self.assertEqual([], self.breaches('machine/a/step.cpp',
                                           'line.kernels = KernelSpace::device;', kernel))
        self.assertEqual([], self.breaches('numerics/a.cpp',
                                           'line.kernels = KernelSpace::host;', kernel))

    def test_each_rule_fires(self):
        host = 'line.kernels = KernelSpace::host;'
        for declared, name, line in (('Family line;', 'machine/a/b.cpp', ''),
                                     (host, 'machine/a/b.cpp', 'DeviceArray<int> values;'),
                                     (host, 'fabric/b.cpp', 'Kokkos::parallel_for("k", n, b);'),
                                     (host, 'fabric/b.cpp', 'std::atomic_ref<int> r(x);'),
                                     (host, 'engine/b.cpp', 'Kokkos::atomic_add(&x, 1);')):
            with self.subTest(line):
                self.assertEqual(1, len(self.breaches(name, declared, line)))


class Text(unittest.TestCase):
    def count(self, text, name='a.cpp'):
        return len(check_text.check_file(name, text))

    def test_numbers_by_locale_are_found(self):
        for line in ('double a = std::stod(text);', 'f(strtod(p, &end));', 'std::ostringstream o;',
                     'std::printf("%.3g x\\n", a);', 'if (std::isalpha(c)) return;'):
            with self.subTest(line):
                self.assertEqual(1, self.count(OPENING + line + '\n', 'src/cli/a.cpp'))
        for line in ('TextStream o;', 'std::printf("%-34s %d\\n", a, b);', '// std::stod("1")',
                     'std::istringstream in(x);\nin.imbue(std::locale::classic());'):
            with self.subTest(line):
                self.assertEqual(0, self.count(OPENING + line + '\n', 'src/cli/a.cpp'))

    def test_numbers_before_a_plural_are_found(self):
        for line in ('say(std::to_string(f(")", a)) + " runs of it");',
                     'say(grouped(n) +\n    " more tiles");', 'say(number(n) + " epochs");'):
            with self.subTest(line):
                self.assertEqual(1, self.count(OPENING + line + '\n', 'src/cli/a.cpp'))
                self.assertEqual(0, self.count(OPENING + line + '\n', 'tests/a.cpp'))
        for line in ('say(counted(n, "run") + " of it");', 'say(std::to_string(n) + " is odd");',
                     'say(std::to_string(w) + " x " + std::to_string(h) + " tiles");'):
            with self.subTest(line):
                self.assertEqual(0, self.count(OPENING + line + '\n', 'src/cli/a.cpp'))

    def test_a_good_file_passes(self):
        self.assertEqual(0, self.count(OPENING + 'int a;\n'))
        self.assertEqual(0, self.count('#!/bin/sh\n' + OPENING.replace('//', '#'), 'a.sh'))

    def test_each_rule_fires(self):
        long_function = 'void f() {\n' + '  g();\n' * 69 + '}\n'
        for text in ['int a;\n', OPENING.split('\n')[0] + '\nint a;\n', OPENING + 'x' * 101 + '\n',
                     OPENING + 'int a; \n', OPENING + '// TO' 'DO later\n', OPENING + long_function,
                     OPENING + 'out << std::en' 'dl;\n', OPENING + 'using namespace s' 'td;\n',
                     OPENING + '\n' * 499]:
            with self.subTest(text[:60]):
                self.assertEqual(1, self.count(text))
        self.assertEqual(1, self.count(OPENING + 'int a;\n', 'a.hpp'))

    def test_a_function_of_the_most_lines_passes(self):
        self.assertEqual(0, self.count(OPENING + 'void f() {\n' + '  g();\n' * 68 + '}\n'))


class Constants(unittest.TestCase):
    def test_a_key_that_no_code_looks_up_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / 'topologies').mkdir()
            (root / 'topologies' / 'm.toml').write_text(
                'name = "m"\n[g]\nunit = "1"\nread = 1\ndeclared = { value = 2 }\n'
                '[g.sub]\nunread = 3\n[facts]\nfact = 4\n')
            (root / 'src').mkdir()
            (root / 'src' / 'a.cpp').write_text('integer("g.read")')
            (root / 'src' / 'constant_rules.cpp').write_text('integer("g.declared")')
            self.assertEqual([('m.toml', 'g.declared'), ('m.toml', 'g.sub.unread')],
                             sorted(check_constants.unread(root)))


class Fitted(unittest.TestCase):
    DOCUMENT = {'dram': {'row_cycles': {'value': 14, 'origin': 'fitted'},
                         'banks': {'value': 16, 'origin': 'assumed'}}}

    def test_a_table_that_says_the_same_passes(self):
        row = '| `dram.row_cycles` 14 | a log | every burst |\n'
        self.assertEqual([], list(check_fitted.check(self.DOCUMENT, row)))

    def test_each_rule_fires(self):
        for row in ('', '| `dram.row_cycles` 15 | a log | every burst |',
                    '| `dram.row_cycles` 14 | a log |  |',
                    '| `dram.row_cycles` 14 | a | b |\n| `dram.banks` 16 | a | b |'):
            with self.subTest(row):
                self.assertEqual(1, len(list(check_fitted.check(self.DOCUMENT, row))))


class MachineNames(unittest.TestCase):
    def breaches(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            for path in ('machine/wse', 'machine/ipu', 'frontends/csl', 'hosts/poplar'):
                (src / path).mkdir(parents=True)
            path = src / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return len(check_machine_names.check(src)[0])

    def test_each_form_of_a_name_is_found(self):
        for text in ('if (family == "ipu") f();', '#include "program/wse.hpp"', 'int wse_cycles;',
                     'job.is_poplar();', 'class PoplarJob;', 'text("IPU " + n);', 'int csl;',
                     'program::wse::Program p;', 'say("two IPUs");'):
            with self.subTest(text):
                self.assertEqual(1, self.breaches('cli/job/a.cpp', text))
                self.assertEqual(0, self.breaches('cli/job/doors/a.cpp', text))

    def test_other_words_and_comments_pass(self):
        for text in ('int description;', 'manipulate(input);', 'int a;  // "ipu", as an example',
                     '/* wse */ int a;', 'int browse;'):
            with self.subTest(text):
                self.assertEqual(0, self.breaches('analysis/a.cpp', text))



class Environment(unittest.TestCase):
    def breaches(self, source, page):
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            (src / 'a.cpp').write_text(source)
            return list(check_environment.check(src, page))

    def test_what_is_read_and_documented_passes(self):
        page = '| `WEFT_A` | a |\n'
        self.assertEqual([], self.breaches('getenv("WEFT_A"); WEFT_MACRO(x);', page))

    def test_each_rule_fires(self):
        for source, page in (('getenv("WEFT_A");', ''), ('', '| `WEFT_A` | a |\n'),
                             ('environment("WEFT_A")', '| `WEFT_A` | |\n')):
            with self.subTest(source + page):
                self.assertEqual(1, len(self.breaches(source, page)))


if __name__ == '__main__':
    unittest.main()
