// SPDX-License-Identifier: Apache-2.0
// Convolutions with groups: filters of channels in the VXM, wider groups in the planes.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using Type = VectorType;
using test::expect_as_on_host;
using test::pattern_bytes;

struct Case {
  Type type;
  TensorShape shape;
  std::uint64_t height, width;  // of the window
  std::uint32_t groups;
  std::uint64_t results;
  std::uint32_t stride, pad;
};

TensorProgram layer_of(const Case& c) {
  TensorProgram program;
  const TensorId image = program.input("image", c.type, c.shape);
  const TensorId w =
      program.input("w", c.type, {c.height, c.width, c.shape[3] / c.groups, c.results});
  TensorWindow window;
  window.stride_y = window.stride_x = c.stride;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = c.pad;
  window.groups = c.groups;
  if (c.type == Type::i8) window.pad_value = -3;
  program.output(program.convolution(image, w, window, "y"));
  return program;
}

void expect_layer(const Case& c) {
  SCOPED_TRACE(testing::Message() << c.groups << " groups of " << c.shape[3] << " channels, "
                                  << c.height << " x " << c.width << ", stride " << c.stride);
  const TensorProgram program = layer_of(c);
  expect_as_on_host(program, {{0, pattern_bytes(c.type, c.shape, 7)},
                              {1, pattern_bytes(c.type, program.at(1).shape, 8)}});
}

// An even and an odd number of taps, one, two and nine passes; several tiles and images; windows
// that reach over quarters and beyond images of one row.
TEST(TspScheduleGroups, AFilterAChannel) {
  for (const Case& c : {Case{Type::f16, {1, 6, 5, 24}, 3, 3, 24, 24, 1, 1},
                        Case{Type::f16, {2, 5, 4, 330}, 3, 3, 330, 330, 2, 1},
                        Case{Type::f16, {1, 7, 7, 700}, 3, 3, 700, 700, 1, 1},
                        Case{Type::f16, {1, 9, 8, 16}, 2, 2, 16, 16, 1, 0},
                        Case{Type::f16, {1, 4, 4, 8}, 1, 1, 8, 8, 2, 0},
                        Case{Type::f16, {1, 1, 9, 5}, 1, 2, 5, 5, 1, 0},
                        Case{Type::f16, {1, 2, 2, 40}, 5, 5, 40, 40, 1, 2},
                        Case{Type::i8, {1, 6, 5, 32}, 3, 3, 32, 32, 1, 1},
                        Case{Type::i8, {2, 4, 5, 340}, 3, 3, 340, 340, 2, 1}}) {
    expect_layer(c);
  }
}

// Groups within a tile, across tiles of the image, of the result, and across a pass.
TEST(TspScheduleGroups, PlanesTakeTheChannelsOfTheirGroups) {
  for (const Case& c : {Case{Type::f16, {1, 5, 4, 24}, 3, 3, 3, 12, 1, 1},
                        Case{Type::f16, {1, 4, 4, 400}, 3, 3, 4, 80, 1, 1},
                        Case{Type::f16, {1, 3, 4, 96}, 1, 1, 4, 720, 1, 0},
                        Case{Type::f16, {2, 4, 3, 330}, 3, 3, 33, 660, 2, 1},
                        Case{Type::f16, {1, 4, 4, 12}, 3, 3, 12, 36, 1, 1},
                        Case{Type::i8, {1, 5, 4, 32}, 3, 3, 2, 16, 1, 1},
                        Case{Type::i8, {1, 4, 3, 700}, 1, 1, 7, 1400, 1, 0},
                        Case{Type::i8, {1, 3, 4, 340}, 3, 3, 10, 680, 1, 1}}) {
    expect_layer(c);
  }
}

// Between other layers, whose rows are written while the next one's windows wait for them.
TEST(TspScheduleGroups, AnInvertedBottleneck) {
  for (const std::uint64_t middle : {48U, 336U}) {
    SCOPED_TRACE(middle);
    TensorProgram program;
    const TensorShape shape = {1, 10, 9, 24};
    const TensorId image = program.input("image", Type::f16, shape);
    const auto bounded = [&](TensorId sums, const std::string& name, std::uint64_t channels) {
      const TensorId bias = program.pattern(name + "_bias", Type::f32, {channels}, channels);
      const TensorId moved = program.binary(VectorOperation::add, sums, bias);
      const TensorId six = program.scalar(name + "_six", Type::f32, 6.0);
      const TensorId below = program.binary(VectorOperation::minimum,
                                            program.unary(VectorOperation::relu, moved), six);
      return program.convert(below, Type::f16, name);
    };
    TensorId x =
        program.convolution(image, program.pattern("w1", Type::f16, {1, 1, 24, middle}, 1), {});
    x = bounded(x, "wide", middle);
    TensorWindow window;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
    window.groups = static_cast<std::uint32_t>(middle);
    x = program.convolution(x, program.pattern("w2", Type::f16, {3, 3, 1, middle}, 2), window);
    x = bounded(x, "filtered", middle);
    x = program.convolution(x, program.pattern("w3", Type::f16, {1, 1, middle, 24}, 3), {});
    x = program.binary(VectorOperation::add, x, program.convert(image, Type::f32));
    program.output(program.convert(x, Type::f16, "y"));
    const ScheduledProgram scheduled =
        expect_as_on_host(program, {{image, pattern_bytes(Type::f16, shape, 7)}});
    std::uint64_t products = 0;
    for (const ScheduledOperation& one : scheduled.operations) products += one.products;
    EXPECT_EQ(products, 90U * middle * (24U + 9U + 24U));
  }
}

// Around the image lies what the wider window reaches, whichever comes first.
TEST(TspScheduleGroups, WindowsOfTwoSizesGoOverOneImage) {
  for (const bool wide_first : {true, false}) {
    TensorProgram program;
    const TensorShape shape = {2, 5, 6, 24};
    const TensorId image = program.input("image", Type::f16, shape);
    const TensorId x = program.unary(VectorOperation::relu, image);
    std::vector<TensorId> sums;
    for (const bool wide : {wide_first, !wide_first}) {
      const std::uint64_t side = wide ? 5 : 3;
      TensorWindow window;
      window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = wide ? 2 : 1;
      window.groups = wide ? 24 : 1;
      const TensorId w = program.pattern(wide ? "wide" : "narrow", Type::f16,
                                         {side, side, 24 / window.groups, 24}, side);
      sums.push_back(program.convolution(x, w, window));
    }
    program.output(program.binary(VectorOperation::add, sums[0], sums[1], "y"));
    expect_as_on_host(program, {{image, pattern_bytes(Type::f16, shape, 7)}});
  }
}

TEST(TspScheduleGroups, WeightsThatTheChipMakesHaveNoZerosBetweenGroups) {
  TensorProgram program;
  const TensorId image = program.input("image", Type::f16, {1, 4, 4, 8});
  const TensorId w =
      program.unary(VectorOperation::relu, program.input("w", Type::f16, {3, 3, 2, 8}), "made");
  TensorWindow window;
  window.groups = 4;
  program.output(program.convolution(image, w, window, "y"));
  try {
    schedule(program, test::default_timing());
    FAIL() << "was scheduled";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    EXPECT_NE(std::string(error.what()).find("tensor 'y': weights of several groups"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace weft::program::tsp
