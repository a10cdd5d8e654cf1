// SPDX-License-Identifier: Apache-2.0
// Letters of 5 x 7 pixels for labels in pictures.
#pragma once

#include <array>
#include <cstdint>

namespace weft::analysis {

/// Seven rows from the top; bit 4 is the leftmost pixel. Characters without a glyph give a box.
const std::array<std::uint8_t, 7>& glyph(char character);

}  // namespace weft::analysis
