// SPDX-License-Identifier: Apache-2.0
// Under WEFT_CODELET_CHECKS: what the compiler's checks call, so that a fault says which one it
// was. Their names and arguments are those of the compilers' sanitizer, whose library is not
// linked.
#pragma once

#ifdef WEFT_CODELET_CHECKS
#include <cstdint>
#include <cstdio>

#include "poplar/codelet/context.hpp"

namespace weft {
namespace codelet {

/// What a check hands over of the operands' types.
struct CheckedType {
  std::uint16_t kind;  ///< 0: an integer
  std::uint16_t info;  ///< bit 0: has a sign; above: log2 of its bits
};
struct CheckedShift {
  const char* file;
  std::uint32_t line;
  std::uint32_t column;
  const CheckedType* left;
  const CheckedType* right;
};

inline unsigned bits_of(const CheckedType& type) { return 1U << (type.info >> 1U); }

/// Of up to 64 bits; beyond these it is the address of the number.
__attribute__((no_sanitize("undefined"))) inline long long number_of(const CheckedType& type,
                                                                     std::uintptr_t held) {
  const unsigned bits = bits_of(type);
  if (bits > 64) return *reinterpret_cast<const long long*>(held);
  if ((type.info & 1U) == 0 || bits == 64) return static_cast<long long>(held);
  const unsigned above = 64 - bits;
  return static_cast<long long>(static_cast<std::uint64_t>(held) << above) >> above;
}

template <typename... Values>
[[noreturn]] inline void trap_with(const char* form, Values... values) {
  std::snprintf(context->trap, sizeof context->trap, form, values...);
  __builtin_trap();
}

}  // namespace codelet
}  // namespace weft

#define WEFT_CHECK_HANDLER \
  extern "C" __attribute__((weak, visibility("hidden"), used, noinline, no_sanitize("undefined")))

WEFT_CHECK_HANDLER [[noreturn]] void __ubsan_handle_shift_out_of_bounds_abort(void* data, void*,
                                                                              void* right) {
  const auto& shift = *static_cast<const weft::codelet::CheckedShift*>(data);
  weft::codelet::trap_with(
      "a shift by %lld of a number of %u bits",
      weft::codelet::number_of(*shift.right, reinterpret_cast<std::uintptr_t>(right)),
      weft::codelet::bits_of(*shift.left));
}

WEFT_CHECK_HANDLER [[noreturn]] void __ubsan_handle_divrem_overflow_abort(void*, void*, void*) {
  weft::codelet::trap_with("an integer division by zero or overflow");
}

WEFT_CHECK_HANDLER [[noreturn]] void __ubsan_handle_float_cast_overflow_abort(void*, void*) {
  weft::codelet::trap_with("a float beyond the range of the integer it becomes, or NaN");
}

#undef WEFT_CHECK_HANDLER
#endif
