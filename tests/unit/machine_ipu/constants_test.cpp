// SPDX-License-Identifier: Apache-2.0
// Every constant of the IPUs pulled one by one: it has a range, and what leaves it is refused.
#include "machine/ipu/constants.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/constants_of.hpp"

namespace weft::machine::ipu {
namespace {

using topology::Topology;

/// As the registry loads it.
Topology load(const std::string& name, const std::vector<topology::Assignment>& overrides = {}) {
  Topology out = topology::load_topology(name, overrides);
  check_constants(out);
  return out;
}

std::string refusal(const std::string& name, const std::string& change) {
  try {
    load(name, {change});
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "";
}

TEST(IpuConstants, HaveRanges) {
  for (const std::string& name : topology::known_topologies()) {
    const Topology plain = topology::load_topology(name);
    if (plain.family() != "ipu") continue;
    check_constants(plain);
    for (const topology::Rule& rule : constant_rules()) {
      if (!plain.has(rule.key)) continue;  // a group
      const std::string text = refusal(name, test::outside(rule, plain.constant(rule.key)));
      EXPECT_NE(text.find("constant '" + rule.key + "'"), std::string::npos)
          << name << ": " << test::outside(rule, plain.constant(rule.key)) << ": " << text;
    }
  }
}

TEST(IpuConstants, ThatEndedInASignalAreRefused) {
  for (const char* change :
       {"exchange.efficiency=0", "link.efficiency=0", "exchange.bytes_per_cycle=0",
        "link.bytes_per_second=0", "link.rung_links=0", "tile.worker_contexts=0",
        "host.copy_in_bytes_per_cycle=0", "host.copy_out_bytes_per_cycle=0",
        "tile.data_path_bits=8", "tile.memory_element_bytes=1", "tile.load_bytes_per_cycle=0",
        "amp.coefficient_load_bytes_per_cycle=0", "amp.weights_per_unit_fp16=0",
        "vertex.default_cycles_per_element=-1", "sync.internal_cycles=0"}) {
    EXPECT_NE(refusal("graphcore-gc200", change).find("must be from"), std::string::npos) << change;
  }
  EXPECT_EQ(refusal("graphcore-gc200", "exchange.efficiency='1/2'"), "");
}

TEST(IpuConstants, OfLinksCountWhereThereAreSeveralIpus) {
  const auto has_links = [](std::uint32_t ipus) {
    const Topology topology = load("ipu-debug-4");
    read_constants(topology, ipus);
    for (const topology::Constant* constant : topology.rests_on()) {
      if (constant->key == "link.efficiency") return true;
    }
    return false;
  };
  EXPECT_FALSE(has_links(1));
  EXPECT_TRUE(has_links(4));
}

}  // namespace
}  // namespace weft::machine::ipu
