// SPDX-License-Identifier: Apache-2.0
// How the vertices of the libraries share work between the workers of a tile.
#pragma once

#include <cstdint>

namespace weft::library {

/// Items [begin, end).
struct Share {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// The share of a worker: the first ones get one item more where it does not come out even.
inline Share share_of(std::uint32_t items, std::uint32_t worker, std::uint32_t workers) {
  const std::uint32_t each = items / workers;
  const std::uint32_t more = items % workers;
  const std::uint32_t begin = worker * each + (worker < more ? worker : more);
  return {begin, begin + each + (worker < more ? 1U : 0U)};
}

}  // namespace weft::library
