// SPDX-License-Identifier: Apache-2.0
// What the firings of a run leave: tokens, room, words, sums, and what they had waited for.
#include <algorithm>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

void Run::commit() {
  seen_ = rdu_.count_seen(q_.cycles.data(), count_);
  begin_later();
  if (plan_.exact) {
    std::array<std::uint64_t, 3>& waited = seen_ > 0 ? s_.tally.waited : q_.later[0].waited;
    for (std::size_t r = 0; r < waited.size(); ++r) waited[r] += s_.waited[r];
    s_.waited = {};
  } else {
    count_waits();
  }
  const std::uint32_t last = count_ - 1;
  s_.tally.firings += seen_;
  if (seen_ > 0) rdu_.active(c_.unit, q_.cycles.data(), seen_);
  note_did();
  go_through();
  if (!plan_.keeps || rdu_.in_order_) {
    for (std::uint32_t i = 0; i < count_ && !c_.stores.empty(); ++i) store(i);
  }
  turn();
  give();
  keep();
  s_.free = q_.cycles[last] + std::max(q_.costs[last], c_.interval_cycles);
  s_.since = s_.free;
  pop();
  s_.fired = true;
  for (std::size_t c = 0; c < c_.counters.size(); ++c) {
    const bool ended = static_cast<std::int32_t>(c) >= q_.ends[last];
    const bool steps = static_cast<std::int32_t>(c) + 1 == q_.ends[last];
    const std::int64_t at = q_.steps[c * run_most + last];
    s_.at[c] = ended ? 0 : at + (steps ? 1 : 0);
  }
  s_.done = c_.once && q_.ends[last] == 0;
  keep_later();
}

/// Firings that the slice's clock has not come to are noted.
void Run::begin_later() {
  for (std::uint32_t i = seen_; i < count_; ++i) {
    q_.later[i] = {};
    q_.later[i].cycle = q_.cycles[i];
    q_.later[i].actor = number_;
  }
}
void Run::keep_later() {
  for (std::uint32_t i = seen_; i < count_; ++i) rdu_.ahead_.add(q_.later[i]);
}

/// Firings wait for inputs in their order, then for room in the order of outputs: each from when
/// the one before is there.
void Run::count_waits() {
  if (!waits_) return;
  std::fill_n(q_.pushed.begin(), c_.outputs.size(), 0U);
  Cycle since = s_.since;
  for (std::uint32_t i = 0; i < count_; ++i) {
    waited_ = i < seen_ ? &s_.tally.waited : &q_.later[i].waited;
    count_wait(i, since);
    since = q_.cycles[i] + std::max(q_.costs[i], c_.interval_cycles);
  }
}

void Run::wait_until(Cycle cycle, Reason reason, Cycle& since) {
  if (cycle <= since) return;
  if (reason != Reason::rests) (*waited_)[static_cast<std::size_t>(reason)] += cycle - since;
  since = cycle;
}

Reason Run::reason_of(std::uint32_t channel, bool begun) const {
  if (!begun) return Reason::rests;
  const bool dram = form::comes_from_dram(rdu_.program_, rdu_.ends_, channel);
  return dram ? Reason::dram : Reason::starved;
}

/// Cycles in which it waited for the slot: an input, or behind all inputs an output. Before its
/// first firing, and between its goes, it rests where an input is missing.
void Run::add_wait(std::size_t slot, Cycle cycles, bool begun, bool first) {
  const bool input = slot < c_.inputs.size();
  Line& line =
      rdu_.lines_[input ? c_.inputs[slot].channel : c_.outputs[slot - c_.inputs.size()].channel];
  if (!input) {
    line.blocked += cycles;
  } else if (begun) {
    line.starved += cycles;
  } else if (!first) {
    line.rested += cycles;
  }
}

void Run::note_did() {
  Did& did = s_.did;
  if (did.firings == 0) did.first = q_.cycles[0];
  did.firings += count_;
  did.last = q_.cycles[count_ - 1];
  for (std::uint32_t i = 0; i < count_; ++i) {
    did.busy += std::max(q_.costs[i], c_.interval_cycles);
  }
}

void Run::count_wait(std::uint32_t firing, Cycle since) {
  const bool waits = q_.cycles[firing] > since;
  const bool begun = c_.once || q_.begins[firing] > 0;
  const bool first = firing == 0 && s_.did.firings == 0;
  const auto note = [&](Cycle cycle, std::size_t slot) {
    if (cycle > since) add_wait(slot, cycle - since, begun, first);
  };
  for (const bool conditional : {false, true}) {
    if (!waits || (conditional && !plan_.single)) break;
    for (std::size_t in = 0; in < c_.inputs.size(); ++in) {
      if ((c_.inputs[in].when != none) != conditional || q_.taken[in] == 0) continue;
      const Ring& tokens = rdu_.lines_[c_.inputs[in].channel].tokens;
      const Cycle cycle = tokens.cycle_at(q_.places[in * run_most + firing]);
      note(cycle, in);
      wait_until(cycle, reason_of(c_.inputs[in].channel, begun), since);
    }
  }
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) {
    if (!pushes(out, firing)) continue;
    const std::uint32_t at = q_.pushed[out]++;
    if (!waits) continue;
    const Cycle cycle = rdu_.lines_[c_.outputs[out].channel].rooms.cycle(at);
    note(cycle, c_.inputs.size() + out);
    wait_until(cycle, Reason::blocked, since);
  }
}

