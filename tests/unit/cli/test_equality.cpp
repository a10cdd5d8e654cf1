// SPDX-License-Identifier: Apache-2.0
// What changes within rounding may do to a model's numbers, by the format of its floats.
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "cli/advise/equality.hpp"
#include "graph/tensor.hpp"

namespace weft::cli::advising {
namespace {

using graph::Binary;
using graph::BinaryFunction;
using graph::Element;
using graph::Graph;
using graph::Unary;
using graph::UnaryFunction;
using graph::ValueId;

constexpr std::int64_t count = 512;

/// gelu(x), or x (1 + erf(c x)) / 2.
Graph gelu(Element element, const double* c) {
  const graph::TensorType type{element, {count}};
  Graph out;
  const auto add = [&out](graph::Operator what, std::vector<ValueId> inputs) {
    return out.add_node(std::move(what), std::move(inputs), graph::Origin{}).at(0);
  };
  const auto constant = [&out, element](const char* name, double value) {
    return out.add_constant(name, tensor_of(graph::Numbers{{element, {}}, {value}, {}}));
  };
  const ValueId x = out.add_input("x", type);
  if (c == nullptr) {
    out.outputs = {add(Unary{UnaryFunction::gelu}, {x})};
    return out;
  }
  const Binary times{BinaryFunction::multiply};
  ValueId y = add(times, {x, constant("c", *c)});
  y = add(Unary{UnaryFunction::error_function}, {y});
  y = add(Binary{BinaryFunction::add}, {y, constant("one", 1)});
  y = add(times, {x, y});
  out.outputs = {add(times, {y, constant("half", 0.5)})};
  return out;
}

Equality compared(Element element, double c) {
  graph::SourceModel listed;
  listed.values.resize(1);
  listed.values[0].name = "x";
  listed.values[0].type = graph::TensorType{element, {count}};
  listed.inputs = {graph::SourceValueId{0}};
  return equality_of(listed, gelu(element, nullptr), gelu(element, &c),
                     {1, element, std::int64_t{1} << 40U});
}

// The format's own rounding of a constant is within, a constant that is 32 units off is not.
TEST(Equality, IsBoundByTheFormat) {
  for (const Element element : {Element::f32, Element::f16, Element::bf16}) {
    const double exact = std::sqrt(0.5);
    const double unit = element == Element::f32   ? 0x1p-24
                        : element == Element::f16 ? 0x1p-11
                                                  : 0x1p-8;
    const Equality near = compared(element, graph::rounded_to(element, exact));
    ASSERT_TRUE(near.difference) << near.why_not;
    EXPECT_GT(*near.difference, 0) << name_of(element);
    EXPECT_TRUE(near.holds()) << text_of(near);
    const Equality far = compared(element, graph::rounded_to(element, exact + 32 * unit));
    EXPECT_FALSE(far.holds()) << text_of(far);
  }
}

TEST(Equality, AllowsTwoUnitsAChange) {
  const auto bound = [](Element element, std::int64_t changes) {
    return bound_of({changes, element, 0}, 3);
  };
  EXPECT_EQ(bound(Element::f32, 1), 3 * 0x1p-22);
  EXPECT_EQ(bound(Element::f16, 1), 3 * 0x1p-9);
  EXPECT_EQ(bound(Element::bf16, 5), 15 * 0x1p-6);
  EXPECT_EQ(bound(Element::f64, 1), 3 * 0x1p-22);
  EXPECT_EQ(bound(Element::bf16, 0), 0);
}

}  // namespace
}  // namespace weft::cli::advising
