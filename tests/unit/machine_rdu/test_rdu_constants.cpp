// SPDX-License-Identifier: Apache-2.0
// Every constant of the RDUs pulled one by one: it has a range, and what leaves it is refused.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "machine/rdu/constants.hpp"
#include "support/constants_of.hpp"

namespace weft::machine::rdu {
namespace {

void pull_each(const std::string& name) {
  const topology::Topology plain = topology::load_topology(name);
  check_constants(plain);
  for (const topology::Rule& rule : rules_of(plain)) {
    const std::string change = test::outside(rule, plain.constant(rule.key));
    std::string text;
    try {
      const topology::Topology changed = topology::load_topology(name, {change});
      check_constants(changed);
    } catch (const Error& error) {
      text = error.what();
    }
    EXPECT_NE(text.find("constant '" + rule.key + "'"), std::string::npos)
        << change << ": " << text;
  }
}

TEST(RduConstants, HaveRanges) {
  pull_each("plasticine");
  pull_each("sambanova-sn10");
  pull_each("sambanova-sn40l-node");
}

TEST(RduConstants, PeaksAreThePublishedOnes) {
  const auto tera = [](const char* name) {
    const topology::Topology topology = topology::load_topology(name);
    check_constants(topology);
    const program::rdu::Timing timing = read_constants(topology).timing;
    return 2e-12 * timing.compute_units * timing.body.rows * timing.body.columns *
           static_cast<double>(topology.clock_hz());
  };
  EXPECT_NEAR(tera("sambanova-sn10"), 307.2, 0.1) << "published: more than 300";
  EXPECT_NEAR(tera("sambanova-sn30"), 614.4, 0.1) << "published: more than 600";
  EXPECT_NEAR(tera("sambanova-sn40l"), 638.98, 0.1) << "published: 638";
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
