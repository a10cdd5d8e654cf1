// SPDX-License-Identifier: Apache-2.0
// A run of firings: what they take, what room they want, and in which cycles they happen.
#include "machine/rdu/step.hpp"

#include <algorithm>

#include "machine/rdu/rdu.hpp"
#include "program/rdu_shape.hpp"

namespace weft::machine::rdu {

using form::none;

Run::Run(Rdu& rdu, std::uint32_t context)
    : rdu_(rdu),
      number_(context),
      c_(rdu.program_.contexts[context]),
      plan_(rdu.plans_[context]),
      s_(rdu.contexts_[context]),
      q_(rdu.scratch_) {}

void Run::go() {
  rdu_.known_[number_] = 0;
  rdu_.wake_[number_] = never;
  if (s_.done) return;
  do make();
  while (end_ == End::cut && !s_.done);
  if (s_.done || end_ == End::missing || end_ == End::fault) return;
  rdu_.wake_[number_] = candidate_;
  rdu_.known_[number_] = 1;
  if (end_ == End::held) rdu_.held_.push_back(number_);
}

void Run::make() {
  begin();
  const std::uint32_t most = plan_.single || rdu_.in_order_ ? 1 : run_most;
  gather(most);
  if (count_ == 0) return;
  compute_early();
  if (plan_.single && !take_conditional()) return cut(0, End::missing);
  if (plan_.late_costs) {
    q_.costs[0] = 1;
  } else {
    find_costs();
  }
  find_cycles();
  if (count_ == 0) return;
  compute_late(plan_.keeps && !rdu_.in_order_);
  if (found_) return raise(found_->code, q_.cycles[0], found_->thing, found_->value);
  if (plan_.late_costs) find_costs();
  commit();
}

void Run::begin() {
  count_ = 0;
  end_ = End::cut;
  q_.goes = 0;
  late_ = plan_.single;
  q_.behind = c_.counters.size();
  std::copy(s_.at.begin(), s_.at.end(), q_.at.begin());
  if (plan_.fixed) std::copy(plan_.counts.begin(), plan_.counts.end(), q_.counts.begin());
  for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
    q_.popped[i] = 0;
    q_.taken[i] = c_.inputs[i].when == none ? 1 : 0;
  }
  std::fill_n(q_.pushed.begin(), c_.outputs.size(), 0U);
}

void Run::gather(std::uint32_t most) {
  while (count_ < most) {
    if (most > 1) gather_stretch(most);
    if (count_ == most || !gather_one()) return;
    ++count_;
  }
}

/// Firings of which each but for the step of one counter is like the one before: those inside of it
/// make one step each, and it is not at its last.
void Run::gather_stretch(std::uint32_t most) {
  std::size_t inner = c_.counters.size();
  while (inner > 0 && !c_.counters[inner - 1].endless && q_.counts[inner - 1].steps == 1) --inner;
  const auto end = static_cast<std::int32_t>(inner);
  const std::uint32_t first = count_;
  std::int64_t count = most - first;
  if (inner == 0 && c_.once) return;
  if (!plan_.fixed && first == 0) return;
  if (inner > 0 && !c_.counters[inner - 1].endless) {
    count = std::min(count, q_.counts[inner - 1].steps - 1 - q_.at[inner - 1]);
  }
  for (const std::int32_t level : plan_.turn_levels) {
    if (level >= end) return;
  }
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    const bool pops = plan_.input_levels[in] >= end;
    if (pops && plan_.bounds[in] != 0) return;
    const std::int64_t there = rdu_.lines_[c_.inputs[in].channel].tokens.size();
    const std::int64_t left = there - q_.popped[in];
    count = std::min(count, pops || left <= 0 ? left : count);
  }
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    if (c_.outputs[out].when != none || plan_.output_levels[out] < end) continue;
    const std::int64_t there = rdu_.lines_[c_.outputs[out].channel].rooms.size();
    count = std::min(count, there - q_.pushed[out]);
  }
  if (count < 2) return;
  fill_stretch(end, static_cast<std::uint32_t>(count));
}

