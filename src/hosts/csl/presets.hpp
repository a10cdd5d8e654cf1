// SPDX-License-Identifier: Apache-2.0
// Initial values of variables that a host program gives PE by PE, in place of what their code says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "program/wse.hpp"

namespace weft::hosts::csl {

struct Preset {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::string symbol;  ///< a variable of the tile's code, exported or not
  std::vector<std::byte> bytes;
};

/// Puts the values into a program; tiles go on sharing their codes. Category::input for a tile that
/// is not there, a variable that its code has not, and a wrong number of bytes.
void give_presets(program::wse::Program& program, const std::vector<Preset>& presets);

}  // namespace weft::hosts::csl
