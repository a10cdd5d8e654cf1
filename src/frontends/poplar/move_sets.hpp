// SPDX-License-Identifier: Apache-2.0
// Moves of bytes, gathered, sorted and merged into exchanges and rearrangements of a program.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "frontends/poplar/placement.hpp"
#include "program/ipu.hpp"

namespace weft::frontends::poplar {

/// Moves that belong together: all read before any writes. Those that continue each other are one.
class Moves {
 public:
  /// `element_bytes` wide elements; both places have the same number of bytes.
  void add(const Segment& from, const Segment& to, std::uint32_t element_bytes);
  /// The bytes of `from` to those of `to`, in order; both have the same number of them.
  void add(std::span<const Segment> from, std::span<const Segment> to, std::uint32_t element_bytes);
  /// Adds the others behind these.
  void append(Moves&& others);

  /// Between tiles.
  std::vector<program::ipu::Move> between;
  /// On a tile, by width of their elements: a word or more, 2 bytes, 1 byte.
  std::array<std::vector<program::ipu::Move>, 3> within;
};

template <typename Visit>
void for_each_move(const Moves& moves, const Visit& visit) {
  for (const program::ipu::Move& move : moves.between) visit(move);
  for (const auto& some : moves.within) {
    for (const program::ipu::Move& move : some) visit(move);
  }
}

/// Numbers of what moves became, to execute one after the other.
struct MoveNumbers {
  std::vector<std::uint32_t> exchanges;
  std::vector<std::uint32_t> rearrangements;
};

/// The move sets of a program; equal ones are one.
class MoveSets {
 public:
  explicit MoveSets(program::ipu::Program& program) : program_(program) {}
  /// Empties `moves`. A set that is empty has no number. Rearrangements that can't go word by word
  /// are sets of their own.
  MoveNumbers take(const std::string& name, Moves& moves);

 private:
  std::uint32_t add(const std::string& name, std::vector<program::ipu::Move>& moves,
                    std::uint32_t element_bytes, std::vector<program::ipu::MoveSet>& sets);

  program::ipu::Program& program_;
  std::multimap<std::uint64_t, std::uint32_t> known_exchanges_;  ///< by hash of their moves
  std::multimap<std::uint64_t, std::uint32_t> known_rearrangements_;
};

}  // namespace weft::frontends::poplar