/// Of one that is looked at in order: it was found to wait, or to fire.
void Run::found_in_order(const Stop& stop, Cycle cycle) {
  if (s_.reason != Reason::rests) {
    s_.waited[static_cast<std::size_t>(s_.reason)] += cycle - s_.since;
  }
  if (s_.slot != none) s_.slots[s_.slot] += cycle - s_.since;
  s_.slot = none;
  s_.since = cycle;
  if (stop.channel != none) {
    const form::Ends& ends = rdu_.ends_[stop.channel];
    s_.slot = stop.for_room ? static_cast<std::uint32_t>(c_.inputs.size()) + ends.producer.slot
                            : ends.consumer.slot;
  }
  if (stop.channel == none) {
    s_.reason = Reason::rests;  // commit() counts what it has waited
    const bool begun = rdu_.has_begun(number_);
    for (std::size_t slot = 0; slot < s_.slots.size(); ++slot) {
      if (s_.slots[slot] == 0) continue;
      add_wait(slot, s_.slots[slot], begun, s_.did.firings == 0);
      s_.slots[slot] = 0;
    }
  } else if (stop.for_room) {
    s_.reason = Reason::blocked;
  } else {
    s_.reason = reason_of(stop.channel, rdu_.has_begun(number_));
  }
}

/// Iterations of counters that begin and end with the run's firings, as far as they are recorded.
void Run::note_scopes() {
  const auto levels = static_cast<std::int32_t>(s_.recorded);
  const std::uint64_t before = s_.did.firings - count_;
  for (std::uint32_t i = 0; i < count_; ++i) {
    for (std::int32_t level = std::max(1, q_.begins[i]); level < levels; ++level) {
      Scope& scope = s_.scopes[static_cast<std::size_t>(level)];
      scope.begun = q_.cycles[i];
      scope.firings = before + i;
    }
    for (std::int32_t level = std::max(1, q_.ends[i]); level < levels; ++level) {
      rdu_.went_round(number_, static_cast<std::uint32_t>(level), q_.cycles[i], before + i + 1);
    }
  }
  while (s_.recorded > 1 && s_.scopes[s_.recorded - 1].number == iterations_most) --s_.recorded;
}

void Run::go_through() {
  if (c_.counters.empty()) return;
  if (s_.recorded > 1) note_scopes();
  if (s_.begun == never) s_.begun = q_.cycles[0];
  if (q_.goes == 0) {
    s_.firings += count_;
    return;
  }
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (s_.begun == never) s_.begun = q_.cycles[i];
    ++s_.firings;
    if (q_.ends[i] == 0) rdu_.went_through(number_, q_.cycles[i]);
  }
}

/// Only the last firing of a run may be one at which an access goes on to another buffer.
void Run::turn() {
  const auto next = [this](std::uint32_t& buffer, std::uint32_t memory, std::uint32_t level) {
    if (!is_at(number_of_level(c_, level), count_ - 1)) return;
    if (++buffer == rdu_.program_.memories[memory].buffers) buffer = 0;
    rdu_.orders_[number_] = {};
  };
  if (plan_.turn_levels.empty()) return;
  for (std::size_t s = 0; s < c_.stores.size(); ++s) {
    next(s_.store_turns[s], c_.stores[s].memory, c_.stores[s].turn);
  }
  for (std::size_t n = 0; n < c_.nodes.size(); ++n) {
    const form::Node& node = c_.nodes[n];
    if (node.kind == form::Node::Kind::load) next(s_.load_turns[n], node.at, node.turn);
  }
}

void Run::give() {
  for (std::size_t out = 0; out < c_.outputs.size(); ++out) give(out);
}

/// Where an output is given: firings, and the cycles in which its tokens leave.
std::uint32_t Run::find_given(std::size_t output) {
  const Cycle behind = plan_.stages - 2;  // of the cycle and the cost
  std::uint32_t given = 0;
  if (c_.outputs[output].when == none &&
      plan_.output_levels[output] == static_cast<std::int32_t>(c_.counters.size())) {
    for (; given < count_; ++given) {
      q_.which[given] = given;
      q_.departs[given] = q_.cycles[given] + q_.costs[given] + behind;
    }
    return given;
  }
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (!pushes(output, i)) continue;
    q_.which[given] = i;
    q_.departs[given++] = q_.cycles[i] + q_.costs[i] + behind;
  }
  return given;
}

