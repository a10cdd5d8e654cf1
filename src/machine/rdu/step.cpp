// SPDX-License-Identifier: Apache-2.0
// A context in one cycle: what stops it, what a firing takes, gives and keeps.
#include "machine/rdu/step.hpp"

#include <algorithm>

#include "machine/rdu/rdu.hpp"
#include "program/rdu_shape.hpp"

namespace weft::machine::rdu {

using form::no_level;
using form::none;

Firing::Firing(Rdu& rdu, std::uint32_t context, Cycle cycle)
    : rdu_(rdu),
      number_(context),
      t_(cycle),
      c_(rdu.program_.contexts[context]),
      plan_(rdu.plans_[context]),
      s_(rdu.contexts_[context]),
      values_(rdu.scratch_.values),
      counts_(rdu.scratch_.counts) {}

Cycle Firing::run() {
  if (s_.done) return never;
  if (t_ < s_.free) return s_.free;
  const Stop stop = find_stop();
  if (stop.channel != none) {
    wait(stop);
    return next_look(stop);
  }
  if (!found_ && !plan_.conditional) compute();
  if (found_) {
    rdu_.refuse(*found_);
    return never;
  }
  fire();
  return s_.done ? never : s_.free;
}

Stop Firing::find_stop() {
  auto& taken = rdu_.scratch_.taken;
  for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
    const form::Input& input = c_.inputs[i];
    taken[i] = input.when == none ? 1 : 0;
    if (taken[i] == 0) continue;
    if (!rdu_.lines_[input.channel].tokens.is_ready(t_)) return {input.channel, false};
  }
  if (!find_counts()) return {};
  if (plan_.conditional) {
    compute();
    bool more = false;
    for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
      const form::Input& input = c_.inputs[i];
      if (input.when == none || values_[input.when][0] == 0) continue;
      if (!rdu_.lines_[input.channel].tokens.is_ready(t_)) return {input.channel, false};
      taken[i] = 1;
      more = true;
    }
    if (more) compute();
  }
  for (const form::Output& output : c_.outputs) {
    if (!pushes(output) || rdu_.lines_[output.channel].rooms.is_ready(t_)) continue;
    return {output.channel, true};
  }
  return {};
}

/// The counters as their bounds are now. False where one is to step by 0.
bool Firing::find_counts() {
  const auto bound = [this](const form::Bound& of) -> std::int64_t {
    if (of.input == none) return of.value;
    return static_cast<std::int32_t>(*rdu_.lines_[c_.inputs[of.input].channel].head_words());
  };
  for (std::uint32_t i = 0; i < c_.counters.size(); ++i) {
    counts_[i] = plan_.counts[i];
    if (plan_.constant[i]) continue;
    const form::Counter& of = c_.counters[i];
    counts_[i] = count_of(bound(of.first), bound(of.end), bound(of.step),
                          i + 1 == c_.counters.size() ? c_.lanes : 1);
    if (counts_[i].step != 0) continue;
    refuse(form::FaultCode::zero_step, i, 0);
    return false;
  }
  return true;
}

void Firing::find_lanes() {
  const std::uint32_t all = (1U << c_.lanes) - 1;
  mask_ = all;
  const std::size_t counters = c_.counters.size();
  for (std::size_t i = 0; i < counters; ++i) {
    if (c_.counters[i].endless) continue;
    const std::int64_t left =
        counts_[i].indices - s_.at[i] * (i + 1 == counters ? std::int64_t{c_.lanes} : 1);
    if (left <= 0) mask_ = 0;
    if (i + 1 == counters && left > 0 && left < c_.lanes) mask_ &= (1U << left) - 1;
  }
  for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
    const Line& line = rdu_.lines_[c_.inputs[i].channel];
    if (line.vector && rdu_.scratch_.taken[i] != 0) mask_ &= line.head_mask();
  }
}

bool Firing::is_at(std::uint32_t level) const {
  if (level == no_level) return false;
  for (std::size_t i = form::level_of(c_, level); i < c_.counters.size(); ++i) {
    if (!is_last_step(i)) return false;
  }
  return true;
}

bool Firing::is_first(std::uint32_t level) const {
  if (level == no_level) return !s_.fired;
  for (std::size_t i = form::level_of(c_, level); i < c_.counters.size(); ++i) {
    if (s_.at[i] != 0) return false;
  }
  return true;
}

bool Firing::pushes(const form::Output& output) const {
  return is_at(output.level) && (output.when == none || values_[output.when][0] != 0);
}

bool Firing::stores(const form::Store& store, std::uint32_t lane) const {
  const bool valid =
      plan_.vectors[store.address] ? ((mask_ >> lane) & 1U) != 0 : mask_ != 0 && lane == 0;
  return valid && (store.when == none || values_[store.when][lane] != 0);
}

