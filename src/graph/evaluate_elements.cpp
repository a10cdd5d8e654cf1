// SPDX-License-Identifier: Apache-2.0
// The evaluator: operators on each element by itself.
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "graph/evaluate_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double relu_of(double x) { return x <= 0 ? 0.0 : x; }
double unit_clip(double x) { return x < 0 ? 0.0 : (x > 1 ? 1.0 : x); }

// x f(x) where f goes to 0 at -infinity faster than 1 / x.
double gated(double x, double gate) { return x == -infinite ? -0.0 : x * gate; }

// tanh(u) = 2 sigmoid(2 u) - 1, which is not cancelled in 1 + tanh(u).
double gelu_by_tanh(double x) {
  constexpr double root_two_over_pi = 0x1.9884533d43651p-1;
  const double u = root_two_over_pi * (x + 0.044715 * (x * x * x));
  return gated(x, real::sigmoid(2.0 * u));
}

double sign_of(double x) {
  if (x != x) return x;
  return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0);
}

double round_to_even(double x) {
  const double low = std::floor(x);
  const double rest = x - low;
  if (rest != 0.5) return std::copysign(rest < 0.5 ? low : std::ceil(x), x);
  const double up = low + 1;
  return std::copysign(std::fmod(low, 2.0) == 0 ? low : up, x);
}

std::int64_t function_of_whole(UnaryFunction function, Element element, std::int64_t x) {
  const bool below = is_less(element, x, std::int64_t{0});
  switch (function) {
    case UnaryFunction::negate:
      return multiplied(x, std::int64_t{-1});
    case UnaryFunction::absolute:
      return below ? multiplied(x, std::int64_t{-1}) : x;
    case UnaryFunction::relu:
      return below ? 0 : x;
    case UnaryFunction::sign:
      return below ? -1 : (x == 0 ? 0 : 1);
    case UnaryFunction::logical_not:
      return x == 0 ? 1 : 0;
    default:
      fail(Category::internal, "a function of floats was given whole numbers");
  }
}

double larger_of(double a, double b) {
  if (a != a || b != b) return a + b;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
double smaller_of(double a, double b) { return -larger_of(-a, -b); }

// The sign of the divisor, as numpy's mod.
double modulus_of(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

double combined(BinaryFunction function, double a, double b) {
  switch (function) {
    case BinaryFunction::add:
      return a + b;
    case BinaryFunction::subtract:
      return a - b;
    case BinaryFunction::multiply:
      return a * b;
    case BinaryFunction::divide:
      return a / b;
    case BinaryFunction::power:
      return real::pow(a, b);
    case BinaryFunction::minimum:
      return smaller_of(a, b);
    case BinaryFunction::maximum:
      return larger_of(a, b);
    case BinaryFunction::modulus:
      return modulus_of(a, b);
    case BinaryFunction::remainder:
      return std::fmod(a, b);
    default:
      fail(Category::internal, "a function of conditions was given floats");
  }
}

// a^n modulo 2^64; of a negative power what the quotient 1 / a^n cuts to.
std::int64_t whole_power(Element element, std::int64_t a, std::int64_t n) {
  if (is_less(element, n, std::int64_t{0})) {
    if (a == 0) fail(Category::input, "a whole 0 to a negative power");
    if (a == 1) return 1;
    if (a == -1) return n % 2 == 0 ? 1 : -1;
    return 0;
  }
  std::int64_t result = 1;
  for (auto left = static_cast<std::uint64_t>(n); left != 0; left >>= 1U) {
    if ((left & 1U) != 0) result = multiplied(result, a);
    a = multiplied(a, a);
  }
  return result;
}

enum class Part : std::uint8_t { quotient, remainder, modulus };
std::int64_t divided(Element element, std::int64_t a, std::int64_t b, Part part) {
  if (b == 0) fail(Category::input, "a whole number is divided by 0");
  if (element == Element::u64) {
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    return static_cast<std::int64_t>(part == Part::quotient ? x / y : x % y);
  }
  if (b == -1) return part == Part::quotient ? multiplied(a, std::int64_t{-1}) : 0;
  if (part == Part::quotient) return a / b;
  const std::int64_t rest = a % b;
  const bool other_sign = rest != 0 && (rest < 0) != (b < 0);
  return part == Part::modulus && other_sign ? rest + b : rest;
}

std::int64_t combined(BinaryFunction function, Element element, std::int64_t a, std::int64_t b) {
  switch (function) {
    case BinaryFunction::add:
      return added(a, b);
    case BinaryFunction::subtract:
      return added(a, multiplied(b, std::int64_t{-1}));
    case BinaryFunction::multiply:
      return multiplied(a, b);
    case BinaryFunction::divide:
      return divided(element, a, b, Part::quotient);
    case BinaryFunction::power:
      return whole_power(element, a, b);
    case BinaryFunction::minimum:
      return is_less(element, b, a) ? b : a;
    case BinaryFunction::maximum:
      return is_less(element, a, b) ? b : a;
    case BinaryFunction::modulus:
      return divided(element, a, b, Part::modulus);
    case BinaryFunction::remainder:
      return divided(element, a, b, Part::remainder);
    case BinaryFunction::logical_and:
      return a & b;
    case BinaryFunction::logical_or:
      return a | b;
    case BinaryFunction::logical_xor:
      return a ^ b;
    default:
      fail(Category::internal, "a comparison was taken for an operation");
  }
}

template <typename T>
bool compared(BinaryFunction function, Element element, T a, T b) {
  switch (function) {
    case BinaryFunction::equal:
      return a == b;
    case BinaryFunction::less:
      return is_less(element, a, b);
    case BinaryFunction::less_equal:
      return is_less(element, a, b) || a == b;
    case BinaryFunction::greater:
      return is_less(element, b, a);
    default:
      return is_less(element, b, a) || a == b;
  }
}

bool is_comparison(BinaryFunction function) {
  return function >= BinaryFunction::equal && function <= BinaryFunction::greater_equal;
}

/// Calls `body(i, place in a, place in b)` for all elements i of the result.
template <typename Body>
void over_pairs(const Shape& a, const Shape& b, const Shape& result, Body body) {
  const auto count = count_of(result);
  if (a == result && b == result) {
    for (std::int64_t i = 0; i < count; ++i) body(as_index(i), as_index(i), as_index(i));
    return;
  }
  Walk walk(result, {broadcast_strides(a, result), broadcast_strides(b, result)});
  for (std::int64_t i = 0; i < count; ++i, walk.next()) {
    body(as_index(i), as_index(walk.place(0)), as_index(walk.place(1)));
  }
}

std::int64_t whole_of(Element element, double x) {
  if (element == Element::boolean) return x != 0 ? 1 : 0;
  if (x != x) return 0;
  const auto [low, high] = ends_of<std::int64_t>(element);
  if (element == Element::u64) {
    if (x <= 0) return 0;
    if (x >= 0x1p64) return -1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(x));
  }
  if (x >= 0x1p63) return high;
  if (x < -0x1p63) return low;
  const auto whole = static_cast<std::int64_t>(x);
  return whole < low ? low : (whole > high ? high : whole);
}

double float_of_whole(Element element, std::int64_t x) {
  return element == Element::u64 ? static_cast<double>(static_cast<std::uint64_t>(x))
                                 : static_cast<double>(x);
}

bool holds_all_of(Element to, Element from) {
  if (to == from || to == Element::f64) return true;
  return to == Element::f32 && (from == Element::f16 || from == Element::bf16);
}

}  // namespace

