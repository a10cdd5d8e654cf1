// SPDX-License-Identifier: Apache-2.0
// The evaluator on single elements: values by hand and to 30 digits from elsewhere, NaN, zeros of
// both signs, infinities; what the text of ONNX says where guesses are wrong.
#include <gtest/gtest.h>

#include "graph/real_functions.hpp"
#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using namespace test;
using U = UnaryFunction;
using B = BinaryFunction;

struct UnaryRow {
  Unary what;
  std::vector<double> x, y;
};

TEST(EvaluateUnary, ValuesByHand) {
  const UnaryRow rows[] = {
      {{U::negate}, {1, 0.0, -inf, nan}, {-1, -0.0, inf, nan}},
      {{U::absolute}, {-1, -0.0, -inf, nan}, {1, 0.0, inf, nan}},
      {{U::exponential}, {0, 1, -inf, inf, nan}, {1, 2.718281828459045235, 0, inf, nan}},
      {{U::logarithm}, {1, 10, 0, -1, inf}, {0, 2.302585092994045684, -inf, nan, inf}},
      {{U::square_root}, {4, 2, -0.0, -1, inf}, {2, 1.4142135623730950488, -0.0, nan, inf}},
      {{U::reciprocal}, {4, 0.0, -0.0, inf}, {0.25, inf, -inf, 0}},
      {{U::error_function},
       {0, 1e-10, 0.5, -1, 2, 3, inf, nan},
       {0, 1.1283791670955125739e-10, 0.52049987781304653768, -0.84270079294971486934,
        0.99532226501895273416, 0.99997790950300141456, 1, nan}},
      {{U::tanh},
       {0, 1e-5, 0.001, 0.25, -1, inf, -inf, nan},
       {0, 9.99999999966666666668e-6, 9.99999666666800000014e-4, 0.24491866240370912928,
        -0.76159415595576488812, 1, -1, nan}},
      {{U::sigmoid},
       {0, 2, -20, inf, -inf},
       {0.5, 0.88079707797788244406, 2.0611536181902035815e-9, 1, 0}},
      {{U::sine}, {0, -0.0, 1, inf}, {0, -0.0, 0.84147098480789650665, nan}},
      {{U::cosine}, {0, 1, nan}, {1, 0.54030230586813971740, nan}},
      {{U::relu}, {-1, 2, -0.0, -inf, nan}, {0, 2, 0, 0, nan}},
      {{U::leaky_relu, 0.5}, {-3, 3, nan, -inf}, {-1.5, 3, nan, -inf}},
      {{U::elu, 2},
       {-1, -1e-10, 3, -inf, nan},
       {-1.2642411176571153568, -1.9999999999e-10, 3, -2, nan}},
      {{U::hard_sigmoid, 0.25, 0.5}, {-3, -1, 1, 3, nan}, {0, 0.25, 0.75, 1, nan}},
      {{U::hard_swish}, {-4, -1.5, 0, 1.5, 4, -inf, inf}, {-0.0, -0.375, 0, 1.125, 4, -0.0, inf}},
      {{U::gelu},
       {0, 1, -1, -6, -inf, inf, nan},
       {0, 0.84134474606854294859, -0.15865525393145705141, -5.9195258702261886e-9, -0.0, inf,
        nan}},
      {{U::gelu_tanh}, {0, 1, -inf, inf}, {0, 0.84119199060827670, -0.0, inf}},
      {{U::silu}, {0, 1, -inf, inf}, {0, 0.73105857863000487925, -0.0, inf}},
      {{U::softplus},
       {0, 1, -40, 800, -inf},
       {0.69314718055994530942, 1.3132616875182228340, 4.2483542552915889953e-18, 800, 0}},
      {{U::mish}, {0, 1, -inf, inf}, {0, 0.86509838826731034612, -0.0, inf}},
      {{U::floor}, {1.5, -1.5, -0.0, inf}, {1, -2, -0.0, inf}},
      {{U::ceiling}, {1.5, -1.5, -0.5, nan}, {2, -1, -0.0, nan}},
      {{U::round_even}, {0.5, 1.5, 2.5, -0.5, -1.5, 2.6, -inf}, {0, 2, 2, -0.0, -2, 3, -inf}},
      {{U::sign}, {-3, -0.0, 0, 5, nan, -inf}, {-1, 0, 0, 1, nan, -1}},
  };
  for (const UnaryRow& row : rows) {
    const Shape shape{static_cast<std::int64_t>(row.x.size())};
    EXPECT_TRUE(agrees(result_of(row.what, {floats(shape, row.x)}), floats(shape, row.y)))
        << name_of(row.what);
  }
}

