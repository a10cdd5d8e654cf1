// SPDX-License-Identifier: Apache-2.0
// Bounds: every operator computed in its own format lies within, a result that is off by more is
// found, and bounds are no larger than by hand.
#include "graph/bounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/arithmetic.hpp"
#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;
using U = UnaryFunction;
using B = BinaryFunction;

/// An operator with operands that are drawn.
struct Case {
  Operator what;
  std::vector<Shape> shapes;
  double size = 2;
  bool positive_last = false;
};

Recurrent recurrent(RecurrentKind kind, bool linear = false) {
  return {kind, Direction::both, 6, linear};
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const U function : {U::exponential, U::error_function, U::tanh, U::sigmoid, U::sine,
                           U::cosine, U::relu, U::hard_swish, U::gelu, U::gelu_tanh, U::silu,
                           U::softplus, U::mish, U::reciprocal, U::negate, U::floor}) {
    all.push_back({Unary{function}, {{200}}, 6});
  }
  all.push_back({Unary{U::elu, 1.1}, {{100}}, 6});
  all.push_back({Unary{U::leaky_relu, 0.01}, {{100}}, 6});
  all.push_back({Unary{U::hard_sigmoid, 0.2, 0.45}, {{100}}, 6});
  all.push_back({Unary{U::logarithm}, {{100}}, 6, true});
  all.push_back({Unary{U::square_root}, {{100}}, 6, true});
  for (const B function : {B::add, B::subtract, B::multiply, B::divide, B::maximum}) {
    all.push_back({Binary{function}, {{20, 5}, {5}}});
  }
  all.push_back({Clip{-0.3, 0.7}, {{100}}});
  all.push_back({Convert{Element::f16}, {{100}}});
  all.push_back({MatMul{}, {{2, 4, 96}, {96, 5}, {5}}});
  all.push_back({MatMul{true, true, {Then::Kind::relu}}, {{96, 4}, {5, 96}}});
  all.push_back({Convolution{{2, 1}, {1, 1}, {1, 1, 1, 1}, 2, {Then::Kind::clip, -1, 1}},
                 {{1, 4, 6, 5}, {6, 2, 3, 3}, {6}, {1, 6, 3, 5}}});
  all.push_back(
      {Pool{PoolKind::mean, {3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, false, false}, {{1, 2, 7, 7}}});
  all.push_back({Pool{PoolKind::maximum, {2}, {1}, {1}, {0, 0}, false, false}, {{1, 2, 7}}});
  for (const ReduceKind kind :
       {ReduceKind::sum, ReduceKind::mean, ReduceKind::product, ReduceKind::maximum}) {
    all.push_back({Reduce{kind, {1}, false}, {{6, 40}}});
  }
  all.push_back({CumulativeSum{1, true, true}, {{3, 40}}});
  all.push_back({Softmax{1, false}, {{6, 40}}, 8});
  all.push_back({Softmax{1, true}, {{6, 40}}, 8});
  all.push_back({Normalise{1, 1e-5, true}, {{4, 30}, {30}, {30}}});
  all.push_back({Normalise{1, 1e-5, false}, {{4, 30}, {30}}});
  all.push_back({BatchNormalise{1e-5}, {{2, 3, 8}, {3}, {3}, {3}, {3}}, 2, true});
  all.push_back({Attention{0.25, true}, {{2, 5, 16}, {2, 7, 16}, {2, 7, 4}, {5, 7}}});
  all.push_back({recurrent(RecurrentKind::lstm), {{5, 2, 8}, {2, 24, 8}, {2, 24, 6}, {2, 48}}, 1});
  all.push_back({recurrent(RecurrentKind::gru), {{5, 2, 8}, {2, 18, 8}, {2, 18, 6}, {2, 36}}, 1});
  all.push_back({recurrent(RecurrentKind::gru, true), {{4, 1, 8}, {2, 18, 8}, {2, 18, 6}}, 1});
  return all;
}

std::vector<Numbers> operands_of(const Case& one, Element element) {
  std::vector<Numbers> operands;
  for (const Shape& shape : one.shapes) {
    Numbers numbers = drawn(shape, 100 + operands.size());
    const bool last = operands.size() + 1 == one.shapes.size();
    numbers.type.element = element;
    for (double& x : numbers.floats) {
      const double full = x * 0.7071067811865476;  // more digits than fp32 has
      const double sized = (one.positive_last && last ? full * full + 0.05 : full) * one.size;
      x = rounded_to(element, sized);
    }
    operands.push_back(std::move(numbers));
  }
  return operands;
}

