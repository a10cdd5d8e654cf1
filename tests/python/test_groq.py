#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs against groq's packages: values, cycles, files, and errors by name."""
import json
import re
import subprocess

import programs

PRODUCTS = """
import json
import numpy as np
import groq.api as g
import groq.api.nn as nn
import groq.runner.tsp as tsp
import weft
import weft_iop
from groq.runtime import driver

rng = np.random.default_rng(3)


class Product(g.Component):
    def __init__(self):
        super().__init__()
        self.mm = nn.MatMul(name="mm", planes=[0, 1])

    def build(self, a, b, time=0):
        with g.ResourceScope(name="scope", time=0):
            result = self.mm(a, b, time=0)
            result.name = "result"
        return result


def compiled(name, m, k, n, dtype):
    a = g.input_tensor(shape=(m, k), dtype=dtype, name="a")
    b = g.input_tensor(shape=(n, k), dtype=dtype, name="b")
    return g.compile(base_name=name, result_tensor=Product()(a, b, time=0))


def exact_dots(a, b):
    # Sums over 160 elements are exact in float64 for these numbers, then rounded once; those sums
    # are added in order.
    total = np.zeros((len(a), len(b)), np.float32)
    for first in range(0, a.shape[1], 160):
        part = slice(first, first + 160)
        dot = (a[:, part].astype(np.float64) @ b[:, part].T.astype(np.float64)).astype(np.float32)
        total = dot if first == 0 else total + dot
    return total


def runs(file, a, b):
    runner = tsp.create_tsp_runner(file)
    first = runner(a=a, b=b)["result"]
    assert np.array_equal(first, runner(a=a, b=b)["result"])
    return first


for m, k, n in (3, 320, 16), (5, 500, 333):
    a = rng.integers(-128, 128, (m, k), dtype=np.int8)
    b = rng.integers(-128, 128, (n, k), dtype=np.int8)
    got = runs(compiled("bytes", m, k, n, g.int8), a, b)
    assert got.dtype == np.int32 and np.array_equal(got, a.astype(np.int64) @ b.T.astype(np.int64))

# Rows come out of the planes in runs of one, and the next run takes sixteen: across a cut too.
a = (rng.integers(-512, 513, (128, 128)) / 64).astype(np.float16)
b = (rng.integers(-512, 513, (128, 128)) / 64).astype(np.float16)
assert np.array_equal(runs(compiled("square", 128, 128, 128, g.float16), a, b), exact_dots(a, b))

a = (rng.integers(-512, 513, (4, 330)) / 64).astype(np.float16)
b = (rng.integers(-512, 513, (40, 330)) / 64).astype(np.float16)
file = compiled("halves", 4, 330, 40, g.float16)
got = runs(file, a, b)
assert got.dtype == np.float32 and np.array_equal(got, exact_dots(a, b))

shim = driver.DriverShim()
with shim.next_available_device() as device:
    iop = driver.IOProgram(file)
    device.load(iop[0])
    point = iop[0].entry_points[0]
    inputs, outputs = driver.BufferArray(point.input, 2), driver.BufferArray(point.output, 2)
    for i in range(2):
        for tensor in point.input.tensors:
            tensor.from_host({"a": a * (i + 1), "b": b}[tensor.name], inputs[i])
        assert not outputs[i].ready()
        device.invoke_nonblocking(inputs[i], outputs[i])
    for i in range(2):
        assert outputs[i].ready()
        (tensor,) = point.output.tensors
        array = tensor.allocate_numpy_array()
        tensor.to_host(outputs[i], array)
        assert tensor.name == "result" and np.array_equal(array, exact_dots(a * (i + 1), b))
machine = weft.session.open_tsp(weft_iop.read_program(file, 0))
begin, end = machine.launch("run")
print(end - begin, got.tobytes().hex())
"""

ELEMENTWISE = """
import numpy as np
import groq.api as g
import groq.runner.tsp as tsp

rng = np.random.default_rng(4)
with g.ProgramContext():
    x = g.input_tensor((1, 400), g.float32, name="x")
    y = g.input_tensor((1, 400), g.float32, name="y", layout="H1(W), -1, S4(0-3)")
    i = g.input_tensor((330,), g.int32, name="i")
    j = g.from_data(np.arange(330, dtype=np.int32) % 7, name="j")
    x.sub(y, alus=[3], time=0).write(name="difference", program_output=True)
    mean = x.read(streams=g.SG4_E[0]).add(y).mul(g.full((400,), 0.5))
    mean.write(name="mean", program_output=True)
    i.add(j).write(name="stops", program_output=True)
    i.add(j, overflow_mode=g.OverflowMode.MODULAR).write(name="wraps", program_output=True)
    g.mask(i.equal(j), j).write(name="masked", program_output=True)
    g.mask_bar(i.equal(j), j).write(name="others", program_output=True)
    i.bitwise_xor(j).left_shift(j).write(name="bits", program_output=True)
    x.cast(g.int32).write(name="whole", program_output=True)
    x.write(name="copied", program_output=True)
    run = tsp.create_tsp_runner(g.compile(base_name="elements", gen_vis_data=True))

x = (rng.standard_normal((1, 400)) * 100).astype(np.float32)
y = rng.standard_normal((1, 400)).astype(np.float32)
i = rng.integers(-(1 << 31), 1 << 31, 330).astype(np.int32)
j = (np.arange(330) % 7).astype(np.int32)
i[::3] = j[::3]
i[1::3] = (1 << 31) - 3
got = run(x=x, y=y, i=i)
wide = i.astype(np.int64) + j
expected = {
    "difference": x - y, "mean": (x + y) * np.float32(0.5),
    "stops": np.clip(wide, -(1 << 31), (1 << 31) - 1).astype(np.int32),
    "wraps": wide.astype(np.int32),
    "masked": np.where(i == j, j, 0), "others": np.where(i == j, 0, j), "bits": (i ^ j) << j,
    "whole": np.rint(x).astype(np.int32), "copied": x}
assert set(got) == set(expected)
for name, array in expected.items():
    assert np.array_equal(got[name], array), name
print("equal")
"""

