// SPDX-License-Identifier: Apache-2.0
// The random numbers of a host program: those of the C library's rand() where Spatial's hosts run.
#pragma once

#include <array>
#include <cstdint>

namespace weft::spatial {

/// The additive generator x(i) = x(i - 3) + x(i - 31) of GNU's rand(), seeded by Park and Miller's
/// x(i) = 16807 x(i - 1) mod 2^31 - 1. A program that draws the same numbers in the same order has
/// the same data here as on the machine that a published log is of.
class HostRandom {
 public:
  explicit HostRandom(std::uint32_t seed) {
    state_[0] = seed == 0 ? 1 : seed;
    for (std::size_t i = 1; i < state_.size(); ++i) {
      state_[i] = static_cast<std::uint32_t>(16807ULL * state_[i - 1] % 2147483647ULL);
    }
    at_ = 3;
    for (int i = 0; i < 310; ++i) next();
  }
  /// 31 random bits.
  std::uint32_t next() {
    // Cell at_ holds x(i - 31)
    std::uint32_t& cell = state_[at_ % state_.size()];
    cell += state_[(at_ + state_.size() - 3) % state_.size()];
    ++at_;
    return cell >> 1U;
  }

 private:
  std::array<std::uint32_t, 31> state_{};
  std::size_t at_ = 0;
};

}  // namespace weft::spatial
