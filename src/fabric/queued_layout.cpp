// SPDX-License-Identifier: Apache-2.0
// Checks routes and parameters, and gives every queue its place.
#include "fabric/queued_layout.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace weft::fabric::queued {
namespace {

void require(bool holds, const std::string& message) {
  if (!holds) fail(Category::input, "fabric: " + message);
}

void check_parameters(const Parameters& p) {
  require(p.queue_depth >= 1 && p.queue_depth <= 8, "queue_depth must be 1 to 8 words");
  require(p.ramp_up_cycles >= 1 && p.ramp_up_cycles <= 8, "ramp_up_cycles must be 1 to 8");
  require(p.ramp_down_cycles >= 1 && p.ramp_down_cycles <= 8, "ramp_down_cycles must be 1 to 8");
  require(p.queue_depth + p.ramp_up_cycles - 1 <= 8,
          "queue_depth + ramp_up_cycles must be at most 9");
  std::uint32_t deepest = p.direct_queue_depth;
  for (const std::uint8_t depth : p.input_queue_depth) {
    deepest = std::max<std::uint32_t>(deepest, depth);
  }
  require(deepest + p.ramp_down_cycles <= 16,
          "an input queue's depth + ramp_down_cycles must be at most 16");
  require(p.own_ramp_credit_cycles <= 8, "own_ramp_credit_cycles must be at most 8");
}

std::string tile_name(const Extent& extent, const RouteTable& routes, std::size_t set) {
  for (std::size_t tile = 0; tile < routes.set_of_tile.size(); ++tile) {
    if (routes.set_of_tile[tile] != set) continue;
    return "(" + std::to_string(extent.tiles.x0 + tile % extent.tiles.width) + ", " +
           std::to_string(extent.tiles.y0 + tile / extent.tiles.width) + ")";
  }
  return "of no tile";
}

void check_route(const ColorRoute& route, std::uint32_t routed, const std::string& tile) {
  const auto demand = [&](bool holds, const std::string& what) {
    if (holds) return;
    fail(Category::program, "tile " + tile + ": color " + std::to_string(route.color) + " " + what);
  };
  demand(route.color < color_count, "does not exist: routable colors are 0 to 23");
  demand((routed >> route.color & 1U) == 0, "has two routes");
  demand(route.position_count >= 1 && route.position_count <= 4, "needs 1 to 4 switch positions");
  demand(route.initial_position < route.position_count,
         "starts in switch position " + std::to_string(route.initial_position) + " of " +
             std::to_string(route.position_count));
  for (unsigned k = 0; k < route.position_count; ++k) {
    const RoutePosition& position = route.positions[k];
    demand((position.receive | position.transmit) < 1U << port_count, "names an unknown port");
  }
}

/// Gives places to the queues of one color; returns the words used so far.
std::uint32_t place_color(const Parameters& p, RouteSet& set, const ColorRoute& route,
                          std::uint32_t used) {
  unsigned receive = 0;
  for (unsigned k = 0; k < route.position_count; ++k) receive |= route.positions[k].receive;
  if (route.reconfigurable) receive = (1U << port_count) - 1;
  for (unsigned port = 0; port < port_count; ++port) {
    if ((receive >> port & 1U) == 0) continue;
    set.link_queue[port][route.color] = static_cast<std::uint16_t>(used);
    used += 1 + p.queue_depth + (port == ramp_port ? p.ramp_up_cycles - 1 : 0);
  }
  if (route.filter.kind != FilterKind::none) {
    set.filter_state[route.color] = static_cast<std::uint16_t>(used);
    ++used;
  }
  const auto turns_back = [](const RoutePosition& position) {
    return (position.receive & position.transmit & bit(Port::ramp)) != 0;
  };
  if (route.reconfigurable ||
      std::any_of(route.positions.begin(), route.positions.begin() + route.position_count,
                  turns_back)) {
    set.own_ramp[route.color] = static_cast<std::uint16_t>(used);
    used += sizeof(OwnRamp) / sizeof(std::uint32_t);
  }
  if (route.reconfigurable) {
    set.own_route[route.color] = static_cast<std::uint16_t>(used);
    used += sizeof(OwnRoute) / sizeof(std::uint32_t);
  }
  return used;
}

std::uint32_t ramp_colors(const std::vector<ColorRoute>& routes) {
  std::uint32_t colors = 0;
  for (const ColorRoute& route : routes) {
    for (unsigned k = 0; k < route.position_count; ++k) {
      if ((route.positions[k].transmit & bit(Port::ramp)) != 0) colors |= 1U << route.color;
    }
    if (route.reconfigurable) colors |= 1U << route.color;
  }
  return colors;
}

void place_set(const Parameters& p, const Extent& extent, const RouteTable& routes,
               std::size_t index, std::uint32_t host_in, Layout& layout) {
  RouteSet set{};
  std::fill_n(&set.link_queue[0][0], port_count * color_count, none16);
  std::fill_n(set.input_queue, color_count, none16);
  std::fill_n(set.filter_state, color_count, none16);
  std::fill_n(set.own_ramp, color_count, none16);
  std::fill_n(set.own_route, color_count, none16);
  std::uint32_t used = 0;
  for (const ColorRoute& route : routes.sets[index]) {
    check_route(route, set.routed, tile_name(extent, routes, index));
    set.routed |= 1U << route.color;
    set.route[route.color] = route;
    used = place_color(p, set, route, used);
  }
  const std::uint32_t down = ramp_colors(routes.sets[index]) | host_in;
  for (unsigned color = 0; color < color_count; ++color) {
    if ((down >> color & 1U) == 0) continue;
    set.input_queue[color] = static_cast<std::uint16_t>(used);
    used += 2 + layout.input_ring;
  }
  layout.sets.push_back(set);
  layout.set_words.push_back(used);
}

std::uint64_t count_cut_links(const Extent& extent) {
  const Rectangle& t = extent.tiles;
  std::uint64_t links = 0;
  if (t.x0 > 0) links += t.height;
  if (t.x1() < extent.region.width) links += t.height;
  if (t.y0 > 0) links += t.width;
  if (t.y1() < extent.region.height) links += t.width;
  return links;
}

}  // namespace