Operands pointers_to(const std::vector<Numbers>& operands) {
  Operands in;
  for (const Numbers& one : operands) in.push_back(&one);
  return in;
}

/// How much of the bounds a machine's results use, at most; infinite where one lies outside.
double used(const std::vector<Bound>& bounds, const std::vector<Numbers>& results,
            const std::string& who) {
  double most = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto outside = first_outside(bounds[i], results[i]);
    EXPECT_FALSE(outside) << who << ", result " << i << ": " << text_of(*outside);
    for (std::size_t j = 0; j < bounds[i].slack.size(); ++j) {
      const double off = std::fabs(results[i].floats[j] - bounds[i].exact.floats[j]);
      if (bounds[i].slack[j] > 0) most = std::fmax(most, off / bounds[i].slack[j]);
    }
  }
  return most;
}

TEST(Bounds, ResultsInTheirOwnFormatLieWithin) {
  for (const Element element : {Element::f32, Element::f16, Element::bf16}) {
    const PlainArithmetic plain(element);
    Formats formats;
    formats.result = formats.arithmetic = element;
    for (const Case& one : cases()) {
      const std::vector<Numbers> operands = operands_of(one, element);
      const Operands in = pointers_to(operands);
      const std::string who =
          std::string(name_of(one.what)) + " in " + std::string(name_of(element));
      const auto bounds = bounds_of(one.what, in, formats);
      const double part = used(bounds, plain.results(one.what, in), who);
      const bool rounds = bounds[0].slack != std::vector<double>(bounds[0].slack.size(), 0.0);
      // Not so large that nothing could be found: rounding uses a part of it that is seen.
      if (rounds) {
        EXPECT_GT(part, 0.0005) << who;
      }
    }
  }
}

TEST(Bounds, SumsInAWiderFormatAreJudgedByIt) {
  const PlainArithmetic plain(Element::f32);
  Formats wide;
  wide.result = Element::f16;
  Formats narrow = wide;
  narrow.arithmetic = Element::f16;
  for (const Case& one : cases()) {
    const std::vector<Numbers> operands = operands_of(one, Element::f16);
    const Operands in = pointers_to(operands);
    const auto bounds = bounds_of(one.what, in, wide);
    used(bounds, plain.results(one.what, in), std::string(name_of(one.what)));
    const auto loose = bounds_of(one.what, in, narrow);
    for (std::size_t i = 0; i < bounds[0].slack.size(); ++i) {
      EXPECT_LE(bounds[0].slack[i], 1.001 * loose[0].slack[i]) << name_of(one.what);
    }
  }
}

TEST(Bounds, WhatIsOffByMoreIsFound) {
  for (const Case& one : cases()) {
    const std::vector<Numbers> operands = operands_of(one, Element::f32);
    const Operands in = pointers_to(operands);
    const Bound bound = bounds_of(one.what, in, Formats{}).at(0);
    const std::size_t at = bound.slack.size() / 2;
    Numbers machine = bound.exact;
    EXPECT_FALSE(first_outside(bound, machine)) << name_of(one.what);
    for (const double sign : {1.0, -1.0}) {
      machine.floats[at] = bound.exact.floats[at] + sign * (bound.slack[at] * 1.001 + 1e-30);
      if (machine.floats[at] == bound.exact.floats[at]) continue;  // below what fp64 tells
      const auto outside = first_outside(bound, machine);
      ASSERT_TRUE(outside) << name_of(one.what);
      EXPECT_EQ(outside->index, static_cast<std::int64_t>(at));
      EXPECT_EQ(outside->machine, machine.floats[at]);
      machine.floats[at] = bound.exact.floats[at] + sign * bound.slack[at] * 0.999;
      EXPECT_FALSE(first_outside(bound, machine)) << name_of(one.what);
    }
    machine.floats[at] = nan;
    EXPECT_TRUE(first_outside(bound, machine)) << name_of(one.what);
    machine.floats[at] = inf;
    EXPECT_TRUE(first_outside(bound, machine)) << name_of(one.what);
  }
}

double slack_of(const Operator& what, const std::vector<Numbers>& operands,
                const Formats& formats) {
  return bounds_of(what, pointers_to(operands), formats).at(0).slack.at(0);
}

