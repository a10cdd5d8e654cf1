// SPDX-License-Identifier: Apache-2.0
// Addresses of variables and constants in tile memories, and elements to bytes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {

/// Bytes that lie one after the other in a tile's memory.
struct Segment {
  std::uint32_t tile = 0;
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
  friend bool operator==(const Segment&, const Segment&) = default;
};

/// Bytes of every tile by what they are for; [tile][MemoryUse].
class MemoryCount {
 public:
  explicit MemoryCount(std::uint32_t tiles) : bytes_(tiles) {}
  void add(std::uint32_t tile, program::ipu::MemoryUse use, std::uint64_t bytes) {
    bytes_[tile][static_cast<std::size_t>(use)] += bytes;
  }
  const std::array<std::uint64_t, program::ipu::memory_uses>& of(std::uint32_t tile) const {
    return bytes_[tile];
  }
  std::uint32_t tiles() const { return static_cast<std::uint32_t>(bytes_.size()); }

 private:
  std::vector<std::array<std::uint64_t, program::ipu::memory_uses>> bytes_;
};

/// A variable's elements on a tile are dense, in order of their numbers, from an address that is a
/// multiple of 8 on. Variables follow each other in order of their ids.
class Placement {
 public:
  /// Complaint::invalid_tile for a mapping to a tile that is none of `tiles`; Complaint::memory
  /// when addresses do not fit 32 bits.
  Placement(const GraphModel& graph, MemoryCount& memory);

  /// Appends the bytes of the run's elements, in order, to the last segment where they continue it.
  /// Complaint::tile_mapping for an element that lies on no tile.
  void append(const Run& run, std::vector<Segment>& segments) const;
  void append(const std::vector<Run>& runs, std::vector<Segment>& segments) const;
  /// Bytes that belong to no variable; returns their address, a multiple of 8.
  std::uint32_t reserve(std::uint32_t tile, std::uint64_t bytes, program::ipu::MemoryUse use);
  /// First address that is not taken, a multiple of 32.
  std::uint32_t end(std::uint32_t tile) const;
  /// The initial data of variables, as ranges of `bytes`.
  void append_initial_data(std::vector<program::ipu::InitialData>& initial,
                           std::vector<std::byte>& bytes) const;

 private:
  /// Elements [begin, end) of a variable, from `address` on.
  struct Piece {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint32_t tile = 0;
    std::uint32_t address = 0;
  };
  /// A variable's pieces, and where to start looking among them: bucket element >> shift holds the
  /// first piece that ends behind the bucket's begin.
  struct Placed {
    std::size_t first_piece = 0;
    std::size_t end_piece = 0;
    std::size_t first_bucket = 0;
    std::size_t end_bucket = 0;
    std::uint32_t shift = 0;
    std::uint32_t element_bytes = 0;
  };
  void place(const Variable& variable);
  void make_buckets(Placed& placed, std::uint64_t elements);
  std::size_t find(VariableId variable, std::uint64_t element) const;
  void append_dense(VariableId variable, std::uint64_t begin, std::uint64_t end,
                    std::vector<Segment>& segments) const;

  const GraphModel& graph_;
  MemoryCount& memory_;
  std::vector<std::uint64_t> ends_;  ///< [tile]
  std::vector<Placed> placed_;       ///< [variable]
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> buckets_;
};

}  // namespace weft::frontends::poplar