void Run::fill_stretch(std::int32_t end, std::uint32_t count) {
  const std::uint32_t first = count_;
  find_ends();
  note_steps();
  for (std::size_t c = 0; c < c_.counters.size(); ++c) {
    std::int64_t* steps = q_.steps.data() + c * run_most + first;
    const std::int64_t apart = static_cast<std::int32_t>(c) + 1 == end ? 1 : 0;
    for (std::uint32_t i = 1; i < count; ++i) steps[i] = steps[0] + apart * i;
    q_.at[c] += apart * count;
  }
  std::fill_n(q_.ends.begin() + first, count, end);
  std::fill_n(q_.begins.begin() + first + 1, count - 1, end);
  if (end == 0) q_.goes += count;
  std::fill_n(q_.masks.begin() + first, count, mask_of_counters(first));
  // Firings are a cycle apart at least, and so are tokens, and room: where the last comes no later
  // than its firing may be, none does.
  const Cycle sure = s_.free + count_ + count - 1;
  Cycle* ready = q_.ready.data() + first;
  std::fill_n(ready, count, Cycle{0});
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    const Line& line = rdu_.lines_[c_.inputs[in].channel];
    const bool pops = plan_.input_levels[in] >= end;
    std::uint32_t* places = q_.places.data() + in * run_most + first;
    line.tokens.places(q_.popped[in], pops, count, places);
    const bool late = line.tokens.cycle_at(places[count - 1]) > (pops ? sure : s_.free);
    late_ = late_ || late;
    for (std::uint32_t i = 0; late && i < count; ++i) {
      ready[i] = std::max(ready[i], line.tokens.cycle_at(places[i]));
    }
    if (line.vector) {
      for (std::uint32_t i = 0; i < count; ++i) q_.masks[first + i] &= line.masks[places[i]];
    }
    if (pops) q_.popped[in] += count;
  }
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    if (c_.outputs[out].when != none || plan_.output_levels[out] < end) continue;
    const Ring& rooms = rdu_.lines_[c_.outputs[out].channel].rooms;
    const std::uint32_t from = q_.pushed[out];
    const bool late = rooms.cycle(from + count - 1) > sure;
    late_ = late_ || late;
    for (std::uint32_t i = 0; late && i < count; ++i) {
      ready[i] = std::max(ready[i], rooms.cycle(from + i));
    }
    q_.pushed[out] += count;
  }
  count_ += count;
}

/// One more firing, if what it takes for certain is there. False where it can't be told, or no
/// other may follow in this run: then `count_` says whether it was one.
bool Run::gather_one() {
  const std::uint32_t i = count_;
  if (!take_one()) {
    end_ = End::missing;
    return false;
  }
  if (i == 0 && !plan_.fixed && !find_counts()) return false;
  find_ends();
  if (plan_.ends) find_behind();
  if (!find_room()) {
    end_ = End::missing;
    return false;
  }
  late_ = late_ || q_.ready[i] > s_.free + i;
  note_steps();
  q_.masks[i] = mask_of(i);
  if (move_on(i)) return true;
  ++count_;
  return false;
}

bool Run::take_one() {
  const std::uint32_t i = count_;
  Cycle ready = 0;
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    if (c_.inputs[in].when != none) continue;
    const Ring& tokens = rdu_.lines_[c_.inputs[in].channel].tokens;
    const std::uint32_t at = q_.popped[in];
    if (at >= tokens.size()) return false;
    const std::uint32_t place = tokens.place_of(at);
    q_.places[in * run_most + i] = place;
    ready = std::max(ready, tokens.cycle_at(place));
  }
  q_.ready[i] = ready;
  return true;
}

