// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the IPU: one chip and several, a loop without exchange, failures.
#include "contract/ipu_fixtures.hpp"

#include "support/ipu_program.hpp"

namespace weft::test {

namespace {

Fixture ipu(const std::string& name, std::uint32_t tiles, std::uint32_t ipus, std::uint32_t entry) {
  const auto set = [](const char* key, std::uint32_t value) {
    return std::string("region.") + key + "=" + std::to_string(value);
  };
  const auto topology = std::make_shared<const topology::Topology>(topology::load_topology(
      "ipu-debug", {set("max_width_tiles", tiles), set("default_width_tiles", tiles),
                    set("max_height_tiles", ipus), set("default_height_tiles", ipus)}));
  return {name,
          "ipu",
          topology,
          program::ipu::serialize(ring_program(tiles, ipus, 4)),
          {0, 0, tiles, ipus},
          [entry](Cluster& c) { c.launch("program", {entry}); }};
}

}  // namespace

std::vector<Fixture> ipu_fixtures() {
  return {ipu("ipu_ring", 11, 1, 0), ipu("ipu_chips", 5, 4, 0), ipu("ipu_spin", 7, 2, 3),
          ipu("ipu_error", 7, 2, 1), ipu("ipu_abort", 7, 2, 2)};
}

}  // namespace weft::test