TEST(EvaluateUnary, ConditionsAndWholeNumbers) {
  const Numbers x = floats({3}, {nan, -inf, 1});
  EXPECT_TRUE(agrees(result_of(Unary{U::is_nan}, {x}), truths({3}, {1, 0, 0})));
  EXPECT_TRUE(agrees(result_of(Unary{U::is_infinite}, {x}), truths({3}, {0, 1, 0})));
  EXPECT_TRUE(agrees(result_of(Unary{U::logical_not}, {truths({2}, {1, 0})}), truths({2}, {0, 1})));
  const auto on = [](U function, Element element, std::int64_t value) {
    return result_of(Unary{function}, {whole({}, {value}, element)}).whole.at(0);
  };
  EXPECT_EQ(on(U::negate, Element::i8, -128), -128);
  EXPECT_EQ(on(U::negate, Element::u8, 1), 255);
  EXPECT_EQ(on(U::absolute, Element::i32, INT32_MIN), INT32_MIN);
  EXPECT_EQ(on(U::absolute, Element::u64, -1), -1);
  EXPECT_EQ(on(U::relu, Element::i64, -5), 0);
  EXPECT_EQ(on(U::relu, Element::u64, -5), -5);
  EXPECT_EQ(on(U::sign, Element::i16, -7), -1);
}

// Arguments between, against libm in long double: no piece of a function is off.
TEST(EvaluateUnary, PiecesOfFunctionsMeet) {
  for (int i = -160; i <= 160; ++i) {
    const double x = i * 0.0625 + 0x1p-20;
    const auto wide = static_cast<long double>(x);
    const auto near = [x](double got, long double wanted) {
      EXPECT_NEAR(static_cast<double>(static_cast<long double>(got) / wanted), 1.0, 1e-14) << x;
    };
    near(real::erf(x), std::erf(wide));
    near(real::normal_below(x), std::erfc(-wide / std::sqrt(2.0L)) / 2);
    near(real::tanh(x), std::tanh(wide));
    near(real::exp_minus_1(x), std::expm1(wide));
    near(real::log_1_plus(std::fabs(x)), std::log1p(std::fabs(wide)));
    near(real::softplus(x), std::log1p(std::exp(wide)));
  }
}

struct BinaryRow {
  B function;
  std::vector<double> a, b, y;
};

TEST(EvaluateBinary, ValuesByHand) {
  const BinaryRow rows[] = {
      {B::add, {1, inf, -0.0}, {2, -inf, -0.0}, {3, nan, -0.0}},
      {B::subtract, {1, inf, 0.0}, {2, inf, 0.0}, {-1, nan, 0.0}},
      {B::multiply, {2, 0, -0.0}, {3, inf, 1}, {6, nan, -0.0}},
      {B::divide, {1, -1, 0, 6}, {0, 0, 0, 4}, {inf, -inf, nan, 1.5}},
      {B::power,
       {2, -2, 2, 9, -8, 0, nan, -0.0},
       {10, 3, -2, 0.5, 1.0 / 3, 0, 0, -1},
       {1024, -8, 0.25, 3, nan, 1, 1, -inf}},
      {B::minimum, {1, nan, 1, -0.0, 0.0}, {2, 1, nan, 0.0, -0.0}, {1, nan, nan, -0.0, -0.0}},
      {B::maximum, {1, nan, 1, -0.0, 0.0}, {2, 1, nan, 0.0, -0.0}, {2, nan, nan, 0.0, 0.0}},
      {B::modulus, {5.5, -5.5, 5.5, 4, 1}, {2, 2, -2, -2, 0}, {1.5, 0.5, -0.5, -0.0, nan}},
      {B::remainder, {5.5, -5.5, 5.5, -4}, {2, 2, -2, 2}, {1.5, -1.5, 1.5, -0.0}},
  };
  for (const BinaryRow& row : rows) {
    const Shape shape{static_cast<std::int64_t>(row.a.size())};
    EXPECT_TRUE(
        agrees(result_of(Binary{row.function}, {floats(shape, row.a), floats(shape, row.b)}),
               floats(shape, row.y)))
        << name_of(Binary{row.function});
  }
}

