// SPDX-License-Identifier: Apache-2.0
// What is done beyond the slice's clock: noted, and counted when the clock has come so far; and how
// early something may come that nobody has told yet.
#include <algorithm>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

namespace {
/// Contexts that are looked at to bound one departure.
constexpr std::uint32_t looks_ahead = 16;
}  // namespace

std::uint32_t Rdu::count_seen(const Cycle* cycles, std::uint32_t count) const {
  if (cycles[count - 1] < visible_) return count;
  return static_cast<std::uint32_t>(std::lower_bound(cycles, cycles + count, visible_) - cycles);
}

/// Something that a context, a transfer or the mesh did, in a cycle that may be counted.
void Rdu::note(const Happened& happened) {
  const auto contexts = static_cast<std::uint32_t>(contexts_.size());
  const bool context = happened.actor < contexts;
  const std::uint32_t unit = unit_of_actor(happened.actor);
  sent_[unit] += happened.sent;
  active(unit, &happened.cycle, 1);
  if (context) {
    Tally& tally = contexts_[happened.actor].tally;
    ++tally.firings;
    for (std::size_t r = 0; r < tally.waited.size(); ++r) tally.waited[r] += happened.waited[r];
    return;
  }
  if (happened.actor == mesh_actor()) return;
  Dram& dram = drams_[dram_of_[unit]];
  dram.bytes_read += happened.bytes_read;
  dram.bytes_written += happened.bytes_written;
  dram.bursts += happened.bursts;
  dram.row_changes += happened.row_changes;
}

/// A row of something that was done in this cycle.
void Rdu::append(std::uint32_t stream, Cycle cycle, const EventRow& row) {
  if (is_seen(cycle)) {
    recorder_->append(stream, row);
  } else {
    ahead_rows_.push_back({cycle, stream, 0, row});
  }
}

/// Counts what was done before the cycle, which the clock comes to.
void Rdu::see(Cycle end) {
  ahead_.take(now_, end, [this](const Happened& happened) { note(happened); });
  std::erase_if(ahead_rows_, [&](const LaterRow& later) {
    if (later.cycle >= end) return false;
    recorder_->append(later.stream, later.row);
    return true;
  });
}

/// The first cycle in which something may come over the cut that has not come
/// yet: tokens of a channel come one a cycle at most, and so does room.
Cycle Rdu::cut_bound(const Line& line) const {
  const Cycle promised = promised_[line.neighbour];
  const Cycle comes = promised >= never - line.latency ? never : promised + line.latency;
  return std::max({comes, line.behind, visible_});
}

/// Before it all is known that anybody here could take.
Cycle Rdu::sure_until() const {
  Cycle bound = never;
  for (const std::uint32_t channel : cut_) {
    const Line& line = lines_[channel];
    const Ring& ring = line.consumer != none ? line.tokens : line.rooms;
    if (ring.size() == 0) bound = std::min(bound, cut_bound(line));
  }
  return bound;
}

/// Whether what is looked at in order may be done in this cycle.
bool Rdu::is_behind(Cycle cycle) const {
  if (cycle >= order_end_ || cycle >= limit_) return false;
  return cycle < visible_ || cycle < sure_until();
}

/// The first cycle in which another token may leave over the cut.
Cycle Rdu::departure_of(std::uint32_t channel) const {
  std::uint32_t looks = looks_ahead;
  const Cycle arrives = least_arrival(channel, looks);
  return arrives == never ? never : arrives - lines_[channel].latency;
}

Cycle Rdu::credit_of(std::uint32_t channel) const {
  std::uint32_t looks = looks_ahead;
  const Cycle arrives = least_room(channel, looks);
  return arrives == never ? never : arrives - lines_[channel].latency;
}

Cycle Rdu::departure_bound(std::size_t n, std::span<const Cycle> departed_before) const {
  for (std::size_t k = 0; k < departed_before.size(); ++k) {
    promised_[k] = std::max(promised_[k], departed_before[k]);
  }
  Cycle bound = never;
  for (const std::uint32_t channel : cut_) {
    const Line& line = lines_[channel];
    if (line.neighbour != n) continue;
    bound = std::min(bound, line.producer != none ? departure_of(channel) : credit_of(channel));
  }
  return std::max(bound, now_);
}

}  // namespace weft::machine::rdu
