// SPDX-License-Identifier: Apache-2.0
// Schedules of tensor programs: legal, as long as predicted, and with the host's bits.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using test::Values;
using Type = VectorType;

TEST(TspSchedule, SumPoolsOfFp16AddInTheVxm) {
  for (const std::uint64_t channels : {24U, 330U}) {
    TensorProgram program;
    const TensorShape shape = {2, 7, 9, channels};
    const TensorId image = program.input("image", Type::f16, shape);
    TensorWindow window;
    window.height = 3;
    window.width = 2;
    window.stride_y = window.stride_x = 2;
    const TensorId part = program.scalar("part", Type::f32, 1.0 / 6);
    const TensorId sum = program.sum_pool(image, window, "sum");
    program.output(
        program.convert(program.binary(VectorOperation::multiply, sum, part), Type::f16, "mean"));
    program.output(program.sum_pool(image, {1, 1, 1, 1, 0, 0, 0, 0, 0}, "same"));
    expect_as_on_host(program, {{image, pattern_bytes(Type::f16, shape, 7)}});
  }
}

struct Shape {
  std::uint64_t rows, depth, columns;
};

TEST(TspSchedule, Int8ProductsOfAnySize) {
  for (const Shape& s : {Shape{1, 64, 10}, Shape{5, 320, 320}, Shape{100, 700, 64},
                         Shape{45, 330, 650}, Shape{3, 33, 1300}, Shape{1100, 321, 16}}) {
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.depth << " x " << s.columns);
    TensorProgram program;
    const TensorId a = program.input("a", Type::i8, {s.rows, s.depth});
    const TensorId w = program.pattern("w", Type::i8, {s.depth, s.columns}, 1);
    program.output(program.matmul(a, w, "y"));
    expect_as_on_host(program, {{a, pattern_bytes(Type::i8, {s.rows, s.depth}, 7)}});
  }
}

TEST(TspSchedule, Fp16ProductsOfAnySize) {
  for (const Shape& s :
       {Shape{1, 64, 10}, Shape{5, 160, 320}, Shape{50, 500, 64}, Shape{30, 330, 650}}) {
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.depth << " x " << s.columns);
    TensorProgram program;
    const TensorId a = program.input("a", Type::f16, {s.rows, s.depth});
    const TensorId w = program.pattern("w", Type::f16, {s.depth, s.columns}, 1);
    program.output(program.matmul(a, w, "y"));
    expect_as_on_host(program, {{a, pattern_bytes(Type::f16, {s.rows, s.depth}, 7)}});
  }
}

TEST(TspSchedule, RequantisationRidesBehindAProduct) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {90, 400});
  const TensorId w1 = program.pattern("w1", Type::i8, {400, 640}, 1);
  const TensorId w2 = program.pattern("w2", Type::i8, {640, 20}, 2);
  const TensorId scale = program.pattern("scale", Type::f32, {640}, 3);
  const TensorId offset = program.pattern("offset", Type::f32, {640}, 4);
  const TensorId half = program.scalar("half", Type::f32, 0.5);
  const TensorId hidden =
      program.requantise(program.matmul(a, w1), scale, offset, Type::i8, "hidden");
  program.output(program.binary(VectorOperation::multiply,
                                program.convert(program.matmul(hidden, w2), Type::f32), half,
                                "scores"));
  const auto scheduled = expect_as_on_host(program, {{a, pattern_bytes(Type::i8, {90, 400}, 7)}});
  EXPECT_EQ(scheduled.operations.size(), 2U);  // every elementwise operation is fused
}

