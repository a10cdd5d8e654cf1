// SPDX-License-Identifier: Apache-2.0
// Matches sends and receives of TSP chips under jitter, serialisation and drifting clocks.
#include "program/tsp_links.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <utility>

#include "base/mix.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

// Times between chips are fractions of cycles: integers of a billionth.
using Fine = std::int64_t;
constexpr Fine fine_a_cycle = 1'000'000'000;

Fine fine(Cycle cycle) { return static_cast<Fine>(cycle) * fine_a_cycle; }

Fine fine(const topology::Rational& cycles) {
  const Fine whole = cycles.numerator / cycles.denominator * fine_a_cycle;
  const Fine rest = cycles.numerator % cycles.denominator * fine_a_cycle;
  return whole + (rest + cycles.denominator - 1) / cycles.denominator;
}

struct Dispatch {
  Cycle cycle = 0;
  std::uint32_t instruction = 0;
  std::uint32_t element = 0;
};

/// What a schedule does on its links, and when it looks after its clock.
struct LinkUse {
  std::vector<std::vector<Dispatch>> sends;     ///< [link], by cycle
  std::vector<std::vector<Dispatch>> receives;  ///< [link], by cycle
  std::optional<Cycle> first_deskew;
  std::vector<Dispatch> runtime_deskews;  ///< by cycle
};

void add_elements(std::vector<Dispatch>& out, const Instruction& one, std::uint32_t index) {
  for (std::uint32_t k = 0; k < one.count; ++k) {
    out.push_back({one.cycle + Cycle{k} * one.interval_cycles, index, k});
  }
}

void sort(std::vector<Dispatch>& list) {
  std::sort(list.begin(), list.end(), [](const Dispatch& a, const Dispatch& b) {
    return a.cycle != b.cycle ? a.cycle < b.cycle : a.instruction < b.instruction;
  });
}

LinkUse use_of(const Schedule& schedule) {
  LinkUse use;
  use.sends.resize(links_a_chip);
  use.receives.resize(links_a_chip);
  for (std::uint32_t i = 0; i < schedule.instructions.size(); ++i) {
    const Instruction& one = schedule.instructions[i];
    const Queue queue = queue_of(one.queue);
    if (one.opcode == Opcode::send) add_elements(use.sends.at(link_of(queue)), one, i);
    if (one.opcode == Opcode::receive) add_elements(use.receives.at(link_of(queue)), one, i);
    if (one.opcode == Opcode::runtime_deskew) add_elements(use.runtime_deskews, one, i);
    if (one.opcode == Opcode::deskew) {
      use.first_deskew = std::min(use.first_deskew.value_or(never), one.cycle);
    }
  }
  for (auto& list : use.sends) sort(list);
  for (auto& list : use.receives) sort(list);
  sort(use.runtime_deskews);
  return use;
}

/// A chip's clock against the root's.
struct Clock {
  Cycle aligned_from = never;
  Fine drift_a_cycle = 0;        ///< billionths of a cycle
  std::vector<Cycle> realigned;  ///< ends of its runtime deskews, ascending

  Fine skew(Cycle cycle) const {
    Cycle since = aligned_from;
    const auto next = std::upper_bound(realigned.begin(), realigned.end(), cycle);
    if (next != realigned.begin()) since = std::max(since, *std::prev(next));
    return cycle < since ? 0 : static_cast<Fine>(cycle - since) * drift_a_cycle;
  }
};

/// A program may be of some of a system's chips, the first ones.
std::vector<Cable> between_chips_of(const Program& program, std::span<const Cable> cables) {
  std::vector<Cable> out;
  std::copy_if(cables.begin(), cables.end(), std::back_inserter(out), [&](const Cable& cable) {
    return cable.a < program.chips() && cable.b < program.chips();
  });
  return out;
}

class Matcher {
 public:
  Matcher(const Program& program, const Timing& timing, std::span<const Cable> cables)
      : program_(program),
        timing_(timing),
        wiring_(program.chips(), between_chips_of(program, cables)),
        vector_(fine(timing.link_cycles_a_vector)) {
    for (const Schedule& schedule : program.schedules) uses_.push_back(use_of(schedule));
    const std::vector<std::uint32_t> hops = wiring_.hops_from(0);
    for (std::uint32_t chip = 0; chip < program.chips(); ++chip) {
      clocks_.push_back(clock_of(chip, hops[chip]));
    }
  }

