// SPDX-License-Identifier: Apache-2.0
// First half of a router's cycle: what it sends, from its own state at the start of the cycle.
#include <cstring>

#include "base/kokkos.hpp"
#include "fabric/queued_kernels.hpp"
#include "fabric/queued_switch.hpp"
#include "fabric/ramp.hpp"

namespace weft::fabric::queued {
namespace {

constexpr std::uint64_t no_colors = ~std::uint64_t{0};

/// First set bit at or after `shift`, going round.
unsigned next_bit(std::uint32_t mask, unsigned shift) {
  const std::uint32_t high = mask & (~0U << shift);
  return lowest(high != 0 ? high : mask);
}

std::uint64_t pack(const std::uint8_t (&bytes)[8]) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

struct Decide {
  State s;
  std::uint32_t first;
  std::uint32_t total;  ///< tiles of this launch

  void operator()(std::size_t i) const {
    const std::uint32_t tile = s.active[first + i];
    if (i + prefetch_far < total) {
      const std::uint32_t soon = s.active[first + i + prefetch_far];
      prefetch(&s.routers[soon]);
      prefetch(&s.ends[soon]);
      const std::uint32_t next = s.active[first + i + prefetch_near];
      prefetch(reinterpret_cast<const QueueLines*>(s.pool + s.routers[next].queue_base));
    }
    Router& r = s.routers[tile];
    const Cycle now = s.shared->now;
    std::uint8_t& arriving = r.up_pipe[now % pipe_slots];
    if (arriving != none8) {
      r.arrived[ramp_port] |= 1U << arriving;
      arriving = none8;
    }
    merge_arrivals(tile, r);
    bool awake = use_ramp(tile, r);
    std::uint8_t sent[8];
    std::memset(sent, none8, sizeof sent);
    arbitrate(tile, r, sent);
    if (std::memcmp(sent, r.run_color, sizeof sent) != 0) change_runs(tile, r, sent);
    finish_ramp(tile, r);
    if (r.rewritten != 0) {
      obey_registers(s, r);
      awake = true;
    }
    awake = awake || r.grant_count != 0 || pack(r.run_color) != no_colors ||
            pack(r.up_pipe) != no_colors || pack(r.down_pipe) != no_colors;
    if (awake) s.router_flags.set(tile);
  }

  void merge_arrivals(std::uint32_t tile, Router& r) const {
    std::uint32_t any = 0;
    for (unsigned p = 0; p < port_count; ++p) any |= r.arrived[p];
    if (any == 0) return;
    note_activity(s);
    if ((any & misrouted) != 0) refuse_arrivals(tile, r);
    std::uint32_t seen = 0;
    for (unsigned p = 0; p < port_count; ++p) {
      const std::uint32_t taken = r.arrived[p] & r.receive[p];
      if ((taken & seen) != 0) raise(s, tile, FabricError::collision, lowest(taken & seen), p);
      seen |= taken;
      r.nonempty[p] |= r.arrived[p];
      r.arrived[p] = 0;
    }
  }

  void refuse_arrivals(std::uint32_t tile, Router& r) const {
    const std::uint32_t routed = s.sets[r.set].routed;
    for (unsigned p = 0; p < port_count; ++p) {
      if ((r.arrived[p] & misrouted) == 0) continue;
      const unsigned color = lowest(r.arrived[p]);
      const bool has_route = (routed >> color & 1U) != 0;
      raise(s, tile, has_route ? FabricError::receive_mismatch : FabricError::unrouted, color, p);
      r.arrived[p] = 0;
    }
  }

  // --- tile to router ---

  /// Words that have been written become visible; one of them leaves. True when there is more to
  /// wait for.
  bool use_ramp(std::uint32_t tile, Router& r) const {
    if (r.out_words == 0) return false;
    TileEnd& end = s.ends[tile];
    bool unwritten = false;
    for (std::uint32_t left = r.out_words; left != 0; left &= left - 1) {
      const unsigned q = lowest(left);
      OutputQueue& queue = end.output[q];
      while (queue.visible < queue.count && written(word_at(tile, q, queue, queue.visible))) {
        ++queue.visible;
        r.out_visible = static_cast<std::uint8_t>(r.out_visible | 1U << q);
      }
      unwritten = unwritten || queue.visible < queue.count;
    }
    std::uint32_t candidates = r.out_visible;
    const unsigned shift = s.shared->queue_shift;
    while (candidates != 0) {
      const unsigned q = next_bit(candidates, shift);
      if (leave(tile, r, end, q, unwritten)) return true;
      candidates &= ~(1U << q);
    }
    return unwritten;
  }

