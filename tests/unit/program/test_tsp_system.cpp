// SPDX-License-Identifier: Apache-2.0
// Systems of TSP chips have the published cables and distances.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "program/tsp.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr System node{8, 1, 1, 1};
constexpr System rack{72, 9, 1, 2};
constexpr System dragonfly{264, 33, 1, 1};
constexpr System largest{10440, 9, 145, 2};

Wiring wiring_of(const System& system) { return {system.chips, cables_of(system)}; }

TEST(TspSystem, JoinsEveryLinkAtMostOnce) {
  for (const System& system : {node, rack, dragonfly, largest}) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> used;
    for (const Cable& cable : cables_of(system)) {
      EXPECT_LT(cable.a, cable.b);
      EXPECT_LT(cable.b, system.chips);
      EXPECT_TRUE(used.emplace(cable.a, cable.a_link).second);
      EXPECT_TRUE(used.emplace(cable.b, cable.b_link).second);
    }
  }
}

TEST(TspSystem, ANodeHas28CablesAndOneHop) {
  EXPECT_EQ(cables_of(node).size(), 28U);
  EXPECT_EQ(diameter(wiring_of(node)), 1U);
}

TEST(TspSystem, ThirtyThreeNodesAreThreeHopsApart) {
  EXPECT_EQ(cables_of(dragonfly).size(), 33U * 28U + 33U * 32U / 2U);
  EXPECT_EQ(diameter(wiring_of(dragonfly)), 3U);
}

TEST(TspSystem, ARackJoinsEveryPairOfNodesTwice) {
  EXPECT_EQ(cables_of(rack).size(), 9U * 28U + 2U * 36U);
  const Wiring wiring = wiring_of(rack);
  std::uint32_t between = 0;
  for (std::uint32_t a = 0; a < 8; ++a) {
    for (std::uint32_t b = 8; b < 16; ++b) {
      between += static_cast<std::uint32_t>(wiring.between(a, b).size());
    }
  }
  EXPECT_EQ(between, 2U);
  EXPECT_EQ(diameter(wiring), 3U);
}

// The paper counts five hops at most, 2 + 1 + 2. That a rack's one cable to another rack is two
// hops from each of its 72 chips cannot be: the chip at its end has k <= 3 cables to other nodes of
// the rack, its node 16, so that at most 1 + 7 + k + (16 - k) + 10 k chips are within two hops.
TEST(TspSystem, NoCableToAnotherRackIsTwoHopsFromAllOfARack) {
  const Wiring rack_of_largest = wiring_of(rack);
  std::size_t most = 0;
  for (std::uint32_t chip = 0; chip < rack.chips; ++chip) {
    const std::vector<std::uint32_t> hops = rack_of_largest.hops_from(chip);
    const auto near = std::count_if(hops.begin(), hops.end(), [](auto h) { return h <= 2; });
    most = std::max(most, static_cast<std::size_t>(near));
  }
  EXPECT_LE(most, 54U);
  EXPECT_GT(most, 30U);
}

TEST(TspSystem, RacksAreAllJoinedAndAtMostSevenHopsApart) {
  const std::vector<Cable> cables = cables_of(largest);
  EXPECT_EQ(cables.size(), 145U * (9U * 28U + 72U) + 145U * 144U / 2U);
  const Wiring wiring(largest.chips, cables);
  EXPECT_EQ(diameter(wiring, {0, 71, 5000, 10439}), 7U);
}

TEST(TspSystem, WiringKnowsBothEnds) {
  const Wiring wiring = wiring_of(dragonfly);
  for (std::uint32_t chip = 0; chip < dragonfly.chips; ++chip) {
    std::uint32_t used = 0;
    for (std::uint32_t link = 0; link < links_a_chip; ++link) {
      const auto far = wiring.far(chip, link);
      if (!far) continue;
      ++used;
      const auto back = wiring.far(far->chip, far->link);
      ASSERT_TRUE(back);
      EXPECT_EQ(back->chip, chip);
      EXPECT_EQ(back->link, link);
    }
    EXPECT_EQ(used, local_links + global_links);
  }
}

}  // namespace
}  // namespace weft::program::tsp
