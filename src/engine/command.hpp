// SPDX-License-Identifier: Apache-2.0
// What a host program asks of the machine, and what it gets back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"

namespace weft::engine {

enum class CommandKind : std::uint8_t {
  copy_in,
  copy_out,
  launch,
  stream_in,
  stream_out,
  flip_bit,  ///< turns a bit of an array behind its check bits: a fault on purpose, takes no time
};

std::string name_of(CommandKind kind);

/// Order of a host array over a rectangle of height h and width w with l elements a tile.
enum class Order : std::uint8_t {
  row_major,  ///< [h][w][l]
  col_major,  ///< index h + w * height + l * height * width
};

/// One command. Copies and launches take effect when the machine is quiet; a launch is done when it
/// is quiet again, be it for a request to the host; words of stream_in enter from the current host
/// time on, after those of all stream_ins before it: one of another stream or of other tiles begins
/// when the machine is quiet and they have entered. stream_out is done once all its words have left
/// the machine.
struct HostCommand {
  CommandKind kind = CommandKind::launch;
  std::string name;  ///< exported variable, array, function or stream
  /// Tiles, region coordinates. Unused by launch, which means all tiles; an array is one thing
  /// wherever it lies: {0, 0, 1, 1}.
  Rectangle where;
  std::uint64_t elements = 0;       ///< elements (streams: 32-bit words) a tile; array: all of them
  std::uint32_t element_bytes = 4;  ///< copies: as the variable; streams: 4
  Order order = Order::row_major;
  /// launch, stream_out: later commands start before this one is done.
  bool nonblocking = false;
  std::vector<std::uint32_t> arguments;  ///< launch: 32-bit words, in order; flip_bit: element, bit
  bool is_array = false;                 ///< copies: of an array; the session knows
  /// Copies: a debugger's, or a fault on purpose: no emulated time passes, and no phase tells of
  /// it.
  bool timeless = false;

  std::uint64_t data_bytes() const { return where.tiles() * elements * element_bytes; }
};

/// Copies array `name`, the whole of it; copy_in or copy_out.
HostCommand array_copy(CommandKind kind, const std::string& name, std::uint64_t elements,
                       std::uint32_t element_bytes);

using CommandId = std::uint64_t;

/// A finished command: when it was on the machine, and the data of copy_out and stream_out, in the
/// command's order.
struct Reply {
  CommandId id = 0;
  Cycle begin = 0;
  Cycle end = 0;
  std::vector<std::byte> data;
};

std::vector<std::byte> to_bytes(const HostCommand& command);
HostCommand command_from_bytes(std::span<const std::byte> bytes);

}  // namespace weft::engine
