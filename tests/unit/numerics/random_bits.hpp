// SPDX-License-Identifier: Apache-2.0
// Seeded random 32-bit words, the same on every host.
#pragma once

#include <cstdint>
#include <random>

namespace weft::numerics {

class RandomBits {
 public:
  explicit RandomBits(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

}  // namespace weft::numerics
