#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs programs on several ranks and checks exit code and output: what a user sees from outside.

Usage: check_command_line.py <mpirun> <weft> <lone_failure>
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

MPIRUN, WEFT, LONE_FAILURE = sys.argv[1:4]


def run(ranks, *command):
    return subprocess.run([MPIRUN, '-n', str(ranks), *command], capture_output=True, text=True,
                          timeout=60, check=False)


class CommandLine(unittest.TestCase):
    def check_last_word(self, result):
        """Nothing of the launcher's stands behind our error."""
        for words in ('mpirun', 'MPI_ABORT', 'non-zero', '-----'):
            self.assertNotIn(words, result.stderr)

    def check_rejected(self, arguments, message):
        for ranks in (1, 3):
            with self.subTest(arguments=arguments, ranks=ranks):
                result = run(ranks, WEFT, *arguments)
                self.assertEqual(2, result.returncode)
                self.assertEqual(1, result.stderr.count('weft: error:'), result.stderr)
                self.assertIn(message, result.stderr)
                self.check_last_word(result)
                self.assertEqual('', result.stdout)

    def test_wrong_arguments_give_one_error_and_exit_code_2(self):
        self.check_rejected(['frobnicate'], 'frobnicate')
        self.check_rejected(['--no-such-option'], '--no-such-option')
        for option in ('--wall-time', '--json'):
            self.check_rejected(['run', 'job.toml', option, ''], option + ': the value is empty')

    def test_machines_are_listed_once_with_their_origins(self):
        listed = run(3, WEFT, 'machines')
        self.assertEqual(0, listed.returncode, listed.stderr)
        self.assertEqual(1, listed.stdout.count('\ncerebras-wse3 '))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'm.json')
            shown = run(2, WEFT, 'machines', '--set', 'pe.simd.fadds=1', 'cerebras-wse2',
                        '--json', path)
            self.assertEqual(0, shown.returncode, shown.stderr)
            self.assertEqual(1, shown.stdout.count('\nfabric.hop_latency_cycles '))
            with open(path, encoding='utf-8') as file:
                constants = {c['key']: c for c in json.load(file)['constants']}
            self.assertEqual('published', constants['fabric.hop_latency_cycles']['origin'])
            self.assertEqual(1, constants['pe.simd.fadds']['value'])
            self.assertEqual('assumed', constants['pe.simd.fadds']['origin'])

    def test_wrong_machines_are_refused(self):
        self.check_rejected(['machines', 'cerebras-wse22'], "did you mean 'cerebras-wse2'")
        self.check_rejected(['machines', 'toy', '--set', 'host.command_latencycycles=2'],
                            "did you mean 'command_latency_cycles'")
        self.check_rejected(['machines', 'cerebras-wse2', '--set', 'fabric.hop_latency_cycles=2'],
                            "Unsupported: constant 'fabric.hop_latency_cycles' must be 1, is 2")
        self.check_rejected(['machines', 'cerebras-wse2', '--set', 'facts.wafer_width_tiles=2'],
                            'which no model reads')
        self.check_rejected(['machines', '/no/such.toml'], '/no/such.toml')

    def test_machines_stand_side_by_side_as_their_page_shows(self):
        page = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs',
                            'machines.md')
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'c.json')
            shown = run(2, WEFT, 'compare', '--json', path)
            self.assertEqual(0, shown.returncode, shown.stderr)
            with open(page, encoding='utf-8') as file:
                self.assertIn('```\n' + shown.stdout + '```\n', file.read())
            with open(path, encoding='utf-8') as file:
                machines = json.load(file)['machines']
        self.assertEqual(['wse', 'ipu', 'tsp', 'rdu'], [m['family'] for m in machines])
        peak = {line['feature']: line for line in machines[1]['card']}['peak']
        self.assertIn('amp.weights_per_unit_fp16', peak['constants'])
        self.check_rejected(['compare', 'toy'], 'toy is made up for tests')
        self.check_rejected(['compare', 'groq-tps'], "did you mean 'groq-tsp'")
        self.check_rejected(['compare', '--width', '9'], '--width')

    def test_version_and_help_are_printed_once(self):
        for argument, first in (('--version', 'weft '), ('--help', 'Emulator of AI accelerators')):
            result = run(3, WEFT, argument)
            self.assertEqual(0, result.returncode)
            self.assertTrue(result.stdout.startswith(first), result.stdout)
            self.assertEqual(1, result.stdout.count(first))
            self.assertEqual('', result.stderr)

    def test_the_version_names_what_weft_is_built_with(self):
        lines = run(1, WEFT, '--version').stdout.splitlines()
        names = [line.split(':')[0] for line in lines[1:]]
        self.assertEqual(['compiler', 'MPI', 'HDF5', 'Kokkos', 'backend'], names)

    def test_processes_that_mpi_did_not_join_are_refused(self):
        # What MPICH's mpiexec gives to an Open MPI program, and srun --mpi=none to any.
        for launched in ({'PMI_SIZE': '3', 'PMI_RANK': '1'},
                         {'SLURM_STEP_ID': '0', 'SLURM_NTASKS': '3', 'SLURM_PROCID': '0'}):
            refused = subprocess.run([WEFT, 'machines'], env={**os.environ, **launched},
                                     capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(2, refused.returncode)
            self.assertEqual(1, refused.stderr.count('weft: error:'), refused.stderr)
            self.assertIn('SIZE' if 'PMI_SIZE' in launched else 'SLURM_NTASKS', refused.stderr)
            self.assertEqual('', refused.stdout)
            farm = {**os.environ, **launched, 'WEFT_ALONE': '1'}
            farmed = subprocess.run([WEFT, 'machines'], env=farm, capture_output=True, timeout=60,
                                    check=False)
            self.assertEqual(0, farmed.returncode)

    def test_a_run_inside_an_allocation_needs_no_launcher(self):
        batch = {'SLURM_JOB_ID': '7', 'SLURM_NTASKS': '4', 'SLURM_PROCID': '0'}
        alone = subprocess.run([WEFT, 'machines'], env={**os.environ, **batch},
                               capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(0, alone.returncode, alone.stderr)

    def test_a_rank_that_fails_alone_ends_the_job_with_its_error(self):
        result = run(3, LONE_FAILURE)
        self.assertEqual(3, result.returncode)
        self.assertEqual(1, result.stderr.count('weft: error: the last rank failed alone'))
        self.check_last_word(result)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
