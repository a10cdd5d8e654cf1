// SPDX-License-Identifier: Apache-2.0
// Cases T16 to T22: what ISCA 2022 tells of links, messages and systems of TSPs.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "cli/validation/cases.hpp"
#include "machine/machine.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_message.hpp"
#include "program/tsp_system.hpp"
#include "topology/topology.hpp"

namespace weft::cli::validation {
namespace {

using namespace program::tsp;

Row row_of(const char* name, const char* machine, double published, double ours, const char* unit,
           const char* source) {
  Row row;
  row.name = name;
  row.machine = machine;
  row.published = published;
  row.ours = ours;
  row.unit = unit;
  row.source = source;
  return row;
}

std::vector<Row> resting_on(const topology::Topology& topology, std::vector<Row> rows) {
  for (Row& row : rows) row.rests_on = grounds_of(topology);
  return rows;
}

/// Bytes a second, in GB/s, that both plane pairs of a chip want of what is streamed through them.
double streamed_gb_per_second(const topology::Topology& topology) {
  const double pairs = 2;
  const double bytes = pairs * lanes;  // 160 halves a pair and cycle
  return bytes * static_cast<double>(topology.clock_hz()) / 1e9;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

Moments latencies(const Timing& timing, std::uint32_t link, std::uint64_t vectors) {
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < vectors; ++i) {
    const auto one = static_cast<double>(link_latency_cycles(timing, 0, 0, link, i));
    sum += one;
    squares += one * one;
  }
  const auto n = static_cast<double>(vectors);
  const double mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean)};
}

}  // namespace

std::vector<Row> t16(Context&) {
  const topology::Topology topology = machine::load_topology("groq-tsp");
  const double columns = streamed_gb_per_second(topology);
  const double side = 100'000;
  const char* source = "ISCA 2022: GEMM of 100,000^2, what a chip wants of the streamed matrix";
  Row by_column = row_of("T16 weights by column", "groq-tsp", 570, columns, "GB/s", source);
  // By rows, all columns that the plane pairs hold at once share what comes in.
  Row by_row =
      row_of("T16 weights by row", "groq-tsp", 3.7, columns / (side / (2 * lanes)), "GB/s", source);
  by_column.bound_relative = by_row.bound_relative = 0.05;
  by_column.claim = by_row.claim = Claim::arithmetic;
  return resting_on(topology, {by_column, by_row});
}

std::vector<Row> t17(Context& context) {
  const topology::Topology topology = machine::load_topology("groq-node8");
  const Timing timing = read_timing(topology);
  const std::uint64_t vectors = context.quick ? 10'000 : 100'000;
  const Moments ours = latencies(timing, 0, vectors);
  const char* source = "ISCA 2022, table 2, link A: 100,000 vectors";
  Row mean = row_of("T17 latency, mean", "groq-node8", 216.87, ours.mean, "cycle", source);
  Row deviation =
      row_of("T17 latency, deviation", "groq-node8", 2.93, ours.deviation, "cycle", source);
  mean.bound_absolute = 0.6;
  deviation.bound_absolute = 0.3;
  // After deskew a program takes the same cycles whatever the links draw: refusals count here.
  const auto cables = cables_of(read_system(topology));
  double refused = 0;
  for (const bool detours : {false, true}) {
    Program program = message(timing, 500, detours);
    for (program.link_seed = 0; program.link_seed < 20; ++program.link_seed) {
      if (check_links(program, timing, cables).fault) refused += 1;
    }
  }
  Row steady = row_of("T17 seeds that change a program", "groq-node8", 0, refused, "1",
                      "ISCA 2022: no variance after deskew");
  steady.claim = Claim::arithmetic;
  return resting_on(topology, {mean, deviation, steady});
}

std::vector<Row> t18(Context&) {
  const topology::Topology topology = machine::load_topology("groq-node8");
  const Timing timing = read_timing(topology);
  const topology::Rational cycles = timing.link_cycles_a_vector;
  const double link_bytes_per_second = 12.5e9;
  const double bytes = link_bytes_per_second * static_cast<double>(cycles.numerator) /
                       static_cast<double>(cycles.denominator) /
                       static_cast<double>(topology.clock_hz());
  Row row = row_of("T18 payload of a vector", "groq-node8", 100.0 * 320 / 328,
                   100.0 * lanes / bytes, "%", "ISCA 2022: 320 of 328 B");
  row.claim = Claim::arithmetic;
  row.bound_absolute = 1e-9;
  return resting_on(topology, {row});
}

std::vector<Row> t20(Context&) {
  const topology::Topology topology = machine::load_topology("groq-dragonfly264");
  const System system = read_system(topology);
  const double hops = diameter(Wiring(system.chips, cables_of(system)));
  const double nanoseconds_a_hop = 722;
  Row row = row_of("T20 all-reduce of 256 chips, latency", "groq-dragonfly264", 2166,
                   hops * nanoseconds_a_hop, "ns", "ISCA 2022: hops of 722 ns each");
  row.claim = Claim::arithmetic;
  return resting_on(topology, {row});
}

std::vector<Row> t21(Context&) {
  const topology::Topology topology = machine::load_topology("groq-node8");
  const Timing timing = read_timing(topology);
  std::uint32_t vectors = 1;
  const auto cycles = [&](bool detours) {
    return message_cycles(timing, message(timing, vectors, detours));
  };
  constexpr std::uint32_t most_vectors = 10'000;  // other constants may make it never
  while (vectors < most_vectors && cycles(true) >= cycles(false)) ++vectors;
  if (vectors == most_vectors) fail(Category::check, "no message gains by detours");
  Row row =
      row_of("T21 least message that gains by detours", "groq-node8", 8192, double{lanes} * vectors,
             "B", "ISCA 2022, figure 10: no benefit below about 8 kB; read to a factor of two");
  row.bound_relative = 0.5;
  return resting_on(topology, {row});
}

std::vector<Row> t22(Context&) {
  const auto hops = [](const char* name, double published, const char* source) {
    const topology::Topology topology = machine::load_topology(name);
    const System system = read_system(topology);
    const Wiring wiring(system.chips, cables_of(system));
    // Every chip of the last racks is as far as any: racks are alike.
    const std::vector<std::uint32_t> from = {0, system.chips / 2, system.chips - 1};
    const double ours = system.chips < 1000 ? diameter(wiring) : diameter(wiring, from);
    Row row = row_of("T22 hops at most", name, published, ours, "1", source);
    row.claim = Claim::arithmetic;
    return resting_on(topology, {row}).front();
  };
  const topology::Topology node = machine::load_topology("groq-node8");
  Row cables = row_of("T22 cables of a node", "groq-node8", 28,
                      static_cast<double>(cables_of(read_system(node)).size()), "1", "ISCA 2022");
  cables.claim = Claim::arithmetic;
  std::vector<Row> rows = resting_on(node, {cables});
  rows.push_back(hops("groq-dragonfly264", 3, "ISCA 2022: 33 nodes"));
  rows.push_back(hops("groq-10440", 5,
                      "ISCA 2022: 2 + 1 + 2; of a rack's 72 chips at most 54 are within two hops "
                      "of its one cable to another rack"));
  return rows;
}

}  // namespace weft::cli::validation
