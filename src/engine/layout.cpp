// SPDX-License-Identifier: Apache-2.0
// One walk over tiles and elements serves both directions.
#include "engine/layout.hpp"

#include <cstring>

namespace weft::engine {

namespace {

/// Calls copy(host offset, part offset, bytes) for runs that are contiguous on both sides.
template <typename Copy>
void walk(const HostCommand& command, const Rectangle& slice, const Copy& copy) {
  const Rectangle& where = command.where;
  const Rectangle part = intersect(where, slice);
  const std::size_t element = command.element_bytes;
  const std::size_t tile = element * command.elements;
  std::size_t at = 0;
  for (std::uint32_t y = part.y0; y < part.y1(); ++y) {
    const std::size_t h = y - where.y0;
    if (command.order == Order::row_major) {
      const std::size_t first = (h * where.width + part.x0 - where.x0) * tile;
      copy(first, at, tile * part.width);
      at += tile * part.width;
      continue;
    }
    for (std::uint32_t x = part.x0; x < part.x1(); ++x) {
      const std::size_t w = x - where.x0;
      for (std::size_t l = 0; l < command.elements; ++l, at += element) {
        copy((h + w * where.height + l * where.tiles()) * element, at, element);
      }
    }
  }
}

std::size_t part_bytes(const HostCommand& command, const Rectangle& slice) {
  return intersect(command.where, slice).tiles() * command.elements * command.element_bytes;
}

}  // namespace

bool is_whole(const HostCommand& command, const Rectangle& slice) {
  return command.order == Order::row_major && intersect(command.where, slice) == command.where;
}

std::vector<std::byte> take_part(const HostCommand& command, std::span<const std::byte> data,
                                 const Rectangle& slice) {
  std::vector<std::byte> part(part_bytes(command, slice));
  if (part.empty()) return part;
  walk(command, slice, [&](std::size_t host, std::size_t own, std::size_t bytes) {
    std::memcpy(part.data() + own, data.data() + host, bytes);
  });
  return part;
}

void put_part(const HostCommand& command, std::span<const std::byte> part, const Rectangle& slice,
              std::span<std::byte> data) {
  if (part.empty()) return;
  walk(command, slice, [&](std::size_t host, std::size_t own, std::size_t bytes) {
    std::memcpy(data.data() + host, part.data() + own, bytes);
  });
}

}  // namespace weft::engine
