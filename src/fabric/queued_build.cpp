// SPDX-License-Identifier: Apache-2.0
// Builds the state of the queued engine from routes and parameters.
#include <algorithm>
#include <cstring>
#include <string>

#include "fabric/queued_impl.hpp"
#include "fabric/queued_switch.hpp"
#include "fabric/ramp.hpp"

namespace weft::fabric {

using namespace queued;

namespace {

template <typename T>
void make(Array<T>& array, const char* label, std::uint64_t count) {
  array = Array<T>(std::string(label), count);
}

std::uint64_t padded(std::uint64_t tiles) { return (tiles + 63) / 64 * 64; }
std::uint64_t padded_blocks(std::uint64_t tiles) { return (padded(tiles) / 64 + 7) / 8 * 8; }

std::uint64_t cut_capacity(const Layout& layout) {
  // A wavelet and a credit for each grant of a cycle.
  return layout.cut_links * (1 + output_count);
}

}  // namespace

void FlagArrays::allocate(const char* label, std::uint64_t tiles) {
  make(tile, label, padded(tiles));
  make(block, label, padded_blocks(tiles));
}

void QueuedFabric::Impl::allocate(const Layout& layout) {
  make(routers, "routers", tiles);
  make(ends, "tile_ends", tiles);
  make(streams, "streams", tiles * slot_count);
  make(pool, "queue_pool", layout.pool_words);
  make(output_words, "output_words", tiles * layout.output_stride);
  make(grants, "grants", tiles * output_count);
  make(wavelets, "wavelets", tiles * port_count);
  make(sets, "route_sets", layout.sets.size());
  make(active, "active", tiles);
  make(touched_list, "touched", tiles);
  make(cut_records, "cut_records", cut_capacity(layout));
  make(run_buffer, "runs", std::min<std::uint64_t>(tiles, run_chunk) * port_count);
  make(shared, "shared", 1);
  router_flags.allocate("router_flags", tiles);
  stream_flags.allocate("stream_flags", tiles);
  attention.allocate("attention", tiles);
}

void QueuedFabric::Impl::make_state() {
  State& s = state;
  s.routers = routers.data();
  s.ends = ends.data();
  s.streams = streams.data();
  s.pool = pool.data();
  s.output_words = output_words.data();
  s.grants = grants.data();
  s.wavelets = wavelets.data();
  s.sets = sets.data();
  s.active = active.data();
  s.cut_records = cut_records.data();
  s.runs = run_buffer.data();
  s.shared = shared.data();
  s.router_flags = router_flags.view();
  s.stream_flags = stream_flags.view();
  s.attention = attention.view();
  std::uint32_t base = 0;
  for (unsigned q = 0; q < out_queue_count; ++q) {
    s.output_base[q] = static_cast<std::uint16_t>(base);
    base += parameters.output_queue_depth[q];
    s.input_depth[q] = parameters.input_queue_depth[q];
  }
  s.output_stride = base;
  s.direct_depth = parameters.direct_queue_depth;
  s.queue_depth = parameters.queue_depth;
  s.ramp_capacity = parameters.queue_depth + parameters.ramp_up_cycles - 1;
  s.ramp_up = parameters.ramp_up_cycles;
  s.ramp_down = parameters.ramp_down_cycles;
  s.own_ramp_credit = parameters.own_ramp_credit_cycles;
  s.shared->fault = ~std::uint64_t{0};
  s.shared->over_edge = ~std::uint64_t{0};
  s.shared->edge_cycle = never;
  s.shared->now = never;  // the cycle before cycle 0
}

void QueuedFabric::Impl::connect(std::uint32_t tile) {
  Router& r = routers(tile);
  const std::uint32_t x = extent.tiles.x0 + tile % extent.tiles.width;
  const std::uint32_t y = extent.tiles.y0 + tile / extent.tiles.width;
  r.region_tile = y * extent.region.width + x;
  for (unsigned port = 0; port < ramp_port; ++port) {
    std::uint32_t nx = x;
    std::uint32_t ny = y;
    if (!step_over(extent, nx, ny, port)) {
      r.neighbour[port] = no_neighbour;
      r.off_region = static_cast<std::uint8_t>(r.off_region | 1U << port);
    } else if (extent.tiles.contains(nx, ny)) {
      r.neighbour[port] = (ny - extent.tiles.y0) * extent.tiles.width + nx - extent.tiles.x0;
    } else {
      const auto n = static_cast<std::uint32_t>(neighbour_at(extent, nx, ny));
      r.neighbour[port] = cut_neighbour | n;
    }
  }
}

void QueuedFabric::Impl::build_tile(std::uint32_t tile, const RouteTable& routes) {
  Router& r = routers(tile);
  const RouteSet& set = sets(r.set);
  std::memset(r.run_color, none8, sizeof r.run_color);
  std::memset(r.up_pipe, none8, sizeof r.up_pipe);
  std::memset(r.down_pipe, none8, sizeof r.down_pipe);
  if (!routes.host_out.empty()) r.host_out = routes.host_out[tile];
  TileEnd& end = ends(tile);
  end.span_cycle = never - 1;
  end.due = never;
  end.last_winner = slot_count - 1;
  std::memset(end.queue_color, none8, sizeof end.queue_color);
  std::memset(end.color_queue, none8, sizeof end.color_queue);
  std::memset(end.slot_of_color, none8, sizeof end.slot_of_color);
  std::memset(end.slot_of_output, none8, sizeof end.slot_of_output);
  for (unsigned q = 0; q < out_queue_count; ++q) {
    end.output[q].depth = parameters.output_queue_depth[q];
  }
  for (unsigned color = 0; color < color_count; ++color) {
    if ((set.routed >> color & 1U) != 0) {
      const ColorRoute& route = set.route[color];
      if (route.teardown) r.torn |= 1U << color;
      if (set.own_route[color] != none16) {
        own_route(state, r, color) = {registers_of(route, route.initial_position, route.teardown),
                                      route};
      }
      set_position(state, r, color, route.initial_position);
      if (set.route[color].filter.kind != FilterKind::none) {
        r.filtered |= 1U << color;
        filter_state(state, r, set, color).counter = set.route[color].filter.initial_counter;
      }
    }
    if (set.input_queue[color] == none16) continue;
    InputQueue& queue = *find_input_queue(state, tile, static_cast<std::uint8_t>(color));
    queue.size = static_cast<std::uint16_t>(state.input_ring);
    if (input_capacity(state, end, static_cast<std::uint8_t>(color)) == 0) {
      r.blocked[ramp_port] |= 1U << color;
    }
  }
}

void QueuedFabric::Impl::build(const Layout& layout, const RouteTable& routes) {
  std::copy(layout.sets.begin(), layout.sets.end(), sets.data());
  state.input_ring = layout.input_ring;
  std::uint32_t base = 0;
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    routers(tile).set = routes.set_of_tile[tile];
    routers(tile).queue_base = base;
    base += layout.set_words[routes.set_of_tile[tile]];
    connect(tile);
    build_tile(tile, routes);
  }
  outbox.resize(extent.neighbours.size());
  inbox.resize(extent.neighbours.size());
}

