// SPDX-License-Identifier: Apache-2.0
// How pictures show the tiles of a trace's machine.
#pragma once

#include "analysis/tile_layout.hpp"
#include "machine/machine.hpp"
#include "trace/reader.hpp"

namespace weft::cli {

/// As the machine's family says; a plane for one that this weft does not know.
inline analysis::TileShape tile_shape(const trace::Header& header) {
  const machine::Family* family = machine::find_family(header.family);
  if (family == nullptr) return {};
  return {family->chip, family->chip_tiles};
}

}  // namespace weft::cli
