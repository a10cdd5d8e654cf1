#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs in C++ that do not come back: a codelet and a main() that loop, a codelet whose calls
have no end. The first signal is answered with what has not come back, the second ends the process.

Usage: endless.py <weft>
"""
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

CODELETS = """
#include <poplar/Vertex.hpp>
using namespace poplar;
static int deeper(volatile int* x) { volatile int y[64] = {}; y[0] = *x; return y[0] + deeper(y); }
class Inc : public Vertex { public: InOut<Vector<int>> x;
  bool compute() { for (int& e : x) ++e; return true; } };
class Endless : public Vertex { public: InOut<Vector<int>> x;
  bool compute() { while (x[0] >= 0) { asm volatile("" ::: "memory"); } return true; } };
class Deep : public Vertex { public: InOut<Vector<int>> x;
  bool compute() { int e = x[0]; x[0] = deeper(&e); return true; } };
"""
PROGRAM = """
#include <cstdio>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <string>
using namespace poplar;
int main(int, char** argv) {
  const std::string what = argv[1];
  IPUModel model;
  const Device device = model.createDevice();
  Graph graph(device);
  graph.addCodelets("codelets.cpp");
  const Tensor x = graph.addVariable(INT, {4}, "x");
  graph.setTileMapping(x, 3);
  const ComputeSet set = graph.addComputeSet("turn");
  const auto vertex =
      graph.addVertex(set, what == "codelet" ? "Endless" : what == "deep" ? "Deep" : "Inc",
                      {{"x", x}});
  graph.setTileMapping(vertex, 3);
  graph.setPerfEstimate(vertex, 10);
  Engine engine(graph, program::Execute(set));
  engine.load(device);
  std::fputs("running\\n", stderr);
  engine.run(0);
  for (volatile int k = 0; what == "main";) (void)k;
}
"""
JOB = """
[job]
name = "endless"
[machine]
topology = "ipu-debug"
[program]
poplar = "program.cpp"
arguments = ["WAY"]
"""
WORDS = {"codelet": "vertex 'Endless' of compute set 'turn' on tile 3 has not come back",
         "main": "the program's main() has not come back"}


def command(weft, folder, way, ranks):
    (folder / "job.toml").write_text(JOB.replace("WAY", way))
    base = [weft, "run", "job.toml"]
    return base if ranks == 1 else ["mpirun", "--oversubscribe", "-n", str(ranks)] + base


def wait_for(process, words):
    """Reads lines of the process until one has the words; false when there are no more."""
    for line in process.stderr:
        if words in line:
            return True
    return False


def two_signals(weft, folder, way, ranks, number, between=None):
    """SIGUSR1 goes through mpirun, which answers SIGTERM itself. `between` ends nothing."""
    process = subprocess.Popen(command(weft, folder, way, ranks), cwd=folder, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    what = f"{way} on {ranks}, {number.name}"
    late = threading.Timer(300, process.kill)  # then its words have an end
    late.start()
    try:
        return answers(process, what, way, number, between)
    finally:
        late.cancel()
        process.kill()
        process.wait()


def answers(process, what, way, number, between):
    """The faults of a running process."""
    if not wait_for(process, "running"):
        return [f"{what}: does not run"]
    time.sleep(0.5)
    process.send_signal(number)
    if not wait_for(process, WORDS[way]):
        return [f"{what}: is not told"]
    if between is not None:
        process.send_signal(between)
        time.sleep(1)
        if process.poll() is not None:
            return [f"{what}: ended by {between.name}"]
    process.send_signal(number)
    _, rest = process.communicate(timeout=60)
    if process.returncode != 130 or "ended by a second signal" not in rest:
        return [f"{what}: exit code {process.returncode}: {rest}"]
    return []


def main():
    weft = str(pathlib.Path(sys.argv[1]).resolve())
    faults = []
    with tempfile.TemporaryDirectory(prefix="weft_endless_") as name:
        folder = pathlib.Path(name)
        (folder / "codelets.cpp").write_text(CODELETS)
        (folder / "program.cpp").write_text(PROGRAM)
        for way in WORDS:
            faults += two_signals(weft, folder, way, 1, signal.SIGTERM)
            faults += two_signals(weft, folder, way, 1, signal.SIGUSR1)
            faults += two_signals(weft, folder, way, 3, signal.SIGUSR1)
        # A batch script passes SIGUSR1 on beside the SIGTERM that every process gets.
        faults += two_signals(weft, folder, "main", 1, signal.SIGTERM, signal.SIGUSR1)
        for ranks in (1, 3):
            done = subprocess.run(command(weft, folder, "deep", ranks), cwd=folder, text=True,
                                  capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
            words = "tile 3: vertex 'Deep' of compute set 'turn': its calls used up the stack"
            if done.returncode != 1 or words not in done.stderr:
                faults.append(f"deep on {ranks}: exit code {done.returncode}: {done.stderr}")
    for fault in faults:
        print(fault)
    print(f"{3 * len(WORDS) + 3} programs that do not come back; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
