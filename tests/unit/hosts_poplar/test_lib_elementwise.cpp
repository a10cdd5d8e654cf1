// SPDX-License-Identifier: Apache-2.0
// popops elementwise: every operation bit by bit, broadcasts, views, expressions, casts, fills.
#include <cmath>
#include <cstring>
#include <popops/Cast.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Fill.hpp>
#include <popops/ScaledAdd.hpp>
#include <popops/Zero.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"
#include "numerics/math.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::HALF;
using poplar::INT;
using poplar::Tensor;
using poplar::UNSIGNED_INT;
namespace pe = popops::expr;

void expect_bits(const std::vector<float>& a, const std::vector<float>& b,
                 const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    EXPECT_EQ(numerics::bits_of(a[i]), numerics::bits_of(b[i])) << what << " element " << i;
  }
}

struct UnaryCase {
  pe::UnaryOpType op;
  const char* name;
  std::function<float(float)> expected;
};

std::vector<UnaryCase> unary_cases() {
  using U = pe::UnaryOpType;
  const numerics::FloatRules rules;
  return {
      {U::ABSOLUTE, "abs", [](float x) { return std::fabs(x); }},
      {U::CEIL, "ceil", [](float x) { return std::ceil(x); }},
      {U::FLOOR, "floor", [](float x) { return std::floor(x); }},
      {U::TRUNC, "trunc", [](float x) { return std::trunc(x); }},
      {U::ROUND, "round", [](float x) { return std::round(x); }},
      {U::NEARBY_INT, "nearbyInt", [](float x) { return std::nearbyint(x); }},
      {U::NEGATE, "neg", [](float x) { return -x; }},
      {U::SQUARE, "square", [](float x) { return x * x; }},
      {U::INVERSE, "inv", [](float x) { return 1.0F / x; }},
      {U::RELU, "relu", [](float x) { return x <= 0 ? 0.0F : x; }},
      {U::SQRT, "sqrt", [](float x) { return std::sqrt(x); }},
      {U::RSQRT, "rsqrt", [=](float x) { return numerics::inverse_sqrt(x, rules); }},
      {U::EXPONENT, "exp", [=](float x) { return numerics::exp(x, rules); }},
      {U::EXPONENT2, "exp2", [=](float x) { return numerics::exp2(x, rules); }},
      {U::LOGARITHM, "log", [=](float x) { return numerics::log(x, rules); }},
      {U::SIGMOID, "sigmoid", [=](float x) { return numerics::sigmoid(x, rules); }},
      {U::TANH, "tanh", [=](float x) { return numerics::tanh(x, rules); }},
      {U::SIN, "sin", [=](float x) { return numerics::sin(x, rules); }},
      {U::COS, "cos", [=](float x) { return numerics::cos(x, rules); }},
      {U::TAN, "tan", [=](float x) { return numerics::tan(x, rules); }},
  };
}

std::vector<float> numbers() {
  std::vector<float> x = fractions(37, 6.0F);
  x.insert(x.end(), {0.0F, -0.0F, 0.5F, -0.5F, 2.5F, -2.5F, 1e-3F, INFINITY, -INFINITY, NAN});
  return x;
}

TEST(ElementWise, UnaryFloatsBitByBit) {
  on_ranks([] {
    LibraryRun run;
    const auto x = numbers();
    const Tensor a = run.input(FLOAT, {x.size()}, x);
    std::vector<Tensor> out;
    for (const auto& one : unary_cases()) {
      out.push_back(popops::map(run.graph, one.op, a, run.prog, one.name));
    }
    const auto results = run.results<float>(out);
    for (std::size_t i = 0; i < results.size(); ++i) {
      std::vector<float> expected;
      for (const float v : x) expected.push_back(unary_cases()[i].expected(v));
      expect_bits(results[i], expected, unary_cases()[i].name);
    }
  });
}

TEST(ElementWise, FunctionsThatNumericsLacksAreAccurate) {
  on_ranks([] {
    LibraryRun run;
    const auto x = fractions(200, 0.99F);
    const Tensor a = run.input(FLOAT, {x.size()}, x);
    const auto results = run.results<float>(
        {popops::asin(run.graph, a, run.prog), popops::cbrt(run.graph, a, run.prog),
         popops::erf(run.graph, a, run.prog), popops::expm1(run.graph, a, run.prog),
         popops::log1p(run.graph, a, run.prog)});
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double v = static_cast<double>(x[i]);
      const double expected[] = {std::asin(v), std::cbrt(v), std::erf(v), std::expm1(v),
                                 std::log1p(v)};
      for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_NEAR(static_cast<double>(results[k][i]), expected[k],
                    std::fabs(expected[k]) * 1.2e-7)
            << "function " << k << " of " << v;
      }
    }
  });
}

