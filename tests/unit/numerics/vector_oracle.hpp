// SPDX-License-Identifier: Apache-2.0
// Edge values of every element type, and what the TSP's vector operations give for them: plain
// references, written apart from numerics/.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "numerics/half.hpp"
#include "numerics/tsp_operation.hpp"
#include "unit/numerics/half_oracle.hpp"
#include "unit/numerics/random_bits.hpp"

namespace weft::numerics::oracle {

using Bits = std::uint32_t;  // of a value, in the low places
using Operation = VectorOperation;

inline constexpr VectorType types[] = {VectorType::i8, VectorType::i16, VectorType::i32,
                                       VectorType::f16, VectorType::f32};

inline unsigned bits_in(VectorType type) { return 8 * width_of(type); }
inline Bits masked(VectorType type, std::uint64_t bits) {
  return static_cast<Bits>(bits & ((std::uint64_t{1} << bits_in(type)) - 1));
}
inline std::int64_t integer_of(VectorType type, Bits bits) {
  const unsigned up = 64 - bits_in(type);
  return static_cast<std::int64_t>(std::uint64_t{bits} << up) >> up;
}

// Ends, what lies beside them and beside zero, powers of two; of floats also every exponent with
// telling fractions, ties of conversions, infinities and NaN.
inline std::vector<Bits> edges(VectorType type) {
  std::vector<Bits> out;
  if (!is_float(type)) {
    const std::uint64_t top = std::uint64_t{1} << (bits_in(type) - 1);
    for (std::uint64_t power = 1; power <= top; power *= 2) {
      for (const std::uint64_t value : {power - 1, power, power + 1, 0 - power}) {
        out.push_back(masked(type, value));
      }
    }
    for (const std::uint64_t value :
         {100ULL, 85ULL, 0x5555555555555555ULL, 0x0123456789abcdefULL}) {
      out.push_back(masked(type, value));
    }
  } else {
    const unsigned fraction = type == VectorType::f16 ? 10 : 23;
    const Bits step = type == VectorType::f16 ? 1 : 5;
    for (Bits exponent = 0; exponent >> (bits_in(type) - 1 - fraction) == 0; exponent += step) {
      const Bits half = Bits{1} << (fraction - 1);
      for (const Bits low : {Bits{0}, Bits{1}, half, half + 1, 2 * half - 1}) {
        out.push_back(exponent << fraction | low);
      }
    }
    for (const float value :
         {0.5F, 1.0F, 1.5F, 2.5F, 3.5F, 100.0F, 126.5F, 127.5F, 128.5F, 32767.5F, 65504.0F,
          65519.0F, 65520.0F, 2147483520.0F, 2147483648.0F}) {
      out.push_back(type == VectorType::f16 ? half_from_float(value) : bits_of(value));
    }
    const std::size_t positive = out.size();
    for (std::size_t i = 0; i < positive; ++i) {
      out.push_back(out[i] | Bits{1} << (bits_in(type) - 1));
    }
  }
  return out;
}

struct Pairs {
  std::vector<Bits> a;
  std::vector<Bits> b;
};
inline Pairs pairs_of(VectorType type) {
  Pairs out;
  const std::vector<Bits> values = edges(type);
  for (const Bits a : values) {
    for (const Bits b : values) {
      out.a.push_back(a);
      out.b.push_back(b);
    }
  }
  RandomBits random(5);
  for (int i = 0; i < 5000; ++i) {
    out.a.push_back(masked(type, random()));
    out.b.push_back(masked(type, random()));
  }
  return out;
}

// --- what each operation gives, for integers ---

inline std::int64_t clamp_to(VectorType type, std::int64_t value) {
  const std::int64_t high = (std::int64_t{1} << (bits_in(type) - 1)) - 1;
  return std::clamp(value, -high - 1, high);
}

inline std::int64_t expected_integer(Operation operation, VectorType type, std::int64_t a,
                                     std::int64_t b) {
  const auto bits = static_cast<std::int64_t>(bits_in(type));
  const std::int64_t by = ((b % bits) + bits) % bits;
  switch (operation) {
    case Operation::copy:
      return a;
    case Operation::negate:
      return -a;
    case Operation::absolute:
      return std::abs(a);
    case Operation::relu:
      return std::max<std::int64_t>(a, 0);
    case Operation::bit_not:
      return -a - 1;
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::add_saturating:
      return clamp_to(type, a + b);
    case Operation::subtract_saturating:
      return clamp_to(type, a - b);
    case Operation::multiply_saturating:
      return clamp_to(type, a * b);
    case Operation::maximum:
      return std::max(a, b);
    case Operation::minimum:
      return std::min(a, b);
    case Operation::bit_and:
      return a & b;
    case Operation::bit_or:
      return a | b;
    case Operation::bit_xor:
      return a ^ b;
    case Operation::shift_left:
      return a * (std::int64_t{1} << by);
    case Operation::shift_right:
      return a >= 0 ? a / (std::int64_t{1} << by) : -((-a - 1) / (std::int64_t{1} << by)) - 1;
    case Operation::equal:
      return a == b ? 1 : 0;
    case Operation::less:
      return a < b ? 1 : 0;
    case Operation::less_equal:
      return a <= b ? 1 : 0;
    case Operation::mask:
      return b == 0 ? 0 : a;
    default:
      return {};
  }
}

// --- and for floats: the operation in a wider format, and one rounding ---

inline double value_of(VectorType type, Bits bits) {
  return static_cast<double>(type == VectorType::f16 ? float_from_half(static_cast<Half>(bits))
                                                     : float_of(bits));
}
inline Bits nan_of(VectorType type) {
  return type == VectorType::f16 ? half_quiet_nan : quiet_nan_bits;
}
inline bool is_nan_of(VectorType type, Bits bits) { return std::isnan(value_of(type, bits)); }
inline Bits sign_of(VectorType type) { return Bits{1} << (bits_in(type) - 1); }

/// The nearest number of the type, for what fp64 holds exactly.
inline Bits nearest(VectorType type, double value) {
  if (std::isnan(value)) return nan_of(type);
  return type == VectorType::f16 ? half_from_double(value) : bits_of(static_cast<float>(value));
}

inline Bits expected_extreme(VectorType type, Bits a, Bits b, bool larger) {
  if (is_nan_of(type, a) || is_nan_of(type, b)) return nan_of(type);
  const double x = value_of(type, a);
  const double y = value_of(type, b);
  if (x == y) return (std::signbit(x) != larger) ? a : b;
  return (x > y) == larger ? a : b;
}

/// fp16: by the integer oracle; fp32: by the host's own operation, which IEEE 754 fixes.
inline Bits expected_arithmetic(Operation operation, VectorType type, Bits a, Bits b) {
  if (type == VectorType::f16) {
    const auto x = static_cast<Half>(a);
    const auto y = static_cast<Half>(b);
    if (operation == Operation::add) return add(x, y);
    if (operation == Operation::subtract) {
      return add(x, is_nan(y) ? y : static_cast<Half>(y ^ 0x8000U));
    }
    return multiply(x, y);
  }
  const float x = float_of(a);
  const float y = float_of(b);
  const float result =
      operation == Operation::add ? x + y : (operation == Operation::subtract ? x - y : x * y);
  return std::isnan(result) ? quiet_nan_bits : bits_of(result);
}

/// A quotient of the two, rounded to odd in fp64 by its remainder, then to the type.
inline Bits expected_quotient(VectorType type, Bits a, Bits b) {
  const double x = value_of(type, a);
  const double y = value_of(type, b);
  double quotient = x / y;
  if (std::isfinite(quotient) && quotient != 0 && y != 0) {
    const double rest = std::fma(-quotient, y, x);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &quotient, sizeof bits);
    if (rest != 0 && bits % 2 == 0) {
      const bool outward = ((rest > 0) == (y > 0)) == (quotient > 0);
      bits = outward ? bits + 1 : bits - 1;
      std::memcpy(&quotient, &bits, sizeof bits);
    }
  }
  return nearest(type, quotient);
}

