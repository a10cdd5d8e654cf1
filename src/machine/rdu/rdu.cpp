// SPDX-License-Identifier: Apache-2.0
// The slice in time: who is looked at in which cycle.
#include "machine/rdu/rdu.hpp"

#include <algorithm>
#include <bit>

#include "base/busy.hpp"
#include "machine/rdu/build.hpp"
#include "machine/rdu/card.hpp"
#include "machine/rdu/words.hpp"

namespace weft::machine::rdu {

Cycle Rdu::next_activity() const {
  if (error_) return now_;
  Cycle next = ahead_.first(now_);
  for (const std::uint32_t actor : actors_) next = std::min(next, wake_[actor]);
  if (next == never && last_arrival_ >= now_ && last_arrival_ != 0) return last_arrival_;
  return next == never ? never : std::max(next, now_);
}

void Rdu::advance(Cycle until, Recorder& recorder) {
  const Cycle begin = now_;
  recorder_ = &recorder;
  tokens_wanted_ = recorder.wants(tokens_stream);
  while (now_ < until && !error_) {
    const Cycle cycle = next_activity();
    if (cycle >= until) {
      now_ = until;
      if (!cut_.empty()) run_window(until);  // what can go on beyond
      break;
    }
    now_ = cycle;
    if (cycle > begin && attention_wanted.load(std::memory_order_relaxed)) break;
    run_window(std::min(until, cycle + window_cycles));
  }
  recorder_ = nullptr;
}

/// All that happens from now() on, before `end`; where the slice has neighbours, what is known to
/// happen later too.
void Rdu::run_window(Cycle end) {
  visible_ = end;
  order_end_ = never;
  limit_ = end;
  if (!cut_.empty()) {
    const Cycle each = ahead_firings / std::max<std::size_t>(actors_.size(), 1);
    const Cycle more = std::min(ahead_cycles, each);
    limit_ = end >= never - more ? never : end + more;
  }
  floor_ = std::max(floor_, now_);
  see(end);
  fault_.reset();
  held_.clear();
  const auto contexts = static_cast<std::uint32_t>(contexts_.size());
  for (const std::uint32_t actor : actors_) {
    if (actor >= contexts || plans_[actor].exact || wake_[actor] >= limit_) continue;
    known_[actor] = 0;
    wake(actor, wake_[actor]);
  }
  for (;;) {
    run_queue();
    if (retry_held()) continue;
    const Cycle cycle = next_in_order();
    if (!is_behind(cycle)) break;
    run_in_order(cycle);
  }
  // Nothing that is not done yet can happen before.
  floor_ = std::max(floor_, std::min({std::max(visible_, sure_until()), order_end_, limit_}));
  count_busy();
  now_ = visible_;
  limit_ = 0;
  if (!fault_) return;
  const bool context = fault_->context != form::none;
  error_ = KernelError{fault_->cycle,
                       TileId{fault_->tile},
                       static_cast<std::uint32_t>(fault_->code),
                       {context ? fault_->context : contexts + fault_->transfer, fault_->thing,
                        static_cast<std::uint64_t>(fault_->value)}};
}

void Rdu::run_queue() {
  // First come, first served: who has been given most goes on with most.
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    const std::uint32_t context = queue_[next];
    queued_[context] = 0;
    Run(*this, context).go();
    if (next < 4096) continue;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(next + 1));
    next = static_cast<std::size_t>(-1);
  }
  queue_.clear();
}

/// Others have gone on since they were held. True where one of them goes on too.
bool Rdu::retry_held() {
  if (held_.empty()) return false;
  std::vector<std::uint32_t> held;
  held.swap(held_);
  bool any = false;
  for (const std::uint32_t context : held) {
    if (known_[context] == 0) continue;
    const std::uint64_t before = contexts_[context].tally.firings;
    Run(*this, context).go();
    any = any || contexts_[context].tally.firings != before || queue_.size() > 0;
  }
  return any;
}

Cycle Rdu::next_in_order() const {
  Cycle next = never;
  for (const std::uint32_t actor : ordered_) next = std::min(next, wake_[actor]);
  for (const std::uint32_t context : held_) next = std::min(next, wake_[context]);
  return next;
}

