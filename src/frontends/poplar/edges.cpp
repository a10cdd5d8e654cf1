// SPDX-License-Identifier: Apache-2.0
// Connects edges: direct, shared or through a buffer.
#include "frontends/poplar/edges.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

constexpr std::uint32_t least_alignment = 8;  // of buffers, so that copies go in double words

std::uint64_t hash_of(const std::vector<Run>& runs) {
  std::uint64_t hash = runs.size();
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29U;
  };
  for (const Run& run : runs) {
    mix(run.first);
    mix(run.count ^ (std::uint64_t{run.variable} << 40U));
    mix(static_cast<std::uint64_t>(run.stride));
  }
  return hash;
}

}  // namespace

BufferArea::BufferArea(const Placement& placement, std::uint32_t tiles) : most_(tiles, 0) {
  begin_.reserve(tiles);
  for (std::uint32_t tile = 0; tile < tiles; ++tile) begin_.push_back(placement.end(tile));
}

void BufferArea::begin_tile(std::uint32_t tile) {
  tile_ = tile;
  used_ = 0;
}

std::uint32_t BufferArea::take(std::uint64_t bytes, std::uint32_t alignment) {
  const std::uint64_t wanted = std::max(alignment, least_alignment);
  const std::uint64_t first = (begin_[tile_] + used_ + wanted - 1) / wanted * wanted;
  used_ = first + bytes - begin_[tile_];
  most_[tile_] = std::max(most_[tile_], used_);
  if (first + bytes > std::numeric_limits<std::uint32_t>::max()) {
    complain(Complaint::memory, "what vertices on tile " + std::to_string(tile_) +
                                    " read from elsewhere needs more than 4 GiB");
  }
  return static_cast<std::uint32_t>(first);
}

void Edges::begin_tile(std::uint32_t tile) {
  tile_ = tile;
  buffers_.begin_tile(tile);
  shared_runs_.clear();
  shared_.clear();
  received_.clear();
}

std::uint32_t Edges::connect(const Edge& edge) {
  const ipu::FieldInfo& field = context_.graph.vertices[edge.vertex].codelet->fields[edge.field];
  runs_.clear();
  edge.view.append_runs(runs_);
  if (runs_.empty()) return 0;
  check_type(field);
  const bool reads_only = field.role == ipu::FieldRole::input;
  overlap_.add(runs_, edge.vertex, edge.field, !reads_only);
  if (!reads_only) return place(edge.view, field);

  const std::uint64_t hash = hash_of(runs_);
  if (const Shared* shared = find_shared(hash, field.alignment)) return shared->address;
  const std::uint32_t address = place(edge.view, field);
  shared_.emplace(hash, Shared{shared_runs_.size(), runs_.size(), address});
  shared_runs_.insert(shared_runs_.end(), runs_.begin(), runs_.end());
  return address;
}

void Edges::check_type(const ipu::FieldInfo& field) const {
  for (const Run& run : runs_) {
    const Variable& variable = context_.graph.variables[run.variable];
    // The API holds types against each other; a reinterpreted tensor is of another than its
    // variable.
    if (ipu::bytes_of(variable.type) == ipu::bytes_of(field.type)) continue;
    complain(Complaint::type, "it is of " + std::string(ipu::name_of(field.type)) +
                                  " and connected to variable '" + variable.name + "' of " +
                                  std::string(ipu::name_of(variable.type)));
  }
}

const Edges::Shared* Edges::find_shared(std::uint64_t hash, std::uint32_t alignment) const {
  const auto [begin, end] = shared_.equal_range(hash);
  for (auto candidate = begin; candidate != end; ++candidate) {
    const Shared& shared = candidate->second;
    const auto first = shared_runs_.begin() + static_cast<std::ptrdiff_t>(shared.first_run);
    if (shared.address % alignment == 0 && shared.runs == runs_.size() &&
        std::equal(runs_.begin(), runs_.end(), first)) {
      return &shared;
    }
  }
  return nullptr;
}

std::uint32_t Edges::place(const View& view, const ipu::FieldInfo& field) {
  segments_.clear();
  context_.placement.append(runs_, segments_);
  const Segment& first = segments_.front();
  const bool aligned = first.address % field.alignment == 0;
  if (segments_.size() == 1 && first.tile == tile_ && aligned) return first.address;
  if (segments_.size() == 1 && field.role == ipu::FieldRole::input) {
    const Known known = known_at(first.tile, first.address);
    if (known.bytes >= first.bytes && known.address % field.alignment == 0) return known.address;
  }

  const std::uint32_t element_bytes = ipu::bytes_of(field.type);
  std::uint32_t address = buffers_.take(view.elements() * element_bytes, field.alignment);
  const std::uint32_t begin = address;
  for (const Segment& segment : segments_) {
    if (field.role != ipu::FieldRole::output) gather(segment, address, field);
    if (field.role != ipu::FieldRole::input) {
      after.add(Segment{tile_, address, segment.bytes}, segment, element_bytes);
    }
    address += segment.bytes;
  }
  return begin;
}

Edges::Known Edges::known_at(std::uint32_t tile, std::uint32_t address) const {
  return known_before(received_.upper_bound({tile, address}), tile, address);
}

Edges::Known Edges::known_before(Received::const_iterator next, std::uint32_t tile,
                                 std::uint32_t address) const {
  if (next == received_.begin()) return {};
  const auto& [begin, piece] = *std::prev(next);
  if (begin.first != tile || begin.second + piece.bytes <= address) return {};
  const std::uint32_t skipped = address - begin.second;
  return {piece.address + skipped, piece.bytes - skipped};
}

std::uint32_t Edges::unknown_bytes(Received::const_iterator next, std::uint32_t tile,
                                   std::uint32_t address) const {
  if (next == received_.end() || next->first.first != tile) {
    return std::numeric_limits<std::uint32_t>::max();
  }
  return next->first.second - address;
}

void Edges::gather(const Segment& from, std::uint32_t address, const ipu::FieldInfo& field) {
  const std::uint32_t element_bytes = ipu::bytes_of(field.type);
  for (Segment left = from; left.bytes > 0;) {
    Segment piece = left;
    const auto next = received_.upper_bound({left.tile, left.address});
    const Known known = known_before(next, left.tile, left.address);
    if (known.bytes > 0) {
      piece = {tile_, known.address, std::min(known.bytes, left.bytes)};
    } else if (left.tile != tile_ && field.role == ipu::FieldRole::input) {
      piece.bytes = std::min(left.bytes, unknown_bytes(next, left.tile, left.address));
      received_.emplace_hint(next, std::pair(left.tile, left.address), Known{address, piece.bytes});
    }
    before.add(piece, Segment{tile_, address, piece.bytes}, element_bytes);
    address += piece.bytes;
    left.address += piece.bytes;
    left.bytes -= piece.bytes;
  }
}

}  // namespace weft::frontends::poplar
