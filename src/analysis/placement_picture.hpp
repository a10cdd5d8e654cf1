// SPDX-License-Identifier: Apache-2.0
// Which units of a chip a program uses, and how busy they are, as a checkerboard.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/image.hpp"

namespace weft::analysis {

/// A chip: units of two kinds in turn, and those at its sides.
struct Board {
  std::uint32_t compute = 0;
  std::uint32_t memory = 0;
  std::uint32_t address = 0;
  std::uint32_t given_columns = 0;  ///< of the checkerboard; 0: as square as it can be
  std::uint32_t columns() const;    ///< of the checkerboard
  std::uint32_t rows() const;
  std::uint32_t side_columns() const;  ///< of address units, at each side
};

struct BoardUnit {
  enum class Kind : std::uint8_t { compute, memory, address, other };
  std::string name;
  std::string kind_name;  ///< for the list: "dram"
  Kind kind = Kind::other;
  double busy = 0;  ///< share of the cycles
  /// Of the board, from the left top of the checkerboard; negative: left of it. place_units() fills
  /// in those that have none, but for units of other kinds.
  std::optional<std::int32_t> column;
  std::optional<std::int32_t> row;
};

/// In order, at the first free place of their kind. Says how many were placed so.
std::size_t place_units(const Board& board, std::vector<BoardUnit>& units);

struct PlacementText {
  std::string title;
  std::string facts;
};

/// Units by number, busiest first, in the board and in a list beside it.
Image draw_placement(const Board& board, const std::vector<BoardUnit>& units,
                     const PlacementText& text);

}  // namespace weft::analysis
