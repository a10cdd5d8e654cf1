// SPDX-License-Identifier: Apache-2.0
// The ways to cut a region of tiles between ranks.
#pragma once

#include <cstdint>

namespace weft {

/// How a region is cut into one slice a rank.
enum class Cut : std::uint8_t {
  rectangles,  ///< a grid of columns and rows, as near to square as the rank count allows
  blocks,      ///< strips of whole rows
  chips,       ///< a row is a chip: whole rows while there are enough, else parts of a row each
};

}  // namespace weft
