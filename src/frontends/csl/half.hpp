// SPDX-License-Identifier: Apache-2.0
// fp16 at compile time: rounding to nearest even, and bit patterns.
#pragma once

#include <cstdint>

namespace weft::csl {

/// The IEEE binary16 nearest to `value`, ties to even; overflow gives infinity.
std::uint16_t half_bits(double value);
/// The number that a binary16 pattern stands for.
double from_half_bits(std::uint16_t bits);

}  // namespace weft::csl
