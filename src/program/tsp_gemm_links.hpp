// SPDX-License-Identifier: Apache-2.0
// When a split product's partial sums go from chip to chip and are added: one timetable for all
// chips, kept clear of what each of them does by itself.
#pragma once

#include <cstdint>
#include <vector>

#include "program/tsp_collective_chip.hpp"
#include "program/tsp_gemm_chip.hpp"
#include "program/tsp_runs.hpp"

namespace weft::program::tsp {

/// Rows that a chip's own schedule completes one after the other, a cycle apart: words [word, word
/// + count) of a piece of a part's result.
struct GemmBlock {
  const GemmPart* part = nullptr;
  const Piece* piece = nullptr;
  std::uint32_t word = 0;
  std::uint32_t count = 0;
  Cycle ready = 0;  ///< the last one can be read
  /// Rows that chip r of `rows` sums.
  std::uint32_t first_of(std::uint32_t r, std::uint32_t rows) const { return count * r / rows; }
  std::uint32_t count_of(std::uint32_t r, std::uint32_t rows) const {
    return first_of(r + 1, rows) - first_of(r, rows);
  }
};

/// Rows [row, row + count) of a share go over a link: byte b of row i is sent at `sent` + 24 b + 96
/// i and in the receiver's memory, whatever links both have, at `sent` + 24 b + 96 i + a constant.
struct GemmRun {
  std::uint32_t row = 0;
  std::uint32_t count = 0;
  Cycle sent = 0;
};
/// A block's way: [d - 1] what every chip sends to the chip d behind it, and takes from the one d
/// before it.
struct GemmExchange {
  GemmBlock block;
  std::vector<std::vector<GemmRun>> runs;
  std::vector<Vectors> received;  ///< [d - 1]: where; of as many rows as the largest share has
  std::vector<Vectors> sums;      ///< [n]: of n + 2 parts
  std::vector<Cycle> starts;      ///< [n]: the VXM takes row 0
};

/// By the end of the chip's own blocks. Category::limit where sums fill their slices.
struct GemmTimetable {
  std::vector<GemmExchange> exchanges;
  Cycle flight_cycles = 0;
};
GemmTimetable time_gemm(const Timing& timing, const GemmLocal& local, std::uint32_t rows,
                        Cycle aligned);

namespace gemm_streams {
inline constexpr std::uint8_t out = 10;    ///< to links
inline constexpr std::uint8_t in = 11;     ///< from links
inline constexpr std::uint8_t sum = 12;    ///< four, from the VXM
inline constexpr std::uint8_t parts = 16;  ///< twice four, to the VXM
}  // namespace gemm_streams

/// Stops from a side of the chip to a stop.
std::uint32_t stops_from(Hemisphere side, std::uint32_t stop);
/// From a receive to the vector's being written at a stop, from the further side.
Cycle written_after(const Timing& timing, std::uint32_t stop);

}  // namespace weft::program::tsp
