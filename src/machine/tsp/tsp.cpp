// SPDX-License-Identifier: Apache-2.0
// The slice in time: tasks that are due, rows that are complete.
#include "machine/tsp/tsp.hpp"

#include <algorithm>
#include <utility>

#include "base/busy.hpp"
#include "base/error.hpp"
#include "machine/tsp/build.hpp"
#include "machine/tsp/card.hpp"
#include "machine/tsp/words.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

// What is not an instruction is a NOP: while a schedule runs, its chips do something in every
// cycle.
Cycle Tsp::next_activity() const { return running_ || error_ ? now_ : never; }

Cycle Tsp::last_activity() const { return running_ && now_ > shop_.launch ? now_ - 1 : last_end_; }

Cycle Tsp::departure_bound(std::size_t n, std::span<const Cycle> /*departed_before*/) const {
  if (!running_) return never;
  Cycle bound = never;
  for (const Border& border : neighbours_[n].borders) {
    const Part& part = parts_[border.part];
    const auto& list = part.plan->leaving[border.side];
    const std::size_t at = part.first_left[border.side];
    if (at < list.size()) bound = std::min(bound, shop_.launch + list[at].cycle);
  }
  const Neighbour& to = neighbours_[n];
  if (to.first_left < to.deliveries.size()) {
    bound = std::min(bound, shop_.launch + deliveries_[to.deliveries[to.first_left]].cycle);
  }
  return std::max(bound, now_);
}

void Tsp::advance(Cycle until, Recorder& recorder) {
  if (error_) return;
  if (running_) {
    until = run_tasks(until);
    if (shop_.error && shop_.error->cycle < until) {
      error_ = shop_.error;
      until = error_->cycle + 1;
    }
    record_runs(until, recorder);
  }
  now_ = until;
  if (!error_ && running_ && now_ >= shop_.launch + checked_.cycles) finish();
}

Cycle Tsp::run_tasks(Cycle until) {
  // What another chip of this slice receives was sent a link's latency before.
  const Cycle stride = deliveries_.empty() ? never : constants_.timing.link_least_cycles;
  const Cycle end = std::min(until, shop_.launch + checked_.cycles);
  for (Cycle at = now_; at < end;) {
    const Cycle next = end - at > stride ? at + stride : end;
    Cycle reached = next;
    for (Part& part : parts_) {
      if (part.flow != nullptr) reached = std::min(reached, run_part(part, next));
    }
    if (reached < next) return reached;
    at = next;
  }
  fence();
  return until;
}

Cycle Tsp::run_part(Part& part, Cycle until) {
  const Plan& plan = *part.plan;
  for (; part.next < plan.tasks.size(); ++part.next) {
    const Cycle due = shop_.launch + plan.due[part.next];
    if (due >= until) break;
    if (shop_.error && due > shop_.error->cycle) break;
    if (due > now_ && attention_wanted.load(std::memory_order_relaxed)) return due;
    const std::uint32_t task = plan.tasks[part.next];
    run_task(part, task, shop_);
    if (part.flow->instruction_of(task).opcode == form::Opcode::send) send_vectors(part, task);
  }
  return until;
}

void Tsp::finish() {
  running_ = false;
  ++completed_;
  last_end_ = shop_.launch + checked_.cycles - 1;
  for (const Part& part : parts_) {
    if (part.plan && part.next != part.plan->tasks.size()) {
      fail(Category::internal, "tsp: a schedule ended with work left");
    }
  }
}

std::vector<Waiting> Tsp::waiting(std::size_t most) const {
  std::vector<Waiting> list;
  if (!running_ || slice_.tiles.x0 > 0) return list;
  for (const Part& part : parts_) {
    if (part.flow == nullptr || list.size() == most) continue;
    list.push_back({TileId{part.chip * form::stops}, "the chip's schedule has not ended"});
  }
  return list;
}

Family family() {
  Family line;
  line.name = "tsp";
  line.coupling = Coupling::neighbour;
  line.cut = Cut::chips;
  line.kernels = KernelSpace::device;
  line.relation = [](const topology::Topology& topology, std::span<const std::byte> program,
                     const Rectangle& region, std::span<const Rectangle> slices) {
    return relation_of(read_constants(topology), form::deserialize(program), region, slices);
  };
  line.make = [](const topology::Topology& topology, std::span<const std::byte> program,
                 const Slice& slice) -> std::unique_ptr<Machine> {
    return std::make_unique<Tsp>(read_constants(topology), form::deserialize(program), slice);
  };
  line.footprints = [](const topology::Topology& topology, std::span<const std::byte> program,
                       std::span<const Slice> slices) {
    const form::Program read = form::deserialize(program);
    const Constants constants = read_constants(topology);  // what make() reads
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
  for (std::uint32_t stop = 0; stop < form::stops; ++stop) {
    line.chip_tiles.push_back(form::stop_name(stop));
  }
  return line;
}

}  // namespace weft::machine::tsp
