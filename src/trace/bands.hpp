// SPDX-License-Identifier: Apache-2.0
// Turns per-tile values of rectangular slices into bands of whole machine rows, which is how the
// file stores them; internal to trace.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/geometry.hpp"
#include "comm/communicator.hpp"

namespace weft::trace {

/// Machine rows y0 .. y1 - 1.
struct Band {
  std::uint64_t y0 = 0;
  std::uint64_t y1 = 0;
};

/// Machine rows in one chunk of a dataset shaped (height, width, channels).
std::uint64_t rows_per_chunk(const Rectangle& region, std::uint64_t channels);

/// Who holds which tiles, and which rows every rank writes.
class Bands {
 public:
  /// Collective: learns the slices of all ranks.
  Bands(const comm::Communicator& communicator, const Rectangle& region, const Rectangle& slice);

  const Rectangle& region() const { return region_; }
  const Rectangle& slice() const { return slices_[self_]; }
  /// Rows that `rank` writes: whole chunks.
  Band band(std::size_t rank, std::uint64_t channels) const;
  Band mine(std::uint64_t channels) const { return band(self_, channels); }

  /// `values` are [tile of this slice][channel]; returns [y in mine()][x][channel]. Tiles of the
  /// region that no slice holds are 0. Collective.
  std::vector<std::uint64_t> gather(std::span<const std::uint64_t> values,
                                    std::uint64_t channels) const;

 private:
  const comm::Communicator* communicator_;
  Rectangle region_;
  std::size_t self_;
  std::vector<Rectangle> slices_;
};

}  // namespace weft::trace