TEST(TspSchedule, SumsOfBytesRideBehindAProduct) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {90, 64});
  const TensorId beside = program.input("beside", Type::i8, {90, 640});
  const TensorId w = program.pattern("w", Type::i8, {64, 640}, 1);
  const TensorId scale = program.pattern("scale", Type::f32, {640}, 2);
  const TensorId wide = program.convert(program.matmul(a, w), Type::f32);
  const TensorId scaled = program.binary(VectorOperation::multiply, wide, scale);
  program.output(program.binary(VectorOperation::add_saturating, program.convert(scaled, Type::i8),
                                beside, "y"));
  const auto scheduled = expect_as_on_host(
      program,
      {{a, pattern_bytes(Type::i8, {90, 64}, 7)}, {beside, pattern_bytes(Type::i8, {90, 640}, 8)}});
  EXPECT_EQ(scheduled.operations.size(), 1U);
}

TEST(TspSchedule, ChainsBroadcastAndEnterOnce) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f32, {6, 11, 340});
  const TensorId y = program.input("y", Type::f32, {11, 340});
  const TensorId z = program.pattern("z", Type::f32, {6, 1, 340}, 5);
  const TensorId t = program.unary(VectorOperation::hyperbolic_tangent, x);
  const TensorId sum = program.binary(VectorOperation::add, t, y);
  const TensorId back = program.binary(VectorOperation::multiply, sum, x);
  program.output(program.binary(VectorOperation::maximum, back, z, "out"));
  program.output(program.binary(VectorOperation::subtract, x, x, "zero"));
  expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {6, 11, 340}, 7)},
                              {y, pattern_bytes(Type::f32, {11, 340}, 8)}});
}

TEST(TspSchedule, InputsMeetWhateverTheirRows) {
  for (const std::uint64_t rows : {1U, 2U, 3U, 4U, 7U, 100U}) {
    for (const std::uint64_t columns : {1U, 300U, 320U, 700U}) {
      SCOPED_TRACE(testing::Message() << rows << " x " << columns);
      TensorProgram program;
      const TensorId x = program.input("x", Type::f32, {rows, columns});
      const TensorId y = program.input("y", Type::f32, {rows, columns});
      program.output(program.binary(VectorOperation::add, x, y, "sum"));
      expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {rows, columns}, 7)},
                                  {y, pattern_bytes(Type::f32, {rows, columns}, 8)}});
    }
  }
}

struct Convolution {
  std::uint64_t size, channels, results, window;
  std::uint32_t stride, pad;
  std::int8_t pad_value;
};

TEST(TspSchedule, ConvolutionsByAddressing) {
  for (const Convolution& c :
       {Convolution{6, 320, 40, 1, 1, 0, 0}, Convolution{9, 70, 330, 1, 2, 0, 0},
        Convolution{6, 176, 24, 3, 1, 1, 0}, Convolution{7, 336, 20, 3, 2, 1, -128},
        Convolution{8, 64, 64, 3, 1, 1, 0}, Convolution{9, 128, 24, 3, 2, 1, -128},
        Convolution{30, 3, 64, 7, 2, 3, 0}}) {
    SCOPED_TRACE(testing::Message() << c.size << " " << c.channels << " -> " << c.results << " "
                                    << c.window << "/" << c.stride);
    TensorProgram program;
    const TensorShape shape = {1, c.size, c.size, c.channels};
    const TensorId image = program.input("image", Type::i8, shape);
    const TensorId w =
        program.pattern("w", Type::i8, {c.window, c.window, c.channels, c.results}, 1);
    TensorWindow window;
    window.stride_y = window.stride_x = c.stride;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = c.pad;
    window.pad_value = c.pad_value;
    program.output(program.convolution(image, w, window, "y"));
    expect_as_on_host(program, {{image, pattern_bytes(Type::i8, shape, 7)}});
  }
}