template <>
std::pair<double, double> ends_of<double>(Element) {
  return {-infinite, infinite};
}

template <>
std::pair<std::int64_t, std::int64_t> ends_of<std::int64_t>(Element element) {
  switch (element) {
    case Element::i32:
      return {INT32_MIN, INT32_MAX};
    case Element::i16:
      return {INT16_MIN, INT16_MAX};
    case Element::i8:
      return {INT8_MIN, INT8_MAX};
    case Element::u64:
      return {0, -1};
    case Element::u32:
      return {0, UINT32_MAX};
    case Element::u16:
      return {0, UINT16_MAX};
    case Element::u8:
      return {0, UINT8_MAX};
    case Element::boolean:
      return {0, 1};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

double function_of(const Unary& what, double x) {
  switch (what.function) {
    case UnaryFunction::negate:
      return -x;
    case UnaryFunction::absolute:
      return std::fabs(x);
    case UnaryFunction::exponential:
      return real::exp(x);
    case UnaryFunction::logarithm:
      return real::log(x);
    case UnaryFunction::square_root:
      return std::sqrt(x);
    case UnaryFunction::reciprocal:
      return 1.0 / x;
    case UnaryFunction::error_function:
      return real::erf(x);
    case UnaryFunction::tanh:
      return real::tanh(x);
    case UnaryFunction::sigmoid:
      return real::sigmoid(x);
    case UnaryFunction::sine:
      return real::sin(x);
    case UnaryFunction::cosine:
      return real::cos(x);
    case UnaryFunction::relu:
      return relu_of(x);
    case UnaryFunction::leaky_relu:
      return x < 0 ? what.alpha * x : x;
    case UnaryFunction::elu:
      return x < 0 ? what.alpha * real::exp_minus_1(x) : x;
    case UnaryFunction::hard_sigmoid:
      return unit_clip(what.alpha * x + what.beta);
    case UnaryFunction::hard_swish:
      return gated(x, unit_clip(x / 6.0 + 0.5));
    case UnaryFunction::gelu:
      return gated(x, real::normal_below(x));
    case UnaryFunction::gelu_tanh:
      return gelu_by_tanh(x);
    case UnaryFunction::silu:
      return gated(x, real::sigmoid(x));
    case UnaryFunction::softplus:
      return real::softplus(x);
    case UnaryFunction::mish:
      return gated(x, real::tanh(real::softplus(x)));
    case UnaryFunction::floor:
      return std::floor(x);
    case UnaryFunction::ceiling:
      return std::ceil(x);
    case UnaryFunction::round_even:
      return round_to_even(x);
    case UnaryFunction::sign:
      return sign_of(x);
    default:
      fail(Category::internal, "a function of conditions was given floats");
  }
}

Results results_of(const Unary& what, const Operands& in, Results results) {
  const Numbers& x = *in[0];
  Numbers& y = results[0];
  const std::size_t count = as_index(y.count());
  if (!is_floating(x.type.element)) {
    for (std::size_t i = 0; i < count; ++i) {
      y.whole[i] = function_of_whole(what.function, x.type.element, x.whole[i]);
    }
    wrap_all(y);
  } else if (what.function == UnaryFunction::is_nan) {
    for (std::size_t i = 0; i < count; ++i) y.whole[i] = is_number(x.floats[i]) ? 0 : 1;
  } else if (what.function == UnaryFunction::is_infinite) {
    for (std::size_t i = 0; i < count; ++i) y.whole[i] = std::fabs(x.floats[i]) == infinite ? 1 : 0;
  } else {
    for (std::size_t i = 0; i < count; ++i) y.floats[i] = function_of(what, x.floats[i]);
  }
  return results;
}

Results results_of(const Binary& what, const Operands& in, Results results) {
  const Numbers& a = *in[0];
  const Numbers& b = *in[1];
  Numbers& y = results[0];
  const Element element = a.type.element;
  by_kind(element, [&]<typename T>(T) {
    const std::vector<T>& left = elements_of<T>(a);
    const std::vector<T>& right = elements_of<T>(b);
    over_pairs(a.type.shape, b.type.shape, y.type.shape,
               [&](std::size_t i, std::size_t j, std::size_t k) {
                 if (is_comparison(what.function)) {
                   y.whole[i] = compared(what.function, element, left[j], right[k]) ? 1 : 0;
                 } else if constexpr (std::is_same_v<T, double>) {
                   y.floats[i] = combined(what.function, left[j], right[k]);
                 } else {
                   y.whole[i] = combined(what.function, element, left[j], right[k]);
                 }
               });
  });
  wrap_all(y);
  return results;
}

Results results_of(const Select&, const Operands& in, Results results) {
  Numbers& y = results[0];
  const Shape& shape = y.type.shape;
  Walk walk(shape, {broadcast_strides(in[0]->type.shape, shape),
                    broadcast_strides(in[1]->type.shape, shape),
                    broadcast_strides(in[2]->type.shape, shape)});
  by_kind(y.type.element, [&]<typename T>(T) {
    for (T& value : elements_of<T>(y)) {
      const std::size_t which = in[0]->whole[as_index(walk.place(0))] != 0 ? 1 : 2;
      value = elements_of<T>(*in[which])[as_index(walk.place(which))];
      walk.next();
    }
  });
  return results;
}

Results results_of(const Clip& what, const Operands& in, Results results) {
  Numbers& y = results[0];
  const Element element = y.type.element;
  if (is_floating(element)) {
    const Then clip{Then::Kind::clip, what.low, what.high};
    for (std::size_t i = 0; i < y.floats.size(); ++i) y.floats[i] = after(clip, in[0]->floats[i]);
    return results;
  }
  const std::int64_t low = whole_of(element, what.low);
  const std::int64_t high = whole_of(element, what.high);
  for (std::size_t i = 0; i < y.whole.size(); ++i) {
    const std::int64_t x = in[0]->whole[i];
    const std::int64_t raised = is_less(element, x, low) ? low : x;
    y.whole[i] = is_less(element, high, raised) ? high : raised;
  }
  return results;
}

Results results_of(const Convert& what, const Operands& in, Results results) {
  const Numbers& x = *in[0];
  Numbers& y = results[0];
  const Element from = x.type.element;
  const std::size_t count = as_index(y.count());
  if (is_floating(from) && is_floating(what.element)) {
    const bool exact = holds_all_of(what.element, from);
    for (std::size_t i = 0; i < count; ++i) {
      y.floats[i] = exact ? x.floats[i] : rounded_to(what.element, x.floats[i]);
    }
  } else if (is_floating(from)) {
    for (std::size_t i = 0; i < count; ++i) y.whole[i] = whole_of(what.element, x.floats[i]);
  } else if (is_floating(what.element)) {
    for (std::size_t i = 0; i < count; ++i) {
      y.floats[i] = rounded_to(what.element, float_of_whole(from, x.whole[i]));
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) y.whole[i] = wrapped_to(what.element, x.whole[i]);
  }
  return results;
}

}  // namespace weft::graph
