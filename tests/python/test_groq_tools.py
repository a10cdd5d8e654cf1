# SPDX-License-Identifier: Apache-2.0
"""GroqFlow's three tools, called with exactly the arguments that groqflow passes.

Usage: test_groq_tools.py <build folder> <python folder in it>
"""
import ast
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv[1])
PACKAGES = BUILD / sys.argv[2]
MODELS = pathlib.Path(__file__).resolve().parents[2] / "jobs" / "data" / "onnx"
GOOD = MODELS / "digits.onnx"
# A TSP's tensor programs have no places of largest elements. (Debian's libonnx-testdata.)
LACKING = pathlib.Path("/usr/share/libonnx-testdata/data/node/test_argmax_default_axis_example"
                       "/model.onnx")
needs_lacking = unittest.skipUnless(LACKING.exists(), f"no {LACKING}")


def tool(name, *arguments, environment=None):
    """A tool's end."""
    command = [str(BUILD / "bin" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          env={**os.environ, **(environment or {})}, timeout=250)


def check_ops(model):
    """Lists of operators as groqflow.common.onnx_helpers reads them."""
    out = tool("onnxmodelanalyzer", "-u", "-i", model).stdout.split("\n")
    return ast.literal_eval(out[-4]), ast.literal_eval(out[-2])


def setUpModule():
    """Without a lowering for the machine there is nothing but one sentence that says so."""
    done = tool("onnxmodelanalyzer", "-u", "-i", GOOD)
    if done.returncode == 2 and "are not lowered to" in done.stderr:
        raise unittest.SkipTest(done.stderr.strip())


class Tools(unittest.TestCase):
    """One model that goes through, and what is refused."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.base = self.folder / "output"

    def compile(self, model, *flags):
        """As groqflow.justgroqit.compile.Compile calls it."""
        return tool("groq-compiler", "--effort=standard", model, *flags, "--save-stats",
                    self.folder / "stats.json", "-o", self.base)

    def test_a_models_operators_are_listed(self):
        every, lacking = check_ops(GOOD)
        self.assertEqual([], lacking)
        self.assertIn("Gemm", every)

    @needs_lacking
    def test_operators_that_are_not_there_are_told_by_name(self):
        every, lacking = check_ops(LACKING)
        self.assertIn("ArgMax", every)
        self.assertEqual(["ArgMax"], lacking)

    def test_a_model_becomes_a_program_with_its_cycles(self):
        done = self.compile(GOOD)
        self.assertEqual(0, done.returncode, done.stderr)
        stats = json.loads((self.folder / "stats.json").read_text())
        self.assertGreater(stats["total_cycles"], 0)
        assembled = tool("aa-latest", f"{self.base}.aa", "--output-iop", f"{self.base}.iop")
        self.assertEqual(0, assembled.returncode, assembled.stderr)
        told = tool("iop-utils", "stats", f"{self.base}.iop")
        self.assertIn(f"Program is {stats['total_cycles']} cycles", told.stdout)

    def test_an_iop_comes_at_once_and_tells_the_same(self):
        self.assertEqual(0, self.compile(GOOD, "--auto-asm").returncode)
        self.assertFalse(pathlib.Path(f"{self.base}.aa").exists())
        first = tool("iop-utils", "stats", f"{self.base}.iop").stdout
        self.assertIn("Program is ", first)
        self.compile(GOOD)
        flags = ["--ifetch-from-self", "--no-metrics"]
        tool("aa-latest", f"{self.base}.aa", "--output-iop", f"{self.base}.iop", *flags)
        self.assertEqual(first, tool("iop-utils", "stats", f"{self.base}.iop").stdout)

    def test_a_file_that_was_begun_is_no_file(self):
        sys.path.insert(0, str(PACKAGES))
        weft_iop = importlib.import_module("weft_iop")
        told = {"name": "one", "cycles": 1, "inputs": [], "outputs": [], "requests": []}
        with tempfile.TemporaryDirectory() as name:
            file = pathlib.Path(name) / "a.iop"
            for former in (None, b"former"):
                if former:
                    file.write_bytes(former)
                with self.assertRaises(KeyError):  # behind the manifest
                    weft_iop.write(file, "groq-tsp", 1, [told])
                left = {path.name: path.read_bytes() for path in file.parent.iterdir()}
                self.assertEqual(left, {"a.iop": former} if former else {})

    def test_flags_without_effect_are_told(self):
        done = self.compile(GOOD, "--groqview", "--no-print-stats", "--disableAddressCompaction")
        self.assertEqual(0, done.returncode, done.stderr)
        for flag in "--groqview", "--no-print-stats", "--disableAddressCompaction":
            self.assertIn(f"{flag} has no effect in weft", done.stdout)

    def refused(self, done, said):
        """In one sentence, with nothing written."""
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn(said, done.stderr)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_what_is_not_there_is_refused(self):
        chips = ["--multichip=DF_A14_2_CHIP", "--partition-mode=daisy-chain"]
        self.refused(self.compile(GOOD, *chips), "one chip here")
        self.refused(self.compile(GOOD, "--channelLast"), "--channelLast")
        self.refused(self.compile(self.folder / "none.onnx"), "no such file")

    @needs_lacking
    def test_operators_that_are_not_there_are_refused(self):
        self.refused(self.compile(LACKING), "ArgMax")

    def test_an_aa_that_is_none_is_refused(self):
        bad = self.folder / "bad.aa"
        bad.write_bytes(b"PK no archive")
        done = tool("aa-latest", bad, "--output-iop", self.folder / "bad.iop")
        self.assertEqual(2, done.returncode)
        self.assertIn("not an .aa of weft", done.stderr)
        self.assertFalse((self.folder / "bad.iop").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