  CheckedLinks run() {
    for (std::uint32_t chip = 0; chip < program_.chips(); ++chip) {
      if (use(chip) == nullptr) continue;
      check_clock(chip);
      for (std::uint32_t link = 0; link < links_a_chip; ++link) {
        match(chip, link);
        if (!wiring_.far(chip, link)) refuse_receives(chip, link, 0);
      }
    }
    return std::move(out_);
  }

 private:
  const LinkUse* use(std::uint32_t chip) const {
    const std::uint32_t schedule = program_.schedule_of_chip[chip];
    return schedule == none ? nullptr : &uses_[schedule];
  }
  const Schedule& schedule(std::uint32_t chip) const {
    return program_.schedules[program_.schedule_of_chip[chip]];
  }

  Clock clock_of(std::uint32_t chip, std::uint32_t hops) const {
    Clock clock;
    const LinkUse* mine = use(chip);
    if (mine == nullptr || !mine->first_deskew || hops == none) return clock;
    clock.aligned_from = *mine->first_deskew + alignment_cycles(timing_, hops);
    // The root is what the others are measured against.
    if (chip != 0) clock.drift_a_cycle = draw_drift(chip);
    for (const Dispatch& one : mine->runtime_deskews) {
      const auto amount = schedule(chip).instructions[one.instruction].amount;
      clock.realigned.push_back(one.cycle + static_cast<Cycle>(amount));
    }
    return clock;
  }

  /// Between minus and plus the most: parts per million are thousands of billionths.
  Fine draw_drift(std::uint32_t chip) const {
    const Fine most = fine(timing_.clock_drift_ppm) / 1'000'000;
    const std::uint64_t drawn = mix(mix(program_.link_seed + 1) + chip);
    const auto span = static_cast<std::uint64_t>(2 * most + 1);
    return static_cast<Fine>(drawn % span) - most;
  }

  void refuse(std::uint32_t chip, FaultCode code, const Dispatch& at, Cycle cycle) {
    Fault fault;
    fault.cycle = cycle;
    fault.chip = chip;
    fault.queue = schedule(chip).instructions[at.instruction].queue;
    fault.code = code;
    fault.element = at.element;
    fault.instruction = at.instruction;
    const Queue queue = queue_of(fault.queue);
    if (const auto far =
            queue.unit == Unit::c2c ? wiring_.far(chip, link_of(queue)) : std::optional<Far>{}) {
      fault.far_chip = far->chip;
      fault.far_link = far->link;
    }
    if (!out_.fault || first_of(fault, *out_.fault) < 0) out_.fault = fault;
  }
  void refuse(std::uint32_t chip, FaultCode code, const Dispatch& at) {
    refuse(chip, code, at, at.cycle);
  }

  void require_aligned(std::uint32_t chip, const Dispatch& at) {
    if (at.cycle < clocks_[chip].aligned_from) refuse(chip, FaultCode::clocks_without_deskew, at);
  }

  void refuse_receives(std::uint32_t chip, std::uint32_t link, std::size_t from) {
    const auto& receives = use(chip)->receives[link];
    for (std::size_t j = from; j < receives.size(); ++j) {
      refuse(chip, FaultCode::receive_without_send, receives[j]);
    }
  }

  /// While a chip is held, nothing is dispatched; and what it is held for must be enough.
  void check_clock(std::uint32_t chip) {
    for (const Dispatch& held : use(chip)->runtime_deskews) {
      const Instruction& one = schedule(chip).instructions[held.instruction];
      const auto amount = static_cast<Cycle>(one.amount);
      const Fine skew = clocks_[chip].skew(held.cycle);
      if (std::abs(skew) > fine(amount)) refuse(chip, FaultCode::clock_drifted, held);
      for (std::uint32_t i = 0; i < schedule(chip).instructions.size(); ++i) {
        if (i != held.instruction) require_rest(chip, i, held.cycle, held.cycle + amount);
      }
    }
  }

  void require_rest(std::uint32_t chip, std::uint32_t index, Cycle from, Cycle to) {
    const Instruction& one = schedule(chip).instructions[index];
    const Cycle interval = one.interval_cycles;
    const Cycle before = one.cycle >= from ? 0 : (from - one.cycle + interval - 1) / interval;
    if (before >= one.count) return;
    const Cycle cycle = one.cycle + before * interval;
    if (cycle < to) {
      refuse(chip, FaultCode::queue_parked, {cycle, index, static_cast<std::uint32_t>(before)});
    }
  }