void Firing::refuse(form::FaultCode code, std::uint32_t thing, std::int64_t value) {
  if (!found_) {
    found_ = form::Fault{t_, rdu_.tiles_[c_.unit], code, number_, none, thing, value};
  }
}

void Firing::wait(const Stop& stop) {
  if (s_.reason != Reason::rests) {
    s_.waited[static_cast<std::size_t>(s_.reason)] += t_ - s_.since;
  }
  s_.since = t_;
  s_.stop = stop;
  if (stop.for_room) {
    s_.reason = Reason::blocked;
  } else if (c_.once || rdu_.has_begun(number_)) {
    const bool dram = rdu_.ends_[stop.channel].producer.transfer != none;
    s_.reason = dram ? Reason::dram : Reason::starved;
  } else {
    s_.reason = Reason::rests;
  }
}

/// What stops it may end in a cycle that is known; any token's arrival is looked at too.
Cycle Firing::next_look(const Stop& stop) const {
  const Line& line = rdu_.lines_[stop.channel];
  Cycle next = stop.for_room ? line.rooms.next_after(t_) : never;
  for (const form::Input& input : c_.inputs) {
    next = std::min(next, rdu_.lines_[input.channel].tokens.next_after(t_));
  }
  return next;
}

void Firing::fire() {
  if (s_.reason != Reason::rests) {
    s_.waited[static_cast<std::size_t>(s_.reason)] += t_ - s_.since;
  }
  for (std::size_t r = 0; r < s_.waited.size(); ++r) s_.tally.waited[r] += s_.waited[r];
  s_.waited = {};
  s_.reason = Reason::rests;
  s_.stop = {};
  ++s_.tally.firings;
  if (s_.begun == never) s_.begun = t_;
  ++s_.firings;
  rdu_.active(c_.unit, t_);
  store();
  give();
  keep();
  s_.free = t_ + std::max(cost_, c_.interval_cycles);
  s_.since = s_.free;
  step();
}

void Firing::turn(std::uint32_t& buffer, std::uint32_t memory, std::uint32_t level) const {
  if (level == no_level || !is_at(level)) return;
  if (++buffer == rdu_.program_.memories[memory].buffers) buffer = 0;
}

void Firing::store() {
  for (std::size_t i = 0; i < c_.stores.size(); ++i) {
    const form::Store& store = c_.stores[i];
    const std::uint64_t base =
        std::uint64_t{s_.store_turns[i]} * rdu_.program_.memories[store.memory].words;
    for (std::uint32_t lane = 0; lane < c_.lanes; ++lane) {
      if (!stores(store, lane)) continue;
      rdu_.writes_.push_back(
          {store.memory, values_[store.value][lane], base + values_[store.address][lane]});
    }
    turn(s_.store_turns[i], store.memory, store.turn);
  }
  for (std::size_t n = 0; n < c_.nodes.size(); ++n) {
    const form::Node& node = c_.nodes[n];
    if (node.kind == form::Node::Kind::load) turn(s_.load_turns[n], node.at, node.turn);
  }
}

void Firing::give() {
  const Cycle departs = t_ + cost_ - 1 + plan_.stages - 1;
  for (const form::Output& output : c_.outputs) {
    if (!pushes(output)) continue;
    Token token;
    if (rdu_.lines_[output.channel].vector) token.mask = mask_;
    for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
      if (((token.mask >> lane) & 1U) == 0) continue;
      token.words[lane] = output.value == none ? 1 : values_[output.value][lane];
    }
    rdu_.push(output.channel, departs, token);
    ++rdu_.sent_[c_.unit];
  }
}

void Firing::keep() {
  for (std::size_t r = 0; r < c_.registers.size(); ++r) {
    const form::Register& reg = c_.registers[r];
    if (is_first(reg.level)) s_.registers[r] = reg.start;
    if (reg.when == none || values_[reg.when][0] != 0) s_.registers[r] = values_[reg.next][0];
  }
  for (std::size_t n = 0; n < c_.nodes.size(); ++n) {
    if (c_.nodes[n].kind == form::Node::Kind::body) keep_body(c_.nodes[n]);
    if (c_.nodes[n].kind != form::Node::Kind::accumulate) continue;
    s_.sums[n].any = rdu_.scratch_.sums[n];
    s_.sums[n].words = values_[n];
  }
}

void Firing::step() {
  for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
    const form::Input& input = c_.inputs[i];
    const bool pops = rdu_.scratch_.taken[i] != 0 && is_at(input.level) &&
                      (input.pop_when == none || values_[input.pop_when][0] != 0);
    if (pops) rdu_.pop(input.channel, t_);
  }
  s_.fired = true;
  for (std::size_t i = c_.counters.size(); i-- > 0;) {
    if (!is_last_step(i)) {
      ++s_.at[i];
      return;
    }
    s_.at[i] = 0;
  }
  s_.done = c_.once;
  rdu_.went_through(number_, t_);
}

}  // namespace weft::machine::rdu