/// The least cycle of all in which anything happens, of those for whom that matters.
void Rdu::run_in_order(Cycle cycle) {
  floor_ = cycle;
  in_order_ = true;
  writes_.clear();
  std::vector<std::uint32_t> actors;
  actors.swap(held_);
  actors.insert(actors.end(), ordered_.begin(), ordered_.end());
  std::sort(actors.begin(), actors.end());
  const auto contexts = static_cast<std::uint32_t>(contexts_.size());
  for (const std::uint32_t actor : actors) {
    if (wake_[actor] > cycle) {
      if (actor < contexts && !plans_[actor].exact) held_.push_back(actor);
    } else if (cycle >= order_end_) {
      if (actor < contexts && !plans_[actor].exact) held_.push_back(actor);
    } else if (actor < contexts) {
      Run(*this, actor).go_at(cycle);
    } else if (actor == mesh_actor()) {
      wake_[actor] = never;
      const Cycle next = MeshCycle(*this, cycle).run();
      wake(actor, next);
    } else {
      wake_[actor] = never;
      const Cycle next = Bursts(*this, actor - contexts, cycle).run();
      wake(actor, order_end_ <= cycle ? cycle : next);
    }
  }
  in_order_ = false;
  if (cycle < order_end_) floor_ = cycle + 1;
  for (const Write& one : writes_) {
    memories_[one.memory][one.word] = one.value;
    for (const std::uint32_t actor : ordered_) {
      if (actor < contexts && has_load(actor, one.memory)) wake(actor, cycle + 1);
    }
  }
}

/// Something of it changes in the cycle.
void Rdu::wake(std::uint32_t actor, Cycle cycle) {
  const bool context = actor < contexts_.size();
  if (context && known_[actor] != 0) return;
  // Before floor_ it was looked at already.
  wake_[actor] = std::min(wake_[actor], std::max(cycle, floor_));
  if (!context || plans_[actor].exact || wake_[actor] >= limit_ || queued_[actor] != 0) return;
  queued_[actor] = 1;
  queue_.push_back(actor);
}

/// A fault that the clock has not come to yet is found again when it has.
void Rdu::refuse(const form::Fault& fault) {
  if (!is_seen(fault.cycle)) {
    order_end_ = std::min(order_end_, fault.cycle);
    return;
  }
  visible_ = std::min(visible_, fault.cycle + 1);
  if (!fault_ || form::is_before(fault, *fault_)) fault_ = fault;
  limit_ = std::min(limit_, fault.cycle + 1);
}

/// Something of the unit was done in these cycles.
void Rdu::active(std::uint32_t unit, const Cycle* cycles, std::uint32_t count) {
  last_done_ = std::max(last_done_, cycles[count - 1]);
  if (alone_[unit] != 0) {
    busy_[unit] += count;
    return;
  }
  auto& used = used_[unit];
  for (std::uint32_t i = 0; i < count;) {
    const Cycle at = cycles[i] - now_;
    // Cycles that follow each other, of one word of 64.
    std::uint32_t more = 1;
    const auto most = static_cast<std::uint32_t>(64 - at % 64);
    const std::uint32_t left = std::min(most, count - i);
    if (cycles[i + left - 1] == cycles[i] + left - 1) {
      more = left;
    }
    used[at / 64] |= (~std::uint64_t{0} >> (64 - more)) << at % 64;
    i += more;
  }
}

void Rdu::count_busy() {
  const auto words = static_cast<std::size_t>((visible_ - now_ + 63) / 64);
  for (std::size_t unit = 0; unit < used_.size(); ++unit) {
    if (alone_[unit] != 0) continue;
    for (std::size_t word = 0; word < words; ++word) {
      busy_[unit] += static_cast<std::uint64_t>(std::popcount(used_[unit][word]));
      used_[unit][word] = 0;
    }
  }
}

bool Rdu::has_load(std::uint32_t context, std::uint32_t memory) const {
  const auto& nodes = program_.contexts[context].nodes;
  return std::any_of(nodes.begin(), nodes.end(), [memory](const form::Node& node) {
    return node.kind == form::Node::Kind::load && node.at == memory;
  });
}

void Rdu::store_word(const Write& write) {
  if (in_order_) {
    writes_.push_back(write);
  } else {
    memories_[write.memory][write.word] = write.value;
  }
}

Family family() {
  Family line;
  line.name = "rdu";
  line.coupling = Coupling::neighbour;
  line.cut = Cut::chips;
  line.kernels = KernelSpace::host;
  line.relation = [](const topology::Topology&, std::span<const std::byte> program,
                     const Rectangle& region, std::span<const Rectangle> slices) {
    return relation_of(form::deserialize(program), region, slices);
  };
  line.make = [](const topology::Topology& topology, std::span<const std::byte> program,
                 const Slice& slice) -> std::unique_ptr<Machine> {
    return std::make_unique<Rdu>(read_constants(topology), form::deserialize(program), slice);
  };
  line.footprints = [](const topology::Topology& topology, std::span<const std::byte> program,
                       std::span<const Slice> slices) {
    const form::Program read = form::deserialize(program);
    const Constants constants = read_constants(topology);
    std::vector<Footprint> list;
    for (const Slice& slice : slices) {
      list.push_back(footprint_of(read, program.size(), constants.timing, slice));
    }
    return list;
  };
  line.check_constants = check_constants;
  line.words = counter_words;
  line.card = card;
  line.chip = "chip";
  return line;
}

}  // namespace weft::machine::rdu
