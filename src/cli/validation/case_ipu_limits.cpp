// SPDX-License-Identifier: Apache-2.0
// Cases I3, I4, I5: latency of a message, bandwidth of tile memories, the least time of an
// exchange.
#include <algorithm>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <popops/codelets.hpp>

#include "cli/validation/poplar_run.hpp"

namespace weft::cli::validation {

namespace {

using namespace poplar;

Row row_of(const std::string& name, double published, double ours, const std::string& source) {
  Row row;
  row.name = name;
  row.machine = "graphcore-gc2";
  row.published = published;
  row.ours = ours;
  row.source = source;
  return row;
}

/// Sync and exchange of one word from the first tile to the last.
double message_cycles(Costs& costs) {
  {
    Device device = IPUModel("ipu1").createDevice();
    Graph graph(device.getTarget());
    Tensor here = graph.addVariable(INT, {1}, "here");
    Tensor there = graph.addVariable(INT, {1}, "there");
    graph.setTileMapping(here, 0);
    graph.setTileMapping(there, graph.getTarget().getNumTiles() - 1);
    Engine engine(graph, program::Copy(here, there));
    engine.load(device);
    engine.run(0);
  }
  double sync = 0;
  for (const auto& stage : costs.profile().stages) {
    if (stage.kind == "sync" && stage.name == "internal") sync = double(stage.cycles);
  }
  return sync + costs.cycles_of_kind("exchange");
}

/// Bytes a cycle and tile that all workers read together.
double read_bytes_per_cycle(Costs& costs) {
  constexpr unsigned words = 96 * 1024 / 4;
  {
    Device device = IPUModel("ipu1").createDevice();
    Graph graph(device.getTarget());
    popops::addCodelets(graph);
    const unsigned tiles = graph.getTarget().getNumTiles();
    const unsigned workers = graph.getTarget().getNumWorkerContexts();
    Tensor data = graph.addVariable(UNSIGNED_INT, {tiles, words}, "data");
    Tensor sums = graph.addVariable(UNSIGNED_INT, {tiles, workers}, "sums");
    ComputeSet set = graph.addComputeSet("read");
    for (unsigned t = 0; t < tiles; ++t) {
      graph.setTileMapping(data[t], t);
      graph.setTileMapping(sums[t], t);
      VertexRef v = graph.addVertex(set, "weft::LocalRead", {{"data", data[t]}, {"sums", sums[t]}});
      graph.setTileMapping(v, t);
    }
    Engine engine(graph, program::Execute(set));
    engine.load(device);
    engine.run(0);
  }
  return words * 4 / costs.compute_cycles("read");
}

/// Exchanges of many shapes on a small machine: how many take less than their words at one a cycle.
double too_fast(Costs& costs, unsigned seed) {
  double words_most = 0;
  {
    IPUModel model("ipu2");
    model.tilesPerIPU = 16;
    Device device = model.createDevice();
    Graph graph(device.getTarget());
    Tensor from = graph.addVariable(INT, {16, 512}, "from");
    Tensor to = graph.addVariable(INT, {16, 512}, "to");
    std::vector<double> received(16, 0);
    for (unsigned t = 0; t < 16; ++t) {
      graph.setTileMapping(from[t], t);
      graph.setTileMapping(to[t], t);
    }
    program::Sequence all;
    std::vector<Tensor> sources;
    std::vector<Tensor> targets;
    for (unsigned t = 0; t < 16; ++t) {
      const unsigned other = (t * 5 + 1 + seed) % 16;
      const unsigned length = 1 + (seed * 37 + t * 91) % 512;
      if (other == t) continue;
      sources.push_back(from[other].slice(0, length));
      targets.push_back(to[t].slice(0, length));
      received[t] += length;
    }
    all.add(program::Copy(concat(sources), concat(targets)));
    words_most = *std::max_element(received.begin(), received.end());
    Engine engine(graph, all);
    engine.load(device);
    engine.run(0);
  }
  // Tiles of a bus that take the same words take two a cycle; here no two do.
  return costs.cycles_of_kind("exchange") < words_most ? 1 : 0;
}

}  // namespace

std::vector<Row> i3(Context& context) {
  const auto f =
      run_poplar(context, [](Costs& costs) { return std::vector<double>{message_cycles(costs)}; });
  Row row = row_of("I3 a small message", 213, f[0],
                   "Citadel, arXiv 1912.03413: 133 ns at 1.6 GHz (Louw, thesis, chapter 5)");
  row.bound_relative = 0.2;
  row.rests_on = take_grounds(context);
  return {row};
}

std::vector<Row> i4(Context& context) {
  const auto f = run_poplar(
      context, [](Costs& costs) { return std::vector<double>{read_bytes_per_cycle(costs)}; });
  Row row = row_of("I4 all tiles read their memories", 30.7, f[0] * 1216 * 1.6e9 / 1e12,
                   "Citadel, arXiv 1912.03413 (secondary): 30.7 of 31.1 TB/s");
  row.unit = "TB/s";
  row.bound_relative = 0.05;
  row.rests_on = take_grounds(context);
  return {row};
}

std::vector<Row> i5(Context& context) {
  const unsigned seeds = context.quick ? 3 : 20;
  const auto f = run_poplar(context, [&](Costs& costs) {
    double wrong = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) wrong += too_fast(costs, seed);
    return std::vector<double>{wrong};
  });
  Row row = row_of("I5 exchanges below a word a cycle", 0, f[0],
                   "one 32-bit word a cycle and bus (patents US12141092, US11321272)");
  row.machine = "graphcore-gc200";
  row.unit = "1";
  row.rests_on = take_grounds(context);
  return {row};
}

}  // namespace weft::cli::validation
