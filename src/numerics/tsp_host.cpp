// SPDX-License-Identifier: Apache-2.0
// The operations, through numerics' scalars: nothing of the machine's way to them is used.
#include "numerics/tsp_host.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "numerics/exact_dot.hpp"
#include "numerics/tsp_scalar.hpp"

namespace weft::numerics::tsp {

namespace {

template <typename T>
T load(const HostBytes& bytes, std::uint64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}
template <typename T>
void store(HostBytes& bytes, std::uint64_t index, T value) {
  std::memcpy(bytes.data() + index * sizeof(T), &value, sizeof(T));
}

/// Calls body.operator()<T>() with the type's T.
template <typename Body>
void with_host_type(VectorType type, const Body& body) {
  switch (type) {
    case VectorType::i8:
      return body.template operator()<std::int8_t>();
    case VectorType::i16:
      return body.template operator()<std::int16_t>();
    case VectorType::i32:
      return body.template operator()<std::int32_t>();
    case VectorType::f16:
      return body.template operator()<Half>();
    case VectorType::f32:
      return body.template operator()<float>();
  }
}

template <typename T>
using HostFunction = T (*)(T, T);

template <typename T, std::size_t index>
constexpr HostFunction<T> host_function_of() {
  constexpr auto operation = static_cast<VectorOperation>(index);
  constexpr bool integer = is_integer<T>;
  constexpr bool bits =
      operation == VectorOperation::bit_not ||
      (operation >= VectorOperation::bit_and && operation <= VectorOperation::shift_right) ||
      (operation >= VectorOperation::add_saturating &&
       operation <= VectorOperation::multiply_saturating);
  constexpr bool floats = operation >= VectorOperation::exponential;
  if constexpr (operation == VectorOperation::convert || (integer ? floats : bits)) {
    return nullptr;
  } else {
    return [](T a, T b) { return operate<operation>(a, b); };
  }
}

constexpr std::size_t host_operations = static_cast<std::size_t>(VectorOperation::count_);
template <typename T, std::size_t... index>
constexpr std::array<HostFunction<T>, host_operations> host_table_of(
    std::index_sequence<index...>) {
  return {host_function_of<T, index>()...};
}

__extension__ using Exact = __int128;

/// A finite fp16 number in units of 2^-24.
std::int64_t in_units(Half value) {
  const unsigned exponent = (value >> 10U) & 31U;
  const std::int64_t fraction = value & 0x3ff;
  const std::int64_t magnitude =
      exponent == 0 ? fraction : (fraction + 0x400) * (std::int64_t{1} << (exponent - 1));
  return (value & 0x8000U) != 0 ? -magnitude : magnitude;
}

}  // namespace

void host_apply(VectorOperation operation, VectorType type, const HostBytes& a, const HostBytes& b,
                HostBytes& result) {
  with_host_type(type, [&]<typename T>() {
    static constexpr auto table = host_table_of<T>(std::make_index_sequence<host_operations>{});
    const HostFunction<T> function = table.at(static_cast<std::size_t>(operation));
    const std::uint64_t of_a = a.size() / sizeof(T);
    const std::uint64_t of_b = b.size() / sizeof(T);
    for (std::uint64_t i = 0; i < result.size() / sizeof(T); ++i) {
      store<T>(result, i, function(load<T>(a, i % of_a), load<T>(b, i % of_b)));
    }
  });
}

void host_convert(VectorType from, const HostBytes& a, VectorType to, HostBytes& result) {
  with_host_type(from, [&]<typename From>() {
    with_host_type(to, [&]<typename To>() {
      for (std::uint64_t i = 0; i < result.size() / sizeof(To); ++i) {
        store<To>(result, i, convert<To>(load<From>(a, i)));
      }
    });
  });
}

namespace {

/// Row `row` of a and column `column` of b, of a product that is `width` wide.
struct DotProduct {
  const HostBytes& a;
  const HostBytes& b;
  std::uint64_t row;
  std::uint64_t column;
  std::uint64_t depth;
  std::uint64_t width;

