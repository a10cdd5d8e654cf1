// SPDX-License-Identifier: Apache-2.0
// The whole of ResNet-50 in int8, every convolution of it, scheduled and checked without data.
#include <gtest/gtest.h>

#include "program/tsp_check.hpp"
#include "program/tsp_resnet.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

Timing chip() {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  return timing;
}

Cycle checked_cycles(bool interleave_layers, const ResNetBlocks& blocks = resnet50) {
  ScheduleOptions options;
  options.timing_only = true;
  options.interleave_layers = interleave_layers;
  const ScheduledProgram scheduled = schedule(resnet(blocks), chip(), options);
  validate(scheduled.program);
  const Checked checked = check(scheduled.program, chip());
  EXPECT_FALSE(checked.fault.has_value());
  if (checked.fault) ADD_FAILURE() << describe(scheduled.program, *checked.fault);
  EXPECT_EQ(checked.cycles, scheduled.cycles);
  // Three convolutions a block, one more in each first, one before them, two pools, a product.
  EXPECT_EQ(scheduled.operations.size(), 8 + 3 * (blocks[0] + blocks[1] + blocks[2] + blocks[3]));
  for (const ScheduledOperation& operation : scheduled.operations) {
    EXPECT_GE(operation.last_cycle - operation.first_cycle, operation.bound_cycles)
        << operation.name;
  }
  EXPECT_EQ(scheduled.operations[0].products, std::uint64_t{112 * 112 * 64} * 7 * 7 * 3);
  return scheduled.cycles;
}

// Published: 44,118 cycles (20.4 k images a second at 900 MHz, ISCA 2020), and 5,500 more without
// banks and slices interleaved.
TEST(TspResNet50, AsLongAsPublishedWithinAFifth) {
  const Cycle cycles = checked_cycles(true);
  EXPECT_GT(cycles, 44'118U * 8 / 10);
  EXPECT_LT(cycles, 44'118U * 12 / 10);
  const Cycle apart = checked_cycles(false);
  EXPECT_GE(apart, cycles + 3'000);
  EXPECT_LE(apart, cycles + 8'000);
}

// Projected in the same paper: 14.3 k and 10.7 k images a second. Their weights fill more than two
// thirds of a chip. A block of conv4_x is what 17 of them make the one longer than ResNet-50.
TEST(TspResNet50, DeeperOnesFitAndABlockOfThemIsAsLongAsPublished) {
  const Cycle deeper = checked_cycles(true, resnet101);
  EXPECT_GT(deeper, 62'937U * 8 / 10);
  EXPECT_LT(deeper, 62'937U * 12 / 10);
  const double block = static_cast<double>(deeper - checked_cycles(true)) / 17;
  EXPECT_GE(block, 1088);
  EXPECT_LE(block, 1126);
}

// The vendor's compiler made 301,467 cycles of it: another schedule.
TEST(TspResNet50, IsScheduledInHalfPrecisionToo) {
  ScheduleOptions options;
  options.timing_only = true;
  const ScheduledProgram scheduled = schedule(resnet(resnet50, VectorType::f16), chip(), options);
  const Checked checked = check(scheduled.program, chip());
  EXPECT_FALSE(checked.fault.has_value());
  EXPECT_EQ(checked.cycles, scheduled.cycles);
  Cycle least = 0;
  for (const ScheduledOperation& one : scheduled.operations) least += one.bound_cycles;
  EXPECT_GT(scheduled.cycles, least);
}

}  // namespace
}  // namespace weft::program::tsp
