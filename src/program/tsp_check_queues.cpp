// SPDX-License-Identifier: Apache-2.0
// Dispatches of one queue against each other: two in a cycle, parked queues, ports of the banks.
#include <algorithm>
#include <array>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

/// A run's dispatches, or the cycles in which a queue is parked.
struct Span {
  Cycle cycle = 0;  ///< the first
  Cycle last = 0;   ///< in which it still changes state
  std::uint32_t instruction = 0;
  bool parked = false;
};

enum class Port : std::uint8_t { read, write, send, receive, all };
Port port_of(const Instruction& i) {
  if (i.opcode == Opcode::send) return Port::send;
  if (i.opcode == Opcode::receive) return Port::receive;
  if (i.opcode == Opcode::read || i.opcode == Opcode::gather) return Port::read;
  if (i.opcode == Opcode::write || i.opcode == Opcode::scatter) return Port::write;
  return Port::all;
}

/// What it is to dispatch both in one cycle.
std::optional<FaultCode> fault_together(const Instruction& a, const Instruction& b) {
  const Port pa = port_of(a);
  const Port pb = port_of(b);
  if (pa == Port::all || pb == Port::all) return FaultCode::queue_used_twice;
  const bool memory = pa == Port::read || pa == Port::write;
  if (!memory && pa != pb) return {};  // a link goes both ways
  const bool one_bank = memory && a.bank == b.bank;
  if (pa == pb) return one_bank ? FaultCode::bank_used_twice : FaultCode::queue_used_twice;
  if (one_bank) return FaultCode::bank_read_and_write;
  return {};
}

/// Whether tasks of the two must keep the order of their elements.
bool is_hazard(const Instruction& a, const Instruction& b) {
  if (a.opcode == Opcode::accumulate) return b.opcode == Opcode::accumulate;
  const Port pa = port_of(a);
  const Port pb = port_of(b);
  if (pa == Port::all || pb == Port::all || a.bank != b.bank) return false;
  return pa == Port::write || pb == Port::write;
}

class Queues {
 public:
  explicit Queues(Work& work) : work_(work) {}

  void run() {
    for (std::uint32_t index = 0; index < work_.size(); ++index) add(index);
    barriers();
    for (std::vector<Span>& spans : spans_) sweep(spans);
    std::sort(work_.hazards.begin(), work_.hazards.end(),
              [](const Hazard& a, const Hazard& b) { return a.a != b.a ? a.a < b.a : a.b < b.b; });
    const auto same = [](const Hazard& a, const Hazard& b) { return a.a == b.a && a.b == b.b; };
    work_.hazards.erase(std::unique(work_.hazards.begin(), work_.hazards.end(), same),
                        work_.hazards.end());
  }

 private:
  /// Which spans of a queue overlap.
  void sweep(std::vector<Span>& spans) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
      return a.cycle != b.cycle ? a.cycle < b.cycle : a.instruction < b.instruction;
    });
    std::vector<Span> active;
    for (const Span& span : spans) {
      std::erase_if(active, [&](const Span& earlier) { return earlier.last < span.cycle; });
      work_.examined += active.size();
      for (const Span& earlier : active) meet(earlier, span);
      active.push_back(span);
    }
  }

  void add(std::uint32_t index) {
    const Instruction& i = work_.at(index);
    // A write may still be unseen by reads that come after it.
    const Cycle unseen = port_of(i) == Port::write ? effect_delay_cycles(work_.timing, i) : 0;
    const Cycle last = i.last_cycle() + (unseen > 0 ? unseen - 1 : 0);
    spans_.at(i.queue).push_back({i.cycle, last, index, false});
    if (takes_both_planes(i)) {
      Queue outer = queue_of(i.queue);
      outer.index = 1;
      spans_.at(number_of(outer)).push_back({i.cycle, last, index, false});
    }
    if (i.opcode == Opcode::notify) notifies_.push_back(i.cycle);
    if (i.opcode == Opcode::sync) syncs_.push_back(index);
  }

  Cycle release_of(const Instruction& sync) const {
    const auto notify = std::lower_bound(notifies_.begin(), notifies_.end(), sync.cycle);
    return notify == notifies_.end() ? never : *notify + work_.timing.barrier_cycles;
  }

  void barriers() {
    std::sort(notifies_.begin(), notifies_.end());
    for (const std::uint32_t index : syncs_) {
      const Instruction& sync = work_.at(index);
      const Cycle release = release_of(sync);
      if (release == never) {
        work_.report(work_.fault_of(FaultCode::queue_parked, index, 0, sync.cycle));
      } else if (release > sync.cycle + 1) {
        spans_.at(sync.queue).push_back({sync.cycle + 1, release - 1, index, true});
      }
    }
  }

  void meet(const Span& a, const Span& b) {
    if (a.parked || b.parked) {
      if (a.parked != b.parked) meet_parked(a.parked ? a : b, a.parked ? b : a);
      return;
    }
    const Instruction& x = work_.at(a.instruction);
    const Instruction& y = work_.at(b.instruction);
    if (is_hazard(x, y) && !work_.malformed[a.instruction] && !work_.malformed[b.instruction]) {
      work_.hazards.push_back(
          {std::min(a.instruction, b.instruction), std::max(a.instruction, b.instruction)});
    }
    const std::optional<FaultCode> code = fault_together(x, y);
    if (!code) return;
    const Common both = common(dispatches(x), dispatches(y));
    if (both.count == 0) return;
    work_.report_pair(*code, {a.instruction, both.a}, {b.instruction, both.b},
                      dispatch_cycle(x, both.a), 0);
  }

  void meet_parked(const Span& parked, const Span& run) {
    const Instruction& sync = work_.at(parked.instruction);
    const Instruction& i = work_.at(run.instruction);
    const std::uint64_t first =
        element_at(dispatches(i), static_cast<std::int64_t>(sync.cycle) + 1);
    if (first >= i.count) return;
    const auto element = static_cast<std::uint32_t>(first);
    if (dispatch_cycle(i, element) > parked.last) return;
    Fault fault = work_.fault_of(FaultCode::queue_parked, run.instruction, element,
                                 dispatch_cycle(i, element));
    fault.other = parked.instruction;
    work_.report(fault);
  }

  Work& work_;
  std::array<std::vector<Span>, queues> spans_;
  std::vector<Cycle> notifies_;
  std::vector<std::uint32_t> syncs_;
};

}  // namespace

void check_queues(Work& work) { Queues(work).run(); }

}  // namespace weft::program::tsp::checks
