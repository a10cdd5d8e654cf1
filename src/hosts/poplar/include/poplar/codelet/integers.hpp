// SPDX-License-Identifier: Apache-2.0
// Counts of the zeros before or behind a word's ones: of 0, which the compilers leave to the
// processor, the width of the word.
#pragma once

namespace weft {
namespace codelet {

#define WEFT_COUNT(name, builtin, type) \
  constexpr int name(type x) { return x == 0 ? static_cast<int>(8 * sizeof(type)) : builtin(x); }
WEFT_COUNT(leading_zeros, __builtin_clz, unsigned)
WEFT_COUNT(leading_zeros_l, __builtin_clzl, unsigned long)
WEFT_COUNT(leading_zeros_ll, __builtin_clzll, unsigned long long)
WEFT_COUNT(trailing_zeros, __builtin_ctz, unsigned)
WEFT_COUNT(trailing_zeros_l, __builtin_ctzl, unsigned long)
WEFT_COUNT(trailing_zeros_ll, __builtin_ctzll, unsigned long long)
#undef WEFT_COUNT

}  // namespace codelet
}  // namespace weft

#define __builtin_clz weft::codelet::leading_zeros
#define __builtin_clzl weft::codelet::leading_zeros_l
#define __builtin_clzll weft::codelet::leading_zeros_ll
#define __builtin_ctz weft::codelet::trailing_zeros
#define __builtin_ctzl weft::codelet::trailing_zeros_l
#define __builtin_ctzll weft::codelet::trailing_zeros_ll