struct WholeRow {
  B function;
  Element element;
  std::int64_t a, b, y;
};

TEST(EvaluateBinary, WholeNumbersWrap) {
  const WholeRow rows[] = {
      {B::add, Element::i8, 127, 1, -128},
      {B::subtract, Element::u8, 0, 1, 255},
      {B::multiply, Element::i64, INT64_MAX, 2, -2},
      {B::divide, Element::i64, -7, 2, -3},
      {B::divide, Element::i64, INT64_MIN, -1, INT64_MIN},
      {B::divide, Element::u64, -1, 2, INT64_MAX},
      {B::modulus, Element::i64, -7, 3, 2},
      {B::modulus, Element::i64, 7, -3, -2},
      {B::modulus, Element::i64, 6, -3, 0},
      {B::remainder, Element::i64, -7, 3, -1},
      {B::power, Element::i64, 3, 39, 4052555153018976267},
      {B::power, Element::i32, 3, 20, static_cast<std::int32_t>(3486784401U)},
      {B::power, Element::i64, -1, -3, -1},
      {B::power, Element::i64, 2, -1, 0},
      {B::minimum, Element::u64, -1, 1, 1},
      {B::maximum, Element::u64, -1, 1, -1},
      {B::minimum, Element::i64, -1, 1, -1},
      {B::equal, Element::i64, 4, 4, 1},
      {B::less, Element::u64, -1, 1, 0},
      {B::less, Element::i64, -1, 1, 1},
      {B::less_equal, Element::i64, 1, 1, 1},
      {B::greater, Element::u64, -1, 1, 1},
      {B::greater_equal, Element::i64, 0, 1, 0},
      {B::logical_and, Element::boolean, 1, 0, 0},
      {B::logical_or, Element::boolean, 1, 0, 1},
      {B::logical_xor, Element::boolean, 1, 1, 0},
      {B::equal, Element::boolean, 1, 1, 1},
  };
  for (const WholeRow& row : rows) {
    const Numbers result = result_of(
        Binary{row.function}, {whole({}, {row.a}, row.element), whole({}, {row.b}, row.element)});
    EXPECT_EQ(result.whole.at(0), row.y) << name_of(Binary{row.function}) << " of " << row.a;
  }
  for (const B function : {B::divide, B::modulus, B::remainder}) {
    EXPECT_EQ(failure_of([&] {
                result_of(Binary{function}, {whole({}, {1}), whole({}, {0})});
              }),
              "a whole number is divided by 0");
  }
}

TEST(EvaluateBinary, ComparisonsWithNaNAreFalse) {
  const Numbers a = floats({4}, {nan, 1, -0.0, 2});
  const Numbers b = floats({4}, {nan, nan, 0.0, 1});
  const auto on = [&](B function) { return result_of(Binary{function}, {a, b}).whole; };
  using Whole = std::vector<std::int64_t>;
  EXPECT_EQ(on(B::equal), (Whole{0, 0, 1, 0}));
  EXPECT_EQ(on(B::less), (Whole{0, 0, 0, 0}));
  EXPECT_EQ(on(B::less_equal), (Whole{0, 0, 1, 0}));
  EXPECT_EQ(on(B::greater), (Whole{0, 0, 0, 1}));
  EXPECT_EQ(on(B::greater_equal), (Whole{0, 0, 1, 1}));
}