TEST(Bounds, ByHand) {
  const Formats f32;
  const double tiny = 0x1p-150;
  const Numbers one = floats({1}, {1.5});
  EXPECT_EQ(slack_of(Binary{B::add}, {one, one}, f32), 3 * 0x1p-24 + tiny);
  EXPECT_EQ(slack_of(Binary{B::maximum}, {one, one}, f32), 0);
  EXPECT_EQ(slack_of(Unary{U::relu}, {one}, f32), 0);
  const Numbers row = floats({1, 4}, {1, -2, 3, 4});
  const Numbers column = floats({4, 1}, {1, 1, 1, -1});
  const double gamma = 4 * 0x1p-24 / (1 - 4 * 0x1p-24);
  EXPECT_NEAR(slack_of(MatMul{}, {row, column}, f32), 10 * gamma, 1e-14);
  Formats exact = f32;
  exact.exact_dot = true;
  EXPECT_NEAR(slack_of(MatMul{}, {row, column}, exact), 10 * 0x1p-24, 1e-14);
  Formats two = f32;
  two.longest_sum = 2;  // a tree
  EXPECT_NEAR(slack_of(MatMul{}, {row, column}, two), 10 * 3 * 0x1p-24, 1e-12);
}

TEST(Bounds, WholeNumbersInfinitiesAndNaN) {
  const Formats half{Element::f16, Element::f16};
  const auto judged = [](Numbers exact, double machine) {
    Bound bound{std::move(exact), {0.5}, Element::f16};
    return !first_outside(bound, floats({1}, {machine}, Element::f16));
  };
  EXPECT_TRUE(judged(floats({1}, {nan}), nan));
  EXPECT_FALSE(judged(floats({1}, {nan}), 1));
  EXPECT_FALSE(judged(floats({1}, {1}), nan));
  EXPECT_TRUE(judged(floats({1}, {inf}), inf));
  EXPECT_FALSE(judged(floats({1}, {inf}), 65504));
  EXPECT_FALSE(judged(floats({1}, {inf}), -inf));
  EXPECT_TRUE(judged(floats({1}, {65520}), inf));
  EXPECT_TRUE(judged(floats({1}, {65519.75}), inf));
  EXPECT_FALSE(judged(floats({1}, {65519.25}), inf));
  EXPECT_FALSE(judged(floats({1}, {65520}), -inf));
  const Numbers a = whole({2}, {1, 2});
  const Bound equal = bounds_of(Binary{B::less}, {&a, &a}, half).at(0);
  EXPECT_FALSE(first_outside(equal, truths({2}, {0, 0})));
  EXPECT_EQ(first_outside(equal, truths({2}, {0, 1}))->index, 1);
  EXPECT_EQ(failure_of([&] { first_outside(equal, truths({1}, {0})); }),
            "a result bool[1] is judged by a bound of bool[2]");
  EXPECT_EQ(text_of(Outside{12, 1.5, 1.25, 0.125}),
            "element 12: the machine has 1.5, exact is 1.25, and the bound is 0.125");
}

// Far from 0, x f + t loses what (x - mean) / root keeps: a machine may compute either.
TEST(Bounds, ABatchNormMayBeAFactorAndATerm) {
  const double mean = 1000.1;
  const std::vector<Numbers> operands{
      floats({1, 1}, {rounded_to(Element::f32, 1000.37)}), floats({1}, {1.5}), floats({1}, {0.25}),
      floats({1}, {rounded_to(Element::f32, mean)}), floats({1}, {0.5})};
  const Bound bound = bounds_of(BatchNormalise{0}, pointers_to(operands), Formats{}).at(0);
  const auto at = [&](std::size_t i) { return static_cast<float>(operands[i].floats[0]); };
  const float factor = at(1) / std::sqrt(at(4));
  const float moved = at(3) * factor;
  const float scaled = at(0) * factor;
  const float line = scaled + (at(2) - moved);
  EXPECT_FALSE(first_outside(bound, floats({1, 1}, {static_cast<double>(line)})));
  EXPECT_LT(bound.slack[0], 12 * 0x1p-24 * 2200);
}

// Factor and term may have been computed before and rounded once, as weights of the format are.
TEST(Bounds, ABatchNormMayHaveItsParametersFolded) {
  for (const Element element : {Element::f16, Element::bf16, Element::f32}) {
    Formats formats;
    formats.result = formats.arithmetic = element;
    const auto in_format = [element](double x) { return rounded_to(element, x); };
    for (const double x : {-2.71875, 0.40625, 3.0}) {
      const std::vector<Numbers> operands{floats({1, 1}, {x}, element), floats({1}, {1.7}, element),
                                          floats({1}, {0.3}, element), floats({1}, {-5.3}, element),
                                          floats({1}, {0.6}, element)};
      const Bound bound = bounds_of(BatchNormalise{1e-5}, pointers_to(operands), formats).at(0);
      const double factor = 1.7 / std::sqrt(0.6 + 1e-5);
      const double term = 0.3 + 5.3 * factor;
      const double line = in_format(in_format(x * in_format(factor)) + in_format(term));
      EXPECT_FALSE(first_outside(bound, floats({1, 1}, {line}, element)));
      if (element == Element::bf16) continue;  // two digits
      const double wrong = in_format(in_format(x * in_format(1.5 * factor)) + in_format(term));
      EXPECT_TRUE(first_outside(bound, floats({1, 1}, {wrong}, element))) << name_of(element);
    }
  }
}

