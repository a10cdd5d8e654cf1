// SPDX-License-Identifier: Apache-2.0
// Images that fill a TSP's memory: their copies lie in slices of their own, and they take the words
// of those before.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using Type = VectorType;

TensorWindow window_of(std::uint32_t side, std::uint32_t stride, std::uint32_t pad) {
  TensorWindow window;
  window.height = window.width = side;
  window.stride_y = window.stride_x = stride;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = pad;
  return window;
}

/// fp16 images, a convolution by each window after the other.
struct Network {
  TensorProgram program;
  TensorId last = 0;
  std::uint64_t channels = 0;

  void convolve(std::uint64_t outputs, std::uint32_t side, std::uint32_t stride) {
    const std::string name = "w" + std::to_string(program.nodes.size());
    const TensorId weights =
        program.pattern(name, Type::f16, {side, side, channels, outputs}, program.nodes.size());
    const TensorId sums = program.convolution(last, weights, window_of(side, stride, side / 2));
    last = program.convert(sums, Type::f16);
    channels = outputs;
  }
};

Network network(std::uint64_t side, std::uint64_t channels) {
  Network out;
  out.last = out.program.input("image", Type::f16, {1, side, side, channels});
  out.channels = channels;
  return out;
}

/// The whole chip has a schedule of it, and the check finds no fault there.
void expect_room(const TensorProgram& program) {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  ScheduleOptions options;
  options.timing_only = true;
  const ScheduledProgram scheduled = schedule(program, timing, options);
  const Checked checked = check(scheduled.program, timing);
  if (checked.fault) ADD_FAILURE() << describe(scheduled.program, *checked.fault);
  EXPECT_EQ(checked.cycles, scheduled.cycles);
}

// A pool reads three copies of its image. The image before leaves room beside the weights alone,
// which costs less than two copies in one slice: that no pass could write.
TEST(TspScheduleRoom, CopiesBesideALargeImageLieInSlicesOfTheirOwn) {
  Network net = network(224, 3);
  net.convolve(64, 7, 2);
  net.program.output(net.program.maximum_pool(net.last, window_of(3, 2, 1), "pool"));
  expect_room(net.program);
}

// Together they are larger than the memory.
TEST(TspScheduleRoom, ImagesTakeTheWordsOfThoseBefore) {
  Network net = network(112, 8);
  for (int layer = 0; layer < 16; ++layer) net.convolve(8, 3, 1);
  net.program.output(net.last);
  expect_room(net.program);
}

// The first images fill what the last weights and biases could lie in, and are gone by then: those
// are there before the run.
TEST(TspScheduleRoom, WordsOfWeightsAreKeptFromImagesBeforeThem) {
  constexpr std::uint64_t wide = 2048;
  Network net = network(224, 3);
  net.convolve(64, 7, 2);
  net.last = net.program.maximum_pool(net.last, window_of(3, 2, 1));
  net.convolve(wide, 1, 8);
  for (std::uint64_t layer = 0; layer < 6; ++layer) {
    const TensorId weights =
        net.program.pattern("wide" + std::to_string(layer), Type::f16, {1, 1, wide, wide}, layer);
    const TensorId bias =
        net.program.pattern("bias" + std::to_string(layer), Type::f32, {wide}, layer);
    const TensorId sums = net.program.convolution(net.last, weights, {});
    net.last = net.program.convert(net.program.binary(VectorOperation::add, sums, bias), Type::f16);
  }
  net.program.output(net.last);
  expect_room(net.program);
}

std::string refusal(const TensorProgram& program) {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  ScheduleOptions options;
  options.timing_only = true;
  options.system.chips = chips_a_node;
  try {
    schedule(program, timing, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
    return error.what();
  }
  return "none";
}

// Weights of 16 MB and six of 2 MB, whose rows take words of 320 lanes each, have no room in the 16
// slices of a hemisphere.
TEST(TspScheduleRoom, WhatDoesNotFitIsToldBesideTheChip) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f16, {1, 20000});
  for (unsigned i = 0; i < 6; ++i) {
    const std::string name = "small" + std::to_string(i);
    const TensorId small = program.pattern(name, Type::f16, {20000, 50}, i);
    program.output(program.matmul(x, small, "few" + std::to_string(i)));
  }
  const TensorId large = program.pattern("large", Type::f16, {20000, 330}, 7);
  program.output(program.matmul(x, large, "many"));
  const std::string text = refusal(program);
  EXPECT_NE(text.find("tensor 'large': the "), std::string::npos) << text;
  // 2,500 words of 16 slices a tile of 320 columns: one tile of the small ones, two of the other.
  EXPECT_NE(text.find("weights and constants take 97.7 MiB, and all together 97.7 MiB at once, of "
                      "the chip's 200.0 MiB beside program text; the largest: 'large' 24.4 MiB, "
                      "'small0' 12.2 MiB, 'small1' 12.2 MiB"),
            std::string::npos)
      << text;
}

