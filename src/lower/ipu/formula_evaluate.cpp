// SPDX-License-Identifier: Apache-2.0
// What the vertices of popops make of an expression, element by element: one rounding an operation,
// functions in fp64 rounded once.
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "lower/ipu/formula.hpp"
#include "numerics/elementary.hpp"
#include "numerics/special.hpp"

namespace weft::lower::ipu {

using Step = Formula::Step;

namespace {

namespace elementary = numerics::elementary;

float nearest_even(float value) {
  if (!(value > -8388608.0F && value < 8388608.0F)) return value;
  const float magic = std::copysign(8388608.0F, value);
  return std::copysign((value + magic) - magic, value);
}

/// A function in fp64.
double in_double(Step step, double value) {
  switch (step) {
    case Step::exponential:
      return elementary::exp(value);
    case Step::logarithm:
      return elementary::log(value);
    case Step::error_function:
      return numerics::special::erf(value);
    case Step::tanh:
      return elementary::tanh(value);
    case Step::sigmoid:
      return elementary::sigmoid(value);
    case Step::sine:
      return elementary::sin(value);
    case Step::cosine:
      return elementary::cos(value);
    case Step::gelu:
      return numerics::special::gelu(value);
    default:
      fail(Category::internal, "no function of popops has this step");
  }
}

float float_step(Step step, Kind kind, float a) {
  switch (step) {
    case Step::absolute:
      return std::fabs(a);
    case Step::negate:
      return -a;
    case Step::square_root:
      return rounded(kind, std::sqrt(a));
    case Step::inverse:
      return kind == Kind::half ? through_half(1.0 / static_cast<double>(a)) : 1.0F / a;
    case Step::relu:
      return a > 0.0F || a != a ? a : 0.0F;
    case Step::floor:
      return rounded(kind, std::floor(a));
    case Step::ceiling:
      return rounded(kind, std::ceil(a));
    case Step::nearest:
      return rounded(kind, nearest_even(a));
    case Step::sign:
      return a > 0.0F ? 1.0F : (a < 0.0F ? -1.0F : a);
    default:
      return rounded(kind, in_double(step, static_cast<double>(a)));
  }
}

float float_step(Step step, Kind kind, float a, float b) {
  switch (step) {
    case Step::add:
      return rounded(kind, a + b);
    case Step::subtract:
      return rounded(kind, a - b);
    case Step::multiply:
      return rounded(kind, a * b);
    case Step::divide:
      if (kind == Kind::half) return through_half(static_cast<double>(a) / static_cast<double>(b));
      return a / b;
    case Step::power:
      return rounded(kind, elementary::pow(static_cast<double>(a), static_cast<double>(b)));
    case Step::minimum:
      return -larger_of(-a, -b);
    case Step::maximum:
      return larger_of(a, b);
    case Step::remainder:
      return rounded(kind, std::fmod(a, b));
    default:
      fail(Category::internal, "no operation of popops on floats has this step");
  }
}

std::int32_t whole_step(Step step, std::int32_t a) {
  switch (step) {
    case Step::absolute:
      return a < 0 ? static_cast<std::int32_t>(0U - static_cast<std::uint32_t>(a)) : a;
    case Step::negate:
      return static_cast<std::int32_t>(0U - static_cast<std::uint32_t>(a));
    case Step::relu:
      return a > 0 ? a : 0;
    case Step::sign:
      return (a > 0) - (a < 0);
    case Step::logical_not:
      return a == 0 ? 1 : 0;
    default:
      fail(Category::internal, "no operation of popops on whole numbers has this step");
  }
}

std::int32_t whole_step(Step step, std::int32_t a, std::int32_t b) {
  const auto x = static_cast<std::uint32_t>(a);
  const auto y = static_cast<std::uint32_t>(b);
  switch (step) {
    case Step::add:
      return static_cast<std::int32_t>(x + y);
    case Step::subtract:
      return static_cast<std::int32_t>(x - y);
    case Step::multiply:
      return static_cast<std::int32_t>(x * y);
    case Step::minimum:
      return a < b ? a : b;
    case Step::maximum:
      return a > b ? a : b;
    case Step::divide:
    case Step::remainder:
      if (b == 0) fail(Category::input, "a whole number is divided by zero");
      if (b == -1) return step == Step::divide ? static_cast<std::int32_t>(0U - x) : 0;
      return step == Step::divide ? a / b : a % b;
    default:
      fail(Category::internal, "no operation of popops on whole numbers has this step");
  }
}

template <class T>
bool test(Step step, T a, T b) {
  switch (step) {
    case Step::equal:
      return a == b;
    case Step::not_equal:
      return a != b;
    case Step::less:
      return a < b;
    case Step::less_equal:
      return a <= b;
    case Step::greater:
      return a > b;
    case Step::greater_equal:
      return a >= b;
    case Step::logical_and:
      return a != T{} && b != T{};
    case Step::logical_or:
      return a != T{} || b != T{};
    default:
      fail(Category::internal, "no comparison of popops has this step");
  }
}

bool is_test(Step step) {
  return (step >= Step::equal && step <= Step::not_equal) || step == Step::is_nan ||
         step == Step::is_infinite;
}

Numbers one(const Formula& formula, const Numbers& a) {
  Numbers out = zeros(is_test(formula.step) ? Kind::boolean : a.kind, a.shape);
  const auto count = static_cast<std::size_t>(out.count());
  for (std::size_t i = 0; i < count; ++i) {
    if (formula.step == Step::is_nan) {
      out.whole[i] = std::isnan(a.floats[i]) ? 1 : 0;
    } else if (formula.step == Step::is_infinite) {
      out.whole[i] = std::isinf(a.floats[i]) ? 1 : 0;
    } else if (a.floating()) {
      out.floats[i] = float_step(formula.step, a.kind, a.floats[i]);
    } else {
      out.whole[i] = whole_step(formula.step, a.whole[i]);
    }
  }
  return out;
}

Numbers two(const Formula& formula, const Numbers& a, const Numbers& b) {
  Numbers out = zeros(is_test(formula.step) ? Kind::boolean : a.kind, a.shape);
  const auto count = static_cast<std::size_t>(out.count());
  for (std::size_t i = 0; i < count; ++i) {
    if (is_test(formula.step)) {
      out.whole[i] = (a.floating() ? test(formula.step, a.floats[i], b.floats[i])
                                   : test(formula.step, a.whole[i], b.whole[i]))
                         ? 1
                         : 0;
    } else if (a.floating()) {
      out.floats[i] = float_step(formula.step, a.kind, a.floats[i], b.floats[i]);
    } else {
      out.whole[i] = whole_step(formula.step, a.whole[i], b.whole[i]);
    }
  }
  return out;
}

class FormulaRun {
 public:
  FormulaRun(const std::vector<Numbers>& operands, const graph::Shape& shape) : shape_(shape) {
    for (const Numbers& operand : operands) {
      operands_.push_back(operand.shape == shape
                              ? operand
                              : picked(operand, shape, broadcast_places(operand.shape, shape)));
    }
  }

