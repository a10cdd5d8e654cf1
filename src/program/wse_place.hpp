// SPDX-License-Identifier: Apache-2.0
// Names a code of a program and the first tile that uses it, for messages.
#pragma once

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "program/wse.hpp"

namespace weft::program::wse {

class CodePlace {
 public:
  CodePlace(const Program& program, std::size_t code) : program_(program), code_(code) {}
  std::string text() const {
    const auto& tiles = program_.code_of_tile;
    const auto found = std::find(tiles.begin(), tiles.end(), code_);
    std::string place = "code '" + program_.codes[code_].name + "'";
    if (found != tiles.end()) {
      const auto t = static_cast<std::size_t>(found - tiles.begin());
      place += " of tile (" + std::to_string(t % program_.width) + ", " +
               std::to_string(t / program_.width) + ")";
    }
    return place;
  }
  void require(bool good, const std::string& what, Category category = Category::input) const {
    if (!good) fail(category, text() + ": " + what);
  }

 private:
  const Program& program_;
  std::size_t code_;
};

}  // namespace weft::program::wse