// Small images: quarters that begin and end within a row of pixels, and images that end there.
TEST(TspSchedule, ConvolutionsOfSeveralImagesAndInHalfPrecision) {
  struct Case {
    Type type;
    std::uint64_t images, height, width, channels, results;
    std::uint32_t stride, pad;
  };
  for (const Case& c :
       {Case{Type::i8, 3, 4, 5, 24, 16, 1, 1}, Case{Type::i8, 2, 5, 3, 330, 20, 2, 1},
        Case{Type::i8, 1, 3, 9, 170, 330, 1, 1}, Case{Type::i8, 2, 6, 6, 16, 16, 1, 0},
        Case{Type::f16, 1, 5, 6, 24, 40, 1, 1}, Case{Type::f16, 2, 4, 5, 170, 330, 2, 1},
        Case{Type::f16, 3, 5, 4, 16, 8, 1, 0}}) {
    SCOPED_TRACE(testing::Message() << c.images << " images, " << c.channels << " channels");
    TensorProgram program;
    const TensorShape shape = {c.images, c.height, c.width, c.channels};
    const TensorId image = program.input("image", c.type, shape);
    const TensorId w = program.pattern("w", c.type, {3, 3, c.channels, c.results}, 1);
    TensorWindow window;
    window.stride_y = window.stride_x = c.stride;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = c.pad;
    if (c.type == Type::i8) window.pad_value = -3;
    const TensorId sums = program.convolution(image, w, window, "y");
    program.output(sums);
    expect_as_on_host(program, {{image, pattern_bytes(c.type, shape, 7)}});
  }
}

// Behind another layer, whose rows the second's windows reach across quarters and images.
TEST(TspSchedule, ConvolutionsOfSeveralImagesFollowEachOther) {
  for (const Type type : {Type::i8, Type::f16}) {
    SCOPED_TRACE(type == Type::i8 ? "i8" : "f16");
    TensorProgram program;
    const TensorShape shape = {3, 6, 5, 40};
    const TensorId image = program.input("image", type, shape);
    const TensorId scale = program.scalar("scale", Type::f32, 0.01);
    const TensorId offset = program.pattern("offset", Type::f32, {64}, 4);
    TensorWindow window;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
    TensorId x = program.convolution(image, program.pattern("w1", type, {3, 3, 40, 64}, 1), window);
    x = type == Type::i8 ? program.requantise(x, scale, offset, type)
                         : program.convert(program.unary(VectorOperation::relu, x), type);
    x = program.convolution(x, program.pattern("w2", type, {3, 3, 64, 48}, 2), window, "y");
    program.output(x);
    expect_as_on_host(program, {{image, pattern_bytes(type, shape, 7)}});
  }
}

TEST(TspSchedule, ConvolutionsFollowEachOther) {
  for (const std::uint64_t middle : {64U, 192U}) {
    SCOPED_TRACE(middle);
    TensorProgram program;
    const TensorShape shape = {1, 12, 12, 96};
    const TensorId image = program.input("image", Type::i8, shape);
    const TensorId scale = program.scalar("scale", Type::f32, 0.001);
    const TensorId offset = program.scalar("offset", Type::f32, -100);
    const TensorId w1 = program.pattern("w1", Type::i8, {1, 1, 96, middle}, 1);
    const TensorId w2 = program.pattern("w2", Type::i8, {3, 3, middle, middle}, 2);
    const TensorId w3 = program.pattern("w3", Type::i8, {1, 1, middle, 96}, 3);
    TensorWindow window;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
    window.pad_value = -128;
    TensorId x = program.requantise(program.convolution(image, w1, {}), scale, offset, Type::i8);
    x = program.requantise(program.convolution(x, w2, window), scale, offset, Type::i8);
    const TensorId wide = program.convert(program.convolution(x, w3, {}), Type::f32);
    const TensorId residual =
        program.binary(VectorOperation::add, program.convert(image, Type::f32), offset);
    const TensorId sum = program.binary(
        VectorOperation::add, program.binary(VectorOperation::multiply, wide, scale), residual);
    program.output(program.convert(sum, Type::i8, "y"));
    const auto scheduled = expect_as_on_host(program, {{image, pattern_bytes(Type::i8, shape, 7)}});
    EXPECT_EQ(scheduled.operations.size(), 3U);
  }
}

