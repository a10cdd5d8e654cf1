// SPDX-License-Identifier: Apache-2.0
// Second half of a router's cycle: wavelets and credits reach the neighbours. Each port of a router
// is written by its one neighbour there, so tiles need no order.
#include "base/kokkos.hpp"
#include "fabric/queued_kernels.hpp"

namespace weft::fabric::queued {
namespace {

inline void push(const State& s, std::uint32_t tile, unsigned port, unsigned color,
                 std::uint32_t payload, bool control) {
  Router& r = s.routers[tile];
  s.router_flags.set(tile);
  const std::uint16_t entry = s.sets[r.set].link_queue[port][color];
  if (entry == none16) {
    r.arrived[port] |= misrouted | 1U << color;
    return;
  }
  const std::uint32_t offset = r.queue_base + entry;
  LinkQueue& queue = link_queue(s, offset);
  if (queue.count >= s.queue_depth) {
    raise(s, tile, FabricError::queue_overflow, color, port);
    return;
  }
  const std::uint32_t place = ring_place(queue.head, queue.count, s.queue_depth);
  s.pool[offset + 1 + place] = payload;
  queue.control =
      static_cast<std::uint8_t>((queue.control & ~(1U << place)) | std::uint32_t{control} << place);
  ++queue.count;
  r.arrived[port] |= 1U << color;
}

inline void credit(const State& s, std::uint32_t tile, unsigned port, unsigned color) {
  Router& r = s.routers[tile];
  --r.occupancy[port][color];
  if ((r.blocked[port] >> color & 1U) == 0) return;
  r.blocked[port] &= ~(1U << color);
  s.router_flags.set(tile);
}

struct Deliver {
  State s;
  std::uint32_t total;  ///< tiles of this launch

  void operator()(std::size_t i) const {
    const std::uint32_t tile = s.active[i];
    Router& r = s.routers[tile];
    if (i + prefetch_far < total) {
      const std::uint32_t soon = s.active[i + prefetch_far];
      __builtin_prefetch(&s.grants[std::size_t{soon} * output_count]);
      __builtin_prefetch(&s.routers[soon].off_region);
      __builtin_prefetch(s.routers[soon].neighbour);
      prefetch_neighbours(s.routers[s.active[i + prefetch_near]]);
    }
    for (unsigned k = 0; k < r.grant_count; ++k) {
      const Grant& grant = s.grants[std::size_t{tile} * output_count + k];
      for (std::uint32_t left = grant.links; left != 0; left &= left - 1) {
        const auto port = static_cast<unsigned>(__builtin_ctz(left));
        const std::uint32_t to = r.neighbour[port];
        if ((to & cut_neighbour) == 0) {
          push(s, to, opposite(port), grant.color, grant.payload, grant.control != 0);
        } else if (to != no_neighbour) {
          const unsigned channel = grant.color | unsigned{grant.control} << 8U;
          cut(r, port, 0, channel, grant.payload);
        }
      }
      if (grant.in_port == ramp_port) continue;
      const std::uint32_t from = r.neighbour[grant.in_port];
      if ((from & cut_neighbour) == 0) {
        credit(s, from, opposite(grant.in_port), grant.color);
      } else {
        cut(r, grant.in_port, 1, grant.color, 0);
      }
    }
    atomic_mark<std::uint8_t>(&r.grant_count, 0);  // a hint to others
  }

  void prefetch_neighbours(Router& r) const {
    if (atomic_hint(&r.grant_count) == 0) return;
    for (const std::uint32_t tile : r.neighbour) {
      if ((tile & cut_neighbour) == 0) prefetch(&s.routers[tile]);
    }
  }

  void cut(const Router& r, unsigned port, std::uint16_t kind, unsigned channel,
           std::uint32_t word) const {
    CutRecord& record = s.cut_records[atomic_count(&s.shared->cut_count, 1U)];
    record = {s.shared->now, LinkId{r.region_tile * port_count + port}, kind,
              static_cast<std::uint16_t>(channel), word};
  }
};

}  // namespace

void push_link(const State& s, std::uint32_t tile, unsigned port, unsigned color,
               std::uint32_t payload, bool control) {
  push(s, tile, port, color, payload, control);
}

void return_credit(const State& s, std::uint32_t tile, unsigned port, unsigned color) {
  credit(s, tile, port, color);
}

void launch_deliver(const State& s, std::uint32_t count) {
  parallel_for("fabric_deliver", count, Deliver{s, count});
}

}  // namespace weft::fabric::queued
