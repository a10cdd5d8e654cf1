// SPDX-License-Identifier: Apache-2.0
// From the views that a vertex is connected to, to addresses on its tile: direct where the elements
// lie there as the vertex wants them, else through a buffer that moves fill and empty.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontends/poplar/lower_context.hpp"
#include "frontends/poplar/overlap.hpp"

namespace weft::frontends::poplar {

/// The part of each tile's memory behind everything else where edges are gathered. Compute sets use
/// it one after the other.
class BufferArea {
 public:
  /// Begins behind what `placement` holds now; nothing may be reserved there any more.
  BufferArea(const Placement& placement, std::uint32_t tiles);
  /// Starts anew with an empty area on the tile.
  void begin_tile(std::uint32_t tile);
  /// Address of so many bytes on that tile. Complaint::memory when it does not fit 32 bits.
  std::uint32_t take(std::uint64_t bytes, std::uint32_t alignment);
  /// End of the area and what it needs at most.
  std::uint64_t end(std::uint32_t tile) const { return begin_[tile] + most_[tile]; }
  std::uint64_t bytes(std::uint32_t tile) const { return most_[tile]; }

 private:
  std::vector<std::uint32_t> begin_;  ///< [tile]
  std::vector<std::uint64_t> most_;   ///< [tile]
  std::uint32_t tile_ = 0;
  std::uint64_t used_ = 0;
};

/// A vertex's edge, and who asks.
struct Edge {
  const View& view;
  VertexId vertex = 0;
  std::uint32_t field = 0;
};

/// The edges of one compute set, tile by tile.
class Edges {
 public:
  Edges(const LowerContext& context, BufferArea& buffers, OverlapCheck& overlap)
      : context_(context), buffers_(buffers), overlap_(overlap) {}

  void begin_tile(std::uint32_t tile);
  /// Address of the edge's elements on the tile; 0 when it has none.
  std::uint32_t connect(const Edge& edge);

  Moves before;  ///< what fills the buffers
  Moves after;   ///< what brings results home

 private:
  /// A place where the elements of runs stand, for others that read the same.
  struct Shared {
    std::size_t first_run = 0;
    std::size_t runs = 0;
    std::uint32_t address = 0;
  };
  /// Where bytes stand on the tile.
  struct Known {
    std::uint32_t address = 0;
    std::uint32_t bytes = 0;
  };
  using Received = std::map<std::pair<std::uint32_t, std::uint32_t>, Known>;
  void check_type(const program::ipu::FieldInfo& field) const;
  const Shared* find_shared(std::uint64_t hash, std::uint32_t alignment) const;
  std::uint32_t place(const View& view, const program::ipu::FieldInfo& field);
  /// Fills the buffer at `address`. What the tile receives already is copied from there.
  void gather(const Segment& from, std::uint32_t address, const program::ipu::FieldInfo& field);
  /// Where the tile receives what stands at an address of another; no bytes when it does not.
  Known known_at(std::uint32_t tile, std::uint32_t address) const;
  /// The same where `next` is what is received behind that address.
  Known known_before(Received::const_iterator next, std::uint32_t tile,
                     std::uint32_t address) const;
  /// How many bytes from there on it does not receive, where it does not receive the first.
  std::uint32_t unknown_bytes(Received::const_iterator next, std::uint32_t tile,
                              std::uint32_t address) const;

  const LowerContext& context_;
  BufferArea& buffers_;
  OverlapCheck& overlap_;
  std::uint32_t tile_ = 0;
  std::vector<Run> runs_;          ///< of the edge at hand
  std::vector<Segment> segments_;  ///< likewise
  std::vector<Run> shared_runs_;   ///< of the tile at hand
  std::unordered_multimap<std::uint64_t, Shared> shared_;
  /// What the tile receives for reading, by tile and address there.
  Received received_;
};

}  // namespace weft::frontends::poplar