// A row that sees nothing, and one that sees one key: no NaN gets into a bound.
TEST(Bounds, MaskedRowsHaveBounds) {
  const Numbers q = floats({2, 1}, {1, 2});
  const Numbers mask = floats({2, 2}, {0, -inf, -inf, -inf});
  const Attention guarded{1, false, true};
  const Bound bound = bounds_of(guarded, {&q, &q, &q, &mask}, Formats{}).at(0);
  EXPECT_EQ(bound.exact.floats, (std::vector<double>{1, 0}));
  EXPECT_LT(bound.slack[0], 1e-5);
  const Bound plain = bounds_of(Attention{1}, {&q, &q, &q, &mask}, Formats{}).at(0);
  EXPECT_FALSE(first_outside(plain, floats({2, 1}, {1, nan})));
  EXPECT_TRUE(first_outside(plain, floats({2, 1}, {1, 0})));
}

/// Half a unit of a format's last place, of 1, and its least number.
struct Grain {
  Element element;
  double unit, least;
};

// Beside a power of two numbers lie half as far apart on one side: none of them is passed over.
TEST(Bounds, LimitsBesideAPowerOfTwo) {
  Bound bound;
  bound.result = Element::f32;
  bound.exact.type = {Element::f32, {2}};
  bound.exact.floats = {-0.03118, 0.03118};
  bound.slack = {5.5e-5, 5.5e-5};
  const Limits limits = limits_of(bound, Element::bf16);
  constexpr double only = 0.0311279296875;
  EXPECT_EQ(limits.low.floats, (std::vector<double>{-only, only}));
  EXPECT_EQ(limits.high.floats, (std::vector<double>{-only, only}));
}

// The two ends are within, and the numbers beyond them are not.
TEST(Bounds, LimitsAreTheLastNumbersWithin) {
  Bound bound;
  bound.exact.type = {Element::f32, {9}};
  bound.exact.floats = {1, 0.1, -3, 0, 1e-40, 65519, 3e38, 2, 0.5};
  bound.slack = {0,  1e-6, 0.25, 1e-44, 1e-42, 0.5, 1e38, std::numeric_limits<double>::infinity(),
                 1e5};
  for (const Grain& grain :
       {Grain{Element::f32, 0x1p-24, 0x1p-149}, Grain{Element::f16, 0x1p-11, 0x1p-24}}) {
    bound.result = grain.element;
    const Limits limits = limits_of(bound, grain.element);
    for (std::size_t i = 0; i < bound.slack.size(); ++i) {
      const double ends[] = {limits.low.floats[i], limits.high.floats[i]};
      if (ends[0] > ends[1]) continue;  // the format has no number there
      for (const int sign : {-1, 1}) {
        const double end = ends[sign < 0 ? 0 : 1];
        EXPECT_EQ(end, rounded_to(grain.element, end));
        EXPECT_TRUE(is_within(end, bound.exact.floats[i], bound.slack[i], grain.element));
        if (!std::isfinite(end)) continue;
        const double gap = std::max(std::fabs(end) * 1.1 * grain.unit, grain.least);
        const double beyond = rounded_to(grain.element, end + sign * gap);
        EXPECT_FALSE(is_within(beyond, bound.exact.floats[i], bound.slack[i], grain.element)) << i;
      }
    }
    // Beside a power of two numbers lie half as far apart on one side: only the last before it is
    // within, whatever the way there.
    const double last = -0.25 * (1 - grain.unit);
    Bound beside{{{Element::f32, {1}}, {last - 0.1 * grain.unit}, {}}, {}, grain.element};
    beside.slack = {0.14 * grain.unit};
    EXPECT_EQ(limits_of(beside, grain.element).low.floats[0], last);
    EXPECT_EQ(limits_of(beside, grain.element).high.floats[0], last);
    EXPECT_EQ(limits.low.floats[0], 1);
    EXPECT_EQ(limits.high.floats[0], 1);
    EXPECT_EQ(limits.low.floats[8], grain.element == Element::f16 ? -65504 : -99999.5);
    EXPECT_EQ(limits.high.floats[7], std::numeric_limits<double>::infinity());
  }
}

}  // namespace
}  // namespace weft::graph