  const OutputWord& word_at(std::uint32_t tile, unsigned q, const OutputQueue& queue,
                            unsigned k) const {
    const std::uint32_t place = ring_place(queue.head, k, queue.depth);
    return s.output_words[std::size_t{tile} * s.output_stride + s.output_base[q] + place];
  }

  bool written(const OutputWord& word) const {
    // A tile with unwritten words is visited every cycle, so 16 bits of the cycle are enough.
    return static_cast<std::uint16_t>(s.shared->now - word.ready) < 0x8000U;
  }

  /// False when the head of an output queue stays; `later` when it may go though nothing happens.
  bool leave(std::uint32_t tile, Router& r, TileEnd& end, unsigned q, bool& later) const {
    OutputQueue& queue = end.output[q];
    const OutputWord word = word_at(tile, q, queue, 0);
    const unsigned color = word.color;
    if ((r.host_out >> color & 1U) != 0) {
      if (end.host_flags != 0) return false;
      end.host_payload = word.payload;
      end.host_color = word.color;
      end.host_flags = (word.flags & word_control) != 0 ? 3 : 1;
      s.attention.set(tile);
    } else if (!may_turn_back(tile, r, end, color, later) || !enter_router(tile, r, word)) {
      return false;
    }
    note_activity(s);
    queue.head = static_cast<std::uint8_t>(queue.head + 1U == queue.depth ? 0 : queue.head + 1U);
    --queue.count;
    --queue.visible;
    if (queue.count == 0) r.out_words = static_cast<std::uint8_t>(r.out_words & ~(1U << q));
    if (queue.visible == 0) r.out_visible = static_cast<std::uint8_t>(r.out_visible & ~(1U << q));
    if (queue.count + 1U == queue.depth) unblock(tile, end, end.slot_of_output[q]);
    return true;
  }

  void unblock(std::uint32_t tile, TileEnd& end, std::uint8_t slot) const {
    if (slot == none8) return;
    end.full = static_cast<std::uint16_t>(end.full & ~(1U << slot));
    wake_streams(s, tile, s.shared->now + 1);
  }

  /// A word whose way leads back to its own tile waits in the output queue until the input queue
  /// has a place for it. False when it has none; `later` when one is being given back.
  bool may_turn_back(std::uint32_t tile, const Router& r, const TileEnd& end, unsigned color,
                     bool& later) const {
    const RouteSet& set = s.sets[r.set];
    const std::uint32_t both = r.receive[ramp_port] & r.transmit[ramp_port];
    if (set.own_ramp[color] == none16 || (both >> color & 1U) == 0) return true;
    const std::uint32_t depth = input_depth(s, end, static_cast<std::uint8_t>(color));
    if (depth == 0) return true;
    const auto& own =
        *reinterpret_cast<const OwnRamp*>(s.pool + r.queue_base + set.own_ramp[color]);
    const std::uint32_t coming = takes_under_way(s, own);
    const std::uint32_t held =
        link_queue(s, r.queue_base + set.link_queue[ramp_port][color]).count +
        std::uint32_t{find_input_queue(s, tile, static_cast<std::uint8_t>(color))->count};
    later = later || coming != 0;
    return held + coming < depth;
  }

  bool enter_router(std::uint32_t tile, Router& r, const OutputWord& word) const {
    const RouteSet& set = s.sets[r.set];
    const std::uint16_t offset = set.link_queue[ramp_port][word.color];
    if (offset == none16) {
      const bool has_route = (set.routed >> word.color & 1U) != 0;
      raise(s, tile, has_route ? FabricError::receive_mismatch : FabricError::unrouted, word.color,
            ramp_port);
      return false;
    }
    LinkQueue& queue = link_queue(s, r.queue_base + offset);
    if (queue.count >= s.ramp_capacity) return false;
    const std::uint32_t place = ring_place(queue.head, queue.count, s.ramp_capacity);
    s.pool[r.queue_base + offset + 1 + place] = word.payload;
    const auto set_bit = [place](std::uint8_t bits, bool on) {
      return static_cast<std::uint8_t>((bits & ~(1U << place)) | std::uint32_t{on} << place);
    };
    queue.control = set_bit(queue.control, (word.flags & word_control) != 0);
    queue.advance = set_bit(queue.advance, (word.flags & word_advance) != 0);
    ++queue.count;
    r.up_pipe[(s.shared->now + s.ramp_up) % pipe_slots] = word.color;
    return true;
  }

