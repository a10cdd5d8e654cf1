#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Poplar program that takes over a locale with a decimal comma: same plan, same numbers.

Usage: comma_locale.py <weft>
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """
#include <clocale>
#include <cstdio>
#include <locale>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplin/MatMul.hpp>
#include <poplin/codelets.hpp>
#include <popops/codelets.hpp>
using namespace poplar;
int main() {
  if (std::setlocale(LC_ALL, "") == nullptr) return 3;
  std::locale::global(std::locale(""));
  std::printf("point %s\\n", std::localeconv()->decimal_point);
  IPUModel model;
  const Device device = model.createDevice();
  Graph graph(device);
  popops::addCodelets(graph);
  poplin::addCodelets(graph);
  const OptionFlags options{{"availableMemoryProportion", "0.6"}};
  const std::vector<std::size_t> shape{96, 96};
  const Tensor a = poplin::createMatMulInputLHS(graph, FLOAT, shape, shape, "a", options);
  const Tensor b = poplin::createMatMulInputRHS(graph, FLOAT, shape, shape, "b", options);
  graph.setInitialValue(a[0][0], 0.5F);
  program::Sequence sequence;
  poplin::matMul(graph, a, b, sequence, FLOAT, "product", options);
  sequence.add(program::PrintTensor("corner", a[0][0]));
  Engine engine(graph, sequence);
  engine.load(device);
  const auto begin = engine.getTimeStamp();
  engine.run(0);
  std::puts(Engine::reportTiming(begin, engine.getTimeStamp()).c_str());
}
"""
JOB = """
[job]
name = "comma"
[machine]
topology = "ipu-debug-4"
[program]
poplar = "program.cpp"
[limits]
memory = "1.5 GiB"
[trace]
level = "off"
"""


def run(weft, folder, locale):
    environment = dict(os.environ, LC_ALL=locale, LOCPATH=str(folder))
    command = [weft, "run", "job.toml", "--json", "summary.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300,
                          env=environment, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{locale}: exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    summary = json.loads((folder / "summary.json").read_text())
    measured = ("wall", "compiling", "at most on a node")  # resident memory is not the same twice
    output = [line for line in (done.stdout + done.stderr).splitlines()
              if not any(words in line for words in measured)]
    return output, summary["cycles"], summary["trace_hash"]


def main():
    weft = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="weft_comma_") as name:
        folder = pathlib.Path(name)
        made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8",
                               str(folder / "de_DE.UTF-8")], capture_output=True, text=True)
        if made.returncode > 1:  # 1: made, with warnings
            sys.exit("localedef makes no locale with a decimal comma (package locales): "
                     + made.stderr)
        (folder / "program.cpp").write_text(PROGRAM)
        (folder / "job.toml").write_text(JOB)
        plain = run(weft, folder, "C")
        comma = run(weft, folder, "de_DE.UTF-8")
    if "point ." not in plain[0] or "point ," not in comma[0]:
        sys.exit(f"the locales do not differ: {plain[0]} {comma[0]}")
    differ = [pair for pair in zip(plain[0], comma[0]) if pair[0] != pair[1]]
    if plain[1:] != comma[1:] or len(plain[0]) != len(comma[0]) or len(differ) != 1:
        sys.exit(f"the locale makes a difference: {plain[1:]} {comma[1:]} {differ}")
    print(f"cycles {plain[1]}, hash {plain[2]} in both")
    return 0


if __name__ == "__main__":
    sys.exit(main())
