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

template <typename T>
std::uint64_t bytes_of(const std::vector<T>& items) {
  return items.size() * sizeof(T);
}

/// What of the program is dropped once the state is built.
std::uint64_t dropped_bytes(const form::Outline& outline) {
  const form::Program& p = outline.program;
  std::uint64_t bytes = outline.moves.bytes().size() + outline.runs.bytes().size() +
                        bytes_of(p.field_words) + p.state_bytes.size() + bytes_of(p.initial) +
                        p.initial_bytes.size();
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
  std::uint64_t vertices() const {
    std::uint64_t bytes = 0;
    for (const form::ComputeSet& set : p_.compute_sets) {
      std::uint32_t last = ~std::uint32_t{0};
      for (std::uint64_t v = set.first; v < set.first + set.count; ++v) {
        const form::Vertex& vertex = p_.vertices[v];
        if (!mine(vertex.tile)) continue;
        if (vertex.tile != last) bytes += sizeof(TileVertices);
        last = vertex.tile;
        const std::uint64_t end =
            v + 1 < p_.vertices.size() ? p_.vertices[v + 1].words : p_.field_words.size();
        const std::uint64_t words = end > vertex.words ? end - vertex.words : 0;
        bytes += sizeof(LocalVertex) + object_bytes + 2 * sizeof(std::uint32_t) * words;
      }
    }
    return bytes;
  }

  /// Index lists of copies and exchanges, and the messages of the largest exchange.
  std::uint64_t moves() const {
    std::uint64_t bytes = 0;
    std::uint64_t message = 0;
    for (const auto* sets : {&p_.rearrangements, &p_.exchanges}) {
      for (const form::MoveSet& set : *sets) {
        std::uint64_t crossing = 0;
        std::uint32_t last = ~std::uint32_t{0};
        for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
          const form::Move move = outline_.moves[m];
          const bool to = mine(move.to_tile);
          const bool from = mine(move.from_tile);
          if (to || from) bytes += sizeof(LocalMove);
          if (to != from) crossing += move.bytes;
          if (to && move.to_tile != last) bytes += 2 * sizeof(TileTraffic);
          if (to) last = move.to_tile;
        }
        message = std::max(message, crossing);
      }
    }
    return bytes + 2 * message;
  }

  std::uint64_t arrays() const {
    LocalArray array;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
    for (std::size_t r = 0; r < outline_.runs.size(); ++r) {
      const form::ArrayRun run = outline_.runs[r];
      // As places stand in tiles that lie far apart: steps do not lead from one to the next.
      const std::uint64_t place = (std::uint64_t{run.tile} << 32U) + run.address;
      if (mine(run.tile) && append_run(array, place, offset, run.bytes)) bytes += sizeof(Pieces);
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

Footprint footprint_of(const form::Outline& program, std::uint64_t program_bytes,
                       const Slice& slice) {
  Footprint footprint;
  if (slice.tiles.empty()) return footprint;
  const Count count(program, slice);
  const std::uint64_t lists = count.vertices() + count.moves() + count.arrays();
  const std::uint64_t dropped = std::min(program_bytes, dropped_bytes(program));
  footprint.state_bytes = count.tiles() + lists;
  footprint.program_bytes = program_bytes - dropped;
  // The program whole, as bytes and as lists, and the state's lists while they grow.
  footprint.building_bytes = program_bytes + dropped + lists;
  footprint.counter_values = counter_values;
  return footprint;
}

}  // namespace weft::machine::ipu
