// SPDX-License-Identifier: Apache-2.0
// Tensor programs on several chips: what crosses, when, and what can't.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_schedule_parts.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using Type = VectorType;

constexpr System node{chips_a_node, 1, 1, 1};

Timing whole_chip() {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  return timing;
}

/// 9 rows of 400 channels on chip 0, a product of them on chip 2, and both together on chip 1.
TensorProgram three_chips() {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f16, {9, 400});
  const TensorId y = program.unary(VectorOperation::relu, x, "y");
  program.chip = 2;
  const TensorId w = program.pattern("w", Type::f16, {400, 400}, 1);
  const TensorId z = program.convert(program.matmul(y, w, "sums"), Type::f16, "z");
  program.chip = 1;
  program.output(program.binary(VectorOperation::add, y, z, "sum"));
  return program;
}

ScheduledProgram scheduled(const TensorProgram& program, const ScheduleOptions& how = {}) {
  ScheduleOptions options = how;
  options.timing_only = true;
  options.system = node;
  return schedule(program, whole_chip(), options);
}

TEST(TspScheduleChips, PartsHaveWhatTheyReadAndMake) {
  const TensorProgram program = three_chips();
  const ChipParts parts = parts_of(program);
  ASSERT_EQ(parts.parts.size(), 3U);
  EXPECT_EQ(parts.parts[1].chip, 1U);
  EXPECT_EQ(parts.parts[1].program.tensors.size(), 3U);  // y, z, sum
  EXPECT_EQ(parts.parts[1].program.nodes.size(), 1U);
  EXPECT_TRUE(parts.parts[1].leaving.empty());
  ASSERT_EQ(parts.parts[0].leaving.size(), 1U);
  EXPECT_EQ(parts.parts[0].program.at(parts.parts[0].leaving[0]).name, "y");
  ASSERT_EQ(parts.transfers.size(), 3U);  // y to both, z
  TensorProgram one;
  one.output(one.unary(VectorOperation::relu, one.input("x", Type::f16, {9, 400}), "y"));
  EXPECT_TRUE(parts_of(one).transfers.empty());
}

// A byte of 320 lanes is a vector: 9 rows of two tiles of fp16 go three times.
TEST(TspScheduleChips, VectorsArriveWhateverLinksDraw) {
  for (const bool pads : {false, true}) {
    ScheduleOptions options;
    options.chip_pads = pads;
    ScheduledProgram made = scheduled(three_chips(), options);
    ASSERT_EQ(made.program.chips(), 3U);
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      made.program.link_seed = seed;
      const Checked checked = check(made.program, whole_chip(), cables_of(node));
      if (checked.fault) ADD_FAILURE() << describe(made.program, *checked.fault);
      EXPECT_EQ(checked.cycles, made.cycles);
      std::uint64_t vectors = 0;
      for (const Crossing& one : checked.crossings) vectors += one.count;
      EXPECT_EQ(vectors, 3U * 9 * 2 * 2);
    }
    const auto& operations = made.operations;
    ASSERT_EQ(operations.size(), 3U);
    EXPECT_EQ(operations[1].chip, 2U);
    // From the first row that is sent to the last one's sum.
    EXPECT_GT(operations[2].last_cycle, operations[0].first_cycle + 209 + 9 * 2 * 2 * 24);
  }
}

// Images fill the receiver's time: links wait for it.
TEST(TspScheduleChips, ImagesCrossWhileTheyAreMade) {
  TensorProgram program;
  TensorWindow window;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
  TensorId last = program.input("image", Type::f16, {1, 28, 28, 96});
  for (std::uint32_t layer = 0; layer < 4; ++layer) {
    program.chip = layer / 2;
    const TensorId weights =
        program.pattern("w" + std::to_string(layer), Type::f16, {3, 3, 96, 96}, layer);
    last = program.convert(program.convolution(last, weights, window), Type::f16);
  }
  program.output(last);
  for (const bool apart : {false, true}) {
    ScheduleOptions options;
    options.interleave_layers = !apart;
    ScheduledProgram made = scheduled(program, options);
    made.program.link_seed = 3;
    const Checked checked = check(made.program, whole_chip(), cables_of(node));
    if (checked.fault) ADD_FAILURE() << describe(made.program, *checked.fault);
    EXPECT_EQ(checked.cycles, made.cycles);
    // 784 rows of two bytes take a link longer than a layer takes the planes.
    const Cycle link = 784U * 2 * 24;
    EXPECT_GT(made.cycles, link);
    if (apart) continue;
    EXPECT_LT(made.operations[2].first_cycle, link / 2);
  }
}

std::string refusal(const TensorProgram& program, const System& system) {
  ScheduleOptions options;
  options.system = system;
  try {
    schedule(program, whole_chip(), options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(TspScheduleChips, ChipsThatAreNotThereOrNotJoinedAreNamed) {
  EXPECT_EQ(refusal(three_chips(), {}), "tensor 'sums' is made on chip 2; the machine has 1 chip");
  TensorProgram far;
  const TensorId x = far.input("x", Type::f16, {9, 400});
  far.chip = 3;
  const TensorId y = far.unary(VectorOperation::relu, x, "y");
  far.chip = 12;
  far.output(far.unary(VectorOperation::negate, y, "z"));
  EXPECT_EQ(refusal(far, {16, 2, 1, 1}),
            "tensor 'y' is made on chip 3 and read on chip 12, to which no cable leads");
  far.nodes[1].chip = 5;
  EXPECT_EQ(refusal(far, {16, 2, 1, 1}), "");
}

}  // namespace
}  // namespace weft::program::tsp
