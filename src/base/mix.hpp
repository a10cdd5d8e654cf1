// SPDX-License-Identifier: Apache-2.0
// The mixing step of weft's hashes.
#pragma once

#include <cstdint>

namespace weft {

/// Finaliser of splitmix64 (public domain constants): every input bit reaches every output bit, and
/// two inputs never give one output.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

}  // namespace weft
