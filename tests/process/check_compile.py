#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weft compile` as its users meet it: where it writes, and what it refuses before it works.

Usage: check_compile.py <weft> <folder of models>
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

WEFT = str(pathlib.Path(sys.argv[1]).resolve())
MODEL = str(pathlib.Path(sys.argv[2], 'cnn_8.onnx').resolve())
TARGETS = ('graphcore-gc200', 'cerebras-wse2', 'sambanova-sn40l', 'groq-tsp')


def run(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=False)


def message(*fields):
    """A protobuf message of (number, value) pairs; lengths below 128."""
    out = b''
    for number, value in fields:
        plain = isinstance(value, int)
        value = value.encode() if isinstance(value, str) else value
        out += bytes([number << 3 | (0 if plain else 2), value if plain else len(value)])
        out += b'' if plain else value
    return out


def model_of(operator):
    """An ONNX model of one node without attributes, of four floats."""
    shape = message((1, message((1, 4))))
    kind = message((1, message((1, 1), (2, shape))))
    graph = message((1, message((1, 'x'), (2, 'y'), (3, 'n'), (4, operator))), (2, 'g'),
                    (11, message((1, 'x'), (2, kind))), (12, message((1, 'y'), (2, kind))))
    return message((1, 8), (7, graph), (8, message((2, 17))))


def compile_words(folder, target=TARGETS[0], *more):
    return [WEFT, '--quiet', 'compile', MODEL, '--target', target, '-o', folder, *more]


class Compile(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix='weft_compile_')
        self.addCleanup(self.scratch.cleanup)
        self.work = pathlib.Path(self.scratch.name)

    def check_refused(self, done, message, code=2):
        self.assertEqual(code, done.returncode, done.stderr)
        self.assertEqual(1, done.stderr.count('weft: error:'), done.stderr)
        self.assertIn(message, done.stderr)

    def test_an_empty_folder_is_filled_where_it_is(self):
        (self.work / 'real').mkdir(mode=0o711)
        (self.work / 'link').symlink_to('real')
        before = (self.work / 'real').stat()
        done = run(compile_words('.'), self.work / 'link')
        self.assertEqual(0, done.returncode, done.stderr)
        after = (self.work / 'real').stat()
        self.assertEqual((before.st_ino, before.st_mode), (after.st_ino, after.st_mode))
        self.assertTrue((self.work / 'link' / 'job.toml').is_file())
        self.check_refused(run(compile_words('link'), self.work), "'link' is there and not empty")

    def test_the_job_is_named_as_a_path_that_can_be_copied(self):
        words = compile_words('real2//')
        words.remove('--quiet')
        done = run(words, self.work)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn('weft run real2/job.toml\n', done.stdout + done.stderr)

    def test_what_may_not_be_written_to_is_refused_before_the_work(self):
        (self.work / 'closed').mkdir(mode=0o555)
        (self.work / 'link').symlink_to('nowhere')
        for name, message, code in (('closed', "to folder 'closed': it is read-only", 1),
                                    ('link', "'link' is a link to 'nowhere', where nothing is", 2)):
            words = compile_words(name)
            words[words.index(MODEL)] = 'no.onnx'  # which nobody looks at
            self.check_refused(run(words, self.work), message, code)
        self.assertEqual(['closed', 'link'], sorted(os.listdir(self.work)))
        self.assertEqual(0o555, (self.work / 'closed').stat().st_mode & 0o777)

    def test_a_precision_that_a_machine_has_not_is_refused_first(self):
        lacking = {'int8': TARGETS[:3], 'bf16': ('graphcore-gc200', 'cerebras-wse2', 'groq-tsp'),
                   'fp32': ('sambanova-sn40l', 'groq-tsp'), 'fp16': ('sambanova-sn40l',)}
        for precision, targets in lacking.items():
            for target in targets:
                for more in ([], ['--calibrate', 'none.h5']):
                    with self.subTest(precision=precision, target=target, more=more):
                        done = run(compile_words('out', target, '--precision', precision, *more),
                                   self.work)
                        self.check_refused(done, f'not {"" if "tsp" in target else "in "}'
                                                 f'{precision}')
        done = run(compile_words('out', 'groq-tsp', '--precision', 'int8'), self.work)
        self.check_refused(done, 'give --calibrate FILE')
        self.assertEqual([], os.listdir(self.work))

    def test_a_check_ends_as_a_compilation_would(self):
        (self.work / 'round.onnx').write_bytes(model_of('Round'))
        for target, code, there in ((TARGETS[0], 0, '1 of 1'), (TARGETS[1], 2, '0 of 1')):
            with self.subTest(target=target):
                done = run([WEFT, 'compile', 'round.onnx', '--target', target, '--check'],
                           self.work)
                self.assertEqual(code, done.returncode, done.stderr)
                self.assertIn(f'{there} operator is there on {target}', done.stdout + done.stderr)
        self.assertEqual(['round.onnx'], os.listdir(self.work))

    def test_tensors_lie_in_hbm_where_the_machine_has_it(self):
        for target, more, wanted in (('sambanova-sn40l', [], 'hbm'), ('sambanova-sn10', [], 'dram'),
                                     ('sambanova-sn40l', ['program.parameters.tensors_in="dram"'],
                                      'dram')):
            with self.subTest(target=target, more=more):
                name = f'{target}-{wanted}'
                self.assertEqual(0, run(compile_words(name, target), self.work).returncode)
                changes = [word for change in ['trace.level="runs"', *more]
                           for word in ('--set', change)]
                done = run([WEFT, '--quiet', 'run', f'{name}/job.toml', '--trace', 't.h5',
                            *changes], self.work)
                self.assertEqual(0, done.returncode, done.stderr)
                run([WEFT, 'trace', 'sections', 't.h5', '--json', 's.json'], self.work)
                matrices = json.loads((self.work / 's.json').read_text())['matrices']
                self.assertEqual({wanted}, {matrix['memory'] for matrix in matrices})