  /// Of integers, modulo 2^32.
  template <typename T>
  std::int32_t wrapped() const {
    std::uint32_t sum = 0;
    for (std::uint64_t k = 0; k < depth; ++k) {
      const auto x = static_cast<std::uint32_t>(load<T>(a, row * depth + k));
      sum += x * static_cast<std::uint32_t>(load<T>(b, k * width + column));
    }
    return static_cast<std::int32_t>(sum);
  }
  /// Of fp32: products and sums rounded, in the order of k.
  float in_order() const {
    float sum = 0.0F;
    for (std::uint64_t k = 0; k < depth; ++k) {
      const float product = load<float>(a, row * depth + k) * load<float>(b, k * width + column);
      sum = k == 0 ? product : sum + product;
    }
    return sum;
  }
};

/// Exact over each part of the depth, these added in order.
void matmul_of_halves(const HostBytes& a, const HostBytes& b, std::uint64_t depth,
                      std::uint64_t width, HostBytes& result) {
  if (result.empty()) return;  // types alone are asked for: the operands hold nothing
  const HostWeights weights(b.data(), depth, width);
  std::vector<float> sums(width);
  const std::uint64_t row_bytes = width * sizeof(float);
  for (std::uint64_t row = 0; row < result.size() / row_bytes; ++row) {
    for (std::uint64_t k = 0; k < depth; k += dot_depth) {
      weights.pass(a.data() + (row * depth + k) * sizeof(Half), k,
                   std::min<std::uint64_t>(dot_depth, depth - k), k != 0, sums.data());
    }
    std::memcpy(result.data() + row * row_bytes, sums.data(), row_bytes);
  }
}

}  // namespace

HostWeights::HostWeights(const std::byte* weights, std::uint64_t depth, std::uint64_t width)
    : width_(width), values_(depth * width), units_(depth * width), first_(depth), last_(depth) {
  std::memcpy(values_.data(), weights, values_.size() * sizeof(Half));
  for (std::uint64_t row = 0; row < depth; ++row) {
    first_[row] = width;
    for (std::uint64_t n = 0; n < width; ++n) {
      const Half value = values_[row * width + n];
      finite_ = finite_ && (value & 0x7c00U) != 0x7c00U;
      units_[row * width + n] = in_units(value);
      if (units_[row * width + n] == 0) continue;
      first_[row] = std::min(first_[row], n);
      last_[row] = n + 1;
    }
  }
}

/// In fp64: what is infinite or NaN is so in any order.
float HostWeights::plain_sum(const std::byte* a, std::uint64_t first, std::uint64_t count,
                             std::uint64_t column) const {
  double sum = 0.0;
  for (std::uint64_t k = 0; k < count; ++k) {
    Half x = 0;
    std::memcpy(&x, a + k * sizeof(Half), sizeof x);
    sum += static_cast<double>(float_from_half(x)) *
           static_cast<double>(float_from_half(values_[(first + k) * width_ + column]));
  }
  return sum == sum ? static_cast<float>(sum) : float_of(quiet_nan_bits);
}

/// Products of fp16 are whole in units of 2^-48, and below 2^80 of them: the sum is exact, and its
/// conversion is the one rounding.
void HostWeights::pass(const std::byte* a, std::uint64_t first, std::uint64_t count, bool adds,
                       float* sums) const {
  std::vector<Exact> exact(width_, 0);
  bool finite = finite_;
  for (std::uint64_t k = 0; k < count; ++k) {
    Half x = 0;
    std::memcpy(&x, a + k * sizeof(Half), sizeof x);
    finite = finite && (x & 0x7c00U) != 0x7c00U;
    const std::int64_t units = in_units(x);
    if (units == 0) continue;
    const std::int64_t* row = units_.data() + (first + k) * width_;
    for (std::uint64_t n = first_[first + k]; n < last_[first + k]; ++n) {
      exact[n] += Exact{units} * Exact{row[n]};
    }
  }
  for (std::uint64_t n = 0; n < width_; ++n) {
    float sum = static_cast<float>(exact[n]) * 0x1p-48F;
    if (!finite) {
      const float plain = plain_sum(a, first, count, n);
      if (plain - plain != 0.0F) sum = plain;
    }
    sums[n] = adds ? numerics::add(sums[n], sum, rules) : sum;
  }
}

void host_matmul(VectorType type, const HostBytes& a, const HostBytes& b, std::uint64_t depth,
                 std::uint64_t width, HostBytes& result) {
  const std::uint64_t rows = result.size() / (sizeof(std::int32_t) * width);
  if (type == VectorType::f16) return matmul_of_halves(a, b, depth, width, result);
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::uint64_t column = 0; column < width; ++column) {
      const DotProduct dot{a, b, row, column, depth, width};
      const std::uint64_t at = row * width + column;
      if (type == VectorType::i8) {
        store(result, at, dot.wrapped<std::int8_t>());
      } else if (type == VectorType::i32) {
        store(result, at, dot.wrapped<std::int32_t>());
      } else {
        store(result, at, dot.in_order());
      }
    }
  }
}

void host_largest(VectorType type, std::uint64_t row, HostBytes& values) {
  with_host_type(type, [&]<typename T>() {
    for (std::uint64_t first = 0; first < values.size() / sizeof(T); first += row) {
      T most = load<T>(values, first);
      for (std::uint64_t i = first + 1; i < first + row; ++i) {
        most = operate<VectorOperation::maximum>(most, load<T>(values, i));
      }
      for (std::uint64_t i = first; i < first + row; ++i) store(values, i, most);
    }
  });
}

void host_total(std::uint64_t parts, HostBytes& values) {
  const std::uint64_t part = values.size() / sizeof(std::int32_t) / parts;
  for (std::uint64_t i = 0; i < part; ++i) {
    std::int32_t sum = 0;
    for (std::uint64_t p = 0; p < parts; ++p) {
      sum = add_wrapping(sum, load<std::int32_t>(values, p * part + i));
    }
    for (std::uint64_t p = 0; p < parts; ++p) store(values, p * part + i, sum);
  }
}

void host_lane_sum(std::uint64_t row, HostBytes& values) {
  constexpr std::uint64_t lanes = 320;
  constexpr std::uint64_t most_paired = 256;
  const auto add = [](float a, float b) { return numerics::add(a, b, rules); };
  for (std::uint64_t first = 0; first < values.size() / sizeof(float); first += row) {
    std::array<float, lanes> sum{};
    for (std::uint64_t i = 0; i < (row + lanes - 1) / lanes * lanes; ++i) {
      const float value = i < row ? load<float>(values, first + i) : 0.0F;
      sum.at(i % lanes) = i < lanes ? value : add(sum.at(i % lanes), value);
    }
    std::uint64_t paired = most_paired;
    while (row <= paired / 2 && paired > 1) paired /= 2;
    for (std::uint64_t lane = 0; lane < most_paired && row > most_paired; ++lane) {
      const std::uint64_t other = lane + most_paired;
      sum.at(lane) = add(sum.at(lane), other < lanes ? sum.at(other) : 0.0F);
    }
    for (std::uint64_t half = paired / 2; half > 0; half /= 2) {
      for (std::uint64_t i = 0; i < half; ++i) sum.at(i) = add(sum.at(i), sum.at(i + half));
    }
    for (std::uint64_t i = first; i < first + row; ++i) store(values, i, sum[0]);
  }
}

}  // namespace weft::numerics::tsp
