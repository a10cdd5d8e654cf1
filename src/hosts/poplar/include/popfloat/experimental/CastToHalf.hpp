// SPDX-License-Identifier: Apache-2.0
// fp16 numbers on the host.
#pragma once

#include <cstdint>

namespace popfloat {
namespace experimental {

/// Bits of the nearest fp16 number, ties to even; overflow gives infinity.
std::uint16_t singleToHalf(float value, bool enableNanooMode = false);
float halfToSingle(std::uint16_t bits);
std::uint16_t doubleToHalf(double value);
double halfToDouble(std::uint16_t bits);

}  // namespace experimental
}  // namespace popfloat
