#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How a program in C++ may end, on one rank and on two: exit code and words of `weft run`.

Usage: program_ends.py <weft>
"""
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """
#include <cstdlib>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <string>
using namespace poplar;
int main(int, char** argv) {
  const std::string way = argv[1];
  IPUModel model;
  const Device device = model.createDevice();
  Graph graph(device);
  const Tensor t = graph.addVariable(FLOAT, {4}, "t");
  if (way != "unmapped") graph.setTileMapping(t, 3);
  graph.setInitialValue(t, 5.0F);
  graph.createHostRead("t", t);
  const DataStream out = graph.addDeviceToHostFIFO("out", FLOAT, 4);
  const DataStream in = graph.addHostToDeviceFIFO("in", FLOAT, 4);
  if (way == "early") return 0;
  Engine engine(graph, {program::Copy(t, out), program::Copy(in, t)});
  engine.load(device);
  if (way == "unconnected") engine.run(1);
  engine.run(0);
  engine.run(0);
  if (way == "four") return 4;
  if (way == "exit") std::exit(0);
}
"""
JOB = """
[job]
name = "ends"
[machine]
topology = "ipu-debug"
[program]
poplar = "program.cpp"
arguments = ["WAY"]
[trace]
path = "t.h5"
level = "summary"
"""
CHECK = '[[check]]\nkind = "exit_code"\nexpected = 4\n'
OUTPUT = "[output]\nout = 'out.npy'\n"
# way, more of the job file, exit code, words
CASES = [
    ("main", OUTPUT, 0, "result out      f32 [2, 4]: 5 5 5 5 5 5 5 5"),
    ("exit", OUTPUT, 0, "result out      f32 [2, 4]: 5 5 5 5 5 5 5 5"),
    ("four", "", 1, "the program returned 4"),
    ("four", CHECK, 0, "check held"),
    ("main", CHECK, 3, "check 'exit_code' did not hold"),
    ("early", "", 2, "without loading an engine"),
    ("unmapped", "", 2, "invalid_tile_mapping"),
    ("unconnected", "", 2, "stream_connection_error: stream 'in'"),
    ("main", OUTPUT.replace("out =", "ou ="), 2, "did you mean 'out'?"),
    ("main", "[[input]]\nstream = 'inn'\nvalues = [1, 2, 3, 4]\n", 2, "did you mean 'in'?"),
    ("unconnected", "[[input]]\nstream = 'in'\nvalues = [1, 2, 3, 4]\n", 0,
     "result out      f32 [2, 4]: 1 2 3 4 1 2 3 4"),
]


def main():
    weft = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="weft_ends_") as name:
        folder = pathlib.Path(name)
        (folder / "program.cpp").write_text(PROGRAM)
        for way, more, code, words in CASES:
            (folder / "job.toml").write_text(JOB.replace("WAY", way) + more)
            for ranks in (1, 2):
                command = [weft, "run", "job.toml"]
                if ranks > 1:
                    command = ["mpirun", "--oversubscribe", "-n", str(ranks)] + command
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL, timeout=120)
                said = done.stdout + done.stderr
                if done.returncode != code or words not in said:
                    sys.exit(f"{way}, {ranks} ranks: exit code {done.returncode}, not {code} with "
                             f"'{words}':\n{said}")
    print(f"{len(CASES)} ways to end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