QueuedFabric::QueuedFabric(const Parameters& parameters, const Extent& extent,
                           const RouteTable& routes)
    : impl_(std::make_unique<Impl>()) {
  const Layout layout = make_layout(parameters, extent, routes);
  impl_->parameters = parameters;
  impl_->extent = extent;
  impl_->tiles = extent.tiles.tiles();
  impl_->allocate(layout);
  impl_->make_state();
  impl_->build(layout, routes);
}

QueuedFabric::~QueuedFabric() = default;
QueuedFabric::QueuedFabric(QueuedFabric&&) noexcept = default;
QueuedFabric& QueuedFabric::operator=(QueuedFabric&&) noexcept = default;

std::uint64_t QueuedFabric::estimate_bytes(const Parameters& parameters, const Extent& extent,
                                           const RouteTable& routes) {
  const Layout layout = make_layout(parameters, extent, routes);
  const std::uint64_t tiles = extent.tiles.tiles();
  const std::uint64_t a_tile = sizeof(Router) + sizeof(TileEnd) + slot_count * sizeof(Stream) +
                               layout.output_stride * sizeof(OutputWord) +
                               output_count * sizeof(Grant) + port_count * sizeof(std::uint64_t) +
                               2 * sizeof(std::uint32_t);
  return tiles * a_tile + layout.pool_words * sizeof(std::uint32_t) +
         layout.sets.size() * sizeof(RouteSet) + cut_capacity(layout) * sizeof(CutRecord) +
         std::min<std::uint64_t>(tiles, run_chunk) * port_count * sizeof(FlowRun) +
         3 * (padded(tiles) + padded_blocks(tiles)) + sizeof(Shared);
}

std::uint64_t QueuedFabric::bytes() const {
  const Impl& m = *impl_;
  const auto size = [](const auto& array) { return array.extent(0) * sizeof(*array.data()); };
  return size(m.routers) + size(m.ends) + size(m.streams) + size(m.pool) + size(m.output_words) +
         size(m.grants) + size(m.wavelets) + size(m.sets) + size(m.active) + size(m.touched_list) +
         size(m.cut_records) + size(m.run_buffer) + size(m.shared) + size(m.router_flags.tile) +
         size(m.router_flags.block) + size(m.stream_flags.tile) + size(m.stream_flags.block) +
         size(m.attention.tile) + size(m.attention.block);
}

}  // namespace weft::fabric
