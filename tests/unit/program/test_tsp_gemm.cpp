// SPDX-License-Identifier: Apache-2.0
// How well large fp16 products fill the planes, against the published utilisation.
#include <gtest/gtest.h>

#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

// ISCA 2022, figure 13: [2304 x 4096] x [4096 x N] keeps 80 % or more at every N of 1376..3500. A
// plane pair does 160 x 320 multiply-adds a cycle.
TEST(TspGemm, UtilisationIsAtLeastAsPublishedAtEveryWidth) {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  ScheduleOptions options;
  options.timing_only = true;
  for (const std::uint64_t n : {1376U, 1600U, 1920U, 3000U, 3500U}) {
    TensorProgram program;
    const TensorId a = program.input("a", VectorType::f16, {2304, 4096});
    const TensorId w = program.pattern("w", VectorType::f16, {4096, n}, 1);
    program.output(program.convert(program.matmul(a, w), VectorType::f16, "y"));
    const ScheduledProgram scheduled = schedule(program, timing, options);
    const Checked checked = check(scheduled.program, timing);
    ASSERT_FALSE(checked.fault.has_value()) << describe(scheduled.program, *checked.fault);
    EXPECT_EQ(checked.cycles, scheduled.cycles);
    const double most = 2.0 * 160 * 320 * static_cast<double>(scheduled.cycles);
    EXPECT_GE(2304.0 * 4096 * static_cast<double>(n) / most, 0.8) << n;
    EXPECT_GE(scheduled.cycles, scheduled.operations.at(0).bound_cycles) << n;
  }
}

}  // namespace
}  // namespace weft::program::tsp