/// The counters as their bounds are now. False where one is to step by 0.
bool Run::find_counts() {
  const auto bound = [this](const form::Bound& of) -> std::int64_t {
    if (of.input == none) return of.value;
    return static_cast<std::int32_t>(*rdu_.lines_[c_.inputs[of.input].channel].head_words());
  };
  for (std::uint32_t i = 0; i < c_.counters.size(); ++i) {
    const form::Counter& of = c_.counters[i];
    q_.counts[i] = count_of(bound(of.first), bound(of.end), bound(of.step),
                            i + 1 == c_.counters.size() ? c_.lanes : 1);
    if (q_.counts[i].step != 0) continue;
    candidate_ = std::max(s_.free, q_.ready[0]);
    if (candidate_ >= rdu_.limit_) {
      end_ = End::late;
    } else {
      raise(form::FaultCode::zero_step, candidate_, i, 0);
    }
    return false;
  }
  return true;
}

void Run::find_ends() {
  const auto counters = static_cast<std::int32_t>(c_.counters.size());
  std::int32_t end = counters;
  while (end > 0) {
    const auto at = static_cast<std::size_t>(end - 1);
    if (at >= q_.behind) {
      --end;
      continue;
    }
    if (c_.counters[at].endless || q_.at[at] + 1 < q_.counts[at].steps) break;
    --end;
  }
  std::int32_t begin = counters;
  while (begin > 0 && q_.at[static_cast<std::size_t>(begin - 1)] == 0) --begin;
  q_.ends[count_] = end;
  q_.begins[count_] = begin;
}

/// Room for what this firing gives for certain.
bool Run::find_room() {
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    if (c_.outputs[out].when != none || !is_at(plan_.output_levels[out], count_)) continue;
    const Ring& rooms = rdu_.lines_[c_.outputs[out].channel].rooms;
    const std::uint32_t at = q_.pushed[out]++;
    if (at >= rooms.size()) return false;
    q_.ready[count_] = std::max(q_.ready[count_], rooms.cycle(at));
  }
  return true;
}

void Run::note_steps() {
  for (std::size_t c = 0; c < c_.counters.size(); ++c) q_.steps[c * run_most + count_] = q_.at[c];
}

std::uint32_t Run::mask_of_counters(std::uint32_t firing) const {
  std::uint32_t mask = (1U << c_.lanes) - 1;
  const std::size_t counters = c_.counters.size();
  if (q_.behind < counters) return 0;
  for (std::size_t i = 0; i < counters; ++i) {
    if (c_.counters[i].endless) continue;
    const bool inner = i + 1 == counters;
    const std::int64_t step = q_.steps[i * run_most + firing];
    const std::int64_t left = q_.counts[i].indices - step * (inner ? std::int64_t{c_.lanes} : 1);
    if (left <= 0) mask = 0;
    if (inner && left > 0 && left < c_.lanes) mask &= (1U << left) - 1;
  }
  return mask;
}

std::uint32_t Run::mask_of(std::uint32_t firing) const {
  std::uint32_t mask = mask_of_counters(firing);
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    const Line& line = rdu_.lines_[c_.inputs[in].channel];
    if (line.vector && q_.taken[in] != 0) mask &= line.masks[q_.places[in * run_most + firing]];
  }
  return mask;
}

/// Behind this firing. False where the run has to end with it: another would see other bounds,
/// another buffer, or is one too many.
bool Run::move_on(std::uint32_t firing) {
  const std::int32_t end = q_.ends[firing];
  bool more = true;
  if (end == 0) ++q_.goes;
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    if (plan_.input_levels[in] < end) continue;
    ++q_.popped[in];
    more = more && plan_.bounds[in] == 0;
  }
  for (std::size_t c = c_.counters.size(); c-- > 0;) {
    if (static_cast<std::int32_t>(c) < end) {
      ++q_.at[c];
      break;
    }
    q_.at[c] = 0;
  }
  for (const std::int32_t level : plan_.turn_levels) more = more && level < end;
  return more && (end > 0 || !c_.once);
}

