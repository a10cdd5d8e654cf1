// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the TSP: a schedule with data and without, and one whose data lead
// out of a bank.
#include "contract/tsp_fixtures.hpp"

#include <utility>

#include "program/tsp_timing.hpp"
#include "support/tsp_schedule.hpp"

namespace weft::test {

namespace {

Fixture tsp_row(const std::string& name, bool data, std::uint32_t first_index) {
  // Shallow accumulators: a saved state is small.
  static const auto topology = std::make_shared<const topology::Topology>(
      topology::load_topology("groq-tsp", {"mxm.accumulator_rows=16"}));
  program::tsp::Program program = tsp_small_program(program::tsp::read_timing(*topology));
  program.timing_only = !data;
  const auto start = [first_index](Cluster& c) {
    for (const machine::Export& e : c.machine(0).exports()) {
      if (e.kind != machine::Export::Kind::array) continue;
      c.write_array(e.name, e.name.starts_with("index") ? first_index : 0x01020305U);
    }
    c.launch("run", {});
  };
  return {name, "tsp", topology, serialize(program), {0, 0, tsp::stops, 1}, start, data};
}

}  // namespace

std::vector<Fixture> tsp_fixtures() {
  return {tsp_row("tsp_data", true, 0), tsp_row("tsp_timing", false, 0),
          tsp_row("tsp_error", true, 3000)};
}

}  // namespace weft::test
