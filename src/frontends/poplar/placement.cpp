// SPDX-License-Identifier: Apache-2.0
// Places variables and finds elements again.
#include "frontends/poplar/placement.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/counted.hpp"
#include "frontends/poplar/lower.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

constexpr std::uint64_t variable_alignment = 8;
constexpr std::uint64_t buffer_alignment = 32;

std::uint64_t aligned(std::uint64_t address, std::uint64_t alignment) {
  return (address + alignment - 1) / alignment * alignment;
}

/// An address as programs hold it.
std::uint32_t address_of(std::uint64_t address, std::uint32_t tile) {
  if (address <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(address);
  }
  throw GraphError(Complaint::memory, Category::input,
                   "tile " + std::to_string(tile) + " holds more than 4 GiB of variables");
}

void append_segment(const Segment& next, std::vector<Segment>& segments) {
  if (!segments.empty()) {
    Segment& last = segments.back();
    if (last.tile == next.tile && last.address + last.bytes == next.address) {
      last.bytes += next.bytes;
      return;
    }
  }
  segments.push_back(next);
}

ipu::MemoryUse use_of(const Variable& variable) {
  return variable.constant ? ipu::MemoryUse::constants : ipu::MemoryUse::variables;
}

bool all_zero(const std::byte* bytes, std::uint64_t count) {
  return std::all_of(bytes, bytes + count, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Placement::Placement(const GraphModel& graph, MemoryCount& memory)
    : graph_(graph), memory_(memory), ends_(memory.tiles(), 0) {
  placed_.reserve(graph.variables.size());
  for (const Variable& variable : graph.variables) place(variable);
}

void Placement::place(const Variable& variable) {
  Placed placed;
  placed.element_bytes = ipu::bytes_of(variable.type);
  placed.first_piece = pieces_.size();
  const ipu::MemoryUse use = use_of(variable);
  // Tiles in the order of their first element: the first element of a tile starts its part.
  std::vector<std::uint32_t> tiles;
  static constexpr std::uint64_t open = std::uint64_t{1} << 63U;  // marks tiles that have begun
  for (const TileInterval& interval : variable.mapping.intervals()) {
    if (interval.begin >= variable.elements) break;
    if (interval.tile >= ends_.size()) {
      throw GraphError(Complaint::invalid_tile, Category::input,
                       "variable '" + variable.name + "' is mapped to tile " +
                           std::to_string(interval.tile) + "; the machine has tiles 0 to " +
                           std::to_string(ends_.size() - 1));
    }
    std::uint64_t& end = ends_[interval.tile];
    if ((end & open) == 0) {
      const std::uint64_t begin = aligned(end, variable_alignment);
      memory_.add(interval.tile, use, begin - end);
      end = begin | open;
      tiles.push_back(interval.tile);
    }
    const std::uint64_t last = std::min(interval.end, variable.elements);
    pieces_.push_back(
        {interval.begin, last, interval.tile, address_of(end & ~open, interval.tile)});
    const std::uint64_t bytes = (last - interval.begin) * placed.element_bytes;
    end += bytes;
    memory_.add(interval.tile, use, bytes);
  }
  for (const std::uint32_t tile : tiles) address_of(ends_[tile] &= ~open, tile);
  placed.end_piece = pieces_.size();
  make_buckets(placed, variable.elements);
  placed_.push_back(placed);
}

void Placement::make_buckets(Placed& placed, std::uint64_t elements) {
  const std::uint64_t pieces = placed.end_piece - placed.first_piece;
  while ((elements >> placed.shift) > pieces) ++placed.shift;
  placed.first_bucket = buckets_.size();
  std::size_t piece = placed.first_piece;
  const std::uint64_t buckets = (elements >> placed.shift) + 1;
  for (std::uint64_t b = 0; b < buckets; ++b) {
    while (piece < placed.end_piece && pieces_[piece].end <= (b << placed.shift)) ++piece;
    buckets_.push_back(static_cast<std::uint32_t>(piece - placed.first_piece));
  }
  placed.end_bucket = buckets_.size();
}

std::size_t Placement::find(VariableId variable, std::uint64_t element) const {
  const Placed& placed = placed_[variable];
  const std::size_t bucket = placed.first_bucket + (element >> placed.shift);
  const auto at = [&](std::uint32_t piece) {
    return pieces_.begin() + static_cast<std::ptrdiff_t>(placed.first_piece + piece);
  };
  // The last bucket of a variable has no next one; the piece behind the bucket counts too.
  const std::uint32_t pieces = static_cast<std::uint32_t>(placed.end_piece - placed.first_piece);
  const bool last = bucket + 1 == placed.end_bucket;
  const auto end = at(last ? pieces : std::min(buckets_[bucket + 1] + 1, pieces));
  const auto found = std::partition_point(at(buckets_[bucket]), end,
                                          [&](const Piece& piece) { return piece.end <= element; });
  if (found != end && found->begin <= element) {
    return static_cast<std::size_t>(found - pieces_.begin());
  }
  throw GraphError(Complaint::tile_mapping, Category::input,
                   "element " + std::to_string(element) + " of variable '" +
                       graph_.variables[variable].name + "' is mapped to no tile");
}

void Placement::append_dense(VariableId variable, std::uint64_t begin, std::uint64_t end,
                             std::vector<Segment>& segments) const {
  const std::uint32_t element_bytes = placed_[variable].element_bytes;
  std::size_t at = find(variable, begin);
  while (true) {
    const Piece& piece = pieces_[at];
    const std::uint64_t stop = std::min(piece.end, end);
    const auto offset = static_cast<std::uint32_t>((begin - piece.begin) * element_bytes);
    append_segment({piece.tile, piece.address + offset,
                    static_cast<std::uint32_t>((stop - begin) * element_bytes)},
                   segments);
    if (stop == end) return;
    begin = stop;
    ++at;
    const bool follows = at < placed_[variable].end_piece && pieces_[at].begin == begin;
    if (!follows) at = find(variable, begin);
  }
}

void Placement::append(const Run& run, std::vector<Segment>& segments) const {
  if (run.count == 0) return;
  if (run.stride == 1) {
    append_dense(run.variable, run.first, run.first + run.count, segments);
    return;
  }
  std::uint64_t element = run.first;
  for (std::uint64_t i = 0; i < run.count; ++i) {
    append_dense(run.variable, element, element + 1, segments);
    element += static_cast<std::uint64_t>(run.stride);
  }
}

void Placement::append(const std::vector<Run>& runs, std::vector<Segment>& segments) const {
  for (const Run& run : runs) append(run, segments);
}

std::uint32_t Placement::reserve(std::uint32_t tile, std::uint64_t bytes, ipu::MemoryUse use) {
  const std::uint64_t begin = aligned(ends_[tile], variable_alignment);
  memory_.add(tile, use, begin + bytes - ends_[tile]);
  ends_[tile] = begin + bytes;
  address_of(ends_[tile], tile);
  return static_cast<std::uint32_t>(begin);
}

std::uint32_t Placement::end(std::uint32_t tile) const {
  return address_of(aligned(ends_[tile], buffer_alignment), tile);
}

void Placement::append_initial_data(std::vector<ipu::InitialData>& initial,
                                    std::vector<std::byte>& bytes) const {
  for (std::size_t v = 0; v < placed_.size(); ++v) {
    const Bytes& data = graph_.variables[v].data;
    if (data.empty() || all_zero(data.data(), data.size())) continue;
    const Placed& placed = placed_[v];
    if (data.size() != graph_.variables[v].elements * placed.element_bytes) {
      throw GraphError(Complaint::type, Category::input,
                       "the initial value of variable '" + graph_.variables[v].name + "' has " +
                           counted(data.size(), "byte"));
    }
    const std::uint64_t first = bytes.size();
    bytes.insert(bytes.end(), data.begin(), data.end());
    for (std::size_t p = placed.first_piece; p < placed.end_piece; ++p) {
      const Piece& piece = pieces_[p];
      initial.push_back({piece.tile, piece.address, first + piece.begin * placed.element_bytes,
                         (piece.end - piece.begin) * placed.element_bytes});
    }
  }
}

}  // namespace weft::frontends::poplar
