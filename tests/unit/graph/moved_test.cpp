// SPDX-License-Identifier: Apache-2.0
// What only moves elements, done on bytes, is what the evaluator says.
#include "graph/moved.hpp"

#include <gtest/gtest.h>

#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using namespace test;

/// Counts up from 1 in a format.
Tensor counting(Element element, const Shape& shape) {
  Numbers numbers{{element, shape}, {}, {}};
  for (std::int64_t i = 1; i <= count_of(shape); ++i) {
    if (is_floating(element)) {
      numbers.floats.push_back(static_cast<double>(i));
    } else {
      numbers.whole.push_back(element == Element::boolean ? i % 2 : i);
    }
  }
  return tensor_of(numbers);
}

void expect_as_evaluated(const Operator& what, const std::vector<Shape>& shapes) {
  for (const Element element :
       {Element::f64, Element::f32, Element::f16, Element::i64, Element::i8, Element::boolean}) {
    std::vector<Tensor> tensors;
    std::vector<Numbers> numbers;
    for (const Shape& shape : shapes) {
      tensors.push_back(counting(element, shape));
      numbers.push_back(numbers_of(tensors.back()));
    }
    std::vector<const Tensor*> operands;
    Operands read;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      operands.push_back(&tensors[i]);
      read.push_back(&numbers[i]);
    }
    const Numbers expected = evaluate(what, read).at(0);
    const auto result = moved(what, operands, expected.type);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->type(), expected.type);
    EXPECT_TRUE(agrees(numbers_of(*result), expected));
  }
}

TEST(Moved, AsTheEvaluatorSays) {
  expect_as_evaluated(Reshape{{3, 2}}, {{2, 3}});
  expect_as_evaluated(Transpose{{1, 0}}, {{2, 3}});
  expect_as_evaluated(Transpose{{0, 2, 1, 3}}, {{2, 3, 4, 5}});
  expect_as_evaluated(Transpose{{2, 0, 1}}, {{2, 1, 3}});
  expect_as_evaluated(Transpose{{}}, {{}});
  expect_as_evaluated(Transpose{{1, 0}}, {{2, 0}});
  expect_as_evaluated(Expand{{2, 3, 4}}, {{3, 1}});
  expect_as_evaluated(Expand{{2, 2}}, {{}});
  expect_as_evaluated(Expand{{0, 3}}, {{1, 3}});
  expect_as_evaluated(Concat{0}, {{2, 3}, {1, 3}, {0, 3}});
  expect_as_evaluated(Concat{1}, {{2, 1}, {2, 0}, {2, 3}});
  expect_as_evaluated(Concat{1}, {{2, 2, 2}, {2, 1, 2}});
}

TEST(Moved, SlicesOfEveryKind) {
  expect_as_evaluated(Slice{{1, 0}, {1, 3}, {1, 1}}, {{2, 3}});
  expect_as_evaluated(Slice{{0, 1}, {2, 2}, {1, 1}}, {{2, 3}});
  expect_as_evaluated(Slice{{1, 2}, {2, 2}, {-1, -2}}, {{2, 3}});
  expect_as_evaluated(Slice{{0, 1}, {1, 2}, {1, 1}}, {{1, 4}});
  expect_as_evaluated(Slice{{0, 3}, {2, 0}, {1, 1}}, {{2, 3}});
  expect_as_evaluated(Slice{{2, 0, 1}, {2, 2, 1}, {2, 1, 3}}, {{5, 2, 3}});
  constexpr std::int64_t far = std::int64_t{1} << 62;
  expect_as_evaluated(Slice{{1, 0}, {1, 3}, {far, 1}}, {{2, 3}});
  expect_as_evaluated(Slice{{1, 0}, {0, 3}, {far, 1}}, {{2, 3}});
}

TEST(Moved, ARunSharesItsOperandsBytes) {
  const Tensor x = counting(Element::f32, {4, 3});
  const auto rows = moved(Slice{{1, 0}, {2, 3}, {1, 1}}, {&x}, {Element::f32, {2, 3}});
  EXPECT_EQ(rows->bytes().data(), x.bytes().data() + 3 * sizeof(float));
  const auto columns = moved(Slice{{0, 1}, {4, 1}, {1, 1}}, {&x}, {Element::f32, {4, 1}});
  EXPECT_NE(columns->bytes().data(), x.bytes().data() + sizeof(float));
}

TEST(Moved, NothingElse) {
  const Tensor x = counting(Element::f32, {4, 3});
  EXPECT_FALSE(moved(Unary{UnaryFunction::relu}, {&x}, x.type()));
}

}  // namespace
}  // namespace weft::graph
