// SPDX-License-Identifier: Apache-2.0
// fp32 and fp16 words of the RDU.
#include <cmath>

#include "numerics/error_function.hpp"
#include "numerics/math.hpp"
#include "numerics/rdu_word_parts.hpp"
#include "numerics/scalar.hpp"

namespace weft::numerics::words {
namespace {

using Operation = WordOperation;

constexpr FloatRules word_rules{};

float wide_of(float value) { return value; }
float wide_of(Half value) { return float_from_half(value); }
void narrow_to(float wide, float& value) { value = wide; }
void narrow_to(float wide, Half& value) { value = half_from_float(wide); }

/// Of a quotient towards zero, which is exact, then + b where it is below zero.
template <typename Float>
Float remainder_of(Float a, Float b) {
  Float rest{};
  narrow_to(std::fmod(wide_of(a), wide_of(b)), rest);
  return wide_of(rest) < 0 ? add(rest, b, word_rules) : rest;
}

float error_function(float a) {
  return settle(static_cast<float>(elementary::erf(static_cast<double>(a))), a, a, word_rules);
}
Half error_function(Half a) {
  const auto wide = static_cast<double>(float_from_half(a));
  return settle(half_from_double(elementary::erf(wide)), a, a, word_rules);
}

template <typename Float>
std::uint32_t function_word(Operation operation, Float a, Float b) {
  switch (operation) {
    case Operation::exponent:
      return word_of(exp(a, word_rules));
    case Operation::logarithm:
      return word_of(log(a, word_rules));
    case Operation::square_root:
      return word_of(square_root(a, word_rules));
    case Operation::inverse_square_root:
      return word_of(inverse_sqrt(a, word_rules));
    case Operation::reciprocal:
      return word_of(reciprocal(a, word_rules));
    case Operation::tanh:
      return word_of(tanh(a, word_rules));
    case Operation::sigmoid:
      return word_of(sigmoid(a, word_rules));
    case Operation::sine:
      return word_of(sin(a, word_rules));
    case Operation::cosine:
      return word_of(cos(a, word_rules));
    case Operation::power:
      return word_of(pow(a, b, word_rules));
    case Operation::error_function:
      return word_of(error_function(a));
    case Operation::floor:
      return word_of(floor(a, word_rules));
    case Operation::ceil:
      return word_of(ceil(a, word_rules));
    default:
      return 0;
  }
}

template <typename Float>
std::uint32_t float_word(Operation operation, Float a, Float b, Float c) {
  switch (operation) {
    case Operation::add:
      return word_of(add(a, b, word_rules));
    case Operation::subtract:
      return word_of(subtract(a, b, word_rules));
    case Operation::multiply:
      return word_of(multiply(a, b, word_rules));
    case Operation::divide:
      return word_of(divide(a, b, word_rules));
    case Operation::remainder:
      return word_of(remainder_of(a, b));
    case Operation::minimum:
      return word_of(less(a, b) ? a : b);
    case Operation::maximum:
      return word_of(less(b, a) ? a : b);
    case Operation::negate:
      return word_of(negate(a));
    case Operation::absolute:
      return word_of(absolute(a));
    case Operation::equal:
      return equal(a, b) ? 1 : 0;
    case Operation::unequal:
      return equal(a, b) ? 0 : 1;
    case Operation::less:
      return less(a, b) ? 1 : 0;
    case Operation::less_equal:
      return less(a, b) || equal(a, b) ? 1 : 0;
    case Operation::multiply_add:
      return word_of(add(multiply(a, b, word_rules), c, word_rules));
    default:
      return function_word(operation, a, b);
  }
}

}  // namespace

std::uint32_t apply_f32(Operation operation, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return float_word(operation, single_of(a), single_of(b), single_of(c));
}

std::uint32_t apply_f16(Operation operation, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return float_word(operation, half_of(a), half_of(b), half_of(c));
}

}  // namespace weft::numerics::words