void Run::give(std::size_t output) {
  const std::uint32_t given = find_given(output);
  if (given == 0) return;
  const form::Output& of = c_.outputs[output];
  Line& line = rdu_.lines_[of.channel];
  if (line.consumer != none) {
    std::uint32_t places[run_most];
    line.tokens.places(line.tokens.size(), true, given, places);
    line.tokens.push(q_.departs.data(), given, line.latency);
    put(line, of.value, given, places);
    rdu_.last_arrival_ = std::max(rdu_.last_arrival_, q_.departs[given - 1] + line.latency);
    for (std::uint32_t k = 0; rdu_.tokens_wanted_ && k < given; ++k) {
      rdu_.record(of.channel, q_.cycles[q_.which[k]], q_.departs[k], line.token_at(places[k]));
    }
  } else {
    Token token;
    for (std::uint32_t k = 0; k < given; ++k) {
      token.mask = line.vector ? q_.masks[q_.which[k]] : 1;
      if (line.vector) {
        fill(of.value, q_.which[k], token.words.data());
      } else {
        token.words[0] = of.value == none ? 1 : value(of.value, q_.which[k]);
      }
      rdu_.send(of.channel, line, q_.cycles[q_.which[k]], q_.departs[k], token);
    }
  }
  std::uint32_t seen = given;
  while (seen > 0 && q_.which[seen - 1] >= seen_) {
    ++q_.later[q_.which[--seen]].sent;
  }
  rdu_.sent_[c_.unit] += seen;
  line.sent += given;
  line.rooms.pop(given);
  if (line.consumer != none) rdu_.wake(line.consumer, q_.departs[0] + line.latency);
}

/// Words of what is given, to their places in the consumer's ring.
void Run::put(Line& line, std::uint32_t node, std::uint32_t given, const std::uint32_t* places) {
  if (line.vector) {
    for (std::uint32_t k = 0; k < given; ++k) {
      line.masks[places[k]] = q_.masks[q_.which[k]];
      fill(node, q_.which[k], line.words.data() + std::size_t{places[k]} * form::lanes_most);
    }
  } else if (node == none) {
    for (std::uint32_t k = 0; k < given; ++k) line.words[places[k]] = 1;
  } else {
    const std::uint32_t* from = values(node, 0);
    const std::uint32_t apart = width(node);
    if (apart == 1 && given == count_ && places[given - 1] - places[0] == given - 1) {
      std::copy_n(from, given, line.words.data() + places[0]);
      return;
    }
    for (std::uint32_t k = 0; k < given; ++k) {
      line.words[places[k]] = from[std::size_t{q_.which[k]} * apart];
    }
  }
}

/// A vector's words: of lanes that are not there, 0.
void Run::fill(std::uint32_t node, std::uint32_t firing, std::uint32_t* out) const {
  const std::uint32_t mask = q_.masks[firing];
  if (node != none && is_vector(node)) {
    const std::uint32_t* from = values(node, firing);
    if (mask == (1U << form::lanes_most) - 1) {
      std::copy_n(from, form::lanes_most, out);
      return;
    }
    for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
      out[lane] = from[lane] & (0U - ((mask >> lane) & 1U));
    }
    return;
  }
  const std::uint32_t word = node == none ? 1 : value(node, firing);
  for (std::uint32_t lane = 0; lane < form::lanes_most; ++lane) {
    out[lane] = word & (0U - ((mask >> lane) & 1U));
  }
}

void Run::pop() {
  for (std::size_t in = 0; in < c_.inputs.size(); ++in) pop(in);
}

void Run::pop(std::size_t input) {
  const bool all =
      !plan_.single && plan_.input_levels[input] == static_cast<std::int32_t>(c_.counters.size());
  std::uint32_t popped = all ? count_ : 0;
  const Cycle* cycles = all ? q_.cycles.data() : q_.departs.data();
  for (std::uint32_t i = 0; !all && i < count_; ++i) {
    if (pops(input, i)) q_.departs[popped++] = q_.cycles[i];
  }
  if (popped == 0) return;
  const std::uint32_t channel = c_.inputs[input].channel;
  Line& line = rdu_.lines_[channel];
  line.tokens.pop(popped);
  if (line.producer == none) {
    for (std::uint32_t k = 0; k < popped; ++k) rdu_.free_room(channel, cycles[k]);
    return;
  }
  line.rooms.push(cycles, popped, line.latency);
  rdu_.wake(line.producer, cycles[0] + line.latency);
}

void Run::keep() {
  for (std::size_t r = 0; r < c_.registers.size(); ++r) {
    s_.registers[r] = q_.registers[r * (run_most + 1) + count_];
  }
  const std::uint32_t last = count_ - 1;
  for (std::uint32_t n = 0; n < c_.nodes.size(); ++n) {
    if (c_.nodes[n].kind == form::Node::Kind::body) keep_body(n);
    if (c_.nodes[n].kind != form::Node::Kind::accumulate) continue;
    s_.sums[n].any = q_.any[n * run_most + last];
    std::copy_n(values(n, last), width(n), s_.sums[n].words.begin());
  }
}

}  // namespace weft::machine::rdu
