// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the RDU: a graph that ends, one that is stuck, one whose data lead
// out of a memory.
#include "contract/rdu_fixtures.hpp"

#include <utility>

#include "program/rdu_shape.hpp"
#include "support/rdu_graphs.hpp"

namespace weft::test {

namespace {

Fixture rdu_row(const std::string& name, const program::rdu::Program& program) {
  static const auto topology =
      std::make_shared<const topology::Topology>(topology::load_topology("plasticine"));
  const auto start = [](Cluster& c) {
    for (const machine::Export& e : c.machine(0).exports()) {
      if (e.kind == machine::Export::Kind::array) c.write_array(e.name, 5);
    }
    c.launch("run", {});
  };
  return {name, "rdu", topology, serialize(program), region_of(program), start};
}

}  // namespace

std::vector<Fixture> rdu_fixtures() {
  return {rdu_row("rdu_rows", rdu_rows()), rdu_row("rdu_stuck", rdu_stuck()),
          rdu_row("rdu_beyond", rdu_beyond())};
}

}  // namespace weft::test
