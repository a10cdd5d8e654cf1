#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cslc and cs_python as commands files call them: copies, launches, streams, ends and mistakes."""
import json
import pathlib
import shutil

import programs

SOURCES = pathlib.Path(__file__).resolve().parent / "sdk"
COMPILE = ["cslc", "--fabric-dims=10,4", "--fabric-offsets=4,1", "layout.csl", "-o=out", "--memcpy",
           "--channels", "1", "--params=width:3,height:2", "--params=MEMCPYH2D_DATA_1_ID:0",
           "--params", "MEMCPYD2H_DATA_1_ID:1", "--colors=passed:5"]
BEGIN = """
import numpy as np
from cerebras.sdk.runtime.sdkruntimepybind import SdkRuntime, MemcpyDataType, MemcpyOrder
from cerebras.sdk.sdk_utils import memcpy_view, input_array_to_u32
WIDE, NARROW = MemcpyDataType.MEMCPY_32BIT, MemcpyDataType.MEMCPY_16BIT
ROW, COL = MemcpyOrder.ROW_MAJOR, MemcpyOrder.COL_MAJOR
runner = SdkRuntime("out")
numbers, halves = runner.get_id("numbers"), runner.get_id("halves")
runner.load()
runner.run()
"""
COPIES = BEGIN + """
given = np.arange(36, dtype=np.float32)
runner.memcpy_h2d(numbers, given, 0, 0, 3, 2, 6, streaming=False, order=COL, data_type=WIDE,
                  nonblock=True)
got = np.zeros(36, np.float32)
runner.memcpy_d2h(got, numbers, 0, 0, 3, 2, 6, streaming=False, order=ROW, data_type=WIDE,
                  nonblock=False)
by_tile = given.reshape(6, 3, 2).transpose(2, 1, 0)   # index h + w * height + l * height * width
assert (got.reshape(2, 3, 6) == by_tile).all(), got
small = input_array_to_u32(np.arange(-4, 4, dtype=np.int16), 1, 4)
assert small[5] == (1 << 16 | 1) and small[3] == (3 << 16 | 0xffff), small
runner.memcpy_h2d(halves, small, 1, 0, 1, 2, 4, streaming=False, order=ROW, data_type=NARROW,
                  nonblock=False)
runner.launch("scale", np.float32(2), np.int16(-3), 9, nonblock=False)
words = np.zeros(8, np.uint32)
runner.memcpy_d2h(words, halves, 1, 0, 1, 2, 4, streaming=False, order=ROW, data_type=NARROW,
                  nonblock=True)
late = np.zeros(2, np.float32)
task = runner.memcpy_d2h(late, numbers, 2, 0, 1, 2, 1, streaming=False, order=ROW, data_type=WIDE,
                         nonblock=True)
runner.task_wait(task)
assert list(memcpy_view(words, np.dtype(np.int16))) == [-7, -3, -2, -1, -3, 1, 2, 3], words
assert (late == 2 * by_tile[:, 2, 0]).all(), late
pair = np.zeros(6 * 2, np.uint32)  # two 16-bit elements a word
runner.memcpy_d2h(pair, halves, 0, 0, 3, 2, 2, streaming=False, order=ROW, data_type=WIDE,
                  nonblock=False)
assert pair[2] == (0xfffd << 16 | 0xfff9), pair
beyond = np.zeros(6, np.uint32)  # what lies behind `halves`, as on the real machine
runner.memcpy_d2h(beyond, halves, 0, 0, 1, 1, 6, streaming=False, order=ROW, data_type=NARROW,
                  nonblock=False)
assert list(beyond[4:]) == [77, 77], beyond
column, row = np.array([1, 2], np.float32), np.array([3, 4, 5], np.float32)
everywhere = np.zeros(6, np.float32)
runner.memcpy_h2d_rowbcast(numbers, column, 0, 0, 3, 2, 1, streaming=False, order=ROW,
                           data_type=WIDE, nonblock=False)
runner.memcpy_d2h(everywhere, numbers, 0, 0, 3, 2, 1, streaming=False, order=ROW, data_type=WIDE,
                  nonblock=False)
assert list(everywhere) == [1, 1, 1, 2, 2, 2], everywhere
runner.memcpy_h2d_colbcast(numbers, row, 0, 0, 3, 2, 1, streaming=False, order=ROW,
                           data_type=WIDE, nonblock=False)
runner.memcpy_d2h(everywhere, numbers, 0, 0, 3, 2, 1, streaming=False, order=ROW, data_type=WIDE,
                  nonblock=False)
assert list(everywhere) == [3, 4, 5, 3, 4, 5], everywhere
runner.stop()
print("SUCCESS")
"""
STREAMS = BEGIN + """
back = np.zeros(6 * 4, np.uint32)
given = np.arange(24, dtype=np.uint32)
task = runner.memcpy_d2h(back, 1, 0, 0, 3, 2, 4, streaming=True, order=ROW, data_type=WIDE,
                         nonblock=True)
runner.memcpy_h2d(0, given, 0, 0, 3, 2, 4, streaming=True, order=ROW, data_type=WIDE,
                  nonblock=False)
assert runner.is_task_done(task)
assert (back == given + 5).all(), back
runner.launch("place", nonblock=True)
runner.stop()
print("SUCCESS")
"""
PARTS = BEGIN + """
back = np.zeros(6 * 4, np.uint32)
runner.memcpy_d2h(back, 1, 0, 0, 3, 2, 4, streaming=True, order=ROW, data_type=WIDE, nonblock=True)
for part in range(2):  # the first part's words are not all that the host waits for
    runner.memcpy_h2d(0, np.full(12, part, np.uint32), 0, 0, 3, 2, 2, streaming=True, order=ROW,
                      data_type=WIDE, nonblock=False)
    assert part == 1 or not back.any()
got = np.zeros(6, np.float32)
runner.memcpy_d2h(got, numbers, 0, 0, 3, 2, 1, streaming=False, order=ROW, data_type=WIDE,
                  nonblock=False)
assert (back.reshape(6, 4) == [5, 5, 6, 6]).all(), back  # before it was waited for
runner.stop()
print("SUCCESS")
"""
DEBUG = "from cerebras.sdk.debug.debug_util import debug_util\n" + BEGIN + """
runner.launch("place", nonblock=False)
assert list(runner.read_symbol(2, 1, "behind", np.int16)) == [77, 78]
runner.stop()
left = debug_util("out")
assert left.get_symbol(4 + 2, 1 + 1, "numbers", np.float32)[0] == 21
assert left.get_symbol(4, 1, "behind", np.int16)[1] == 78
print("SUCCESS")
"""
# A line after the program's first ones, and what it says.
MISTAKES = {
    "runner.get_id('number')":
        "get_id: the program exports no variable 'number'; it exports numbers",
    "runner.run()": "run(): is called once, after load(); the program is running",
    "runner.memcpy_h2d(numbers, np.zeros(5, np.float32), 0, 0, 1, 1, 6)":
        "memcpy_h2d: 1 x 1 PEs of 6 elements are 6, the array has 5",
    "runner.memcpy_h2d(numbers, np.zeros(7, np.float32), 0, 0, 1, 1, 7)":
        "written past the end of 'numbers', which has 6",
    "runner.memcpy_h2d(numbers, np.zeros(24, np.float32), 1, 0, 3, 2, 4)":
        "the rectangle leaves the region of 3 x 2 tiles",
    "runner.memcpy_h2d(numbers, np.zeros(6, np.float64), 0, 0, 1, 1, 6)":
        "the array's elements are float64; copies take 32 bits an element",
    "runner.memcpy_h2d(numbers, np.zeros((6, 6), np.float32).T[:, ::2], 0, 0, 1, 1, 6)":
        "is not contiguous",
    "runner.memcpy_d2h(np.zeros(1, np.uint32), 7, 0, 0, 1, 1, 1, streaming=True)":
        "the program streams nothing out by color 7; its colors are 1 (MEMCPYD2H_DATA_1)",
    "runner.memcpy_d2h(np.zeros(9, np.uint32), 9, 0, 0, 1, 1, 1)": "9 is no variable's id",
    "runner.launch('scales')": "exports no such function; it exports scale, place",
    "runner.launch('scale', 1.0)": "takes 3 arguments (f32, i16, u32), got 1",
    "runner.launch('scale', 1, 40000, 1)": "argument 2: 40000 does not fit i16",
    "runner.launch('scale', 1, 1.5, 1)": "argument 2: 1.5 is no i16",
    "SdkRuntime('nothing')": "nothing: there is no such folder; cslc -o nothing makes it",
    "SdkRuntime('out', cmaddr='1.2.3.4:9000')": "it reaches no system at 1.2.3.4:9000",
    "SdkRuntime('out').memcpy_h2d(0, np.zeros(1, np.float32), 0, 0, 1, 1, 1)":
        "the program is made; load() and run() come first",
}