  void match(std::uint32_t chip, std::uint32_t link) {
    const auto& sends = use(chip)->sends[link];
    const std::optional<Far> far = wiring_.far(chip, link);
    static const std::vector<Dispatch> nothing;
    const LinkUse* other = far ? use(far->chip) : nullptr;
    const auto& receives = other == nullptr ? nothing : other->receives[far->link];
    open_.clear();
    Fine free = 0;
    std::size_t received = 0;  // before the arrival at hand
    for (std::size_t j = 0; j < sends.size(); ++j) {
      require_aligned(chip, sends[j]);
      if (free >= fine(sends[j].cycle + 1)) refuse(chip, FaultCode::link_busy, sends[j]);
      free = std::max(free, fine(sends[j].cycle)) + vector_;
      if (j >= receives.size()) {
        refuse(chip, FaultCode::send_without_receive, sends[j]);
        continue;
      }
      const Fine flight = free - fine(sends[j].cycle) +
                          fine(link_latency_cycles(timing_, program_.link_seed, chip, link, j));
      take(chip, *far, sends[j], receives[j], flight);
      const Cycle arrival =
          sends[j].cycle + static_cast<Cycle>((flight + fine_a_cycle - 1) / fine_a_cycle);
      while (received < j && receives[received].cycle < arrival) ++received;
      if (j - received >= timing_.link_receive_vectors) {
        refuse(far->chip, FaultCode::receiver_full, receives[j], arrival);
      }
    }
    if (other != nullptr) refuse_receives(far->chip, far->link, sends.size());
  }

  void take(std::uint32_t chip, const Far& far, const Dispatch& sent, const Dispatch& received,
            Fine flight) {
    require_aligned(far.chip, received);
    const Fine room = fine(received.cycle) - fine(sent.cycle) - flight;
    const Fine skew = clocks_[far.chip].skew(received.cycle) - clocks_[chip].skew(sent.cycle);
    if (room < 0) {
      refuse(far.chip, FaultCode::receive_too_early, received);
    } else if (room + skew < 0) {
      refuse(far.chip, FaultCode::clock_drifted, received);
    }
    const auto [known, added] =
        open_.try_emplace({sent.instruction, received.instruction}, out_.crossings.size());
    if (!added) {
      Crossing& last = out_.crossings[known->second];
      if (last.send_element + last.count == sent.element &&
          last.receive_element + last.count == received.element) {
        ++last.count;
        return;
      }
      known->second = out_.crossings.size();
    }
    out_.crossings.push_back({chip, far.chip, sent.instruction, received.instruction, sent.element,
                              received.element, 1, 0});
  }

  const Program& program_;
  const Timing& timing_;
  Wiring wiring_;
  Fine vector_;
  std::vector<LinkUse> uses_;  ///< [schedule]
  std::vector<Clock> clocks_;  ///< [chip]
  CheckedLinks out_;
  /// Of the link at hand, the last crossing of each send and receive: runs take turns on a link.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> open_;
};

}  // namespace

CheckedLinks check_links(const Program& program, const Timing& timing,
                         std::span<const Cable> cables) {
  return Matcher(program, timing, cables).run();
}

Cycle link_latency_cycles(const Timing& timing, std::uint64_t seed, std::uint32_t chip,
                          std::uint32_t link, std::uint64_t vector) {
  // Four throws of 0..4 have the published mean and spread on 209..225; one in 64 is three later,
  // so that 228 is reached.
  constexpr Cycle drawn_most = 19;
  std::uint64_t drawn = mix(mix(mix(seed) + chip * links_a_chip + link) + vector);
  Cycle sum = 0;
  for (int i = 0; i < 4; ++i) {
    sum += drawn % 5;
    drawn /= 5;
  }
  if (drawn % 64 == 0) sum += 3;
  const Cycle span = timing.link_most_cycles - timing.link_least_cycles;
  return timing.link_least_cycles + sum * span / drawn_most;
}

Cycle alignment_cycles(const Timing& timing, std::uint32_t hops) {
  const Cycle epochs_a_hop = timing.link_most_cycles / timing.epoch_cycles + 1;
  return timing.epoch_cycles * (1 + hops * epochs_a_hop);
}

Cycle crossing_cycles(const Timing& timing) {
  const Fine flight = fine(timing.link_cycles_a_vector) + fine(timing.link_most_cycles);
  return static_cast<Cycle>((flight + fine_a_cycle - 1) / fine_a_cycle);
}

Cycle crossing_cycles(const Timing& timing, Cycle length_cycles) {
  const topology::Rational ppm = timing.clock_drift_ppm;
  const auto whole_ppm = static_cast<Cycle>(ppm.numerator / ppm.denominator + 1);
  return crossing_cycles(timing) + 1 + 2 * length_cycles * whole_ppm / 1'000'000;
}

}  // namespace weft::program::tsp
