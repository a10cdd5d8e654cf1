// SPDX-License-Identifier: Apache-2.0
// Encoders of transformers: one with data, BERT-tiny scheduled and checked without.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_bert.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

TEST(TspBert, AnEncoderHasTheHostsBits) {
  BertSizes sizes{1, 48, 3, 40};
  sizes.length = 21;
  const TensorProgram program = bert(sizes);
  const test::Values inputs = test::pattern_inputs(program);
  EXPECT_EQ(inputs.size(), 2U);  // words and mask
  test::expect_as_on_host(program, inputs);
}

TEST(TspBert, TinyIsSoundAndAsLongAsForetold) {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  ScheduleOptions options;
  options.timing_only = true;
  const ScheduledProgram scheduled = schedule(bert(bert_tiny), timing, options);
  validate(scheduled.program);
  const Checked checked = check(scheduled.program, timing);
  EXPECT_FALSE(checked.fault.has_value());
  if (checked.fault) ADD_FAILURE() << describe(scheduled.program, *checked.fault);
  EXPECT_EQ(checked.cycles, scheduled.cycles);
  std::uint32_t products = 0;
  for (const ScheduledOperation& operation : scheduled.operations) {
    products += operation.operation == TensorOperation::matmul ? 1U : 0U;
    EXPECT_GE(operation.last_cycle - operation.first_cycle, operation.bound_cycles)
        << operation.name;
  }
  EXPECT_EQ(products, 2 * 8U);  // of a layer: four projections, two of attention, two behind it
}

TEST(TspBert, HeadsMustShareTheChannels) {
  BertSizes sizes{1, 50, 3, 40};
  try {
    bert(sizes);
    FAIL() << "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    EXPECT_EQ(std::string(error.what()), "tensor 'layer1 attention': 50 channels are no 3 heads");
  }
}

}  // namespace
}  // namespace weft::program::tsp
