// SPDX-License-Identifier: Apache-2.0
// The toy machine's only arithmetic worth a name.
#pragma once

#include <cstdint>

namespace weft::machine::toy {

/// A good 64-bit mixing function (splitmix64's).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

}  // namespace weft::machine::toy
