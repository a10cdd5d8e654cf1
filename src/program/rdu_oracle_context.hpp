// SPDX-License-Identifier: Apache-2.0
// A context of the naive RDU: what it waits for, and what a firing does.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "program/rdu_oracle_parts.hpp"
#include "program/rdu_shape.hpp"

namespace weft::program::rdu::oracle {

struct Write {
  std::uint32_t memory = 0;
  std::uint64_t word = 0;
  std::uint32_t value = 0;
};

/// An accumulator: of each lane, what it has, if anything.
struct Sum {
  std::array<bool, lanes_most> any{};
  Lanes words{};
};

/// One context: its counters, registers, and what it would do in this cycle.
class Unfolded {
 public:
  Unfolded(const Program& program, std::uint32_t number, const Timing& timing,
           std::vector<Line>& lines, std::vector<std::vector<std::uint32_t>>& memories)
      : p_(program),
        c_(program.contexts[number]),
        number_(number),
        stages_(std::max(timing.stages_of(c_), 1U)),
        ends_(ends_of(program)),
        vectors_(vectors_of(program, c_)),
        lines_(lines),
        memories_(memories),
        steps_(c_.counters.size(), 0),
        registers_(c_.registers.size()),
        sums_(c_.nodes.size()),
        load_turns_(c_.nodes.size(), 0),
        store_turns_(c_.stores.size(), 0),
        values_(c_.nodes.size()) {
    for (std::uint32_t l = 1; l < steps_.size(); ++l) open_.push_back({number, l, 0, 0, 0});
  }

  /// Fires if it can; what it stores goes behind `writes`.
  bool tick(Cycle t, std::vector<Write>& writes, Tally& tally) {
    if (t < free_ || (c_.once && done_)) return false;
    if (const std::optional<Wait> wait = decide(t)) {
      count(*wait);
      return false;
    }
    fault_ = found_;
    if (fault_) return false;
    end_waits(tally);
    note_iterations(t);
    fire(t, writes);
    if (tally.firings++ == 0) tally.first = t;
    tally.last = t;
    tally.busy += std::max(cost_, c_.interval_cycles);
    return true;
  }

  const std::vector<Iteration>& iterations() const { return iterations_; }
  std::optional<Fault> fault() const { return fault_; }
  Cycle free() const { return free_; }

  /// What it waits for, if it has work left.
  std::optional<Wait> wait(Cycle t) {
    if (c_.once && done_) return std::nullopt;
    const bool begun = c_.once || !at_start();
    const bool given = std::any_of(c_.inputs.begin(), c_.inputs.end(), [&](const Input& input) {
      return lines_[input.channel].tokens.size() > p_.channels[input.channel].initial;
    });
    if (!begun && !given) return std::nullopt;
    return decide(t);
  }

 private:
  bool at_start() const {
    return std::all_of(steps_.begin(), steps_.end(), [](std::int64_t s) { return s == 0; });
  }
  bool is_valid(std::uint32_t lane) const { return ((mask_ >> lane) & 1U) != 0; }

  std::int64_t bound(const Bound& of) const {
    if (of.input == none) return of.value;
    return static_cast<std::int32_t>(lines_[c_.inputs[of.input].channel].head().words[0]);
  }
  std::int64_t width(std::uint32_t counter) const {
    return counter + 1 == steps_.size() ? c_.lanes : 1;
  }
  std::int64_t index(std::uint32_t counter, std::uint32_t lane) const {
    const Counter& of = c_.counters[counter];
    const bool inner = counter + 1 == steps_.size();
    return bound(of.first) +
           bound(of.step) * (steps_[counter] * width(counter) + (inner ? lane : 0));
  }
  bool is_inside(std::uint32_t counter, std::uint32_t lane) const {
    const Counter& of = c_.counters[counter];
    if (counter >= behind_) return false;
    if (of.endless) return true;
    const std::int64_t at = index(counter, lane);
    return bound(of.step) > 0 ? at < bound(of.end) : at > bound(of.end);
  }
  bool is_last_step(std::uint32_t counter) const {
    const Counter& of = c_.counters[counter];
    if (counter >= behind_) return true;
    if (of.endless) return false;
    const std::int64_t next =
        bound(of.first) + bound(of.step) * (steps_[counter] + 1) * width(counter);
    return bound(of.step) > 0 ? next >= bound(of.end) : next <= bound(of.end);
  }
  bool is_at(std::uint32_t level) const {
    if (level == no_level) return false;
    for (std::uint32_t i = level_of(c_, level); i < steps_.size(); ++i) {
      if (!is_last_step(i)) return false;
    }
    return true;
  }
  bool is_first(std::uint32_t level) const {
    if (level == no_level) return !fired_;
    for (std::uint32_t i = level_of(c_, level); i < steps_.size(); ++i) {
      if (steps_[i] != 0) return false;
    }
    return true;
  }

