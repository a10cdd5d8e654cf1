# SPDX-License-Identifier: Apache-2.0
"""Runs programs in Python as their users do, with weft's packages of a build folder.

The first two arguments of a test are the build folder and the packages' folder in it.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv[1]).resolve()
PACKAGES = BUILD / sys.argv[2]


class Programs(unittest.TestCase):
    """Each test in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weft_python_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, text, ranks=1, arguments=(), environment=(), module=()):
        """A program's end: returncode, stdout, stderr."""
        (self.folder / "program.py").write_text(text)
        command = [sys.executable, *module, "program.py", *arguments]
        if ranks > 1:
            command = ["mpirun", "--oversubscribe", "-n", str(ranks), *command]
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("WEFT_")}
        return subprocess.run(command, cwd=self.folder, text=True, capture_output=True, timeout=240,
                              env={**clean, "PYTHONPATH": str(PACKAGES),
                                   "PATH": f"{BUILD / 'bin'}{os.pathsep}{os.environ['PATH']}",
                                   **dict(environment)}, check=False)

    def command(self, *words, environment=()):
        """A command of weft's as a user calls it: returncode, stdout, stderr."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WEFT_")}
        path = f"{BUILD / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(words, cwd=self.folder, text=True, capture_output=True, timeout=240,
                              env={**clean, "PATH": path, **dict(environment)}, check=False)

    def runs(self, text, **how):
        """Output of a program that must end well."""
        done = self.run_program(text, **how)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout


def main():
    del sys.argv[1:3]
    unittest.main()