/// Inputs that data let take part. False where one of them is missing.
bool Run::take_conditional() {
  bool more = false;
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    const form::Input& input = c_.inputs[in];
    if (input.when == none || value(input.when, 0) == 0) continue;
    const Ring& tokens = rdu_.lines_[input.channel].tokens;
    if (tokens.size() == 0) return false;
    q_.places[in * run_most] = tokens.head();
    q_.ready[0] = std::max(q_.ready[0], tokens.cycle(0));
    q_.taken[in] = 1;
    more = true;
  }
  if (!more) return true;
  q_.masks[0] = mask_of(0);
  compute_early();
  return true;
}

bool Run::pushes(std::size_t output, std::uint32_t firing) const {
  const std::uint32_t when = c_.outputs[output].when;
  return is_at(plan_.output_levels[output], firing) && (when == none || value(when, firing) != 0);
}

bool Run::pops(std::size_t input, std::uint32_t firing) const {
  const std::uint32_t when = c_.inputs[input].pop_when;
  return q_.taken[input] != 0 && is_at(plan_.input_levels[input], firing) &&
         (when == none || value(when, firing) != 0);
}

bool Run::is_first(std::uint32_t level, std::uint32_t firing) const {
  if (level == form::no_level) return firing == 0 && !s_.fired;
  return q_.begins[firing] <= number_of_level(c_, level);
}

/// When there is room for what data let the firing give; `never` where it isn't known.
Cycle Run::room_where(std::uint32_t firing) {
  Cycle ready = 0;
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    if (c_.outputs[out].when == none || !pushes(out, firing)) continue;
    const Ring& rooms = rdu_.lines_[c_.outputs[out].channel].rooms;
    const std::uint32_t at = q_.pushed[out]++;
    if (at >= rooms.size()) return never;
    ready = std::max(ready, rooms.cycle(at));
  }
  return ready;
}

/// The cycles of the run's firings; it ends before one that may not be made yet.
void Run::find_cycles() {
  const bool plain = !plan_.filters && (plan_.shared.empty() || rdu_.in_order_);
  if (plain && !late_ && !costly_) return count_cycles();
  Cycle free = s_.free;
  waits_ = s_.free != s_.since;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Cycle cycle = std::max(free, q_.ready[i]);
    q_.cycles[i] = cycle;
    waits_ = waits_ || cycle != free;
    if (!plain && !find_more(i)) return;
    if (q_.cycles[i] >= rdu_.limit_) {
      candidate_ = q_.cycles[i];
      return cut(i, End::late);
    }
    free = q_.cycles[i] + std::max(q_.costs[i], c_.interval_cycles);
  }
}

/// Those of a run in which nothing is waited for.
void Run::count_cycles() {
  waits_ = s_.free != s_.since;
  const Cycle apart = c_.interval_cycles;
  for (std::uint32_t i = 0; i < count_; ++i) q_.cycles[i] = s_.free + i * apart;
  if (q_.cycles[count_ - 1] < rdu_.limit_) return;
  std::uint32_t before = 0;
  while (q_.cycles[before] < rdu_.limit_) ++before;
  candidate_ = q_.cycles[before];
  cut(before, End::late);
}

/// What else a firing's cycle depends on: room that data ask for, and memory that others touch.
bool Run::find_more(std::uint32_t firing) {
  Cycle& cycle = q_.cycles[firing];
  if (plan_.filters) {
    const Cycle room = room_where(firing);
    if (room == never) {
      cut(firing, End::missing);
      return false;
    }
    waits_ = waits_ || room > cycle;
    cycle = std::max(cycle, room);
  }
  if (plan_.shared.empty() || rdu_.in_order_ || cycle >= rdu_.limit_) return true;
  if (find_order(cycle, firing)) return true;
  candidate_ = cycle;
  cut(firing, firing == 0 ? End::held : End::cut);
  return false;
}

