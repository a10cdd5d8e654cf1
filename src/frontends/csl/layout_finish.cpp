// SPDX-License-Identifier: Apache-2.0
// The end of a layout: every tile has code, routes are joined, the program is whole.
#include <algorithm>

#include "base/counted.hpp"
#include "frontends/csl/layout.hpp"

namespace weft::csl {

void Layout::check_coverage(Location layout) const {
  if (context_.width == 0) context_.fail(layout, "the layout sets no rectangle");
  std::uint64_t missing = 0;
  std::size_t first = 0;
  for (std::size_t tile = 0; tile < variant_of_tile_.size(); ++tile) {
    if (variant_of_tile_[tile] != 0) continue;
    if (missing++ == 0) first = tile;
  }
  if (missing == 0) return;
  context_.fail(layout, "tile " + std::to_string(first % program_.width) + "," +
                            std::to_string(first / program_.width) +
                            " has no code (@set_tile_code)" +
                            (missing > 1 ? ", nor have " + counted(missing - 1, "other") : ""));
}

/// Routes that the tile's code may rewrite are marked as such, also those it has not got yet.
void Layout::mark_configured(std::uint32_t colors, std::vector<std::uint32_t>& numbers) {
  if (colors == 0) return;
  std::uint32_t without_route = colors;
  for (std::uint32_t& number : numbers) {
    wse::ColorRoute route = routes_[number];
    if ((colors >> route.color & 1U) == 0) continue;
    without_route &= ~(1U << route.color);
    route.reconfigurable = true;
    number = route_number(route);
  }
  for (std::uint8_t color = 0; color < wse::color_count; ++color) {
    if ((without_route >> color & 1U) == 0) continue;
    wse::ColorRoute route;
    route.color = color;
    route.reconfigurable = true;
    numbers.push_back(route_number(route));
  }
}

/// A tile's routes are those of the layout and those of its own program.
void Layout::join_routes() {
  std::stable_sort(route_of_tile_.begin(), route_of_tile_.end(),
                   [](const RouteOfTile& a, const RouteOfTile& b) { return a.tile < b.tile; });
  std::vector<std::vector<std::uint32_t>> local_numbers(variants_.size());
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    for (const wse::ColorRoute& route : variants_[i].routes) {
      local_numbers[i].push_back(route_number(route));
    }
  }
  std::map<std::vector<std::uint32_t>, std::uint32_t> sets;
  program_.route_set_of_tile.resize(variant_of_tile_.size());
  std::vector<std::uint32_t> numbers;
  auto next = route_of_tile_.begin();
  for (std::uint32_t tile = 0; tile < variant_of_tile_.size(); ++tile) {
    numbers.clear();
    for (; next != route_of_tile_.end() && next->tile == tile; ++next) {
      numbers.push_back(next->route);
    }
    const std::uint32_t variant = variant_of_tile_[tile] - 1;
    numbers.insert(numbers.end(), local_numbers[variant].begin(), local_numbers[variant].end());
    mark_configured(variants_[variant].configured_colors, numbers);
    std::sort(numbers.begin(), numbers.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(routes_[a].color, a) < std::pair(routes_[b].color, b);
    });
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      const unsigned color = routes_[numbers[i]].color;
      if (routes_[numbers[i - 1]].color != color) continue;
      Location where;
      const Variant& of = variants_[variant];
      for (std::size_t k = 0; k < of.routes.size(); ++k) {
        if (of.routes[k].color == color) where = of.route_places[k];
      }
      context_.fail(where, "color " + std::to_string(color) + " of tile " +
                               std::to_string(tile % program_.width) + "," +
                               std::to_string(tile / program_.width) + " is configured twice");
    }
    const auto [entry, is_new] =
        sets.try_emplace(numbers, static_cast<std::uint32_t>(program_.route_sets.size()));
    if (is_new) {
      auto& set = program_.route_sets.emplace_back();
      for (const std::uint32_t number : numbers) set.push_back(routes_[number]);
    }
    program_.route_set_of_tile[tile] = entry->second;
  }
}

wse::Program Layout::finish(Location layout) {
  check_coverage(layout);
  for (const wse::TileCode& code : program_.codes) {
    if (has_layout_) check_exports(code);
  }
  join_routes();
  program_.code_of_tile.resize(variant_of_tile_.size());
  for (std::size_t tile = 0; tile < variant_of_tile_.size(); ++tile) {
    program_.code_of_tile[tile] = variants_[variant_of_tile_[tile] - 1].code;
  }
  return std::move(program_);
}

}  // namespace weft::csl