@unittest.skipUnless(shutil.which('unshare') and subprocess.run(
    ['unshare', '-rm', 'true'], capture_output=True, check=False).returncode == 0,
    'no file system of its own can be mounted here')
class FullDisk(unittest.TestCase):
    """On a file system of some KiB, in a mount namespace that goes with its process."""

    def run_on(self, kibibytes, *command):
        with tempfile.TemporaryDirectory(prefix='weft_full_') as folder:
            script = ('mount -t tmpfs -o size=$1k none "$2" && cd "$2" || exit 99; shift 2; "$@"; '
                      'code=$?; find . -mindepth 1 -printf "left %s %P\\n"; exit $code')
            done = run(['unshare', '-rm', 'sh', '-c', script, 'sh', str(kibibytes), folder,
                        *command], folder)
        self.assertNotEqual(99, done.returncode, done.stderr)
        return done

    def check_full(self, done, name):
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertEqual(1, done.stderr.count('weft: error:'), done.stderr)
        error = next(line for line in done.stderr.splitlines() if 'weft: error:' in line)
        self.assertIn('No space left on device', error)
        self.assertIn(name, error)
        for word in ('HDF5', 'errno', 'file descriptor', 'H5'):
            self.assertNotIn(word, done.stderr)
        self.assertNotIn('left ', done.stdout)

    def test_a_model_is_written_whole_or_not_at_all(self):
        enough = self.run_on(4096, *compile_words('out'))
        self.assertEqual(0, enough.returncode, enough.stderr)
        self.assertIn('out/job.toml\n', enough.stdout)
        sizes = [int(line.split()[1]) for line in enough.stdout.splitlines()
                 if line.startswith('left ') and '.' in line]
        for tenths in range(1, 10):
            kibibytes = sum(sizes) * tenths // 10 // 1024
            with self.subTest(kibibytes=kibibytes):
                self.check_full(self.run_on(kibibytes, *compile_words('out')), 'out/')

    def test_a_trace_is_written_whole_or_not_at_all(self):
        job = str(pathlib.Path(MODEL).parents[2] / 'hello.toml')
        for kibibytes in (8, 64):
            for level in ('phases', 'full'):
                with self.subTest(kibibytes=kibibytes, level=level):
                    done = self.run_on(kibibytes, WEFT, '--quiet', 'run', job, '--trace', 't.h5',
                                       '--set', f'trace.level="{level}"')
                    self.check_full(done, 't.h5')
        enough = self.run_on(65536, WEFT, '--quiet', 'run', job, '--trace', 't.h5')
        self.assertEqual(0, enough.returncode, enough.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
