// SPDX-License-Identifier: Apache-2.0
// Messages in a node: every vector crosses once a link, detours pay from a size on.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_message.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

Timing timing() {
  Timing out;
  out.link_cycles_a_vector = {2952, 125};
  out.clock_drift_ppm = {20, 1};
  return out;
}

std::uint64_t crossed(const Program& program) {
  const CheckedLinks checked = check_links(program, timing(), cables_of({chips_a_node, 1, 1, 1}));
  EXPECT_FALSE(checked.fault);
  std::uint64_t sum = 0;
  for (const Crossing& one : checked.crossings) sum += one.count;
  return sum;
}

TEST(TspMessage, GoesDirectlyOrOverSixOthers) {
  for (const std::uint32_t vectors : {1U, 6U, 7U, 100U, 4096U}) {
    const std::uint32_t direct = (vectors + 6) / 7;
    EXPECT_EQ(crossed(message(timing(), vectors, false)), vectors);
    EXPECT_EQ(crossed(message(timing(), vectors, true)), direct + 2 * (vectors - direct));
  }
}

TEST(TspMessage, DetoursPayForLongMessagesOnly) {
  const auto cycles = [](std::uint32_t vectors, bool detours) {
    return message_cycles(timing(), message(timing(), vectors, detours));
  };
  EXPECT_LT(cycles(4, false), cycles(4, true));
  EXPECT_GT(cycles(1000, false), 5 * cycles(1000, true));
}

TEST(TspMessage, RefusesNoneAndTooMany) {
  EXPECT_THROW(message(timing(), 0, false), Error);
  EXPECT_THROW(message(timing(), words_a_bank + 1, false), Error);
}

}  // namespace
}  // namespace weft::program::tsp
