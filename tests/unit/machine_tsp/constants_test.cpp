// SPDX-License-Identifier: Apache-2.0
// Every constant of the TSPs pulled one by one: it has a range, and what leaves it is refused.
#include "machine/tsp/constants.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/constants_of.hpp"

namespace weft::machine::tsp {
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
    EXPECT_TRUE(error.category() == Category::input || error.category() == Category::unsupported);
    return error.what();
  }
  return "";
}

TEST(TspConstants, HaveRanges) {
  std::size_t systems = 0;
  for (const std::string& name : topology::known_topologies()) {
    const Topology plain = topology::load_topology(name);
    if (plain.family() != "tsp") continue;
    ++systems;
    check_constants(plain);
    for (const topology::Rule& rule : constant_rules()) {
      const std::string text = refusal(name, test::outside(rule, plain.constant(rule.key)));
      EXPECT_NE(text.find("constant '" + rule.key + "'"), std::string::npos)
          << name << ": " << test::outside(rule, plain.constant(rule.key)) << ": " << text;
    }
  }
  EXPECT_GT(systems, 0U);
}

TEST(TspConstants, WhatTheModelIsBuiltOnHasOneValue) {
  for (const char* change : {"chip.lanes=640", "chip.stops=31", "chip.stream_hop_cycles=2",
                             "mem.words_a_bank=8192", "vxm.alus=8"}) {
    EXPECT_NE(refusal("groq-tsp", change).find("Unsupported"), std::string::npos) << change;
  }
  EXPECT_EQ(refusal("groq-tsp", "mem.read_cycles=2"), "");
}

TEST(TspConstants, OfLinksCountWhereThereAreSeveralChips) {
  const Topology topology = load("groq-tsp");
  read_constants(topology);
  bool of_memory = false;
  for (const topology::Constant* constant : topology.rests_on()) {
    EXPECT_FALSE(constant->key.starts_with("link.")) << constant->key;
    of_memory = of_memory || constant->key == "mem.write_cycles";
  }
  EXPECT_TRUE(of_memory);
}

}  // namespace
}  // namespace weft::machine::tsp