TEST(TspSchedule, PoolsOfMaximaAndSums) {
  TensorProgram program;
  const TensorShape shape = {1, 13, 13, 64};
  const TensorId image = program.input("image", Type::i8, shape);
  TensorWindow window;
  window.height = window.width = 3;
  window.stride_y = window.stride_x = 2;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
  program.output(program.maximum_pool(image, window, "most"));
  TensorWindow row;  // of every second row
  row.width = 3;
  row.stride_y = 2;
  program.output(program.maximum_pool(image, row, "of_rows"));
  TensorWindow column;
  column.height = 2;
  column.stride_x = 3;
  program.output(program.maximum_pool(image, column, "of_columns"));
  TensorWindow whole;
  whole.height = whole.width = 6;
  const TensorId wide = program.input("wide", Type::i8, {1, 6, 6, 700});
  const TensorId scale = program.scalar("scale", Type::f32, 1.0 / 36);
  const TensorId offset = program.scalar("offset", Type::f32, 0);
  program.output(
      program.requantise(program.sum_pool(wide, whole), scale, offset, Type::i8, "mean"));
  expect_as_on_host(program, {{image, pattern_bytes(Type::i8, shape, 7)},
                              {wide, pattern_bytes(Type::i8, {1, 6, 6, 700}, 8)}});
}

TEST(TspSchedule, PoolsOfReshapedRows) {
  TensorProgram program;
  const TensorShape rows = {9, 8, 32};
  const TensorId x = program.input("x", Type::i8, rows);
  const TensorId computed = program.unary(VectorOperation::negate, x, "computed");
  const TensorId image = program.reshape(computed, {1, 4, 18, 32}, "image");
  TensorWindow window;
  window.width = 3;
  program.output(program.maximum_pool(image, window, "along"));
  window.height = 2;
  window.stride_y = 2;
  program.output(program.maximum_pool(image, window, "most"));
  program.output(program.sum_pool(image, window, "sums"));
  expect_as_on_host(program, {{x, pattern_bytes(Type::i8, rows, 7)}});
}

Error refusal(const TensorProgram& program) {
  try {
    schedule(program, {});
  } catch (const Error& error) {
    return error;
  }
  return {Category::internal, "taken"};
}

TEST(TspSchedule, WhatNoPlacementHoldsIsRefusedAtOnce) {
  TensorProgram program;
  program.output(
      program.unary(VectorOperation::relu, program.input("x", Type::i8, {1U << 31U, 1}), "y"));
  const Error error = refusal(program);
  EXPECT_EQ(std::string(error.what()),
            "tensor 'x' takes 2147483648 words at least; the chip has 720896");
  EXPECT_EQ(error.category(), Category::limit);
}

TEST(TspSchedule, AnOutputThatIsOnlyAReshapeIsThere) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f32, {4, 8});
  const TensorId w = program.input("w", Type::f32, {4, 8});
  const TensorId y = program.unary(VectorOperation::relu, x, "y");
  program.output(y);
  program.output(program.reshape(y, {2, 2, 8}, "z"));
  program.output(program.reshape(w, {1, 4, 8}, "again"));  // that nothing else reads
  expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {4, 8}, 7)},
                              {w, pattern_bytes(Type::f32, {4, 8}, 8)}});
}

TEST(TspSchedule, ARefusalNamesTensorAndLine) {
  TensorProgram program;
  program.file = "a.tensors";
  program.line = 3;
  const TensorId x = program.input("x", Type::f32, {4, 8});
  const TensorId a = program.input("a", Type::f16, {4, 8});
  const TensorId w = program.input("w", Type::f16, {8, 1});
  const TensorId column = program.matmul(a, w, "column");
  program.output(column);
  program.line = 5;
  program.output(program.binary(VectorOperation::add, x, column, "y"));
  const Error error = refusal(program);
  EXPECT_EQ(std::string(error.what()), "a.tensors:5: tensor 'column' would broadcast over lanes");
  EXPECT_EQ(error.category(), Category::unsupported);
}

}  // namespace
}  // namespace weft::program::tsp
