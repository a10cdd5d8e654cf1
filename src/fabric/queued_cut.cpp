// SPDX-License-Identifier: Apache-2.0
// Cut links of the queued engine: what leaves, what comes, and how soon anything can leave.
#include <algorithm>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "fabric/queued_impl.hpp"
#include "fabric/queued_kernels.hpp"

namespace weft::fabric {

using namespace queued;

namespace {

constexpr std::uint16_t wavelet_kind = 0;
constexpr std::uint16_t credit_kind = 1;

auto order(const CutRecord& r) { return std::tuple(r.cycle, index(r.link), r.kind, r.channel); }

/// Tiles of `from` that touch `to`, as a rectangle; empty when they share no edge.
Rectangle border(const Rectangle& from, const Rectangle& to) {
  const std::uint32_t x0 = std::max(from.x0, to.x0);
  const std::uint32_t x1 = std::min(from.x1(), to.x1());
  const std::uint32_t y0 = std::max(from.y0, to.y0);
  const std::uint32_t y1 = std::min(from.y1(), to.y1());
  if (y1 > y0 && to.x1() == from.x0) return {from.x0, y0, 1, y1 - y0};
  if (y1 > y0 && to.x0 == from.x1()) return {from.x1() - 1, y0, 1, y1 - y0};
  if (x1 > x0 && to.y1() == from.y0) return {x0, from.y0, x1 - x0, 1};
  if (x1 > x0 && to.y0 == from.y1()) return {x0, from.y1() - 1, x1 - x0, 1};
  return {};
}

std::uint32_t gap(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1) {
  if (a0 >= b1) return a0 - b1 + 1;
  return b0 >= a1 ? b0 - a1 + 1 : 0;
}

/// Hops between the nearest tiles of two rectangles.
std::uint32_t distance(const Rectangle& a, const Rectangle& b) {
  return gap(a.x0, a.x1(), b.x0, b.x1()) + gap(a.y0, a.y1(), b.y0, b.y1());
}

Cycle later(Cycle cycle, std::uint64_t by) { return cycle > never - by ? never : cycle + by; }

}  // namespace

void QueuedFabric::Impl::sort_departures() {
  const std::uint32_t count = shared(0).cut_count;
  CutRecord* const records = cut_records.data();
  std::sort(records, records + count,
            [](const CutRecord& a, const CutRecord& b) { return order(a) < order(b); });
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::uint32_t link = index(records[k].link);
    const Router& r = routers(slice_tile(link / port_count));
    outbox[r.neighbour[link % port_count] & ~cut_neighbour].push_back(records[k]);
  }
}

std::uint32_t QueuedFabric::Impl::slice_tile(std::uint32_t region_tile) const {
  const std::uint32_t x = region_tile % extent.region.width - extent.tiles.x0;
  const std::uint32_t y = region_tile / extent.region.width - extent.tiles.y0;
  return y * extent.tiles.width + x;
}

void QueuedFabric::take_departures(std::size_t n, std::vector<CutRecord>& out) {
  auto& box = impl_->outbox.at(n);
  out.insert(out.end(), box.begin(), box.end());
  box.clear();
}

void QueuedFabric::accept(std::size_t n, std::span<const CutRecord> records) {
  auto& box = impl_->inbox.at(n);
  box.insert(box.end(), records.begin(), records.end());
}

void QueuedFabric::Impl::take_arrivals() {
  const Cycle now = shared(0).now;
  for (auto& box : inbox) {
    auto due = box.begin();
    for (; due != box.end() && due->cycle + 1 <= now; ++due) {
      if (due->cycle + 1 < now) {
        fail(Category::internal, "fabric: a record of cycle " + std::to_string(due->cycle) +
                                     " came after cycle " + std::to_string(now - 1));
      }
      apply(*due);
    }
    box.erase(box.begin(), due);
  }
}

void QueuedFabric::Impl::apply(const CutRecord& record) {
  const std::uint32_t link = index(record.link);
  const unsigned port = link % port_count;
  const std::uint32_t source = link / port_count;
  std::uint32_t x = source % extent.region.width;
  std::uint32_t y = source / extent.region.width;
  if (!step_over(extent, x, y, port) || !extent.tiles.contains(x, y)) {
    fail(Category::internal, "fabric: a record came for a tile of another slice");
  }
  const std::uint32_t tile = (y - extent.tiles.y0) * extent.tiles.width + x - extent.tiles.x0;
  const unsigned color = record.channel & 0xffU;
  if (record.kind == wavelet_kind) {
    push_link(state, tile, opposite(port), color, static_cast<std::uint32_t>(record.word),
              record.channel >> 8U != 0);
  } else if (record.kind == credit_kind) {
    return_credit(state, tile, opposite(port), color);
  } else {
    fail(Category::internal, "fabric: a record of unknown kind came");
  }
}

std::uint32_t QueuedFabric::cut_distance(std::size_t n, std::uint32_t tile) const {
  const Extent& e = impl_->extent;
  const Rectangle here{e.tiles.x0 + tile % e.tiles.width, e.tiles.y0 + tile / e.tiles.width, 1, 1};
  return distance(here, border(e.tiles, e.neighbours[n]));
}

Cycle QueuedFabric::departure_bound(std::size_t n, Cycle now,
                                    std::span<const Cycle> departed_before) const {
  const Impl& m = *impl_;
  const Extent& e = m.extent;
  const Rectangle edge = border(e.tiles, e.neighbours[n]);
  Cycle bound = never;
  const auto lower = [&bound](Cycle cycle, std::uint64_t hops) {
    bound = std::min(bound, later(cycle, hops));
  };
  // What has not come yet acts a cycle after it left, and then needs the way through this slice.
  for (std::size_t k = 0; k < departed_before.size(); ++k) {
    const std::uint32_t hops = distance(border(e.tiles, e.neighbours[k]), edge);
    lower(std::max(now, later(departed_before[k], 1)), hops);
  }
  for (std::size_t k = 0; k < m.inbox.size(); ++k) {
    if (m.inbox[k].empty()) continue;
    const std::uint32_t hops = distance(border(e.tiles, e.neighbours[k]), edge);
    lower(std::max(now, m.inbox[k].front().cycle + 1), hops);
  }
  m.router_flags.for_each([&](std::uint32_t tile) {
    lower(now, cut_distance(n, tile));
    return bound > now;
  });
  // A step at its earliest frees a place that the router knows of one cycle later.
  m.stream_flags.for_each([&](std::uint32_t tile) {
    lower(std::max(now, m.ends(tile).due), 1 + cut_distance(n, tile));
    return bound > now;
  });
  m.attention.for_each([&](std::uint32_t tile) {
    lower(now, 1 + cut_distance(n, tile));
    return bound > now;
  });
  return bound;
}

}  // namespace weft::fabric
