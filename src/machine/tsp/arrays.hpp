// SPDX-License-Identifier: Apache-2.0
// Where a host tensor's elements lie in a slice, and as which parts of the host's array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "machine/facets.hpp"
#include "machine/tsp/state.hpp"
#include "program/tsp.hpp"

namespace weft::machine::tsp {

/// Words [word, word + words) of a piece, and of each lanes [lane, lane + lanes) (counted from the
/// piece's first).
struct PieceRun {
  std::uint32_t piece = 0;
  std::uint32_t word = 0;
  std::uint32_t words = 0;
  std::uint32_t lane = 0;
  std::uint32_t lanes = 0;
};

/// A tensor in a slice. Data of a run are [word][lane][byte] where all bytes of an element lie in
/// the slice, else [byte that does][word][lane].
struct Placed {
  const program::tsp::Tensor* tensor = nullptr;
  Rectangle tiles;
  std::vector<PieceRun> written;  ///< all pieces
  std::vector<PieceRun> read;     ///< of every element its first place
};

/// Bytes of an element of a piece that lie at stops of `stops`.
std::vector<std::uint32_t> planes_here(const program::tsp::Tensor& tensor,
                                       const program::tsp::Piece& piece, const Rectangle& stops);

/// Category::input where an element lies nowhere.
Placed place(const program::tsp::Tensor& tensor, const Rectangle& tiles);

/// `runs` as parts of the host's array, in the order of their data.
std::vector<ArrayPart> parts_of(const Placed& placed, const std::vector<PieceRun>& runs);

/// Writes the slice's parts (those of `placed.written`); other lanes of their words become zero.
void write_parts(const Placed& placed, std::span<const std::byte> data, std::vector<Part>& parts);
/// Takes them from a whole array's bytes.
void write_whole(const Placed& placed, std::span<const std::byte> bytes, std::vector<Part>& parts);
/// The slice's parts (those of `placed.read`). Flipped bits are corrected; Category::program where
/// a word has two.
std::vector<std::byte> read_parts(const Placed& placed, const std::vector<Part>& parts);

/// Flips a bit of an element in its first place, behind the back of its word's check bits. Does
/// nothing where that place is in another slice. Category::input where there is no such bit.
void flip_bit(const Placed& placed, std::uint64_t element, std::uint32_t bit,
              std::vector<Part>& parts);

}  // namespace weft::machine::tsp