// Each element once is more than there is: no attempt says so, which may take minutes.
TEST(TspScheduleRoom, WhatCannotFitIsRefusedBeforeAnAttempt) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f16, {1, 20000});
  const TensorId large = program.pattern("large", Type::f16, {20000, 2200}, 2);
  const TensorId small = program.pattern("small", Type::f16, {2200, 50}, 1);
  program.output(program.matmul(program.convert(program.matmul(x, large), Type::f16), small, "y"));
  EXPECT_EQ(refusal(program),
            "weights of products take 84.1 MiB at least, and the chip has 80.0 MiB in the slices "
            "that they are loaded from; the largest: 'large' 83.9 MiB, 'small' 0.2 MiB");
  program.nodes.back().chip = 1;
  EXPECT_EQ(refusal(program),
            "on chip 0 weights of products take 83.9 MiB at least, and the chip has 80.0 MiB in "
            "the slices that they are loaded from; the largest: 'large' 83.9 MiB");
}

TEST(TspScheduleRoom, ImagesOfTheHostCountToo) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {400000, 320});
  const TensorId b = program.input("b", Type::i8, {400000, 320});
  program.input("nobody takes it", Type::i8, {400000, 320});
  program.output(program.binary(VectorOperation::add, a, b, "sum"));
  EXPECT_EQ(refusal(program),
            "inputs, weights and constants take 244.1 MiB at least, and the chip has 200.0 MiB "
            "beside program text; the largest: 'a' 122.1 MiB, 'b' 122.1 MiB");
}

TEST(TspScheduleRoom, PaddingByTheChipHasTheHostsBits) {
  ScheduleOptions options;
  options.chip_pads = true;
  Network net = network(11, 40);
  net.convolve(24, 3, 1);
  const TensorId joined = net.last;
  net.convolve(24, 5, 1);
  net.last = net.program.binary(VectorOperation::add, net.last, joined);
  net.convolve(330, 3, 2);
  net.convolve(7, 3, 1);
  net.program.output(net.last);
  test::expect_as_on_host(net.program, test::pattern_inputs(net.program), options);
}

TEST(TspScheduleRoom, PaddingByTheChipMayBeANumber) {
  ScheduleOptions options;
  options.chip_pads = true;
  for (const std::uint64_t channels : {32U, 200U}) {  // gathered, and a pass a tap
    TensorProgram program;
    TensorId last = program.input("image", Type::i8, {1, 9, 10, channels});
    for (std::uint32_t layer = 0; layer < 3; ++layer) {
      TensorWindow window = window_of(3, 1, 1);
      window.pad_value = -5;
      const TensorId weights =
          program.pattern("w" + std::to_string(layer), Type::i8, {3, 3, channels, channels}, layer);
      const TensorId sums = program.convolution(last, weights, window);
      const TensorId scale = program.scalar("s" + std::to_string(layer), Type::f32, 0.0003);
      last = program.convert(
          program.binary(VectorOperation::multiply, program.convert(sums, Type::f32), scale),
          Type::i8);
    }
    program.output(last);
    test::expect_as_on_host(program, test::pattern_inputs(program), options);
  }
}

// Rotary positions: q2's sums meet t, n1, cosines and sines on their way to memory.
TEST(TspScheduleRoom, OperandsBehindAProductLieInSlicesOfTheirOwn) {
  TensorProgram program;
  constexpr std::uint64_t rows = 32;
  constexpr std::uint64_t heads = 2;
  const auto narrow = [&](TensorId left, TensorId right) {
    return program.convert(program.matmul(left, right), Type::f16);
  };
  const TensorId x = program.input("x", Type::f16, {rows, 64});
  const TensorId cosines = program.input("cosines", Type::f16, {1, rows, 1, 16});
  const TensorId sines = program.input("sines", Type::f16, {1, rows, 1, 16});
  const TensorId turned = narrow(x, program.pattern("w", Type::f16, {64, heads * 16}, 1));
  const TensorId t = program.reshape(turned, {1, rows, heads, 16});
  const TensorId a = program.binary(VectorOperation::multiply, t, cosines);
  const TensorId s1 = narrow(t, program.pattern("low", Type::f16, {16, 8}, 2));
  const TensorId s2 = narrow(t, program.pattern("high", Type::f16, {16, 8}, 3));
  const TensorId less = program.unary(VectorOperation::negate, s2);
  const TensorId n1 = narrow(less, program.pattern("left", Type::f16, {8, 16}, 4));
  const TensorId q2 = narrow(s1, program.pattern("right", Type::f16, {8, 16}, 5));
  const TensorId both = program.binary(VectorOperation::add, n1, q2);
  const TensorId b = program.binary(VectorOperation::multiply, both, sines);
  program.output(program.binary(VectorOperation::add, a, b, "y"));
  expect_room(program);
  test::expect_as_on_host(program, test::pattern_inputs(program));
}

}  // namespace
}  // namespace weft::program::tsp
