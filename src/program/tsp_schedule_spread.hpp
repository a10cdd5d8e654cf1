// SPDX-License-Identifier: Apache-2.0
// Rows side by side in 16 slices of a TSP: what a load of weights and a transposer read at once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "program/tsp_schedule_chain.hpp"
#include "program/tsp_schedule_core.hpp"
#include "program/tsp_schedule_memory.hpp"

namespace weft::program::tsp {

class SchedulerState;

inline constexpr std::uint32_t load_streams = 16;  ///< of a load of weights, and of a transposer

/// A run of loads of weights: stream s of element k comes from word address + k of slice slices[s],
/// and the element gives rows from row + k * row_step on.
struct LoadRun {
  std::uint32_t row = 0;
  std::uint32_t row_step = 0;
  std::uint32_t elements = 0;
  Hemisphere hemisphere = Hemisphere::west;
  std::array<std::uint8_t, load_streams> slices{};
  std::uint8_t bank = 0;
  std::uint32_t address = 0;
  Cycle ready = 0;  ///< the words can be read from this cycle on
};

/// Byte b of row r lies in slice slices[(r % 16 + b * per) % 16], per = 16 / width of the type,
/// at word address + (r % 16) / per * pitch + r / 16: so 16 rows of one byte, or `per` rows of all
/// their bytes, are read in one cycle.
struct Spread {
  Hemisphere hemisphere = Hemisphere::west;
  std::uint32_t width = 1;
  std::array<std::uint8_t, load_streams> slices{};
  std::uint8_t bank = 0;
  std::uint32_t address = 0;
  std::uint32_t pitch = 0;  ///< words
  Cycle ready = 0;          ///< all of it can be read from this cycle on
  Cycle free_from = 0;      ///< no write before: others read what was there

  std::uint32_t per() const { return load_streams / width; }
  std::uint8_t slice_of(std::uint32_t row, std::uint32_t byte) const {
    return slices.at((row + byte * per()) % load_streams);
  }
  std::uint32_t address_of(std::uint64_t row) const {
    return address +
           static_cast<std::uint32_t>(row % load_streams / per() * pitch + row / load_streams);
  }
};

/// Room for `pitch` times 16 rows in the slices of weights, of rows that can be read from `wanted`
/// on; in the second bank rather, where `high`.
Spread allocate_spread(SchedulerState& state, Hemisphere hemisphere, VectorType type,
                       std::uint32_t pitch, Cycle wanted, bool high, const std::string& name);
/// Nobody reads it from `cycle` on.
void release_spread(SchedulerState& state, const Spread& spread, Cycle cycle);
/// Words of a half of SchedulerState::turning.
inline constexpr std::uint32_t turning_words = 4 * superlanes;

/// The first cycle in which any of rows from(k), k < count, of a tile can be read.
Cycle first_ready(const Placed& tensor, std::uint32_t tile, const RowMap& from,
                  std::uint64_t count);

/// Copies rows of a tile through the VXM: row from(k) of the tensor becomes row to + k of the
/// spread, for k < count. Gives the first dispatch.
Offset copy_to_spread(SchedulerState& state, std::uint32_t label, VectorType type,
                      const Placed& tensor, std::uint32_t tile, const RowMap& from,
                      std::uint64_t count, std::uint64_t to, Spread& spread);

/// A matrix of up to 320 x 320 elements through the SXM of a hemisphere, byte plane by byte plane.
/// It is cut into blocks of 16 x 16; block (R, s) holds rows 16 R and on, lanes 16 s and on. Turn k
/// of `modulus`: a gather reads of superlane s the rows of block (s + k, s), a transposer turns all
/// blocks at once, and what it gives goes to `between`. Then a permute turns the superlanes by k,
/// so that the block is at superlane s + k, and a scatter writes each superlane to the row of its
/// s. All arithmetic is modulo `modulus`, no less than the blocks of rows and of lanes. `between`
/// lies in another bank than the others. Gives the first dispatch.
Offset turn_blocks(SchedulerState& state, std::uint32_t label, const Spread& from, Spread& between,
                   Spread& to, std::uint32_t modulus);

/// The loads that make rows [first, first + rows) of a spread rows `row` and on of a plane; `first`
/// and `row` are multiples of 16.
std::vector<LoadRun> load_runs(const Spread& spread, std::uint64_t first, std::uint32_t rows,
                               std::uint32_t row);

/// Matrices that a transpose has left in spreads, for loads: `rows` rows each, in tiles of 320,
/// and columns in tiles of 320 lanes.
struct SpreadMatrices {
  std::uint64_t rows = 0;
  std::uint32_t row_tiles = 0;
  std::uint32_t column_tiles = 0;
  /// [hemisphere][(matrix * row_tiles + row tile) * column_tiles + column tile]; no width: not
  /// there.
  std::array<std::vector<Spread>, 2> spreads;
};

}  // namespace weft::program::tsp
