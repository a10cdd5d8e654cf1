// SPDX-License-Identifier: Apache-2.0
// What the naive TSP computes: ALUs, lane maps, rows of sums.
#include "program/tsp_oracle_values.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "numerics/tsp_scalar.hpp"

namespace weft::program::tsp::oracle {
namespace {

using numerics::Half;

std::uint32_t bits_of(const Vectors& value, std::size_t lane) {
  std::uint32_t bits = 0;
  for (std::size_t b = 0; b < value.size(); ++b) bits |= std::uint32_t{value[b][lane]} << 8U * b;
  return bits;
}

void set_bits(Vectors& value, std::size_t lane, std::uint32_t bits) {
  for (std::size_t b = 0; b < value.size(); ++b) {
    value[b][lane] = static_cast<std::uint8_t>(bits >> 8U * b);
  }
}

std::int64_t signed_byte(std::uint8_t value) { return static_cast<std::int8_t>(value); }

/// What traits_of() says, for the compiler.
template <typename T>
constexpr bool takes(VectorOperation operation) {
  using enum VectorOperation;
  if (operation == convert) return false;  // has a second type
  if constexpr (numerics::tsp::is_integer<T>) return operation < exponential;
  return operation != bit_not && (operation < add_saturating || operation > multiply_saturating) &&
         (operation < bit_and || operation > shift_right);
}

template <typename T>
T from_bits(std::uint32_t bits) {
  if constexpr (sizeof(T) == 4) return std::bit_cast<T>(bits);
  return static_cast<T>(bits);
}
template <typename T>
std::uint32_t to_bits(T value) {
  if constexpr (sizeof(T) == 4) return std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint32_t>(value);
}

template <typename T, std::size_t... operations>
std::uint32_t operated(VectorOperation operation, T a, T b,
                       std::index_sequence<operations...> /*all*/) {
  T result{};
  const auto attempt = [&]<std::size_t i>(std::integral_constant<std::size_t, i>) {
    constexpr auto tried = static_cast<VectorOperation>(i);
    if constexpr (takes<T>(tried)) {
      if (operation == tried) result = numerics::tsp::operate<tried>(a, b);
    }
  };
  (attempt(std::integral_constant<std::size_t, operations>{}), ...);
  return to_bits(result);
}

/// body(a value of the type's).
template <typename Body>
std::uint32_t with_type(VectorType type, const Body& body) {
  switch (type) {
    case VectorType::i8:
      return body(std::int8_t{});
    case VectorType::i16:
      return body(std::int16_t{});
    case VectorType::i32:
      return body(std::int32_t{});
    case VectorType::f16:
      return body(Half{});
    default:
      return body(float{});
  }
}

std::uint32_t result_of(const Instruction& alu, std::uint32_t a, std::uint32_t b) {
  constexpr auto all = static_cast<std::size_t>(VectorOperation::count_);
  return with_type(alu.type, [&]<typename T>(T) {
    if (alu.operation != VectorOperation::convert) {
      return operated(alu.operation, from_bits<T>(a), from_bits<T>(b),
                      std::make_index_sequence<all>());
    }
    return with_type(alu.result_type, [&]<typename To>(To) {
      return to_bits(numerics::tsp::convert<To>(from_bits<T>(a)));
    });
  });
}

__extension__ using Wide = __int128;

/// A fp16 number in units of 2^-24.
std::int64_t fixed(Half value) {
  return static_cast<std::int64_t>(static_cast<double>(numerics::float_from_half(value)) * 0x1p24);
}

/// Every product is a multiple of 2^-48, and 160 of them stay below 2^41: exact in 128 bits.
std::uint32_t dot_f16(const std::vector<Vectors>& weights, const Vectors& activation,
                      std::size_t first, std::size_t lane) {
  Wide sum = 0;
  float special = 0;  // infinities and NaN, if there are any
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const auto a = static_cast<Half>(bits_of(activation, first + k));
    const auto w = static_cast<Half>(bits_of(weights[k], lane));
    const float product = numerics::float_from_half(a) * numerics::float_from_half(w);
    if (std::isfinite(product)) {
      sum += Wide{fixed(a)} * fixed(w);
    } else {
      special += product;
    }
  }
  if (std::isnan(special)) return numerics::quiet_nan_bits;
  if (special != 0) return std::bit_cast<std::uint32_t>(special);
  return std::bit_cast<std::uint32_t>(static_cast<float>(sum) * 0x1p-48F);
}

std::uint32_t dot_i8(const std::vector<Vectors>& weights, const Vectors& activation,
                     std::size_t lane) {
  std::uint32_t sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const std::int64_t product = signed_byte(activation[0][k]) *  //
                                 signed_byte(weights[k][0][lane]);
    sum += static_cast<std::uint32_t>(product);
  }
  return sum;
}

}  // namespace

Vectors alu_result(const Instruction& instruction, const Vectors& a, const Vectors& b) {
  Vectors result(numerics::width_of(instruction.result_type));
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    set_bits(result, lane, result_of(instruction, bits_of(a, lane), bits_of(b, lane)));
  }
  return result;
}

Vectors mapped(const Schedule& schedule, const Instruction& instruction, const Vectors& in) {
  const auto n = static_cast<std::size_t>(instruction.amount);  // of rotate
  const bool maps = instruction.map != none;
  const LaneMap& map = maps ? schedule.maps.at(instruction.map) : LaneMap();
  Vectors out(instruction.result.width);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t within = lane % lanes_per_superlane;
    const std::size_t first = lane - within;
    const std::int64_t moved = static_cast<std::int64_t>(lane) + instruction.amount;
    switch (instruction.opcode) {
      case Opcode::shift:
        for (std::size_t s = 0; s < out.size(); ++s) {
          out[s][lane] = moved >= 0 && moved < lanes ? in[s][static_cast<std::size_t>(moved)] : 0;
        }
        break;
      case Opcode::permute:
        for (std::size_t s = 0; s < out.size(); ++s) out[s][lane] = in[s][map.at(lane)];
        break;
      case Opcode::distribute:
        for (std::size_t s = 0; s < out.size(); ++s) {
          out[s][lane] = map.at(within) == zero_lane ? 0 : in[s][first + map.at(within)];
        }
        break;
      case Opcode::rotate:
        for (std::size_t s = 0; s < n * n; ++s) {
          out[s][lane] = in[s % n][first + (within + s / n) % lanes_per_superlane];
        }
        break;
      default:  // transpose
        for (std::size_t s = 0; s < lanes_per_superlane; ++s) {
          out[s][lane] = in[within][first + s];
        }
    }
  }
  return out;
}

Vectors row_of_sums(const Instruction& activate, const std::vector<Vectors>& weights,
                    const Vectors& activation) {
  Vectors sums(4);
  const std::size_t first = activate.half == 0 ? 0 : lanes / 2;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    set_bits(sums, lane,
             activate.type == VectorType::f16 ? dot_f16(weights, activation, first, lane)
                                              : dot_i8(weights, activation, lane));
  }
  return sums;
}

Vectors added(VectorType type, const Vectors& a, const Vectors& b) {
  Vectors sums(4);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::uint32_t x = bits_of(a, lane);
    const std::uint32_t y = bits_of(b, lane);
    const float sum =
        numerics::add(std::bit_cast<float>(x), std::bit_cast<float>(y), numerics::FloatRules());
    set_bits(sums, lane, type == VectorType::f16 ? std::bit_cast<std::uint32_t>(sum) : x + y);
  }
  return sums;
}

}  // namespace weft::program::tsp::oracle