ERRORS = """
import numpy as np
import groq.api as g
import groq.api.nn as nn
from groq.runtime import driver
from weft import Error, Unsupported

a = g.input_tensor((4, 8), g.float16, name="a")


def says(what, kind, words):
    try:
        what()
    except kind as error:
        assert words in str(error), error
        return
    raise AssertionError(words)


says(lambda: g.mem_gather, Unsupported, "groq.api.mem_gather is not there in weft")
says(lambda: nn.Softmax, Unsupported, "groq.api.nn.Softmax is not there")
says(lambda: a.split(2), Unsupported, "tensors have no 'split'")
says(lambda: g.input_tensor((4,), np.uint8), Unsupported, "uint8")
says(lambda: a.add(a, time=3), Unsupported, "time=3")
says(lambda: a.add(2), TypeError, "from_data")
says(lambda: nn.MatMul()(a, g.zeros((3, 9), g.float16)), ValueError, "[4, 8] and [3, 9]")
says(lambda: g.compile(base_name="none"), Error, "no output")
c = g.constant_tensor((8,), g.float16, "c")
says(lambda: g.compile("c", a.add(c)), Error, "'c' has no data")
says(lambda: driver.IOProgram("program.py"), Error, "program.py: not an .iop of weft")
says(lambda: driver.Driver().get_device("/dev/groqA5.pci"), Error, "no device '/dev/groqA5.pci'")
says(lambda: driver.devices[0].reset(), Unsupported, "devices have no 'reset'")
says(lambda: driver.devices[0].invoke(None, None), Error, "/dev/groqA0.pci is not open")
assert not hasattr(g, "mem_scatter")
print("all said")
"""


class Groq(programs.Programs):
    def summary(self, name):
        return json.loads((self.folder / name).read_text())

    def test_products_on_any_number_of_ranks(self):
        told = []
        for ranks in 1, 2:
            summary = f"{ranks}.json"
            said = self.runs(PRODUCTS, ranks=ranks, environment={"WEFT_SUMMARY": summary})
            one = self.summary(summary)
            told.append((said, one["cycles"], one["trace_hash"]))
            self.assertEqual((one["job"], one["machine"], one["ranks"]),
                             ("program.py", "groq-tsp", ranks))
        self.assertEqual(told[0], told[1])
        stats = subprocess.run([programs.BUILD / "bin/iop-utils", "stats", "halves/halves.iop"],
                               cwd=self.folder, text=True, capture_output=True, check=True).stdout
        cycles = int(re.findall(r"Program is (\S+)", stats)[0])
        self.assertIn("input b: float16 [40, 330], 26400 bytes", stats)
        self.assertIn("did not follow: planes 1", stats)
        self.assertEqual(int(told[0][0].split()[0]), cycles)  # foretold, and taken

    def test_element_by_element(self):
        for ranks in 1, 2:
            self.assertEqual(self.runs(ELEMENTWISE, ranks=ranks), "equal\n")

    def test_errors_are_told_by_name(self):
        self.assertEqual(self.runs(ERRORS), "all said\n")

    def test_a_trace_is_left(self):
        text = ELEMENTWISE.replace('print("equal")', "")
        self.runs(text, environment={"WEFT_TRACE": "t.h5", "WEFT_TRACE_LEVEL": "summary"})
        told = subprocess.run([programs.BUILD / "bin/weft", "trace", "info", "t.h5"], text=True,
                              cwd=self.folder, capture_output=True, check=True).stdout
        self.assertIn("groq-tsp", told)

    def test_a_machine_that_is_no_tsp_is_refused(self):
        text = ELEMENTWISE.replace("run = ", "run = tsp and ")
        for ranks in 1, 2:
            done = self.run_program(text, ranks=ranks,
                                    environment={"WEFT_TOPOLOGY": "cerebras-wse2"})
            self.assertEqual(done.returncode, 1)
            self.assertIn("WEFT_TOPOLOGY: 'cerebras-wse2' describes no machine of family tsp",
                          done.stderr)

    def test_iop_utils_refuses_what_it_has_not(self):
        for arguments, words in (["disassemble", "f"], "'disassemble' is not there in weft"), \
                (["stats", "none.iop"], "none.iop"), ([], "usage"):
            done = subprocess.run([programs.BUILD / "bin/iop-utils", *arguments], text=True,
                                  cwd=self.folder, capture_output=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    programs.main()