  // --- router ---

  void arbitrate(std::uint32_t tile, Router& r, std::uint8_t (&sent)[8]) const {
    std::uint32_t waiting[port_count];
    std::uint32_t candidates = 0;
    for (unsigned p = 0; p < port_count; ++p) {
      waiting[p] = r.nonempty[p] & r.receive[p];
      candidates |= waiting[p];
    }
    if (candidates == 0) return;
    std::uint32_t stuck = 0;
    for (unsigned p = 0; p < ramp_port; ++p) stuck |= r.transmit[p] & r.blocked[p];
    const std::uint32_t full_ramp = r.transmit[ramp_port] & r.blocked[ramp_port];
    std::uint32_t ready = candidates & ~stuck;
    const unsigned shift = s.shared->color_shift;
    while (ready != 0) {
      const unsigned color = next_bit(ready, shift);
      ready &= ~(1U << color);
      const std::uint8_t outputs = r.transmit_of[color];
      int port = -1;
      if ((full_ramp >> color & 1U) != 0) {
        port = choose_dropped(r, waiting, color);
        if (port < 0) continue;
      } else {
        while ((waiting[++port] >> color & 1U) == 0) {
        }
      }
      for (std::uint32_t left = ready != 0 ? outputs : 0U; left != 0; left &= left - 1) {
        ready &= ~r.transmit[lowest(left)];
      }
      grant(tile, r, color, static_cast<unsigned>(port), outputs, sent);
    }
  }

  /// With a full input queue only what is dropped at the ramp can go: the least such port, or -1.
  int choose_dropped(const Router& r, const std::uint32_t (&waiting)[port_count],
                     unsigned color) const {
    const RouteSet& set = s.sets[r.set];
    for (unsigned p = 0; p < port_count; ++p) {
      if ((waiting[p] >> color & 1U) == 0) continue;
      const std::uint32_t offset = r.queue_base + set.link_queue[p][color];
      const LinkQueue& queue = link_queue(s, offset);
      const bool control = (queue.control >> queue.head & 1U) != 0;
      if (dropped(r, set, color, s.pool[offset + 1 + queue.head], control)) {
        return static_cast<int>(p);
      }
    }
    return -1;
  }

  bool dropped(const Router& r, const RouteSet& set, unsigned color, std::uint32_t payload,
               bool control) const {
    if (control && first_ce_filter(payload)) return true;
    return (r.filtered >> color & 1U) != 0 && !filter_passes(s, r, set, color, payload, control);
  }

  void grant(std::uint32_t tile, Router& r, unsigned color, unsigned port, std::uint8_t outputs,
             std::uint8_t (&sent)[8]) const {
    const RouteSet& set = s.sets[r.set];
    const std::uint32_t offset = r.queue_base + set.link_queue[port][color];
    LinkQueue& queue = link_queue(s, offset);
    const std::uint32_t payload = s.pool[offset + 1 + queue.head];
    const bool control = (queue.control >> queue.head & 1U) != 0;
    const bool advance = port == ramp_port && (queue.advance >> queue.head & 1U) != 0;
    pop_link(r, queue, color, port);
    if ((outputs >> ramp_port & 1U) != 0 && to_tile(tile, r, set, color, payload, control)) {
      sent[ramp_port] = static_cast<std::uint8_t>(color);
    }
    const auto over = static_cast<std::uint8_t>(outputs & r.off_region);
    const auto links = static_cast<std::uint8_t>(outputs & 15U & ~r.off_region);
    for (std::uint32_t left = links; left != 0; left &= left - 1) {
      const unsigned o = lowest(left);
      sent[o] = static_cast<std::uint8_t>(color);
      if (++r.occupancy[o][color] >= s.queue_depth) r.blocked[o] |= 1U << color;
    }
    for (std::uint32_t left = over; left != 0; left &= left - 1) {
      const unsigned o = lowest(left);
      sent[o] = static_cast<std::uint8_t>(color);
      note_over_edge(s, tile, color, o);
    }
    std::uint32_t onward = payload;
    if (control) onward = obey(tile, r, color, payload);
    if (advance) advance_position(s, r, color);
    s.grants[std::size_t{tile} * output_count + r.grant_count++] = {
        onward, static_cast<std::uint8_t>(color), static_cast<std::uint8_t>(port), links,
        std::uint8_t{control}};
    note_activity(s);
  }