  Numbers value(const Formula& formula) const {
    if (formula.step == Step::operand) return operands_[formula.operand - 1];
    if (formula.step == Step::select) {
      Numbers out = value(formula.of[0]);
      const Numbers otherwise = like(formula.of[1], out.kind);
      const Numbers condition = value(formula.of[2]);
      for (std::size_t i = 0; i < condition.whole.size(); ++i) {
        if (condition.whole[i] != 0) continue;
        if (out.floating()) {
          out.floats[i] = otherwise.floats[i];
        } else {
          out.whole[i] = otherwise.whole[i];
        }
      }
      return out;
    }
    if (formula.of.size() == 1) return one(formula, value(formula.of[0]));
    const bool number_first = formula.of[0].step == Step::number;
    const Numbers known = value(formula.of[number_first ? 1 : 0]);
    const Numbers other = like(formula.of[number_first ? 0 : 1], known.kind);
    return number_first ? two(formula, other, known) : two(formula, known, other);
  }

 private:
  /// A number takes the kind of what it meets.
  Numbers like(const Formula& formula, Kind kind) const {
    if (formula.step != Step::number) return value(formula);
    Numbers out = zeros(kind, shape_);
    for (float& one : out.floats) one = rounded(kind, formula.number);
    for (std::int32_t& one : out.whole) one = static_cast<std::int32_t>(formula.number);
    return out;
  }
  const graph::Shape& shape_;
  std::vector<Numbers> operands_;
};

}  // namespace

Numbers evaluate(const Formula& formula, const std::vector<Numbers>& operands,
                 const graph::Shape& shape) {
  return FormulaRun(operands, shape).value(formula);
}

}  // namespace weft::lower::ipu