class WaferSdk(programs.Programs):
    def setUp(self):
        super().setUp()
        for path in SOURCES.glob("*.csl"):
            shutil.copy(path, self.folder)

    def compile(self, *more):
        done = self.command(*COMPILE, *more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def script(self, text, *launcher, environment=()):
        (self.folder / "run.py").write_text(text)
        return self.command(*launcher, "cs_python", "run.py", environment=environment)

    def test_programs_give_the_same_on_all_ranks_and_both_generations(self):
        for arch in "wse2", "wse3":
            self.compile(f"--arch={arch}")
            for name, text in {"copies": COPIES, "streams": STREAMS, "parts": PARTS,
                               "debug": DEBUG}.items():
                told = set()
                for ranks in 1, 3:
                    with self.subTest(arch=arch, name=name, ranks=ranks):
                        done = self.script(text, environment={"WEFT_RANKS": str(ranks),
                                                              "WEFT_SUMMARY": "s.json"})
                        self.assertEqual((done.returncode, done.stdout), (0, "SUCCESS\n"),
                                         done.stderr)
                        summary = json.loads((self.folder / "s.json").read_text())
                        self.assertEqual(summary["ranks"], ranks)
                        told.add((summary["trace_hash"], summary["cycles"]))
                self.assertEqual(len(told), 1)

    def test_a_launcher_is_not_started_twice(self):
        self.compile()
        done = self.script(STREAMS, "mpirun", "--oversubscribe", "-n", "2",
                           environment={"WEFT_RANKS": "4", "WEFT_SUMMARY": "s.json"})
        self.assertEqual((done.returncode, done.stdout), (0, "SUCCESS\n"), done.stderr)
        self.assertEqual(json.loads((self.folder / "s.json").read_text())["ranks"], 2)

    def test_looking_takes_no_time(self):
        self.compile()
        cycles = set()
        for look in "", "runner.read_symbol(0, 0, 'numbers', np.float32)\n":
            text = BEGIN + "runner.launch('place')\n" + look + "runner.stop()\n"
            done = self.script(text, environment={"WEFT_SUMMARY": "s.json"})
            self.assertEqual(done.returncode, 0, done.stderr)
            cycles.add(json.loads((self.folder / "s.json").read_text())["cycles"])
        self.assertEqual(len(cycles), 1)

    def test_mistakes_are_exceptions_that_say_what_to_do(self):
        self.compile()
        tries = "".join(f"try:\n    {line}\nexcept RuntimeError as error:\n    print(error)\n"
                        for line in MISTAKES)
        done = self.script(BEGIN + tries + "runner.stop()\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = done.stdout.splitlines()
        self.assertEqual(len(said), len(MISTAKES), done.stdout)
        for line, words in zip(said, MISTAKES.values()):
            self.assertIn(words, line)

    def test_the_scripts_end_is_everybodys(self):
        self.compile()
        for ranks in "1", "2":
            done = self.script(BEGIN + "raise SystemExit(7)\n", environment={"WEFT_RANKS": ranks})
            self.assertEqual(done.returncode, 7, done.stderr)
        for words, said in (["cs_python"], "usage: cs_python"), (
                ["cs_python", "no.py"], "cs_python: error: no.py: there is no such file"):
            done = self.command(*words)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
        done = self.script(BEGIN, environment={"WEFT_RANKS": "two"})
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "weft: error: WEFT_RANKS: 'two' is no number of ranks\n")

    def test_out_json_has_the_parameters(self):
        self.compile("--arch", "wse3")
        told = json.loads((self.folder / "out/out.json").read_text())
        self.assertEqual(told["params"], {"MEMCPYD2H_DATA_1_ID": "1", "MEMCPYH2D_DATA_1_ID": "0",
                                          "height": "2", "width": "3"})
        self.assertEqual((told["arch"], told["colors"]), ("wse3", {"passed": "5"}))

    def test_the_compiled_program_runs_without_its_sources(self):
        self.compile()
        for path in self.folder.glob("*.csl"):
            path.unlink()
        self.assertEqual(self.script(STREAMS).stdout, "SUCCESS\n")

    def test_a_damaged_program_is_refused(self):
        self.compile()
        path = self.folder / "out/program.weft"
        whole = path.read_bytes()
        text = ("from cerebras.sdk.runtime.sdkruntimepybind import SdkRuntime\n"
                f"whole = bytes.fromhex('{whole.hex()}')\n"
                "def said(data):\n"
                "    open('out/program.weft', 'wb').write(data)\n"
                "    try:\n        SdkRuntime('out')\n"
                "    except RuntimeError as error:\n        return str(error)\n"
                "for place in range(0, len(whole), 97):\n"
                "    damaged = bytearray(whole)\n    damaged[place] ^= 1 << place % 8\n"
                "    assert 'program.weft' in said(bytes(damaged)), place\n"
                "    assert 'program.weft' in said(whole[:place]), place\n"
                "assert said(whole) is None\nprint('SUCCESS')\n")
        done = self.script(text)
        self.assertEqual(done.stdout, "SUCCESS\n", done.stderr)

    def test_cslc_says_what_is_wrong(self):
        cases = [(["--nothing"], 2, "--nothing"), (["--arch=wse4"], 2, "wse4"),
                 (["--params=width"], 2, "--params: 'width' is no name:value"),
                 (["--fabric-dims=10"], 2, "--fabric-dims: '10' is no pair of numbers"),
                 (["--fp16-format=bf16"], 2, "weft has f16 alone"),
                 (["--colors=passed:40"], 1, "'passed:40' names no color"),
                 (["--params=width:x"], 1, "'width:x' gives no number"),
                 (["--fabric-dims=9,4"], 1, "a fabric of 10 x 4"),
                 (["--width-west-buf=1"], 1, "a fabric of 11 x 4"),
                 (["--params=other:1"], 1, "other"),
                 (["-o", "layout.csl/out"], 1, "layout.csl/out")]
        for more, code, words in cases:
            with self.subTest(more):
                base = [word for word in COMPILE if more[0].split("=")[0] != "--fabric-dims"
                        or not word.startswith("--fabric-dims")]
                done = self.command(*base, *more)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(words, done.stderr)
                self.assertTrue(done.stderr.startswith("cslc: error: "), done.stderr)
                self.assertFalse((self.folder / "out").exists())
        self.assertEqual(self.command("cslc", "--version").returncode, 0)


if __name__ == "__main__":
    programs.main()
