// SPDX-License-Identifier: Apache-2.0
// Rows of a table by constant indices, of inputs, constants and results.
#include <gtest/gtest.h>

#include <span>
#include <string>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using Type = VectorType;

TensorId indices(TensorProgram& program, const TensorShape& shape, std::uint64_t rows) {
  std::vector<std::int32_t> out;
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) count *= extent;
  for (std::uint64_t i = 0; i < count; ++i) {
    out.push_back(static_cast<std::int32_t>(i * i * 7 % rows));
  }
  return program.constant("rows", Type::i32, shape, std::as_bytes(std::span(out)));
}

TEST(TspScheduleGather, RowsOfInputs) {
  for (const Type type : {Type::i8, Type::f16, Type::f32}) {
    for (const TensorShape& table :
         {TensorShape{1, 1}, TensorShape{50, 320}, TensorShape{9, 700}}) {
      SCOPED_TRACE(testing::Message() << numerics::name_of(type) << " of " << table[0]);
      TensorProgram program;
      const TensorId t = program.input("table", type, table);
      program.output(program.gather(t, indices(program, {3, 7}, table[0]), "y"));
      expect_as_on_host(program, {{t, pattern_bytes(type, table, 7)}});
    }
  }
}

// A constant's rows lie as an input's do, however many; as an operand it lies next to the VXM too.
TEST(TspScheduleGather, RowsOfConstantsAndResults) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f32, {12, 64});
  const TensorId table = program.pattern("table", Type::f32, {12, 64}, 3);
  const TensorId rows = indices(program, {12}, 12);
  const TensorId words = program.gather(table, rows, "words");
  const TensorId sum = program.binary(VectorOperation::add, x, table, "sum");
  const TensorId picked = program.gather(sum, rows, "picked");
  program.output(program.binary(VectorOperation::multiply, picked, words, "y"));
  expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {12, 64}, 7)}});

  TensorProgram large;
  const TensorId many = large.pattern("table", Type::f16, {9000, 64}, 3);
  large.output(large.gather(many, indices(large, {40}, 9000), "y"));
  expect_as_on_host(large, {});
}

}  // namespace
}  // namespace weft::program::tsp
