// SPDX-License-Identifier: Apache-2.0
// All-reduce on a node: every vector is received in time, whatever the links draw.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

Timing timing() {
  Timing out;
  out.link_cycles_a_vector = {2952, 125};
  out.clock_drift_ppm = {20, 1};
  return out;
}

TEST(TspCollective, IsReceivedInTimeUnderEverySeed) {
  const std::vector<Cable> cables = cables_of({chips_a_node, 1, 1, 1});
  for (const std::uint32_t vectors : {1U, 8U, 13U, 4096U}) {
    Program program = all_reduce_node(timing(), {VectorType::f32, vectors});
    for (program.link_seed = 0; program.link_seed < 20; ++program.link_seed) {
      const CheckedLinks checked = check_links(program, timing(), cables);
      EXPECT_FALSE(checked.fault) << vectors;
      std::uint64_t crossed = 0;
      for (const Crossing& one : checked.crossings) crossed += one.count;
      // Each part goes to its owner and comes back as a sum, but for the owner's own: 4 bytes each.
      EXPECT_EQ(crossed, std::uint64_t{2} * 7 * 4 * vectors);
    }
  }
}

TEST(TspCollective, OfADragonflyIsReceivedInTimeUnderEverySeed) {
  const std::vector<Cable> cables = cables_of({264, 33, 1, 1});
  Program program = all_reduce_dragonfly(timing(), {VectorType::f32, 256});
  for (program.link_seed = 0; program.link_seed < 3; ++program.link_seed) {
    const CheckedLinks checked = check_links(program, timing(), cables);
    EXPECT_FALSE(checked.fault);
  }
}

TEST(TspCollective, RefusesWhatItHasNot) {
  EXPECT_THROW(all_reduce_node(timing(), {VectorType::f16, 8}), Error);
  EXPECT_THROW(all_reduce_node(timing(), {VectorType::f32, 0}), Error);
  EXPECT_THROW(all_reduce_node(timing(), {VectorType::f32, 4097}), Error);
  EXPECT_THROW(all_reduce_dragonfly(timing(), {VectorType::f32, 128}), Error);
}

}  // namespace
}  // namespace weft::program::tsp