Layout make_layout(const Parameters& parameters, const Extent& extent, const RouteTable& routes) {
  check_parameters(parameters);
  const std::uint64_t tiles = extent.tiles.tiles();
  const auto fits = [tiles](const std::vector<std::uint32_t>& v) {
    return v.empty() || v.size() == tiles;
  };
  if (routes.set_of_tile.size() != tiles || !fits(routes.host_in) || !fits(routes.host_out)) {
    fail(Category::internal, "fabric: the route table does not match the slice's tiles");
  }
  Layout layout;
  layout.input_ring = parameters.direct_queue_depth;
  for (const std::uint8_t depth : parameters.input_queue_depth) {
    layout.input_ring = std::max<std::uint32_t>(layout.input_ring, depth);
  }
  layout.input_ring += parameters.ramp_down_cycles;  // with a place for a host word of that cycle
  for (const std::uint8_t depth : parameters.output_queue_depth) layout.output_stride += depth;

  std::vector<std::uint32_t> host_in(routes.sets.size(), 0);
  for (std::uint64_t tile = 0; tile < tiles; ++tile) {
    if (routes.set_of_tile[tile] >= routes.sets.size()) {
      fail(Category::internal, "fabric: a tile's route set does not exist");
    }
    if (!routes.host_in.empty()) host_in[routes.set_of_tile[tile]] |= routes.host_in[tile];
  }
  for (std::size_t k = 0; k < routes.sets.size(); ++k) {
    place_set(parameters, extent, routes, k, host_in[k], layout);
  }
  for (const std::uint32_t set : routes.set_of_tile) layout.pool_words += layout.set_words[set];
  layout.cut_links = count_cut_links(extent);
  if (layout.pool_words > 0xffffffffULL) {
    fail(Category::limit, "fabric: the router queues of one slice exceed 16 GiB; use more ranks");
  }
  return layout;
}

std::size_t neighbour_at(const Extent& extent, std::uint32_t x, std::uint32_t y) {
  for (std::size_t n = 0; n < extent.neighbours.size(); ++n) {
    if (extent.neighbours[n].contains(x, y)) return n;
  }
  fail(Category::internal,
       "fabric: no neighbour holds tile (" + std::to_string(x) + ", " + std::to_string(y) + ")");
}

bool step_over(const Extent& extent, std::uint32_t& x, std::uint32_t& y, unsigned port) {
  switch (static_cast<Port>(port)) {
    case Port::west:
      --x;
      break;
    case Port::east:
      ++x;
      break;
    case Port::south:
      ++y;
      break;
    default:
      --y;
      break;
  }
  return extent.region.contains(x, y);  // 0 - 1 wraps to what no region holds
}

}  // namespace weft::fabric::queued