  void pop_link(Router& r, LinkQueue& queue, unsigned color, unsigned port) const {
    const std::uint32_t places = port == ramp_port ? s.ramp_capacity : s.queue_depth;
    queue.head = static_cast<std::uint8_t>(queue.head + 1U == places ? 0 : queue.head + 1U);
    --queue.count;
    std::uint32_t standing = queue.count;
    if (standing != 0 && port == ramp_port) {
      for (unsigned k = 0; k < pipe_slots; ++k) standing -= r.up_pipe[k] == color ? 1U : 0U;
    }
    if (standing == 0) r.nonempty[port] &= ~(1U << color);
  }

  /// The switch moves after the wavelet has passed. Returns the payload that goes on.
  std::uint32_t obey(std::uint32_t tile, Router& r, unsigned color, std::uint32_t payload) const {
    const SwitchCommand command = first_command(payload);
    bool moved = false;
    if (command == SwitchCommand::advance) moved = advance_position(s, r, color);
    if (command == SwitchCommand::reset) set_position(s, r, color, 0);
    if (command == SwitchCommand::teardown) tear_down(s, tile, r, color);
    return pops(route_of(s, r, color).pop, command, moved) ? pop_command(payload) : payload;
  }

  // --- router to tile ---

  /// False when the ramp drops the wavelet.
  bool to_tile(std::uint32_t tile, Router& r, const RouteSet& set, unsigned color,
               std::uint32_t payload, bool control) const {
    if (control && first_ce_filter(payload)) return false;
    if ((r.filtered >> color & 1U) != 0) {
      const bool passes = filter_passes(s, r, set, color, payload, control);
      filter_count(s, r, set, color, control);
      if (!passes) return false;
    }
    put(*find_input_queue(s, tile, static_cast<std::uint8_t>(color)), payload, control);
    r.down_pipe[(s.shared->now + s.ramp_down - 1) % pipe_slots] = static_cast<std::uint8_t>(color);
    r.freed |= 1U << color;
    return true;
  }

  /// What came down the ramp, and what the host put in, is seen by the tile in the next cycle.
  void finish_ramp(std::uint32_t tile, Router& r) const {
    std::uint8_t& landing = r.down_pipe[s.shared->now % pipe_slots];
    std::uint32_t seen = r.injected;
    if (landing != none8) {
      show(tile, landing);
      landing = none8;
    }
    for (; seen != 0; seen &= seen - 1) show(tile, static_cast<std::uint8_t>(lowest(seen)));
    for (std::uint32_t left = r.freed | r.injected; left != 0; left &= left - 1) {
      const auto color = static_cast<std::uint8_t>(lowest(left));
      const InputQueue* queue = find_input_queue(s, tile, color);
      if (queue == nullptr) continue;
      const bool full = queue->count >= input_capacity(s, s.ends[tile], color);
      const std::uint32_t before = r.blocked[ramp_port];
      r.blocked[ramp_port] = (before & ~(1U << color)) | std::uint32_t{full} << color;
      if (before != r.blocked[ramp_port] && !full) s.router_flags.set(tile);
    }
    r.freed = 0;
    r.injected = 0;
  }

  void show(std::uint32_t tile, std::uint8_t color) const {
    InputQueue& queue = *find_input_queue(s, tile, color);
    s.attention.set(tile);
    if (++queue.visible == 1) feed(s, tile, color);
    note_activity(s);
  }

  // --- runs ---

  void change_runs(std::uint32_t tile, Router& r, const std::uint8_t (&sent)[8]) const {
    const Cycle now = s.shared->now;
    for (unsigned p = 0; p < port_count; ++p) {
      if (sent[p] == r.run_color[p]) continue;
      if (r.run_color[p] != none8) {
        const auto length = static_cast<std::uint32_t>(now) - r.run_start[p];
        s.wavelets[std::size_t{tile} * port_count + p] += length;
        s.runs[atomic_count(&s.shared->run_count, 1U)] = {
            now, r.region_tile, length, static_cast<std::uint8_t>(p), r.run_color[p]};
      }
      r.run_color[p] = sent[p];
      r.run_start[p] = static_cast<std::uint32_t>(now);
    }
  }
};

}  // namespace

void launch_decide(const State& s, std::uint32_t first, std::uint32_t count) {
  parallel_for("fabric_decide", count, Decide{s, first, count});
}

}  // namespace weft::fabric::queued
