// SPDX-License-Identifier: Apache-2.0
// The slice in time: who is looked at in which cycle.
#include "machine/rdu/rdu.hpp"

#include <algorithm>

#include "base/busy.hpp"
#include "machine/rdu/build.hpp"
#include "machine/rdu/words.hpp"

namespace weft::machine::rdu {

Cycle Rdu::next_activity() const {
  if (error_) return now_;
  Cycle next = never;
  for (const std::uint32_t actor : actors_) next = std::min(next, wake_[actor]);
  return next == never ? never : std::max(next, now_);
}

// What arrives may be taken in the cycle in which it does something here, and then room goes back
// or a token goes on in that cycle.
Cycle Rdu::departure_bound(std::size_t /*n*/, std::span<const Cycle> departed_before) const {
  Cycle bound = next_activity();
  for (std::size_t k = 0; k < departed_before.size(); ++k) {
    const Cycle latency = slice_.neighbours[k].latency_cycles;
    if (latency == never || departed_before[k] >= never - latency) continue;
    bound = std::min(bound, departed_before[k] + latency);
  }
  return std::max(bound, now_);
}

void Rdu::advance(Cycle until, Recorder& recorder) {
  const Cycle begin = now_;
  while (now_ < until && !error_) {
    const Cycle cycle = next_activity();
    if (cycle >= until) {
      now_ = until;
      return;
    }
    if (cycle > begin && attention_wanted.load(std::memory_order_relaxed)) {
      now_ = cycle;
      return;
    }
    run_cycle(cycle, recorder);
    now_ = cycle + 1;
  }
}

void Rdu::run_cycle(Cycle cycle, Recorder& recorder) {
  recorder_ = &recorder;
  const auto contexts = static_cast<std::uint32_t>(program_.contexts.size());
  writes_.clear();
  fault_.reset();
  for (const std::uint32_t actor : actors_) {
    if (wake_[actor] > cycle) continue;
    wake_[actor] = never;
    const Cycle next = actor < contexts ? Firing(*this, actor, cycle).run()
                                        : Bursts(*this, actor - contexts, cycle).run();
    wake(actor, next);
  }
  for (const Write& write : writes_) memories_[write.memory][write.word] = write.value;
  recorder_ = nullptr;
  if (!fault_) return;
  const bool context = fault_->context != form::none;
  error_ = KernelError{cycle,
                       TileId{fault_->tile},
                       static_cast<std::uint32_t>(fault_->code),
                       {context ? fault_->context : contexts + fault_->transfer, fault_->thing,
                        static_cast<std::uint64_t>(fault_->value)}};
}

void Rdu::refuse(const form::Fault& fault) {
  if (!fault_ || form::is_before(fault, *fault_)) fault_ = fault;
}

void Rdu::active(std::uint32_t unit, Cycle cycle) {
  last_done_ = cycle;
  if (last_busy_[unit] == cycle) return;
  last_busy_[unit] = cycle;
  ++busy_[unit];
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
  line.chip = "chip";
  return line;
}

}  // namespace weft::machine::rdu