TEST(ElementWise, HalvesAreRoundedOnce) {
  on_ranks([] {
    LibraryRun run;
    const numerics::FloatRules rules;
    const auto x = halves(fractions(61, 5.0F, 3));
    const auto y = halves(fractions(61, 3.0F, 4));
    const Tensor a = run.input(HALF, {x.size()}, x);
    const Tensor b = run.input(HALF, {y.size()}, y);
    const auto results = run.results<Half>(
        {popops::add(run.graph, a, b, run.prog), popops::mul(run.graph, a, b, run.prog),
         popops::div(run.graph, a, b, run.prog), popops::exp(run.graph, a, run.prog),
         popops::sub(run.graph, a, 0.3, run.prog)});
    const Half number = numerics::half_from_float(0.3F);
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(results[0][i], numerics::add(x[i], y[i], rules));
      EXPECT_EQ(results[1][i], numerics::multiply(x[i], y[i], rules));
      if (!numerics::is_nan(results[2][i]) && (y[i] & 0x7fffU) != 0) {
        EXPECT_EQ(results[2][i], numerics::divide(x[i], y[i], rules));
      }
      EXPECT_EQ(results[3][i], numerics::exp(x[i], rules));
      EXPECT_EQ(results[4][i], numerics::subtract(x[i], number, rules));
    }
  });
}

template <class T>
void integer_operations(const poplar::Type& type, const std::vector<T>& x,
                        const std::vector<T>& y) {
  LibraryRun run;
  const Tensor a = run.input(type, {x.size()}, x);
  const Tensor b = run.input(type, {y.size()}, y);
  const auto results = run.results<T>(
      {popops::add(run.graph, a, b, run.prog), popops::mul(run.graph, a, b, run.prog),
       popops::div(run.graph, a, b, run.prog), popops::rem(run.graph, a, b, run.prog),
       popops::max(run.graph, a, b, run.prog), popops::bitwiseXor(run.graph, a, b, run.prog),
       popops::shiftLeft(run.graph, a, 3, run.prog),
       popops::shiftRightSignExtend(run.graph, a, 1, run.prog)});
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(results[0][i], x[i] + y[i]);
    EXPECT_EQ(results[1][i], x[i] * y[i]);
    EXPECT_EQ(results[2][i], x[i] / y[i]);
    EXPECT_EQ(results[3][i], x[i] % y[i]);
    EXPECT_EQ(results[4][i], std::max(x[i], y[i]));
    EXPECT_EQ(results[5][i], x[i] ^ y[i]);
    EXPECT_EQ(results[6][i], static_cast<T>(static_cast<unsigned>(x[i]) << 3U));
    EXPECT_EQ(results[7][i], x[i] >> 1);
  }
}

TEST(ElementWise, Integers) {
  on_ranks([] {
    integer_operations<int>(INT, whole_numbers<int>(40, -100, 100, 5),
                            whole_numbers<int>(40, 1, 9, 6));
    integer_operations<unsigned>(UNSIGNED_INT, whole_numbers<unsigned>(40, 0, 100, 7),
                                 whole_numbers<unsigned>(40, 1, 9, 8));
  });
}

/// Every broadcast that shapes allow, against a loop.
void broadcast_case(const std::vector<std::size_t>& left, const std::vector<std::size_t>& right,
                    unsigned tiles) {
  LibraryRun run(tiles);
  const auto count = [](const std::vector<std::size_t>& s) {
    return std::accumulate(s.begin(), s.end(), std::size_t{1}, std::multiplies<>{});
  };
  const auto x = whole_numbers<float>(count(left), -50, 50, 1);
  const auto y = whole_numbers<float>(count(right), -50, 50, 2);
  const Tensor a = run.input(FLOAT, left, x);
  const Tensor b = run.input(FLOAT, right, y);
  const Tensor out = popops::sub(run.graph, a, b, run.prog);
  const auto shape = out.shape();
  const auto result = run.result<float>(out);
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::size_t rest = i, at = 0, bt = 0, sa = 1, sb = 1;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      const std::size_t dim = shape.size() - 1 - d;
      const std::size_t place = rest % shape[dim];
      rest /= shape[dim];
      if (d < left.size()) {
        const std::size_t n = left[left.size() - 1 - d];
        at += (n == 1 ? 0 : place) * sa;
        sa *= n;
      }
      if (d < right.size()) {
        const std::size_t n = right[right.size() - 1 - d];
        bt += (n == 1 ? 0 : place) * sb;
        sb *= n;
      }
    }
    ASSERT_EQ(result[i], x[at] - y[bt]) << "element " << i << " on " << tiles << " tiles";
  }
}

