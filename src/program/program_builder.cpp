// SPDX-License-Identifier: Apache-2.0
// ProgramBuilder: codes, constants and routes on tiles; and short forms of descriptors and routes.
#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/wse_builder.hpp"

namespace weft::program::wse {
namespace {

constexpr std::uint32_t no_code = 0xffffffff;

std::string where(std::size_t tile, std::uint32_t width) {
  return "tile (" + std::to_string(tile % width) + ", " + std::to_string(tile / width) + ")";
}

}  // namespace

Descriptor mem1d(std::uint16_t base, std::uint32_t length, std::int16_t stride) {
  Descriptor d;
  d.kind = DescriptorKind::mem1d;
  d.base = base;
  d.length = length;
  d.stride = stride;
  return d;
}

Descriptor mem4d(std::uint16_t base, std::span<const std::uint16_t> extents,
                 std::span<const std::int16_t> strides) {
  if (extents.empty() || extents.size() > 4 || extents.size() != strides.size()) {
    fail(Category::input, "a mem4d descriptor has 1 to 4 dimensions, each with a stride");
  }
  Descriptor d;
  d.kind = DescriptorKind::mem4d;
  d.base = base;
  d.dimensions = static_cast<std::uint8_t>(extents.size());
  d.length = 1;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    d.extents[i] = extents[i];
    d.strides[i] = strides[i];
    d.length *= extents[i];
  }
  return d;
}

Descriptor fabric_in(std::uint8_t color, std::uint8_t queue, std::uint32_t length) {
  Descriptor d;
  d.kind = DescriptorKind::fabin;
  d.color = color;
  d.queue = queue;
  d.length = length;
  return d;
}

Descriptor fabric_out(std::uint8_t color, std::uint8_t queue, std::uint32_t length) {
  Descriptor d = fabric_in(color, queue, length);
  d.kind = DescriptorKind::fabout;
  return d;
}

Descriptor fifo_descriptor(std::uint8_t fifo, std::uint32_t length) {
  Descriptor d;
  d.kind = DescriptorKind::fifo;
  d.queue = fifo;
  d.length = length;
  return d;
}

VectorInstruction vector_instruction(VectorOperation operation, Operand destination,
                                     std::initializer_list<Operand> sources) {
  VectorInstruction v;
  v.operation = operation;
  v.destination = destination;
  std::copy(sources.begin(), sources.end(), v.sources.begin());
  return v;
}

ColorRoute route(std::uint8_t color, std::initializer_list<Port> receive,
                 std::initializer_list<Port> transmit) {
  ColorRoute r;
  r.color = color;
  for (const Port port : receive) r.positions[0].receive |= bit(port);
  for (const Port port : transmit) r.positions[0].transmit |= bit(port);
  return r;
}

ProgramBuilder::ProgramBuilder(Generation generation, std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0) fail(Category::input, "a region needs at least one tile");
  program_.generation = generation;
  program_.width = width;
  program_.height = height;
  const std::size_t tiles = std::size_t{width} * height;
  program_.code_of_tile.assign(tiles, no_code);
  program_.route_set_of_tile.assign(tiles, 0);
  program_.tile_constants_begin.assign(tiles, 0);
  set_routes_.emplace_back();
  set_numbers_[{}] = 0;
}

std::size_t ProgramBuilder::tile(std::uint32_t x, std::uint32_t y) const {
  if (x >= program_.width || y >= program_.height) {
    fail(Category::input, "tile (" + std::to_string(x) + ", " + std::to_string(y) +
                              ") is outside the region of " + std::to_string(program_.width) +
                              " x " + std::to_string(program_.height) + " tiles");
  }
  return std::size_t{y} * program_.width + x;
}

std::uint32_t ProgramBuilder::add_code(TileCode code) {
  auto& codes = program_.codes;
  const auto found = std::find(codes.begin(), codes.end(), code);
  const auto number = static_cast<std::uint32_t>(found - codes.begin());
  if (found == codes.end()) codes.push_back(std::move(code));
  return number;
}

