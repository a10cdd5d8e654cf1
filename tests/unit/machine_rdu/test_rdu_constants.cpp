// SPDX-License-Identifier: Apache-2.0
// Every constant of the RDUs pulled one by one: it has a range, and what leaves it is refused.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "machine/rdu/constants.hpp"
#include "support/constants_of.hpp"

namespace weft::machine::rdu {
namespace {

TEST(RduConstants, HaveRanges) {
  const topology::Topology plain = topology::load_topology("plasticine");
  check_constants(plain);
  for (const topology::Rule& rule : constant_rules()) {
    const std::string change = test::outside(rule, plain.constant(rule.key));
    std::string text;
    try {
      const topology::Topology changed = topology::load_topology("plasticine", {change});
      check_constants(changed);
    } catch (const Error& error) {
      text = error.what();
    }
    EXPECT_NE(text.find("constant '" + rule.key + "'"), std::string::npos)
        << change << ": " << text;
  }
}

TEST(RduConstants, AreRead) {
  const topology::Topology topology =
      topology::load_topology("plasticine", {"dram.channels=3", "context.compute_stages=7"});
  const Constants constants = read_constants(topology);
  EXPECT_EQ(constants.timing.dram.channels, 3U);
  EXPECT_EQ(constants.timing.compute_stages, 7U);
  EXPECT_EQ(constants.timing.vector_depth, 16U);
}

}  // namespace
}  // namespace weft::machine::rdu