TEST(ElementWise, BroadcastsAsShapesSay) {
  on_ranks([] {
    for (const unsigned tiles : {1U, 3U}) {
      broadcast_case({6, 7}, {7}, tiles);
      broadcast_case({6, 7}, {6, 1}, tiles);
      broadcast_case({6, 7}, {1}, tiles);
      broadcast_case({1}, {6, 7}, tiles);
      broadcast_case({7}, {6, 7}, tiles);
      broadcast_case({6, 1}, {1, 7}, tiles);
      broadcast_case({2, 3, 4}, {3, 1}, tiles);
      broadcast_case({2, 3, 4}, {2, 1, 4}, tiles);
    }
    LibraryRun run;
    const Tensor a = run.input(FLOAT, {2, 3}, std::vector<float>(6));
    const Tensor b = run.input(FLOAT, {2}, std::vector<float>(2));
    EXPECT_THROW(popops::add(run.graph, a, b, run.prog), poputil::poplibs_error);
  });
}

TEST(ElementWise, InPlaceOnViewsTouchesNothingElse) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<int>(24, -9, 9);
    const Tensor a = run.input(INT, {4, 6}, x);
    popops::addInPlace(run.graph, a.slice(1, 3, 1), 100, run.prog);
    popops::mulInPlace(run.graph, a.slice(0, 4, 1), a.slice(0, 4, 1).transpose(), run.prog);
    const auto result = run.result<int>(a);
    std::vector<int> expected = x;
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::size_t c = 1; c < 3; ++c) expected[r * 6 + c] += 100;
    }
    const std::vector<int> before = expected;
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::size_t c = 0; c < 4; ++c) expected[r * 6 + c] *= before[c * 6 + r];
    }
    EXPECT_EQ(result, expected);
  });
}

TEST(ElementWise, ComparesAndSelects) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<float>(20, -5, 5, 1);
    const auto y = whole_numbers<float>(20, -5, 5, 2);
    const Tensor a = run.input(FLOAT, {20}, x);
    const Tensor b = run.input(FLOAT, {20}, y);
    const Tensor less = popops::lt(run.graph, a, b, run.prog);
    EXPECT_EQ(less.elementType(), poplar::BOOL);
    const Tensor chosen = popops::select(run.graph, a, b, less, run.prog);
    const Tensor low = run.input(FLOAT, {1}, std::vector<float>{-2});
    const Tensor high = run.input(FLOAT, {1}, std::vector<float>{3});
    const Tensor clamped = popops::clamp(run.graph, a, low, high, run.prog);
    const auto results = run.results<float>({chosen, clamped});
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(results[0][i], std::min(x[i], y[i]));
      EXPECT_EQ(results[1][i], std::min(3.0F, std::max(-2.0F, x[i])));
    }
  });
}

TEST(ElementWise, ExpressionsAreTrees) {
  on_ranks([] {
    LibraryRun run;
    const auto x = fractions(30, 4.0F, 1);
    const auto y = fractions(30, 4.0F, 2);
    const Tensor a = run.input(FLOAT, {30}, x);
    const Tensor b = run.input(FLOAT, {30}, y);
    const Tensor out = popops::map(run.graph,
                                   pe::Select(pe::Mul(pe::_1, pe::Const(2.0F)),
                                              pe::Sub(pe::_2, pe::_1), pe::Gt(pe::_1, pe::_2)),
                                   {a, b}, run.prog);
    popops::mapInPlace(run.graph, pe::Cast(pe::Add(pe::Cast(pe::_1, INT), pe::Const(1)), FLOAT),
                       {b}, run.prog);
    const auto results = run.results<float>({out, b});
    for (std::size_t i = 0; i < 30; ++i) {
      EXPECT_EQ(results[0][i], x[i] > y[i] ? x[i] * 2.0F : y[i] - x[i]);
      EXPECT_EQ(results[1][i], std::trunc(y[i]) + 1.0F);
    }
  });
}

