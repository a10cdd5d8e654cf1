// SPDX-License-Identifier: Apache-2.0
// The cycle of the queued engine, on the host: who is awake, kernels in order, what came of it.
#include "fabric/queued.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "fabric/queued_impl.hpp"
#include "fabric/queued_kernels.hpp"

namespace weft::fabric {

using namespace queued;

namespace {

std::uint64_t eight(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

std::uint32_t FlagArrays::collect(std::uint32_t* list) {
  std::uint32_t count = 0;
  std::uint8_t* const blocks = block.data();
  std::uint8_t* const tiles = tile.data();
  for (std::size_t group = 0; group < block.extent(0); group += 8) {
    if (eight(blocks + group) == 0) continue;
    for (std::size_t b = group; b < group + 8; ++b) {
      if (blocks[b] == 0) continue;
      blocks[b] = 0;
      for (std::size_t k = b * 64; k < b * 64 + 64; k += 8) {
        if (eight(tiles + k) == 0) continue;
        for (std::size_t i = k; i < k + 8; ++i) {
          list[count] = static_cast<std::uint32_t>(i);
          count += tiles[i];
          tiles[i] = 0;
        }
      }
    }
  }
  return count;
}

bool FlagArrays::any() const {
  for (std::size_t group = 0; group < block.extent(0); group += 8) {
    if (eight(block.data() + group) != 0) return true;
  }
  return false;
}

void QueuedFabric::Impl::begin(Cycle cycle) {
  shared(0).now = cycle;
  shared(0).color_shift = static_cast<std::uint32_t>(cycle % color_count);
  shared(0).queue_shift = static_cast<std::uint32_t>(cycle % out_queue_count);
  shared(0).cut_count = 0;
}

void QueuedFabric::Impl::note_fault() {
  if (fault_cycle == never && shared(0).fault != ~std::uint64_t{0}) fault_cycle = shared(0).now;
}

void QueuedFabric::Impl::note_edge() {
  Shared& all = shared(0);
  if (all.edge_cycle == never && all.over_edge != ~std::uint64_t{0}) all.edge_cycle = all.now;
}

void QueuedFabric::step_streams(Cycle cycle) {
  Impl& m = *impl_;
  m.begin(cycle);
  const std::uint32_t count = m.stream_flags.collect(m.active.data());
  if (count != 0) launch_step(m.state, count);
  m.touched_count = m.attention.collect(m.touched_list.data());
}

std::span<const std::uint32_t> QueuedFabric::touched() const {
  return {impl_->touched_list.data(), impl_->touched_count};
}

void QueuedFabric::move(Cycle cycle) {
  Impl& m = *impl_;
  m.begin(cycle);
  m.take_arrivals();
  m.ended_runs.clear();
  const std::uint32_t count = m.router_flags.collect(m.active.data());
  for (std::uint32_t first = 0; first < count; first += run_chunk) {
    m.shared(0).run_count = 0;
    launch_decide(m.state, first, std::min(run_chunk, count - first));
    const FlowRun* runs = m.run_buffer.data();
    m.ended_runs.insert(m.ended_runs.end(), runs, runs + m.shared(0).run_count);
  }
  if (count != 0) launch_deliver(m.state, count);
  m.sort_departures();
  m.note_fault();
  m.note_edge();
}

std::span<const FlowRun> QueuedFabric::runs() const { return impl_->ended_runs; }

Cycle QueuedFabric::next_activity(Cycle from) const {
  const Impl& m = *impl_;
  if (m.router_flags.any() || m.attention.any()) return from;
  Cycle least = never;
  for (const auto& box : m.inbox) {
    if (!box.empty()) least = std::min(least, std::max(from, box.front().cycle + 1));
  }
  m.stream_flags.for_each([&](std::uint32_t tile) {
    least = std::min(least, std::max(from, m.ends(tile).due));
    return least > from;
  });
  return least;
}

Ramp QueuedFabric::ramp() const { return Ramp(impl_->state); }

std::optional<Fault> QueuedFabric::fault() const {
  const Impl& m = *impl_;
  const std::uint64_t key = m.shared(0).fault;
  if (key == ~std::uint64_t{0}) return std::nullopt;
  Fault fault;
  fault.cycle = m.fault_cycle == never ? m.shared(0).now : m.fault_cycle;
  fault.tile = TileId{static_cast<std::uint32_t>(key >> 32U)};
  fault.code = static_cast<FabricError>(key >> 16U & 0xffffU);
  fault.color = static_cast<std::uint8_t>(key >> 8U);
  fault.port = static_cast<std::uint8_t>(key);
  return fault;
}

OverEdge QueuedFabric::over_edge() const {
  const Impl& m = *impl_;
  OverEdge over;
  if (m.shared(0).edge_cycle == never) return over;
  const std::uint64_t key = m.shared(0).over_edge;
  over.first_cycle = m.shared(0).edge_cycle;
  over.tile = TileId{static_cast<std::uint32_t>(key >> 32U)};
  over.color = static_cast<std::uint8_t>(key >> 8U);
  over.port = static_cast<std::uint8_t>(key);
  const std::vector<std::uint64_t> counts = link_wavelets();
  for (std::uint32_t tile = 0; tile < m.tiles; ++tile) {
    for (std::uint32_t left = m.routers(tile).off_region; left != 0; left &= left - 1) {
      over.wavelets +=
          counts[std::size_t{tile} * port_count + static_cast<unsigned>(__builtin_ctz(left))];
    }
  }
  return over;
}

Cycle QueuedFabric::last_activity() const { return impl_->shared(0).last_activity; }

std::vector<StuckQueue> QueuedFabric::stuck(std::size_t most) const {
  const Impl& m = *impl_;
  std::vector<StuckQueue> found;
  for (std::uint32_t tile = 0; tile < m.tiles; ++tile) {
    const Router& r = m.routers(tile);
    for (unsigned port = 0; port < port_count; ++port) {
      for (std::uint32_t left = r.nonempty[port]; left != 0; left &= left - 1) {
        if (found.size() >= most) return found;
        const auto color = static_cast<unsigned>(__builtin_ctz(left));
        const std::uint16_t entry = m.sets(r.set).link_queue[port][color];
        found.push_back({tile, static_cast<std::uint8_t>(port), static_cast<std::uint8_t>(color),
                         link_queue(m.state, r.queue_base + entry).count,
                         (r.receive[port] >> color & 1U) == 0, (r.torn >> color & 1U) != 0});
      }
    }
  }
  return found;
}

bool QueuedFabric::holds_wavelets() const {
  const Impl& m = *impl_;
  for (const auto& box : m.inbox) {
    for (const CutRecord& record : box) {
      if (record.kind == 0) return true;
    }
  }
  for (std::uint32_t tile = 0; tile < m.tiles; ++tile) {
    const Router& r = m.routers(tile);
    if (r.out_words != 0 || m.ends(tile).host_flags != 0 || r.injected != 0) return true;
    for (unsigned port = 0; port < port_count; ++port) {
      if ((r.nonempty[port] | r.arrived[port]) != 0) return true;
    }
    for (unsigned k = 0; k < pipe_slots; ++k) {
      if (r.up_pipe[k] != none8) return true;
    }
    for (unsigned color = 0; color < color_count; ++color) {
      const InputQueue* queue = find_input_queue(m.state, tile, static_cast<std::uint8_t>(color));
      if (queue != nullptr && queue->count != 0) return true;
    }
  }
  return false;
}

std::vector<std::uint64_t> QueuedFabric::link_wavelets() const {
  const Impl& m = *impl_;
  std::vector<std::uint64_t> counts(m.wavelets.data(), m.wavelets.data() + m.tiles * port_count);
  for (std::uint32_t tile = 0; tile < m.tiles; ++tile) {
    const Router& r = m.routers(tile);
    for (unsigned port = 0; port < port_count; ++port) {
      if (r.run_color[port] == none8) continue;
      counts[std::size_t{tile} * port_count + port] +=
          static_cast<std::uint32_t>(m.shared(0).now) - r.run_start[port] + 1;
    }
  }
  return counts;
}

}  // namespace weft::fabric