TEST(EvaluateBinary, BroadcastsBothWays) {
  const Numbers column = floats({2, 1}, {10, 20});
  const Numbers row = floats({3}, {1, 2, 3});
  EXPECT_TRUE(
      agrees(result_of(Binary{B::add}, {column, row}), floats({2, 3}, {11, 12, 13, 21, 22, 23})));
  EXPECT_TRUE(
      agrees(result_of(Binary{B::add}, {floats({}, {1}), floats({0, 2}, {})}), floats({0, 2}, {})));
  EXPECT_TRUE(agrees(result_of(Select{}, {truths({2, 1}, {1, 0}), row, floats({}, {-1})}),
                     floats({2, 3}, {1, 2, 3, -1, -1, -1})));
}

TEST(EvaluateClip, NaNStaysAndTheUpperBoundIsTheLast) {
  EXPECT_TRUE(agrees(result_of(Clip{0, 6}, {floats({5}, {-1, 3, 7, nan, inf})}),
                     floats({5}, {0, 3, 6, nan, 6})));
  EXPECT_TRUE(agrees(result_of(Clip{6, 0}, {floats({2}, {-1, 9})}), floats({2}, {0, 0})));
  EXPECT_TRUE(agrees(result_of(Clip{}, {floats({2}, {-inf, 9})}), floats({2}, {-inf, 9})));
  EXPECT_TRUE(agrees(result_of(Clip{-2, inf}, {whole({3}, {-5, 0, 5}, Element::i8)}),
                     whole({3}, {-2, 0, 5}, Element::i8)));
  EXPECT_TRUE(agrees(result_of(Clip{-2, 300}, {whole({2}, {-1, 5}, Element::u64)}),
                     whole({2}, {300, 5}, Element::u64)));
}

struct ConvertRow {
  Numbers from;
  Element to;
  std::vector<double> floats;
  std::vector<std::int64_t> whole;
};

TEST(EvaluateConvert, ByTheRulesOfEveryPair) {
  const ConvertRow rows[] = {
      {floats({4}, {0.1, 1e39, -0.0, nan}, Element::f64),
       Element::f32,
       {static_cast<double>(0.1F), inf, -0.0, nan},
       {}},
      {floats({2}, {0.1, 2049}), Element::f16, {0.0999755859375, 2048}, {}},
      {floats({1}, {257}), Element::bf16, {256}, {}},
      {floats({1}, {0.1}), Element::f64, {0.1}, {}},
      {floats({1}, {0.1}), Element::f32, {0.1}, {}},
      {floats({1}, {0.1}, Element::bf16), Element::f16, {0.0999755859375}, {}},
      {floats({5}, {1.9, -1.9, nan, inf, -1e30}),
       Element::i32,
       {},
       {1, -1, 0, INT32_MAX, INT32_MIN}},
      {floats({4}, {-0.5, 2.5, -300, 300}), Element::i8, {}, {0, 2, -128, 127}},
      {floats({3}, {-1, 1e30, 0x1p63}), Element::u64, {}, {0, -1, INT64_MIN}},
      {floats({4}, {0.1, -0.0, nan, inf}), Element::boolean, {}, {1, 0, 1, 1}},
      {whole({1}, {300}), Element::u8, {}, {44}},
      {whole({2}, {300, 0}), Element::boolean, {}, {1, 0}},
      {whole({1}, {-1}, Element::u64), Element::f32, {0x1p64}, {}},
      {whole({1}, {16777217}), Element::f32, {16777216}, {}},
      {truths({2}, {1, 0}), Element::f32, {1, 0}, {}},
  };
  for (const ConvertRow& row : rows) {
    const Numbers wanted{{row.to, row.from.type.shape}, row.floats, row.whole};
    EXPECT_TRUE(agrees(result_of(Convert{row.to}, {row.from}), wanted));
  }
}

}  // namespace
}  // namespace weft::graph
