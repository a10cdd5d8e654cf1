// SPDX-License-Identifier: Apache-2.0
// Functions at the ends of their range, on every target: zeros and subnormals of both signs, where
// exp and its kind leave the formats, the largest numbers, infinities and NaN. Each result is
// within the bound of its node, which is NaN where the function is and infinite where it is.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "graph/operator.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::Numbers;
using graph::Shape;
using graph::UnaryFunction;
using graph::ValueId;
using test::lowered_for;
using test::origin;

struct Target {
  const char* machine;
  Precision precision;
};
const Target targets[] = {
    {"cerebras-wse2", Precision::fp32},   {"cerebras-wse2", Precision::fp16},
    {"graphcore-gc200", Precision::fp32}, {"graphcore-gc200", Precision::fp16},
    {"sambanova-sn40l", Precision::bf16}, {"groq-tsp", Precision::fp16},
};

/// Of both signs; what a format has not is the nearest of its numbers, an infinity beyond the last.
std::vector<double> numbers_at_the_ends() {
  std::vector<double> out{0.0,
                          0x1p-149,
                          0x1.8p-140,
                          0x1p-133,  // the least of bf16
                          0x1p-126,
                          0x1p-24,  // the least of fp16
                          0x1p-14,
                          1e-20,
                          1e-5,
                          0.3,
                          1.0,
                          1.5,
                          2.5,
                          3.0,
                          3.999,
                          4.0,
                          5.7,
                          9.1,
                          17.4,
                          40.0,
                          65504.0,
                          65520.0,
                          1e6,
                          0x1p31,
                          1e10,
                          1e13,
                          1e20,
                          1e30,
                          std::numeric_limits<float>::max(),
                          std::numeric_limits<double>::infinity()};
  for (double x = 80.0; x < 110.0; x += 0.37) out.push_back(x);
  const std::size_t above = out.size();
  for (std::size_t i = 0; i < above; ++i) out.push_back(-out[i]);
  out.push_back(std::numeric_limits<double>::quiet_NaN());
  return out;
}

/// A model of one node on these operands; whether the target has it.
bool within_on(const Target& target, const graph::Operator& what,
               const std::vector<Numbers>& operands) {
  const std::string name(name_of(what));
  SCOPED_TRACE(std::string(target.machine) + " in " + std::string(name_of(target.precision)) +
               ": " + name);
  Graph model;
  std::vector<ValueId> inputs;
  for (const Numbers& one : operands) {
    inputs.push_back(model.add_input("x" + std::to_string(inputs.size()), one.type));
  }
  model.outputs = {model.add_node(what, inputs, origin(name, name), {"y"})[0]};
  Lowered program;
  try {
    program = lowered_for(target.machine, model, target.precision);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported) << error.what();
    return false;
  }
  std::vector<graph::Tensor> given;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Numbers held = operands[i];
    held.type.element = program.inputs[i].type.element;
    given.push_back(tensor_of(held));
  }
  const Evaluated evaluated = program.evaluate(given);
  for (const std::string& line : evaluated.judgement.outside) ADD_FAILURE() << line;
  return true;
}

Numbers line_of(std::vector<double> floats) {
  Numbers out;
  out.type = {Element::f32, {static_cast<std::int64_t>(floats.size())}};
  out.floats = std::move(floats);
  return out;
}

/// How many of `all` targets have it not.
int lacking(const graph::Operator& what, const std::vector<Numbers>& operands) {
  int out = 0;
  for (const Target& target : targets) out += within_on(target, what, operands) ? 0 : 1;
  return out;
}

TEST(EndsOfRange, FunctionsKeepTheirBounds) {
  // No TSP has sine, cosine and erf, and no wafer rounds to even.
  const auto lacked = [](UnaryFunction function) {
    if (function == UnaryFunction::round_even) return 2;
    const bool tsp = function == UnaryFunction::sine || function == UnaryFunction::cosine ||
                     function == UnaryFunction::error_function;
    return tsp ? 1 : 0;
  };
  for (auto number = 0; number <= static_cast<int>(UnaryFunction::sign); ++number) {
    const auto function = static_cast<UnaryFunction>(number);
    graph::Unary what{function};
    if (function == UnaryFunction::leaky_relu) what.alpha = 0.1;
    if (function == UnaryFunction::elu) what.alpha = 0.7;
    if (function == UnaryFunction::hard_sigmoid) what = {function, 0.2, 0.5};
    EXPECT_EQ(lacking(what, {line_of(numbers_at_the_ends())}), lacked(function)) << number;
  }
}

TEST(EndsOfRange, ClipsKeepTheirBounds) {
  const double end = std::numeric_limits<double>::infinity();
  for (const graph::Clip& clip :
       {graph::Clip{-0.25, 6}, graph::Clip{-end, 3}, graph::Clip{0, end}, graph::Clip{-end, end}}) {
    EXPECT_EQ(lacking(clip, {line_of(numbers_at_the_ends())}), 0);
  }
}

/// Each number with each.
std::vector<Numbers> pairs(const std::vector<double>& numbers) {
  std::vector<double> a;
  std::vector<double> b;
  for (const double x : numbers) {
    for (const double y : numbers) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  return {line_of(a), line_of(b)};
}

TEST(EndsOfRange, OperationsOnTwoKeepTheirBounds) {
  using F = graph::BinaryFunction;
  const double end = std::numeric_limits<double>::infinity();
  const std::vector<double> few{0.0,  -0.0,  0x1p-140, -0x1p-126, 0x1p-24,
                                0.3,  -1.0,  3.0,      -65504.0,  65504.0,
                                1e30, -1e30, end,      -end,      std::nan("")};
  for (const F function : {F::add, F::subtract, F::multiply, F::divide, F::maximum, F::minimum}) {
    EXPECT_EQ(lacking(graph::Binary{function}, pairs(few)), 0);
  }
  EXPECT_EQ(lacking(graph::Binary{F::power}, pairs(few)), 1) << "a TSP has no powers";
}

TEST(EndsOfRange, RowsKeepTheirBounds) {
  const double end = std::numeric_limits<double>::infinity();
  Numbers rows;
  rows.type = {Element::f32, {7, 5}};
  rows.floats = {0,    -88,  -100,  -103.9, -1e4,  //
                 -end, -end, -end,  0,      -end,  //
                 -end, -end, -end,  -end,   -end,  //
                 end,  0,    1,     2,      3,     //
                 -60,  -70,  -80,   -110,   -90,   //
                 -0.0, 0.0,  1e-40, -1e-40, 0.0,   //
                 5,    5,    5,     5,      5};
  for (const bool logarithm : {false, true}) {
    EXPECT_EQ(lacking(graph::Softmax{1, logarithm}, {rows}), 0);
  }
  rows.floats[0] = std::numeric_limits<float>::max();
  for (const auto kind : {graph::ReduceKind::maximum, graph::ReduceKind::minimum}) {
    EXPECT_EQ(lacking(graph::Reduce{kind, {1}, true}, {rows}), 0);
  }
}

}  // namespace
}  // namespace weft::lower
