// SPDX-License-Identifier: Apache-2.0
// Array operations on 16-bit integers, and plain moves.
#include <bit>

#include "numerics/array_parts.hpp"
#include "numerics/integers.hpp"

namespace weft::numerics {
namespace {

using Word = std::uint16_t;

template <typename F>
bool binary(const ArrayCall& c, const F& f) {
  for_each_element<Word, Word, Word>(c.destination, c.sources, c.count, f);
  return true;
}

template <typename T, typename F>
bool unary(const ArrayCall& c, const F& f) {
  for_each_element<T, T>(c.destination, c.sources, c.count, f);
  return true;
}

}  // namespace

bool apply_integers(const ArrayCall& call) {
  switch (call.operation) {
    case ArrayOperation::add16:
      return binary(call, [](Word a, Word b) { return add_wrapping(a, b); });
    case ArrayOperation::sub16:
      return binary(call, [](Word a, Word b) { return subtract_wrapping(a, b); });
    case ArrayOperation::and16:
      return binary(call, [](Word a, Word b) { return static_cast<Word>(a & b); });
    case ArrayOperation::or16:
      return binary(call, [](Word a, Word b) { return static_cast<Word>(a | b); });
    case ArrayOperation::xor16:
      return binary(call, [](Word a, Word b) { return static_cast<Word>(a ^ b); });
    case ArrayOperation::sll16:
      return binary(call, [](Word a, Word b) { return shift_left(a, b); });
    case ArrayOperation::slr16:
      return binary(call, [](Word a, Word b) { return shift_right_logical(a, b); });
    case ArrayOperation::sar16:
      return binary(call, [](Word a, Word b) { return shift_right_arithmetic(a, b); });
    case ArrayOperation::mov16:
    case ArrayOperation::fmovh:
      return unary<Word>(call, [](Word a) { return a; });
    case ArrayOperation::mov32:
    case ArrayOperation::fmovs:
      return unary<std::uint32_t>(call, [](std::uint32_t a) { return a; });
    case ArrayOperation::clz:
      return unary<Word>(call, [](Word a) { return static_cast<Word>(std::countl_zero(a)); });
    case ArrayOperation::ctz:
      return unary<Word>(call, [](Word a) { return static_cast<Word>(std::countr_zero(a)); });
    case ArrayOperation::popcnt:
      return unary<Word>(call, [](Word a) { return static_cast<Word>(std::popcount(a)); });
    default:
      return false;
  }
}

}  // namespace weft::numerics