void ProgramBuilder::place(std::uint32_t x, std::uint32_t y, std::uint32_t code,
                           std::span<const std::uint64_t> constants) {
  const std::size_t t = tile(x, y);
  if (program_.code_of_tile[t] != no_code) {
    fail(Category::input, where(t, program_.width) + " is given code twice");
  }
  const TileCode& placed_code = program_.codes.at(code);
  if (placed_code.tile_constant_count != constants.size()) {
    fail(Category::internal, where(t, program_.width) + ": code '" + placed_code.name + "' takes " +
                                 counted(placed_code.tile_constant_count, "tile constant") +
                                 ", got " + std::to_string(constants.size()));
  }
  program_.code_of_tile[t] = code;
  program_.tile_constants_begin[t] = static_cast<std::uint32_t>(program_.tile_constants.size());
  program_.tile_constants.insert(program_.tile_constants.end(), constants.begin(), constants.end());
}

void ProgramBuilder::place(const Rectangle& area, std::uint32_t code) {
  for (std::uint32_t y = area.y0; y < area.y1(); ++y) {
    for (std::uint32_t x = area.x0; x < area.x1(); ++x) place(x, y, code);
  }
}

bool ProgramBuilder::placed(std::uint32_t x, std::uint32_t y) const {
  return program_.code_of_tile[tile(x, y)] != no_code;
}

std::uint32_t ProgramBuilder::intern(const ColorRoute& wanted) {
  const auto found = std::find(routes_.begin(), routes_.end(), wanted);
  if (found == routes_.end()) {
    routes_.push_back(wanted);
    return static_cast<std::uint32_t>(routes_.size() - 1);
  }
  return static_cast<std::uint32_t>(found - routes_.begin());
}

void ProgramBuilder::set_route(std::uint32_t x, std::uint32_t y, const ColorRoute& wanted) {
  set_route(Rectangle{x, y, 1, 1}, wanted);
}

void ProgramBuilder::set_route(const Rectangle& area, const ColorRoute& wanted) {
  const std::uint32_t number = intern(wanted);
  for (std::uint32_t y = area.y0; y < area.y1(); ++y) {
    for (std::uint32_t x = area.x0; x < area.x1(); ++x) {
      const std::size_t t = tile(x, y);
      std::uint32_t& set = program_.route_set_of_tile[t];
      const auto known = extended_.find({set, number});
      if (known != extended_.end()) {
        set = known->second;
        continue;
      }
      std::vector<std::uint32_t> larger = set_routes_[set];
      const auto at = std::lower_bound(
          larger.begin(), larger.end(), wanted.color,
          [&](std::uint32_t r, std::uint8_t color) { return routes_[r].color < color; });
      if (at != larger.end() && routes_[*at].color == wanted.color) {
        fail(Category::input, where(t, program_.width) + ": color " + std::to_string(wanted.color) +
                                  " is configured twice");
      }
      larger.insert(at, number);
      const auto fresh = static_cast<std::uint32_t>(set_routes_.size());
      const auto [entry, added] = set_numbers_.try_emplace(larger, fresh);
      if (added) set_routes_.push_back(larger);
      extended_[{set, number}] = entry->second;
      set = entry->second;
    }
  }
}

bool ProgramBuilder::has_route(std::uint32_t x, std::uint32_t y, std::uint8_t color) const {
  const auto& set = set_routes_[program_.route_set_of_tile[tile(x, y)]];
  return std::any_of(set.begin(), set.end(),
                     [&](std::uint32_t r) { return routes_[r].color == color; });
}

void ProgramBuilder::host_stream(const std::string& name, bool into_machine, std::uint8_t color) {
  program_.host_streams.push_back({name, into_machine, color});
}

Program ProgramBuilder::finish() {
  std::uint32_t empty = no_code;
  for (std::uint32_t& code : program_.code_of_tile) {
    if (code != no_code) continue;
    if (empty == no_code) {
      TileCode nothing;
      nothing.name = "(empty)";
      empty = add_code(std::move(nothing));
    }
    code = empty;
  }
  for (const auto& set : set_routes_) {
    auto& routes = program_.route_sets.emplace_back();
    for (const std::uint32_t r : set) routes.push_back(routes_[r]);
  }
  validate(program_);
  return std::move(program_);
}

}  // namespace weft::program::wse
