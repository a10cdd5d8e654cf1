// SPDX-License-Identifier: Apache-2.0
// The IPU: what a superstep costs when tiles do nothing, and codelets beside the same loop outside.
#include "program/ipu.hpp"

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <vector>

#include "base/error.hpp"
#include "base/recorder.hpp"
#include "cli/bench/groups.hpp"
#include "cli/validation/kernel_run.hpp"
#include "cli/validation/poplar_run.hpp"
#include "comm/communicator.hpp"
#include "engine/agreement.hpp"
#include "machine/machine.hpp"
#include "topology/topology.hpp"

namespace weft::cli::bench {

namespace {

/// Supersteps of `tiles` tiles that hold nothing and do nothing but meet.
program::ipu::Program empty_supersteps(std::uint32_t tiles, std::uint64_t count) {
  using program::ipu::Operation;
  program::ipu::Program p;
  p.tiles_per_ipu = tiles;
  p.ipus = 1;
  p.memory_bytes.assign(tiles, 0);
  p.memory_use.assign(std::size_t{tiles} * program::ipu::memory_uses, 0);
  p.counters = 1;
  p.counts = {count};
  p.code = {{Operation::set_counter, 0, 0, 0},
            {Operation::sync, 0, 0, 0},
            {Operation::repeat, 0, 1, 0},
            {Operation::halt, 0, 0, 0}};
  p.entries = {0};
  return p;
}

Row empty_row(bool quick) {
  constexpr std::uint32_t tiles = 1472;
  const std::uint64_t count = quick ? 500 : 20'000;
  const topology::Topology topology = machine::load_topology("graphcore-gc200");
  const Rectangle all{0, 0, tiles, 1};
  const auto bytes = program::ipu::serialize(empty_supersteps(tiles, count));
  const auto machine = machine::family("ipu").make(topology, bytes, {all, all, {}});
  Recorder recorder(TraceLevel::off, machine->streams());
  const std::uint32_t entry[] = {0};
  machine->launch("program", entry);
  double start = cpu_seconds();
  while (machine->next_activity() != never) {
    machine->advance(machine->next_activity() + 1'000'000'000, recorder);
  }
  const double ours = cpu_seconds() - start;
  std::vector<std::uint64_t> clocks(tiles, 0);
  volatile std::uint64_t* clock = clocks.data();
  start = cpu_seconds();
  for (std::uint64_t step = 0; step < count; ++step) {
    for (std::uint32_t t = 0; t < tiles; ++t) clock[t] = clock[t] + 1;
  }
  const double naive = cpu_seconds() - start;
  const double visits = static_cast<double>(count) * tiles;
  return {"ipu empty superstep, a tile", ours / visits * 1e9, "ns", "a count a tile in a loop",
          naive / ours};
}

/// Seconds that `turns` executions of a product a worker and tile take.
double codelet_seconds(unsigned tiles, unsigned length, unsigned turns) {
  using namespace poplar;
  IPUModel model("ipu2");
  model.tilesPerIPU = tiles;
  Device device = model.createDevice();
  Graph graph(device.getTarget());
  graph.addCodelets(validation::find_data("kernels/ipu/matrix_vector/codelets.cpp"));
  Tensor a = graph.addVariable(FLOAT, {tiles, 6, length}, "a");
  Tensor b = graph.addVariable(FLOAT, {tiles, 6, length}, "b");
  Tensor out = graph.addVariable(FLOAT, {tiles, 6}, "out");
  ComputeSet set = graph.addComputeSet("products");
  for (unsigned t = 0; t < tiles; ++t) {
    for (const Tensor& tensor : {a, b, out}) graph.setTileMapping(tensor[t], t);
    for (unsigned w = 0; w < 6; ++w) {
      VertexRef v =
          graph.addVertex(set, "Product", {{"a", a[t][w]}, {"b", b[t][w]}, {"out", out[t][w]}});
      graph.setTileMapping(v, t);
    }
  }
  Engine engine(graph, poplar::program::Repeat(turns, poplar::program::Execute(set)));
  engine.load(device);
  const double start = cpu_seconds();
  engine.run(0);
  return cpu_seconds() - start;
}

/// The same products in a loop over arrays.
double loop_seconds(unsigned products, unsigned length, unsigned turns) {
  const std::vector<float> a(std::size_t{products} * length, 0);
  const std::vector<float> b(std::size_t{products} * length, 0);
  std::vector<float> out(products);
  const double start = cpu_seconds();
  for (unsigned turn = 0; turn < turns; ++turn) {
    for (unsigned p = 0; p < products; ++p) {
      float sum = 0;
      for (unsigned i = 0; i < length; ++i) {
        sum += a[std::size_t{p} * length + i] * b[std::size_t{p} * length + i];
      }
      out[p] = sum;
    }
    volatile float* keep = out.data();
    keep[0] = keep[0] + 0.0F;
  }
  return cpu_seconds() - start;
}

}  // namespace

double poplar_figure(const comm::Communicator& world, const std::function<double()>& body) {
  const auto figures = [&](validation::Costs&) { return std::vector<double>{body()}; };
  validation::Context context{world};
  return validation::run_poplar(context, figures).at(0);
}

void on_root_alone(const comm::Communicator& world,
                   const std::function<void(const comm::Communicator&)>& body) {
  const comm::Communicator alone = world.split(world.is_root() ? 0 : 1, world.rank());
  // Those who wait leave the processor to the one.
  const auto arrive = [&] {
    (void)world.all_arrive_within(std::numeric_limits<double>::infinity());
  };
  engine::together(world, [&] {
    try {
      if (world.is_root()) body(alone);
    } catch (...) {
      arrive();
      throw;
    }
    arrive();
  });
}

double poplar_figure_alone(const comm::Communicator& world, const std::function<double()>& body) {
  double figure = 0;
  on_root_alone(world,
                [&](const comm::Communicator& alone) { figure = poplar_figure(alone, body); });
  return figure;
}

std::vector<Row> ipu(Context& context) {
  std::vector<Row> rows;
  if (context.world.is_root()) rows.push_back(empty_row(context.quick));
  const unsigned tiles = context.quick ? 16 : 184;
  const unsigned length = 512;
  const unsigned turns = context.quick ? 4 : 200;
  // Processor seconds of this rank are compared, so it does all the work.
  const double ours =
      poplar_figure_alone(context.world, [&] { return codelet_seconds(tiles, length, turns); });
  if (context.world.is_root()) {
    const double plain = loop_seconds(tiles * 6, length, turns);
    const double products = static_cast<double>(tiles) * 6 * length * turns;
    rows.push_back({"ipu fp32 product codelet", products / ours / 1e6, "M multiply-adds/s",
                    "the same loop outside the emulator", plain / ours});
  }
  const std::vector<Row> blur = ipu_blur(context);
  rows.insert(rows.end(), blur.begin(), blur.end());
  return rows;
}

}  // namespace weft::cli::bench
