// SPDX-License-Identifier: Apache-2.0
// Elementwise loops: an operation known by number becomes a loop compiled for it.
#pragma once

#include <cstddef>
#include <utility>

#include "operations.hpp"

namespace weft::library {

inline constexpr std::size_t unary_operations = static_cast<std::size_t>(UnaryOpType::TRUNC) + 1;
inline constexpr std::size_t binary_operations =
    static_cast<std::size_t>(BinaryOpType::VARIANCE_TO_INV_STD_DEV) + 1;

template <auto value>
using Constant = std::integral_constant<decltype(value), value>;

template <class Function, std::size_t... index>
void with_unary(unsigned op, const Function& function, std::index_sequence<index...> /*all*/) {
  (void)((op == index && (function(Constant<static_cast<UnaryOpType>(index)>{}), true)) || ...);
}
template <class Function, std::size_t... index>
void with_binary(unsigned op, const Function& function, std::index_sequence<index...> /*all*/) {
  (void)((op == index && (function(Constant<static_cast<BinaryOpType>(index)>{}), true)) || ...);
}

/// out[i] = op(in[i]) for i in [begin, end).
template <class In, class Out>
void unary_loop(unsigned op, const In* in, Out* out, std::uint32_t begin, std::uint32_t end) {
  with_unary(
      op,
      [=](auto constant) {
        for (std::uint32_t i = begin; i < end; ++i) {
          if constexpr (std::is_same_v<In, Out>) {
            out[i] = unary<decltype(constant)::value>(in[i]);
          } else {
            out[i] = unary_test<decltype(constant)::value>(in[i]);
          }
        }
      },
      std::make_index_sequence<unary_operations>{});
}

/// out[i] = op(left(i), right(i)) for i in [begin, end).
template <class Out, class Left, class Right>
void binary_loop(unsigned op, const Left& left, const Right& right, Out* out, std::uint32_t begin,
                 std::uint32_t end) {
  using In = std::decay_t<decltype(left(0))>;
  with_binary(
      op,
      [=](auto constant) {
        for (std::uint32_t i = begin; i < end; ++i) {
          if constexpr (std::is_same_v<In, Out>) {
            out[i] = binary<decltype(constant)::value, In>(left(i), right(i));
          } else {
            out[i] = binary_test<decltype(constant)::value, In>(left(i), right(i));
          }
        }
      },
      std::make_index_sequence<binary_operations>{});
}

/// An operand of one element stands for all.
template <class T>
struct Elements {
  const T* data;
  std::uint32_t step;
  Elements(const T* first, std::uint32_t size) : data(first), step(size == 1 ? 0 : 1) {}
  T operator()(std::uint32_t i) const { return data[i * step]; }
};
template <class T>
struct Number {
  T value;
  T operator()(std::uint32_t /*i*/) const { return value; }
};
/// Element ((start + i) / inner) % period of a vector that is repeated.
template <class T>
struct Repeated {
  const T* data;
  std::uint32_t inner, period, start;
  T operator()(std::uint32_t i) const { return data[(start + i) / inner % period]; }
};

/// Both operands vectors, or one of them a single element.
template <class In, class Out>
void binary_vectors(unsigned op, const In* left, std::uint32_t left_size, const In* right,
                    std::uint32_t right_size, Out* out, std::uint32_t begin, std::uint32_t end) {
  const auto vector = [](const In* data) { return [data](std::uint32_t i) { return data[i]; }; };
  if (right_size == 1 && left_size != 1) {
    binary_loop(op, vector(left), Number<In>{*right}, out, begin, end);
  } else if (left_size == 1 && right_size != 1) {
    binary_loop(op, Number<In>{*left}, vector(right), out, begin, end);
  } else {
    binary_loop(op, vector(left), vector(right), out, begin, end);
  }
}

template <class In, class Out>
void binary_number(unsigned op, const In* in, In number, bool reversed, Out* out,
                   std::uint32_t begin, std::uint32_t end) {
  const auto vector = [in](std::uint32_t i) { return in[i]; };
  if (reversed) {
    binary_loop(op, Number<In>{number}, vector, out, begin, end);
  } else {
    binary_loop(op, vector, Number<In>{number}, out, begin, end);
  }
}

}  // namespace weft::library
