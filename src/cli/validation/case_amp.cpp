// SPDX-License-Identifier: Apache-2.0
// Case I1: what a tile takes for N x 16 halves times 16 x 16, against the curve measured on a Bow.
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <poplin/codelets.hpp>
#include <string>

#include "cli/validation/poplar_run.hpp"

namespace weft::cli::validation {

namespace {

constexpr const char* source =
    "graphcore-research/tessellate-ipu notebook, cycles = 2 N 256 tiles f / rate";

/// Cycles of one pass over `rows` rows, on every tile at once.
double amp_pass(Costs& costs, unsigned rows) {
  using namespace poplar;
  {
    Device device = IPUModel("ipu21").createDevice();
    Graph graph(device.getTarget());
    poplin::addCodelets(graph);
    const unsigned tiles = graph.getTarget().getNumTiles();
    Tensor in = graph.addVariable(HALF, {tiles, rows * 16}, "in");
    Tensor weights = graph.addVariable(HALF, {tiles, 256}, "weights");
    Tensor out = graph.addVariable(HALF, {tiles, rows * 16}, "out");
    ComputeSet set = graph.addComputeSet("amp");
    for (unsigned t = 0; t < tiles; ++t) {
      for (const Tensor& tensor : {in, weights, out}) graph.setTileMapping(tensor[t], t);
      VertexRef v = graph.addVertex(set, "poplin::ConvPartial1x1Out<half,half>");
      graph.connect(v["in"], in.slice(t, t + 1));
      graph.connect(v["weights"], weights.slice(t, t + 1));
      graph.connect(v["out"], out.slice(t, t + 1));
      graph.setInitialValue(v["rows"], rows);
      graph.setTileMapping(v, t);
    }
    Engine engine(graph, program::Execute(set));
    engine.load(device);
    engine.run(0);
  }
  return costs.compute_cycles("amp");
}

}  // namespace

std::vector<Row> i1(Context& context) {
  struct Point {
    unsigned rows;
    double published;
  };
  std::vector<Point> points = {{16, 402},   {32, 461},   {48, 524},    {64, 584},   {128, 845},
                               {256, 1352}, {512, 2381}, {1024, 4424}, {2048, 8525}};
  if (context.quick) points = {{16, 402}, {128, 845}};
  const std::vector<double> ours = run_poplar(context, [&](Costs& costs) {
    std::vector<double> figures;
    for (const Point& p : points) figures.push_back(amp_pass(costs, p.rows));
    return figures;
  });
  // Launch, sync and the timer of the measurement: one number for the curve, chosen on the curve.
  constexpr double launch = 37;
  const char* term_name = "I1 launch, sync and timer";
  const std::vector<Ground> grounds = take_grounds(context);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < points.size(); ++i) {
    Row row;
    row.name = "I1 N " + std::to_string(points[i].rows) + ", less the fitted 37";
    row.machine = "graphcore-bow";
    row.published = points[i].published - launch;
    row.ours = ours[i];
    row.bound_relative = points[i].rows >= 32 ? 0.01 : 0.03;
    row.source = source;
    row.rests_on = grounds;
    row.rests_on.insert(row.rests_on.begin(),
                        {term_name, "37", row.machine, topology::Origin::fitted, {}});
    rows.push_back(row);
  }
  Row term;
  term.name = term_name;
  term.machine = "graphcore-bow";
  term.claim = Claim::term;
  term.published = points.back().published - ours.back();
  term.ours = launch;
  term.source = source;
  rows.push_back(term);
  return rows;
}

}  // namespace weft::cli::validation
