// SPDX-License-Identifier: Apache-2.0
// Programs of many TSP chips hold against the hardware, chip by chip and on their links.
#include <gtest/gtest.h>

#include "program/tsp_check.hpp"
#include "program/tsp_collective.hpp"
#include "program/tsp_message.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr System node{8, 1, 1, 1};
constexpr System dragonfly{264, 33, 1, 1};

Timing timing() {
  Timing out;
  out.mxm_accumulator_rows = 512;
  out.text_slices_west = {16, 20, 24, 28};
  out.text_slices_east = {16, 20, 24, 28};
  out.link_cycles_a_vector = {2952, 125};
  out.clock_drift_ppm = {20, 1};
  return out;
}

/// Empty, or what is refused.
std::string refusal(const Program& program, const System& system) {
  validate(program);
  const Checked checked = check(program, timing(), cables_of(system));
  return checked.fault ? describe(program, *checked.fault) : "";
}

TEST(TspWholeSystems, AllReduceOfANodeIsSound) {
  for (const std::uint32_t vectors : {1U, 8U, 13U, 512U}) {
    EXPECT_EQ(refusal(all_reduce_node(timing(), {VectorType::f32, vectors}), node), "") << vectors;
  }
}

TEST(TspWholeSystems, AllReduceOfADragonflyIsSound) {
  EXPECT_EQ(refusal(all_reduce_dragonfly(timing(), {VectorType::i32, 256}), dragonfly), "");
}

TEST(TspWholeSystems, MessagesAreSound) {
  for (const std::uint32_t vectors : {1U, 5U, 200U}) {
    EXPECT_EQ(refusal(message(timing(), vectors, false), node), "");
    EXPECT_EQ(refusal(message(timing(), vectors, true), node), "");
  }
}

TEST(TspWholeSystems, AnInstructionACycleLateIsRefused) {
  Program program = all_reduce_node(timing(), {VectorType::f32, 8});
  std::size_t refused = 0;
  const std::size_t all = program.schedules[3].instructions.size();
  for (std::size_t i = 0; i < all; ++i) {
    Instruction& one = program.schedules[3].instructions[i];
    if (one.opcode == Opcode::deskew) continue;
    ++one.cycle;
    if (!refusal(program, node).empty()) ++refused;
    --one.cycle;
  }
  // Every operand is named, so nothing that takes or gives one can move.
  EXPECT_EQ(refused, all - 1);
}

}  // namespace
}  // namespace weft::program::tsp