TEST(ElementWise, CastsFillsAndScaledSums) {
  on_ranks([] {
    LibraryRun run;
    const auto x = fractions(33, 3000.0F);
    const Tensor a = run.input(FLOAT, {33}, x);
    const Tensor b = popops::cast(run.graph, a, HALF, run.prog);
    const Tensor c =
        popops::cast(run.graph, popops::cast(run.graph, a, INT, run.prog), FLOAT, run.prog);
    const Tensor wide = popops::cast(run.graph, b, FLOAT, run.prog);
    const Tensor filled = run.input(FLOAT, {4, 5}, std::vector<float>(20, 7.0F));
    popops::fill(run.graph, filled.slice(1, 4, 1), run.prog, 2.5F);
    popops::zero(run.graph, filled[0], run.prog);
    const Tensor sum = run.input(FLOAT, {33}, x);
    popops::scaledAddTo(run.graph, sum, c, -0.25F, run.prog);
    const Tensor factor = run.input(FLOAT, {1}, std::vector<float>{3.0F});
    popops::scaledAddTo(run.graph, c, a, factor, run.prog);
    const auto results = run.results<float>({wide, c, filled, sum});
    for (std::size_t i = 0; i < 33; ++i) {
      EXPECT_EQ(results[0][i], numerics::float_from_half(numerics::half_from_float(x[i])));
      EXPECT_EQ(results[3][i], x[i] + -0.25F * std::trunc(x[i]));
      EXPECT_EQ(results[1][i], std::trunc(x[i]) + 3.0F * x[i]);
    }
    for (std::size_t i = 0; i < 20; ++i) {
      const bool inside = i % 5 >= 1 && i % 5 < 4;
      EXPECT_EQ(results[2][i], i < 5 ? 0.0F : (inside ? 2.5F : 7.0F)) << i;
    }
  });
}

TEST(ElementWise, NarrowIntegersKeepTheirSign) {
  on_ranks([] {
    LibraryRun run;
    const std::vector<int> negative = {-3, 5, -100};
    const std::vector<int> natural = {253, 5, 156};
    const Tensor a = run.input(INT, {3}, negative);
    const Tensor b = run.input(INT, {3}, natural);
    std::vector<Tensor> out;
    const auto there_and_back = [&](const Tensor& t, const poplar::Type& type) {
      const Tensor narrow = popops::cast(run.graph, t, type, run.prog);
      out.push_back(popops::cast(run.graph, narrow, INT, run.prog));
    };
    for (const auto& type : {poplar::SHORT, poplar::SIGNED_CHAR, poplar::CHAR}) {
      there_and_back(a, type);
    }
    for (const auto& type : {poplar::UNSIGNED_SHORT, poplar::UNSIGNED_CHAR}) {
      there_and_back(b, type);
    }
    const auto results = run.results<int>(out);
    for (std::size_t i = 0; i < results.size(); ++i) {
      EXPECT_EQ(results[i], i < 3 ? negative : natural) << i;
    }
  });
}

TEST(ElementWise, FillsEveryType) {
  on_ranks([] {
    const auto filled = [](const poplar::Type& type, auto value) {
      LibraryRun run;
      const Tensor t = run.input(type, {3}, std::vector<decltype(value)>(3));
      popops::fill(run.graph, t, run.prog, value);
      EXPECT_EQ(run.result<decltype(value)>(t), std::vector<decltype(value)>(3, value)) << type;
    };
    filled(poplar::SHORT, std::int16_t{-300});
    filled(poplar::UNSIGNED_SHORT, std::uint16_t{65000});
    filled(poplar::SIGNED_CHAR, std::int8_t{-3});
    filled(poplar::UNSIGNED_CHAR, std::uint8_t{200});
    filled(INT, -3);
    filled(poplar::UNSIGNED_INT, 4000000000U);
    filled(poplar::LONGLONG, -(1LL << 60));
    filled(poplar::UNSIGNED_LONGLONG, 1ULL << 63U);
  });
}

TEST(ElementWise, RefusesWhatHasNoMeaning) {
  LibraryRun run;
  const Tensor a = run.input(FLOAT, {4}, std::vector<float>(4));
  const Tensor b = run.input(INT, {4}, std::vector<int>(4));
  EXPECT_THROW(popops::add(run.graph, a, b, run.prog), poputil::poplibs_error);
  EXPECT_THROW(popops::sin(run.graph, b, run.prog), poputil::poplibs_error);
  EXPECT_THROW(popops::bitwiseAnd(run.graph, a, a, run.prog), poputil::poplibs_error);
  EXPECT_THROW(popops::addInPlace(run.graph, a.slice(0, 1).broadcast(4, 0), a, run.prog),
               poputil::poplibs_error);
}

}  // namespace
}  // namespace weft::test
