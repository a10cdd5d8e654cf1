// SPDX-License-Identifier: Apache-2.0
// Traffic patterns of a mesh, for the fabric benchmark: routes, and what each tile moves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fabric/route.hpp"

namespace weft::cli::bench {

inline constexpr int no_color = -1;

/// Words that a tile takes from up to two colors and, summed, sends on another.
struct Flow {
  int in[2] = {no_color, no_color};
  int out = no_color;
  std::uint32_t words = 0;
};

struct MeshWorkload {
  std::string name;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::vector<fabric::ColorRoute>> routes;  ///< by tile, row-major
  std::vector<std::vector<Flow>> flows;                 ///< by tile

  std::uint32_t tiles() const { return width * height; }
};

/// broadcast along rows: every tile takes a copy of what its row's first tile sends.
MeshWorkload broadcast(std::uint32_t width, std::uint32_t height, std::uint32_t words);
/// Chains along the rows, then along the first column.
MeshWorkload reduce(std::uint32_t width, std::uint32_t height, std::uint32_t words);
/// Every tile, or one of `one_of`, sends to its four neighbours.
MeshWorkload halo(std::uint32_t width, std::uint32_t height, std::uint32_t words,
                  std::uint32_t one_of);
/// A stream through each row and column both ways; with `contended` every tile takes all four.
MeshWorkload through(std::uint32_t width, std::uint32_t height, std::uint32_t words,
                     bool contended);

}  // namespace weft::cli::bench
