// SPDX-License-Identifier: Apache-2.0
// Case I2: a matrix times a vector, split by columns as the vendor's sixth tutorial splits it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <string>

#include "base/error.hpp"
#include "cli/validation/kernel_run.hpp"
#include "cli/validation/poplar_run.hpp"

namespace weft::cli::validation {

namespace {

using namespace poplar;

constexpr const char* source = "graphcore/examples tutorial 6 README, IPUModel, 10000 1000";

struct Plan {
  unsigned rows = 0, columns = 0, split = 1;
};

unsigned divide_up(unsigned a, unsigned b) { return (a + b - 1) / b; }

/// Cycles that the tutorial expects of a split: products, their exchange, sums, theirs.
struct Estimate {
  unsigned products = 0, exchange = 0, sums = 0, sum_exchange = 0;
  unsigned total() const { return products + exchange + sums + sum_exchange; }
};

Estimate estimate(const Target& target, const Plan& plan) {
  const unsigned tiles = target.getNumTiles();
  const unsigned workers = target.getNumWorkerContexts();
  const unsigned rate = target.getExchangeBytesPerCycle();
  const unsigned columns = divide_up(plan.columns, plan.split);
  const unsigned vertices = std::max(divide_up(plan.rows * plan.split, tiles), 1U);
  const unsigned sums = std::max(divide_up(plan.rows, tiles), 1U);
  Estimate e;
  e.products = divide_up(vertices, workers) * workers * (5 + (columns + 1) / 2);
  e.exchange = divide_up(vertices, plan.rows) * columns * 4 / rate;
  e.sums = divide_up(sums, workers) * workers * (5 + (plan.split + 1) / 2);
  e.sum_exchange = sums * plan.split * 4 / rate;
  return e;
}

/// The best split; `worst` is the largest estimate seen.
Plan best_split(const Target& target, Plan plan, unsigned& worst) {
  unsigned best = std::numeric_limits<unsigned>::max();
  Plan chosen = plan;
  worst = 0;
  for (plan.split = 1; plan.split < plan.columns; ++plan.split) {
    const unsigned total = estimate(target, plan).total();
    worst = std::max(worst, total);
    if (total < best) {
      best = total;
      chosen = plan;
    }
  }
  return chosen;
}

struct Tensors {
  Tensor matrix, in, partials, out;
};

ComputeSet products(Graph& graph, const Plan& plan, const Tensors& t) {
  ComputeSet set = graph.addComputeSet("products");
  const unsigned tiles = graph.getTarget().getNumTiles();
  for (unsigned part = 0; part < plan.split; ++part) {
    const unsigned begin = part * plan.columns / plan.split;
    const unsigned end = (part + 1) * plan.columns / plan.split;
    for (unsigned row = 0; row < plan.rows; ++row) {
      const unsigned tile = static_cast<unsigned>(std::uint64_t{part * plan.rows + row} * tiles /
                                                  (plan.split * plan.rows));
      const Tensor share = t.matrix[row].slice(begin, end);
      graph.setTileMapping(share, tile);
      graph.setTileMapping(t.partials[row][part], tile);
      VertexRef v = graph.addVertex(
          set, "Product",
          {{"a", share}, {"b", t.in.slice(begin, end)}, {"out", t.partials[row][part]}});
      graph.setTileMapping(v, tile);
      graph.setPerfEstimate(v, 5 + (end - begin + 1) / 2);
    }
  }
  return set;
}

ComputeSet sums(Graph& graph, const Plan& plan, const Tensors& t) {
  ComputeSet set = graph.addComputeSet("sums");
  const unsigned tiles = graph.getTarget().getNumTiles();
  for (unsigned row = 0; row < plan.rows; ++row) {
    const auto tile = static_cast<unsigned>(std::uint64_t{row} * tiles / plan.rows);
    VertexRef v = graph.addVertex(set, "Sum", {{"in", t.partials[row]}, {"out", t.out[row]}});
    graph.setTileMapping(v, tile);
    graph.setTileMapping(t.out[row], tile);
    graph.setPerfEstimate(v, 5 + (plan.split + 1) / 2);
  }
  return set;
}

void check(const std::vector<float>& matrix, const std::vector<float>& in,
           const std::vector<float>& out) {
  for (std::size_t row = 0; row < out.size(); ++row) {
    double sum = 0;
    for (std::size_t c = 0; c < in.size(); ++c) sum += double{matrix[row * in.size() + c]} * in[c];
    if (std::fabs(sum - out[row]) > 1e-4 * std::fabs(sum) + 1e-3) {
      fail(Category::check, "validate: a product of matrix and vector is wrong");
    }
  }
}

void run(const Device& device, const Plan& plan) {
  Graph graph(device.getTarget());
  graph.addCodelets(find_data("kernels/ipu/matrix_vector/codelets.cpp"));
  Tensors t;
  t.matrix = graph.addVariable(FLOAT, {plan.rows, plan.columns}, "matrix");
  t.in = graph.addVariable(FLOAT, {plan.columns}, "in");
  t.out = graph.addVariable(FLOAT, {plan.rows}, "out");
  t.partials = graph.addVariable(FLOAT, {plan.rows, plan.split}, "partials");
  const unsigned tiles = graph.getTarget().getNumTiles();
  for (unsigned c = 0; c < plan.columns; ++c) {
    graph.setTileMapping(t.in[c], c * tiles / plan.columns);
  }
  const ComputeSet first = products(graph, plan, t);
  const ComputeSet second = sums(graph, plan, t);
  const auto matrix = graph.addHostToDeviceFIFO("matrix", FLOAT, t.matrix.numElements());
  const auto in = graph.addHostToDeviceFIFO("in", FLOAT, t.in.numElements());
  const auto out = graph.addDeviceToHostFIFO("out", FLOAT, t.out.numElements());
  Engine engine(graph, poplar::program::Sequence(
                           {poplar::program::Copy(matrix, t.matrix),
                            poplar::program::Copy(in, t.in), poplar::program::Execute(first),
                            poplar::program::Execute(second), poplar::program::Copy(t.out, out)}));
  std::vector<float> host_matrix(t.matrix.numElements());
  std::vector<float> host_in(plan.columns);
  std::vector<float> host_out(plan.rows);
  for (std::size_t i = 0; i < host_matrix.size(); ++i) {
    host_matrix[i] = static_cast<float>(i * 7 % 101) / 16 - 3;
  }
  for (std::size_t i = 0; i < host_in.size(); ++i) {
    host_in[i] = static_cast<float>(i * 5 % 23) / 8 - 1;
  }
  engine.load(device);
  engine.connectStream("matrix", host_matrix.data());
  engine.connectStream("in", host_in.data());
  engine.connectStream("out", host_out.data());
  engine.run(0);
  check(host_matrix, host_in, host_out);
}

Row row_of(const std::string& name, Claim claim, double published, double ours, double relative) {
  Row row;
  row.name = "I2 " + name;
  row.machine = "graphcore-gc200";
  row.claim = claim;
  row.published = published;
  row.ours = ours;
  row.bound_relative = relative;
  row.source = source;
  return row;
}

}  // namespace

std::vector<Row> i2(Context& context) {
  const std::vector<double> f = run_poplar(context, [&](Costs& costs) -> std::vector<double> {
    IPUModel model("ipu2");
    const Device device = model.createDevice();
    unsigned worst = 0;
    const Plan plan = best_split(device.getTarget(), {10000, 1000, 1}, worst);
    const Estimate e = estimate(device.getTarget(), plan);
    run(device, plan);
    const double exchange =
        costs.cycles_of_kind("exchange") + costs.cycles_of_kind("host exchange");
    return {double(plan.split),
            double(e.products),
            double(e.exchange),
            double(e.sums),
            double(e.sum_exchange),
            double(e.total()),
            double(worst),
            costs.tile_mean("compute_cycles"),
            exchange,
            costs.cycles_of_kind("host"),
            costs.cycles_of_kind("sync")};
  });
  constexpr auto arithmetic = Claim::arithmetic;
  std::vector<Row> rows = {row_of("split", arithmetic, 7, f[0], 0),
                           row_of("estimate, products", arithmetic, 3696, f[1], 0),
                           row_of("estimate, exchange", arithmetic, 143, f[2], 0),
                           row_of("estimate, sums", arithmetic, 108, f[3], 0),
                           row_of("estimate, exchange of sums", arithmetic, 49, f[4], 0),
                           row_of("estimate, all", arithmetic, 3996, f[5], 0),
                           row_of("estimate, worst split", arithmetic, 53807, f[6], 0),
                           row_of("compute, tile average", Claim::figure, 3801.8, f[7], 0.05),
                           row_of("exchange", Claim::figure, 8697.4, f[8], 0),
                           row_of("host exchange", Claim::figure, 6663550.8, f[9], 0),
                           row_of("sync", Claim::figure, 1134.8, f[10], 0)};
  rows[0].unit = "1";
  const std::vector<Ground> grounds = take_grounds(context);
  for (Row& row : rows) row.rests_on = grounds;
  return rows;
}

}  // namespace weft::cli::validation
