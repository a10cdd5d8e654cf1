// SPDX-License-Identifier: Apache-2.0
// Programs for a row of tiles: message, broadcast and reductions, as the closed forms of
// arXiv 2404.15888 describe them, and the two-colour reduction of case A1.
#pragma once

#include <cstdint>

#include "program/wse_builder.hpp"

namespace weft::cli::validation {

/// Every tile that takes part exports "begin" and "end" (u32[1]): time stamps around its part; and
/// "data" (f32[words]), ones at the start.
struct RowProgram {
  program::wse::Program program;
  std::uint32_t first = 0;  ///< tile whose "begin" starts the measurement
  std::uint32_t last = 0;   ///< tile whose "end" ends it
  std::uint32_t tiles = 0;
  std::uint32_t words = 0;
  float expected = 1;  ///< each element of "data" on tile `last` afterwards
};

/// Tile 0 sends to tile tiles - 1.
RowProgram message(std::uint32_t tiles, std::uint32_t words);
/// Tile 0 multicasts to all others.
RowProgram broadcast(std::uint32_t tiles, std::uint32_t words);
/// Everyone sends to tile 0 on one colour; a router lets the others pass after its own tile.
RowProgram star(std::uint32_t tiles, std::uint32_t words);
/// Every tile adds what comes from the east and sends it west.
RowProgram chain(std::uint32_t tiles, std::uint32_t words);
/// Binary tree; a tile sends on while its last input streams in. tiles: a power of two.
RowProgram tree(std::uint32_t tiles, std::uint32_t words);

/// How a two-phase program begins.
enum class Stamp {
  no,      ///< as published, without the time stamp that every tile first records
  yes,     ///< as published: also with that time stamp
  loaded,  ///< at once: descriptors are in registers, not loaded when they are used
};

/// Two-phase reduction (case A1): chains in groups of `group` tiles, then, over routers that
/// control wavelets have switched, a chain of the groups' leaders. group >= tiles: one chain.
RowProgram two_phase(std::uint32_t tiles, std::uint32_t words, std::uint32_t group, Stamp stamp);

// --- what the builders share ---

/// Writes one tile's code: memory, time stamps, operations.
class RowTile {
 public:
  RowTile(const std::string& name, std::uint32_t words);
  /// Vector operation on preloaded registers, or on descriptors that are loaded at issue.
  void operate(program::wse::VectorOperation operation, std::uint16_t destination,
               std::initializer_list<std::uint16_t> sources, bool load_destination = false);
  std::uint16_t data() const { return data_; }  ///< descriptor of the whole vector
  std::uint16_t data_address() const { return data_address_; }
  std::uint16_t input(std::uint8_t color, std::uint8_t queue, std::uint32_t words);
  std::uint16_t output(std::uint8_t color, std::uint8_t queue, std::uint32_t words);
  program::wse::CodeBuilder& code() { return code_; }
  program::wse::TileCode finish();

 private:
  program::wse::CodeBuilder code_;
  std::uint16_t begin_ = 0;
  std::uint16_t end_ = 0;
  std::uint16_t data_address_ = 0;
  std::uint16_t data_ = 0;
};

}  // namespace weft::cli::validation
