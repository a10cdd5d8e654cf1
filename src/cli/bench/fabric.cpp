// SPDX-License-Identifier: Apache-2.0
// The queued fabric through the stream seam, with tiles that do next to nothing.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/bench/groups.hpp"
#include "cli/bench/mesh_workload.hpp"
#include "cli/bench/naive_mesh.hpp"
#include "comm/communicator.hpp"
#include "fabric/queued.hpp"
#include "fabric/reference.hpp"

namespace weft::cli::bench {
namespace {

fabric::RouteTable table_of(const MeshWorkload& mesh) {
  fabric::RouteTable table;
  for (const auto& routes : mesh.routes) {
    std::size_t set = 0;
    while (set < table.sets.size() && table.sets[set] != routes) ++set;
    if (set == table.sets.size()) table.sets.push_back(routes);
    table.set_of_tile.push_back(static_cast<std::uint32_t>(set));
  }
  return table;
}

std::unique_ptr<fabric::QueuedFabric> queued(const MeshWorkload& mesh) {
  const Rectangle all{0, 0, mesh.width, mesh.height};
  return std::make_unique<fabric::QueuedFabric>(fabric::Parameters{}, fabric::Extent{all, all, {}},
                                                table_of(mesh));
}

/// Sends give their step, chains the sum of their inputs; receives drop what they took. `Port` is
/// what a model of the fabric offers to tiles.
template <typename Port>
class Tiles {
 public:
  Tiles(const MeshWorkload& mesh, Port port) : mesh_(mesh), sends_(mesh.tiles()) {
    for (std::uint32_t tile = 0; tile < mesh.tiles(); ++tile) post_flows(tile, port);
  }

  void run(std::uint32_t tile, Port port) const {
    if (port.span_count(tile) == 0) return;
    const fabric::Span span = port.span(tile, 0);
    if ((sends_[tile] >> span.slot & 1U) == 0) return;
    port.provide(tile, span.slot, port.word(tile, 0) + port.word(tile, 1) + span.first_step);
  }

 private:
  void post_flows(std::uint32_t tile, Port port) {
    std::uint8_t input = 0;
    std::uint8_t output = 0;
    std::uint8_t slot = 0;
    for (const Flow& flow : mesh_.flows[tile]) {
      fabric::StreamPost post;
      post.tile = tile;
      post.count = flow.words;
      unsigned inputs = 0;
      for (const int color : flow.in) {
        if (color == no_color) continue;
        port.bind(tile, input, static_cast<std::uint8_t>(color));
        post.input_queue[inputs++] = input++;
      }
      if (flow.out != no_color) {
        post.output_queue = output++;
        post.color = static_cast<std::uint8_t>(flow.out);
        sends_[tile] = static_cast<std::uint16_t>(sends_[tile] | 1U << slot);
      }
      post.slot = slot++;
      port.post(post);
    }
  }

