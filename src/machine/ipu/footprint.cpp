// SPDX-License-Identifier: Apache-2.0
// What a slice will hold, counted in the program before anything is allocated.
#include <algorithm>

#include "machine/ipu/build.hpp"

namespace weft::machine::ipu {

namespace form = program::ipu;

namespace {

/// Values a tile of Ipu::counters(): nine single ones, vertex_cycles, memory by use, memory_free.
constexpr std::uint64_t counter_values = 9 + 3 + form::memory_uses + 1;

/// A vertex object without its fields.
constexpr std::uint64_t object_bytes = 32;

/// A move's entry in the list and in the map of what crosses; a map's node has three pointers, a
/// colour, and its allocation's size.
constexpr std::uint64_t crossing_entry_bytes = sizeof(Piece) + 24 + 5 * sizeof(void*);

template <typename T>
std::uint64_t bytes_of(const std::vector<T>& items) {
  return items.size() * sizeof(T);
}

/// What of the program is dropped once the state is built, beside moves and runs, which stay bytes.
std::uint64_t dropped_bytes(const form::Program& p) {
  std::uint64_t bytes =
      bytes_of(p.field_words) + p.state_bytes.size() + bytes_of(p.initial) + p.initial_bytes.size();
  for (const auto& library : p.modules) bytes += library.size();
  return bytes;
}

class Count {
 public:
  Count(const form::Outline& outline, const Slice& slice)
      : outline_(outline), p_(outline.program), slice_(slice), local_(local_tiles(slice)) {}

  std::uint64_t tiles() const {
    std::uint64_t bytes = 0;
    for (std::uint32_t t = 0; t < slice_.tiles.tiles(); ++t) {
      bytes += p_.memory_bytes[global_tile(slice_, t)] + 64 + 12 * sizeof(std::uint64_t);
    }
    return bytes;
  }

  /// Objects with their row tables, and how they are dealt to tiles. An address in the program's
  /// words becomes a pointer.
  struct Vertices {
    std::uint64_t bytes = 0;
    std::uint64_t listed_bytes = 0;  ///< of the list that the state's is made from
  };
  Vertices vertices() const {
    Vertices out;
    for (const form::ComputeSet& set : p_.compute_sets) {
      std::uint32_t last = ~std::uint32_t{0};
      for (std::uint64_t v = set.first; v < set.first + set.count; ++v) {
        const form::Vertex& vertex = p_.vertices[v];
        if (!mine(vertex.tile)) continue;
        if (vertex.tile != last) out.bytes += sizeof(TileVertices);
        last = vertex.tile;
        const std::uint64_t end =
            v + 1 < p_.vertices.size() ? p_.vertices[v + 1].words : p_.field_words.size();
        const std::uint64_t words = end > vertex.words ? end - vertex.words : 0;
        out.bytes += sizeof(LocalVertex) + object_bytes + 2 * sizeof(std::uint32_t) * words;
        out.listed_bytes += sizeof(LocalVertex) + sizeof(std::uint64_t);
      }
    }
    return out;
  }

  /// Index lists of copies and exchanges, and the messages of the largest exchange.
  struct Moves {
    std::uint64_t bytes = 0;
    std::uint64_t crossing_bytes = 0;  ///< of the lists of what leaves or enters the slice
    std::uint64_t longest_bytes = 0;   ///< while the exchange that needs most is added
  };
  Moves moves() const {
    Moves out;
    std::uint64_t message = 0;
    for (const auto* sets : {&p_.rearrangements, &p_.exchanges}) {
      for (const form::MoveSet& set : *sets) {
        std::uint64_t crossing = 0;
        std::uint64_t crossings = 0;
        std::uint64_t between = 0;
        std::uint32_t last = ~std::uint32_t{0};
        for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
          const form::Move move = outline_.moves[m];
          const bool to = mine(move.to_tile);
          const bool from = mine(move.from_tile);
          if (to || from) out.bytes += sizeof(LocalMove);
          if (to != from) crossing += move.bytes;
          if (to != from) ++crossings;
          if (move.from_tile / p_.tiles_per_ipu != move.to_tile / p_.tiles_per_ipu) ++between;
          if (to && move.to_tile != last) out.bytes += 2 * sizeof(TileTraffic);
          if (to) last = move.to_tile;
        }
        message = std::max(message, crossing);
        out.crossing_bytes += crossings * sizeof(Piece);
        out.longest_bytes =
            std::max(out.longest_bytes,
                     set.count * sizeof(form::Move) + std::max(planning_bytes(set.count, between),
                                                               crossings * crossing_entry_bytes));
      }
    }
    out.bytes += 2 * message;
    return out;
  }

  std::uint64_t arrays() const {
    // Places as the state will have them: a step may lead from tile to tile.
    std::vector<std::uint64_t> base;
    std::uint64_t end = 0;
    for (std::uint32_t t = 0; t < slice_.tiles.tiles(); ++t) {
      base.push_back(end);
      end += aligned(p_.memory_bytes[global_tile(slice_, t)], tile_alignment);
    }
    LocalArray array;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
    for (std::size_t r = 0; r < outline_.runs.size(); ++r) {
      const form::ArrayRun run = outline_.runs[r];
      const bool here = mine(run.tile);
      const std::uint64_t place = here ? base[local_[run.tile]] + run.address : 0;
      if (here && append_run(array, place, offset, run.bytes)) bytes += sizeof(Pieces);
      if (array.pieces.size() > 1) array.pieces.erase(array.pieces.begin());
      offset += run.bytes;
    }
    return bytes + array.parts.size() * sizeof(ArrayPart);
  }

 private:
  bool mine(std::uint32_t tile) const { return tile < local_.size() && local_[tile] != elsewhere; }

  const form::Outline& outline_;
  const form::Program& p_;
  const Slice& slice_;
  std::vector<std::uint32_t> local_;
};

}  // namespace

Footprint footprint_of(const form::Outline& outline, std::uint64_t program_bytes,
                       const Slice& slice) {
  Footprint footprint;
  if (slice.tiles.empty()) return footprint;
  const Count count(outline, slice);
  const Count::Vertices vertices = count.vertices();
  const Count::Moves moves = count.moves();
  const std::uint64_t dropped = dropped_bytes(outline.program);
  const std::uint64_t stays = outline.moves.bytes().size() + outline.runs.bytes().size() + dropped;
  footprint.state_bytes = count.tiles() + vertices.bytes + moves.bytes + count.arrays();
  footprint.program_bytes = program_bytes - std::min(program_bytes, stays);
  // Vertices are built before moves.
  footprint.building_bytes =
      dropped + std::max(vertices.listed_bytes, moves.longest_bytes + moves.crossing_bytes);
  footprint.counter_values = counter_values;
  return footprint;
}

}  // namespace weft::machine::ipu
