// SPDX-License-Identifier: Apache-2.0
// What a running codelet knows of its tile, and its random numbers.
#pragma once

#include <cstdint>

#include "poplar/codelet/abi.hpp"

namespace weft {
namespace codelet {

/// Where no machine runs the code: nearest rounding, the one worker of tile 0.
inline Context idle_context{0, 0, 1, 0, 0, 0, false, nullptr, {}};
/// Of the codelet that runs on this thread. __thread, so that no access asks whether it needs
/// initialisation.
extern __thread Context* context;
__attribute__((weak, visibility("hidden"))) __thread Context* context = &idle_context;

/// 32 random bits: the next value of the counter `state`, mixed (splitmix64). As
/// numerics/stochastic.hpp.
inline std::uint32_t random_bits(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return static_cast<std::uint32_t>((mixed ^ (mixed >> 31U)) >> 32U);
}
inline std::uint32_t random_bits() { return random_bits(context->random); }

}  // namespace codelet
}  // namespace weft