  const MeshWorkload& mesh_;
  std::vector<std::uint16_t> sends_;  ///< slots with an output, by tile
};

MeshResult run_queued(const MeshWorkload& mesh, fabric::QueuedFabric& engine) {
  const Tiles<fabric::Ramp> tiles(mesh, engine.ramp());
  MeshResult result;
  const double start = cpu_seconds();
  for (Cycle now = 0; (now = engine.next_activity(now)) != never; ++now) {
    engine.step_streams(now);
    for (const std::uint32_t tile : engine.touched()) tiles.run(tile, engine.ramp());
    engine.move(now);
    if (engine.fault()) {
      fail(Category::internal, "benchmark " + mesh.name + ": " + engine.describe(*engine.fault()));
    }
  }
  result.seconds = cpu_seconds() - start;
  result.cycles = engine.last_activity() + 1;
  for (const std::uint64_t count : engine.link_wavelets()) result.hops += count;
  return result;
}

/// The first `cycles` cycles of the same on the oracle.
MeshResult run_reference(const MeshWorkload& mesh, Cycle cycles) {
  fabric::ReferenceFabric oracle(fabric::Parameters{}, mesh.width, mesh.height, table_of(mesh));
  const Tiles<fabric::ReferenceFabric&> tiles(mesh, oracle);
  MeshResult result;
  const double start = cpu_seconds();
  for (Cycle now = 0; now < cycles; ++now) {
    oracle.step_streams(now);
    for (std::uint32_t tile = 0; tile < mesh.tiles(); ++tile) tiles.run(tile, oracle);
    oracle.move(now);
  }
  result.seconds = cpu_seconds() - start;
  result.hops = oracle.hops().size();
  result.cycles = cycles;
  return result;
}

double bytes_a_tile(const fabric::QueuedFabric& engine, const MeshWorkload& mesh) {
  return static_cast<double>(engine.bytes()) / mesh.tiles();
}

using Pattern = std::function<MeshWorkload(std::uint32_t words)>;

/// The baseline moves an eighth of the words: its rate does not depend on their number, its time
/// does.
void measure(const Pattern& pattern, std::uint32_t words, std::vector<Row>& rows) {
  const MeshWorkload mesh = pattern(words);
  MeshResult ours;
  double bytes = 0;
  {
    const auto engine = queued(mesh);
    ours = run_queued(mesh, *engine);
    bytes = bytes_a_tile(*engine, mesh);
  }
  const std::uint32_t fewer = words >= 8 ? words / 8 : words;
  const MeshResult naive = run_naive_mesh(pattern(fewer), fabric::Parameters{}.queue_depth);
  if (ours.hops * fewer != naive.hops * words) {
    fail(Category::internal, "benchmark " + mesh.name + ": the fabric and the naive sweep moved " +
                                 "different numbers of wavelets over links and ramps");
  }
  const std::string size = std::to_string(mesh.width) + "x" + std::to_string(mesh.height);
  const double rate = static_cast<double>(ours.hops) / ours.seconds * 1e-6;
  const double naive_rate = static_cast<double>(naive.hops) / naive.seconds * 1e-6;
  const std::string name = "fabric " + mesh.name + " " + size;
  rows.push_back({name, rate, "M wavelet-hops/s", "naive sweep", rate / naive_rate});
  const double tile_cycles = static_cast<double>(ours.cycles) * mesh.tiles();
  rows.push_back({name + ", time", tile_cycles / ours.seconds * 1e-6, "M router-cycles/s", "", 0});
  rows.push_back({name + ", memory", bytes, "B/router", "", 0});
}

/// A small mesh, because the oracle keeps every hop: as many of them, and how much faster.
void measure_beside_oracle(std::vector<Row>& rows) {
  const MeshWorkload mesh = through(24, 24, 256, true);
  const MeshResult ours = run_queued(mesh, *queued(mesh));
  const MeshResult oracle = run_reference(mesh, ours.cycles);
  if (ours.hops != oracle.hops) {
    fail(Category::internal, "benchmark " + mesh.name + ": the fabric moved " +
                                 counted(ours.hops, "wavelet") + ", the oracle " +
                                 std::to_string(oracle.hops));
  }
  const double rate = static_cast<double>(ours.hops) / ours.seconds * 1e-6;
  const double oracle_rate = static_cast<double>(oracle.hops) / oracle.seconds * 1e-6;
  rows.push_back(
      {"fabric contended 24x24", rate, "M wavelet-hops/s", "oracle", rate / oracle_rate});
}

/// All 24 colors routed at every router: five of them in from all ports, the rest as streams do.
double bytes_with_all_colors(std::uint32_t side) {
  MeshWorkload mesh;
  mesh.width = side;
  mesh.height = side;
  mesh.routes.resize(mesh.tiles());
  mesh.flows.resize(mesh.tiles());
  for (auto& routes : mesh.routes) {
    for (unsigned color = 0; color < fabric::color_count; ++color) {
      fabric::ColorRoute route;
      route.color = static_cast<std::uint8_t>(color);
      route.positions[0] = {static_cast<std::uint8_t>(1U << color % 5 | 1U << (color / 5) % 5),
                            static_cast<std::uint8_t>(1U << 4U | 1U << (color + 1) % 4)};
      routes.push_back(route);
    }
  }
  return bytes_a_tile(*queued(mesh), mesh);
}

}  // namespace

std::vector<Row> fabric(Context& context) {
  const std::uint32_t side = context.quick ? 32 : 256;
  const std::uint32_t words = context.quick ? 32 : 128;
  std::vector<Row> rows;
  if (context.world.rank() != 0) return rows;
  measure([=](std::uint32_t n) { return broadcast(side, side, n); }, words, rows);
  measure([=](std::uint32_t n) { return reduce(side, side, n); }, words, rows);
  measure([=](std::uint32_t n) { return halo(side, side, n, 1); }, words / 4, rows);
  measure([=](std::uint32_t n) { return halo(side, side, n, 100); }, words / 4, rows);
  measure([=](std::uint32_t n) { return through(side, side, n, false); }, words, rows);
  measure([=](std::uint32_t n) { return through(side, side, n, true); }, words / 4, rows);
  measure_beside_oracle(rows);
  rows.push_back(
      {"fabric, memory, 24 colors routed", bytes_with_all_colors(side), "B/router", "", 0});
  return rows;
}

}  // namespace weft::cli::bench