inline std::optional<Bits> expected_float(Operation operation, VectorType type, Bits a, Bits b) {
  const double x = value_of(type, a);
  const double y = value_of(type, b);
  switch (operation) {
    case Operation::copy:
      return a;
    case Operation::negate:
      return a ^ sign_of(type);
    case Operation::absolute:
      return a & ~sign_of(type);
    case Operation::relu:
      return expected_extreme(type, a, 0, true);
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
      return expected_arithmetic(operation, type, a, b);
    case Operation::maximum:
      return expected_extreme(type, a, b, true);
    case Operation::minimum:
      return expected_extreme(type, a, b, false);
    case Operation::equal:
      return nearest(type, x == y ? 1 : 0);
    case Operation::less:
      return nearest(type, x < y ? 1 : 0);
    case Operation::less_equal:
      return nearest(type, x <= y ? 1 : 0);
    case Operation::mask:
      return y == 0 ? 0 : a;
    case Operation::divide:
      return expected_quotient(type, a, b);
    case Operation::reciprocal:
      return expected_quotient(type, nearest(type, 1), a);
    case Operation::square_root:
      return nearest(type, std::sqrt(x));
    default:
      return {};
  }
}

/// Functions that no format holds exactly: within 0.501 units of the last place of the type.
inline double expected_function(Operation operation, double x) {
  switch (operation) {
    case Operation::exponential:
      return std::exp(x);
    case Operation::logarithm:
      return std::log(x);
    case Operation::hyperbolic_tangent:
      return std::tanh(x);
    case Operation::reciprocal_square_root:
      return 1 / std::sqrt(x);
    default:
      return {};
  }
}

}  // namespace weft::numerics::oracle