  std::optional<Wait> await(const Input& input, Cycle t) const {
    const Line& line = lines_[input.channel];
    if (line.has_token(t)) return std::nullopt;
    return Wait{
        {number_, none, 0}, input.channel, false, static_cast<std::uint32_t>(line.tokens.size())};
  }

  /// What stops it in this cycle; if nothing, all values are there.
  std::optional<Wait> decide(Cycle t) {
    taken_.assign(c_.inputs.size(), false);
    for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
      if (c_.inputs[i].when != none) continue;
      if (const auto wait = await(c_.inputs[i], t)) return wait;
      taken_[i] = true;
    }
    found_.reset();
    for (std::uint32_t i = 0; i < steps_.size(); ++i) {
      if (bound(c_.counters[i].step) == 0) refuse(t, FaultCode::zero_step, i, 0);
    }
    if (found_) return std::nullopt;
    find_end(t);
    for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
      if (c_.inputs[i].when == none || values_[c_.inputs[i].when][0] == 0) continue;
      if (const auto wait = await(c_.inputs[i], t)) return wait;
      taken_[i] = true;
    }
    compute(t);
    for (const Output& output : c_.outputs) {
      const Line& line = lines_[output.channel];
      if (!pushes(output) || line.has_room(t)) continue;
      return Wait{{number_, none, 0},
                  output.channel,
                  true,
                  static_cast<std::uint32_t>(line.channel->capacity - line.rooms.size())};
    }
    return std::nullopt;
  }
  /// All values, and whether the firing is behind the end of a counter.
  void find_end(Cycle t) {
    behind_ = none;
    compute(t);
    for (std::uint32_t i = 0; i < c_.counters.size() && behind_ == none; ++i) {
      const std::uint32_t until = c_.counters[i].until;
      if (until != none && values_[until][0] != 0) behind_ = i;
    }
    if (behind_ != none) compute(t);
  }
  bool pushes(const Output& output) const {
    return is_at(output.level) && (output.when == none || values_[output.when][0] != 0);
  }

  /// All values of this firing, from what stands where it stood. Inputs that are not taken, or not
  /// yet, are 0: what does not depend on them is right already.
  void compute(Cycle t) {
    found_.reset();
    find_lanes();
    cost_ = 1;
    next_sums_ = sums_;
    for (std::uint32_t n = 0; n < c_.nodes.size(); ++n) {
      const Node& node = c_.nodes[n];
      if (node.kind == Node::Kind::reduce) {
        values_[n].fill(reduced(node));
        continue;
      }
      for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
        values_[n][lane] = vectors_[n] || lane == 0 ? value(n, lane, t) : values_[n][0];
      }
      if (node.kind != Node::Kind::load) continue;
      cost_ = std::max(cost_, conflicts(node.at, node.operands[0], none));
    }
    for (const Store& store : c_.stores) {
      cost_ = std::max(cost_, conflicts(store.memory, store.address, store.when));
      check_store(store, t);
    }
  }

  void find_lanes() {
    mask_ = 0;
    for (std::uint32_t lane = 0; lane < c_.lanes; ++lane) {
      bool valid = true;
      for (std::uint32_t i = 0; i < steps_.size(); ++i) valid = valid && is_inside(i, lane);
      for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
        const Line& line = lines_[c_.inputs[i].channel];
        if (!taken_[i] || line.channel->kind != Channel::Kind::vector) continue;
        valid = valid && ((line.head().mask >> lane) & 1U) != 0;
      }
      if (valid) mask_ |= 1U << lane;
    }
  }

  std::uint32_t value(std::uint32_t n, std::uint32_t lane, Cycle t) {
    const Node& node = c_.nodes[n];
    const auto operand = [&](std::uint32_t slot) {
      return node.operands[slot] == none ? 0 : values_[node.operands[slot]][lane];
    };
    switch (node.kind) {
      case Node::Kind::constant:
        return node.word;
      case Node::Kind::index:
        return static_cast<std::uint32_t>(index(node.at, lane));
      case Node::Kind::lane:
        return lane;
      case Node::Kind::first:
        return is_first(node.level) ? 1 : 0;
      case Node::Kind::last:
        return is_at(node.level) ? 1 : 0;
      case Node::Kind::input:
        return taken_[node.at] ? lines_[c_.inputs[node.at].channel].head().words[lane] : 0;
      case Node::Kind::reg: {
        const Register& reg = c_.registers[node.at];
        return is_first(reg.level) ? reg.start : registers_[node.at];
      }
      case Node::Kind::load:
        return loaded(node, n, lane, t);
      case Node::Kind::pair:
        return numerics::apply(static_cast<PairOperation>(node.at), operand(0), operand(1),
                               operand(2));
      case Node::Kind::body:
        return 0;
      case Node::Kind::row:
        return body_.word(values_[node.operands[1]][0], 2 * lane + node.at);
      case Node::Kind::accumulate:
        return accumulated(n, lane);
      default:
        return apply(node.operation, node.type, node.to, operand(0), operand(1), operand(2));
    }
  }

  std::uint32_t loaded(const Node& node, std::uint32_t n, std::uint32_t lane, Cycle t) {
    if (vectors_[n] ? !is_valid(lane) : mask_ == 0) return 0;
    const Memory& memory = p_.memories[node.at];
    const auto address = static_cast<std::int32_t>(values_[node.operands[0]][lane]);
    if (address < 0 || static_cast<std::uint32_t>(address) >= memory.words) {
      refuse(t, FaultCode::beyond_memory, node.at, address);
      return 0;
    }
    return memories_[node.at][std::uint64_t{load_turns_[n]} * memory.words +
                              static_cast<std::uint32_t>(address)];
  }

  std::uint32_t accumulated(std::uint32_t n, std::uint32_t lane) {
    const Node& node = c_.nodes[n];
    Sum& sum = next_sums_[n];
    if (is_first(node.level)) {
      sum.any[lane] = node.operands[1] != none;
      if (sum.any[lane]) sum.words[lane] = values_[node.operands[1]][lane];
    }
    const bool valid = vectors_[n] ? is_valid(lane) : mask_ != 0;
    const bool enabled = node.operands[2] == none || values_[node.operands[2]][lane] != 0;
    if (valid && enabled) {
      const std::uint32_t word = values_[node.operands[0]][lane];
      sum.words[lane] = sum.any[lane]
                            ? apply(node.operation, node.type, node.to, sum.words[lane], word, 0)
                            : word;
      sum.any[lane] = true;
    }
    return sum.any[lane] ? sum.words[lane] : identity_of(node.operation, node.type);
  }

  /// Neighbours first, then pairs of pairs: lanes that are not there count as nothing.
  std::uint32_t reduced(const Node& node) const {
    std::vector<std::optional<std::uint32_t>> level;
    for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
      level.push_back(is_valid(lane) ? std::optional(values_[node.operands[0]][lane])
                                     : std::nullopt);
    }
    while (level.size() > 1) {
      std::vector<std::optional<std::uint32_t>> above;
      for (std::size_t i = 0; i < level.size(); i += 2) {
        const auto& a = level[i];
        const auto& b = level[i + 1];
        if (a && b) {
          above.emplace_back(apply(node.operation, node.type, node.to, *a, *b, 0));
        } else {
          above.push_back(a ? a : b);
        }
      }
      level = above;
    }
    return level[0] ? *level[0] : identity_of(node.operation, node.type);
  }

  /// Words of the fullest bank.
  std::uint32_t conflicts(std::uint32_t memory, std::uint32_t address, std::uint32_t when) const {
    if (!vectors_[address]) return 1;
    std::map<std::uint32_t, std::set<std::uint32_t>> words;
    std::uint32_t most = 1;
    for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
      if (!is_valid(lane) || (when != none && values_[when][lane] == 0)) continue;
      const std::uint32_t word = values_[address][lane];
      const Memory& of = p_.memories[memory];
      auto& bank = words[word / of.bank_words % of.banks];
      bank.insert(word);
      most = std::max(most, static_cast<std::uint32_t>(bank.size()));
    }
    return most;
  }

  bool stores(const Store& store, std::uint32_t lane) const {
    const bool vector = vectors_[store.address];
    if (vector ? !is_valid(lane) : mask_ == 0 || lane > 0) return false;
    return store.when == none || values_[store.when][lane] != 0;
  }
  void check_store(const Store& store, Cycle t) {
    for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
      const auto address = static_cast<std::int32_t>(values_[store.address][lane]);
      const bool inside =
          address >= 0 && static_cast<std::uint32_t>(address) < p_.memories[store.memory].words;
      if (stores(store, lane) && !inside)
        refuse(t, FaultCode::beyond_memory, store.memory, address);
    }
  }

  void refuse(Cycle t, FaultCode code, std::uint32_t thing, std::int64_t what) {
    if (!found_) found_ = Fault{t, 0, code, number_, none, thing, what};
  }

  void end_waits(Tally& tally) {
    for (const auto& [channel, waited] : on_channels_) {
      Waited& to = lines_[channel].waited;
      to.starved += waited.starved;
      to.blocked += waited.blocked;
      if (tally.firings > 0) to.rested += waited.rested;
      const bool from_dram = comes_from_dram(p_, ends_, channel);
      (from_dram ? tally.dram : tally.starved) += waited.starved;
      tally.blocked += waited.blocked;
    }
    on_channels_.clear();
  }

  void note_iterations(Cycle t) {
    for (Iteration& open : open_) {
      if (is_first(open.level)) open = {number_, open.level, t, t, 0};
      ++open.firings;
      open.end = t;
      if (is_at(open.level)) iterations_.push_back(open);
    }
  }

  void fire(Cycle t, std::vector<Write>& writes) {
    for (std::size_t s = 0; s < c_.stores.size(); ++s) {
      const Store& store = c_.stores[s];
      const std::uint64_t base = std::uint64_t{store_turns_[s]} * p_.memories[store.memory].words;
      for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
        if (!stores(store, lane)) continue;
        writes.push_back(
            {store.memory, base + values_[store.address][lane], values_[store.value][lane]});
      }
      turn(store_turns_[s], store.memory, store.turn);
    }
    for (std::uint32_t n = 0; n < c_.nodes.size(); ++n) {
      const Node& node = c_.nodes[n];
      if (node.kind == Node::Kind::load) turn(load_turns_[n], node.at, node.turn);
    }
    const Cycle departs = t + cost_ - 1 + stages_ - 1;
    for (const Output& output : c_.outputs) {
      if (pushes(output)) lines_[output.channel].push(departs, token_of(output));
    }
    for (std::size_t r = 0; r < c_.registers.size(); ++r) {
      const Register& reg = c_.registers[r];
      if (is_first(reg.level)) registers_[r] = reg.start;
      if (reg.when == none || values_[reg.when][0] != 0) registers_[r] = values_[reg.next][0];
    }
    sums_ = next_sums_;
    for (const Node& node : c_.nodes) {
      if (node.kind == Node::Kind::body) add_to_body(node);
    }
    free_ = t + std::max(cost_, c_.interval_cycles);
    std::vector<bool> pops;
    for (std::size_t i = 0; i < c_.inputs.size(); ++i) {
      const Input& input = c_.inputs[i];
      pops.push_back(taken_[i] && is_at(input.level) &&
                     (input.pop_when == none || values_[input.pop_when][0] != 0));
    }
    step();
    for (std::size_t i = 0; i < pops.size(); ++i) {
      if (pops[i]) lines_[c_.inputs[i].channel].pop(t);
    }
  }

  void add_to_body(const Node& node) {
    if (is_first(node.level)) body_.sums = {};
    if (node.operands[2] == none || values_[node.operands[2]][0] != 0) {
      body_.add(values_[node.operands[0]], values_[node.operands[1]], mask_);
    }
    if (is_at(node.level)) body_.done = body_.sums;
  }

  void turn(std::uint32_t& buffer, std::uint32_t memory, std::uint32_t level) const {
    if (is_at(level)) buffer = (buffer + 1) % p_.memories[memory].buffers;
  }

  Token token_of(const Output& output) const {
    Token token{1, {}};
    const bool vector = lines_[output.channel].channel->kind == Channel::Kind::vector;
    if (vector) token.mask = mask_;
    for (std::uint32_t lane = 0; lane < lanes_most; ++lane) {
      if (((token.mask >> lane) & 1U) == 0) continue;
      token.words[lane] = output.value == none ? 1 : values_[output.value][lane];
    }
    return token;
  }

  void step() {
    fired_ = true;
    for (std::size_t i = steps_.size(); i-- > 0;) {
      if (!is_last_step(static_cast<std::uint32_t>(i))) {
        ++steps_[i];
        return;
      }
      steps_[i] = 0;
    }
    done_ = true;
  }

  void count(const Wait& wait) {
    Waited& on = on_channels_[wait.channel];
    ++(wait.for_room ? on.blocked : c_.once || !at_start() ? on.starved : on.rested);
  }

  const Program& p_;
  const Context& c_;
  std::uint32_t number_;
  Cycle stages_;
  std::vector<Ends> ends_;
  std::vector<bool> vectors_;
  std::vector<Line>& lines_;
  std::vector<std::vector<std::uint32_t>>& memories_;
  // What it keeps.
  std::vector<std::int64_t> steps_;
  std::vector<std::uint32_t> registers_;
  std::vector<Sum> sums_;
  BodySums body_;
  std::vector<std::uint32_t> load_turns_;
  std::vector<std::uint32_t> store_turns_;
  Cycle free_ = 0;
  bool fired_ = false;
  bool done_ = false;
  std::map<std::uint32_t, Waited> on_channels_;  ///< since the last firing
  std::vector<Iteration> open_;                  ///< of levels 1, 2 ...
  std::vector<Iteration> iterations_;
  std::optional<Fault> fault_;
  // Of the firing that is looked at.
  std::optional<Fault> found_;
  std::vector<bool> taken_;
  std::uint32_t behind_ = none;  ///< the first counter whose end it is behind
  std::uint32_t mask_ = 0;
  std::uint32_t cost_ = 1;
  std::vector<Lanes> values_;
  std::vector<Sum> next_sums_;
};

}  // namespace weft::program::rdu::oracle