/// Whether memory is, in this cycle, as those leave it that share it. What others may do is looked
/// up for the first firing of a run only.
bool Run::find_order(Cycle cycle, std::uint32_t firing) {
  Rdu::Order& order = rdu_.orders_[number_];
  const auto is_good = [&] { return cycle <= order.loads && cycle < order.stores; };
  if (is_good()) return true;
  if (firing > 0) return false;
  rdu_.wake_[number_] = cycle;
  rdu_.known_[number_] = 1;
  order = rdu_.find_order(number_);
  rdu_.known_[number_] = 0;
  rdu_.wake_[number_] = never;
  return is_good();
}

void Run::raise(form::FaultCode code, Cycle cycle, std::uint32_t thing, std::int64_t value) {
  if (!rdu_.is_seen(cycle)) {  // as long as nobody comes so far it has not happened
    rdu_.order_end_ = std::min(rdu_.order_end_, cycle);
    candidate_ = cycle;
    return cut(0, End::late);
  }
  rdu_.refuse({cycle, rdu_.tiles_[c_.unit], code, number_, none, thing, value});
  cut(0, End::fault);
}

void Run::go_at(Cycle cycle) {
  if (!plan_.exact) {
    rdu_.known_[number_] = 0;
    rdu_.wake_[number_] = never;
    make();
    if (end_ == End::late) {
      rdu_.wake_[number_] = candidate_;
      rdu_.known_[number_] = 1;
    } else if (end_ != End::fault) {
      rdu_.wake(number_, cycle + 1);
    }
    return;
  }
  rdu_.wake_[number_] = never;
  if (s_.done) return;
  if (cycle < s_.free) return rdu_.wake(number_, s_.free);
  const Stop stop = look(cycle);
  if (end_ == End::late) return rdu_.wake(number_, cycle);
  if (end_ == End::fault) return;
  found_in_order(stop, cycle);
  if (stop.channel != none) {
    const Line& line = rdu_.lines_[stop.channel];
    Cycle next = stop.for_room ? line.rooms.next_after(cycle) : never;
    for (const form::Input& input : c_.inputs) {
      next = std::min(next, rdu_.lines_[input.channel].tokens.next_after(cycle));
    }
    return rdu_.wake(number_, next);
  }
  if (found_) {
    raise(found_->code, cycle, found_->thing, found_->value);
    if (end_ == End::late) rdu_.wake(number_, cycle);
    return;
  }
  count_ = 1;
  q_.cycles[0] = cycle;
  find_costs();
  commit();
  if (!s_.done) rdu_.wake(number_, s_.free);
}

Stop Run::look(Cycle cycle) {
  begin();
  for (const form::Input& input : c_.inputs) {
    if (input.when != none || rdu_.lines_[input.channel].tokens.is_ready(cycle)) continue;
    return {input.channel, false};
  }
  take_one();
  q_.ready[0] = cycle;
  if (!plan_.fixed && !find_counts()) return {};
  find_ends();
  if (plan_.ends) find_behind();
  note_steps();
  q_.masks[0] = mask_of(0);
  count_ = 1;
  compute_early();
  compute_late(false);
  bool more = false;
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
    const form::Input& input = c_.inputs[in];
    if (input.when == none || value(input.when, 0) == 0) continue;
    const Ring& tokens = rdu_.lines_[input.channel].tokens;
    if (!tokens.is_ready(cycle)) return {input.channel, false};
    q_.places[in * run_most] = tokens.head();
    q_.taken[in] = 1;
    more = true;
  }
  if (more) {
    q_.masks[0] = mask_of(0);
    compute_early();
    compute_late(false);
  }
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    const std::uint32_t channel = c_.outputs[out].channel;
    if (pushes(out, 0) && !rdu_.lines_[channel].rooms.is_ready(cycle)) return {channel, true};
  }
  return {};
}

}  // namespace weft::machine::rdu
