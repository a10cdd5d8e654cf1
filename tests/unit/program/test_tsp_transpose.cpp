// SPDX-License-Identifier: Apache-2.0
// Permutations of axes, reshapes and products of computed operands: legal, as long as predicted,
// and with the host's bits.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using Type = VectorType;
using Axes = std::vector<std::uint32_t>;

/// transpose(x + x), for what is computed; of the input itself with `given`.
ScheduledProgram transposed(Type type, const TensorShape& shape, const Axes& axes, bool given) {
  SCOPED_TRACE(testing::Message() << numerics::name_of(type) << " " << testing::PrintToString(shape)
                                  << " by " << testing::PrintToString(axes));
  TensorProgram program;
  const TensorId x = program.input("x", type, shape);
  const TensorId from = given ? x : program.unary(VectorOperation::negate, x, "negative");
  program.output(program.transpose(from, axes, "y"));
  return expect_as_on_host(program, {{x, pattern_bytes(type, shape, 7)}});
}

TEST(TspTranspose, RowsInAnotherOrder) {
  transposed(Type::f16, {3, 5, 40}, {1, 0, 2}, true);
  transposed(Type::f32, {3, 2, 5, 330}, {2, 0, 1, 3}, false);
  transposed(Type::i8, {7, 3}, {0, 1}, false);
}

TEST(TspTranspose, LanesBecomeRowsWhateverTheSize) {
  transposed(Type::i8, {1, 1}, {1, 0}, true);
  transposed(Type::i8, {16, 16}, {1, 0}, true);
  transposed(Type::i8, {320, 320}, {1, 0}, false);
  transposed(Type::f16, {128, 64}, {1, 0}, false);
  transposed(Type::f16, {33, 330}, {1, 0}, false);
  transposed(Type::i16, {5, 100}, {1, 0}, true);
  transposed(Type::f32, {340, 17}, {1, 0}, false);
  transposed(Type::f32, {1, 40}, {1, 0}, true);
}

TEST(TspTranspose, AnyPermutation) {
  const TensorShape shape = {2, 18, 2, 5};
  Axes axes = {0, 1, 2, 3};
  do {
    transposed(Type::f16, shape, axes, false);
  } while (std::next_permutation(axes.begin(), axes.end()));
}

TEST(TspTranspose, ReshapesMoveLanes) {
  struct Case {
    TensorShape from, to;
  };
  for (const Type type : {Type::i8, Type::f16, Type::f32}) {
    for (const Case& c : {Case{{10, 128}, {10, 2, 64}}, Case{{20, 64}, {10, 128}},
                          Case{{6, 384}, {6, 12, 32}}, Case{{12, 32}, {1, 384}},
                          Case{{5, 14}, {7, 10}}, Case{{3, 330}, {990}}, Case{{990}, {3, 330}},
                          Case{{4, 650}, {26, 100}}, Case{{9, 1}, {3, 3}}, Case{{3, 3}, {9, 1}}}) {
      SCOPED_TRACE(testing::Message()
                   << numerics::name_of(type) << " " << testing::PrintToString(c.from) << " -> "
                   << testing::PrintToString(c.to));
      TensorProgram program;
      const TensorId x = program.input("x", type, c.from);
      const TensorId y = program.unary(VectorOperation::negate, x);
      program.output(program.reshape(y, c.to, "y"));
      expect_as_on_host(program, {{x, pattern_bytes(type, c.from, 7)}});
    }
  }
}

struct Batch {
  std::uint64_t batches, rows, depth, columns;
};

TEST(TspTranspose, BatchesOfProducts) {
  for (const Type type : {Type::i8, Type::f16}) {
    for (const bool computed : {false, true}) {
      for (const Batch& b : {Batch{2, 20, 64, 20}, Batch{3, 5, 330, 17}, Batch{1, 40, 50, 330},
                             Batch{5, 1, 16, 1}, Batch{4, 33, 170, 40}}) {
        SCOPED_TRACE(testing::Message() << numerics::name_of(type) << computed << " " << b.batches
                                        << " " << b.rows << " " << b.depth << " " << b.columns);
        const TensorShape left = {b.batches, b.rows, b.depth};
        const TensorShape right = {b.batches, b.depth, b.columns};
        TensorProgram program;
        const TensorId x = program.input("x", type, left);
        const TensorId y = program.input("y", type, right);
        const TensorId w = computed ? program.unary(VectorOperation::negate, y) : y;
        program.output(program.matmul(x, w, "z"));
        expect_as_on_host(program,
                          {{x, pattern_bytes(type, left, 7)}, {y, pattern_bytes(type, right, 8)}});
      }
    }
  }
}

/// x y^T: the transposed rows stay where loads of weights find them.
TEST(TspTranspose, ProductsWithATransposedOperand) {
  for (const Type type : {Type::i8, Type::f16}) {
    for (const Batch& b : {Batch{1, 20, 128, 20}, Batch{2, 33, 64, 40}, Batch{3, 7, 330, 9},
                           Batch{4, 5, 20, 330}, Batch{2, 5, 500, 350}}) {
      SCOPED_TRACE(testing::Message() << numerics::name_of(type) << " " << b.batches << " "
                                      << b.rows << " " << b.depth << " " << b.columns);
      const TensorShape left = {b.batches, b.rows, b.depth};
      const TensorShape right = {b.batches, b.columns, b.depth};
      TensorProgram program;
      const TensorId x = program.input("x", type, left);
      const TensorId y = program.unary(VectorOperation::negate, program.input("y", type, right));
      program.output(program.matmul(x, program.transpose(y, {0, 2, 1}), "z"));
      expect_as_on_host(program,
                        {{x, pattern_bytes(type, left, 7)}, {1, pattern_bytes(type, right, 8)}});
    }
  }
}

/// All heads of keys are turned at once; a head's are some rows of them.
TEST(TspTranspose, HeadsOfAttention) {
  const std::uint64_t length = 24;
  for (const auto& [heads, depth] : {std::pair{2U, 64U}, std::pair{12U, 32U}, std::pair{3U, 10U}}) {
    SCOPED_TRACE(testing::Message() << heads << " heads of " << depth);
    const TensorShape shape = {length, heads * depth};
    TensorProgram program;
    const TensorId x = program.input("x", Type::f16, shape);
    const TensorId k = program.unary(VectorOperation::negate, x);
    const TensorId q = program.transpose(
        program.reshape(program.unary(VectorOperation::absolute, x), {length, heads, depth}),
        {1, 0, 2});
    const TensorId turned = program.reshape(program.transpose(k, {1, 0}), {heads, depth, length});
    const TensorId scores = program.convert(program.matmul(q, turned), Type::f16);
    const TensorId v = program.transpose(program.reshape(k, {length, heads, depth}), {1, 0, 2});
    const TensorId mixed = program.convert(program.matmul(scores, v), Type::f16);
    const TensorId together = program.reshape(program.transpose(mixed, {1, 0, 2}), shape, "y");
    program.output(together);
    expect_as_on_host(program, {{x, pattern_bytes(Type::f16, shape, 7)}});
  }
}

}  // namespace
}  // namespace weft::program::tsp
