// SPDX-License-Identifier: Apache-2.0
// A placer that always gives the same: greedy, then moves and swaps that shorten channels.
#include "program/rdu_place.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::program::rdu {

namespace {

constexpr std::size_t kinds_of_units = static_cast<std::size_t>(Unit::Kind::count_);
constexpr int passes_most = 16;

std::uint32_t gap(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1) {
  if (a1 < b0) return b0 - a1;
  return b1 < a0 ? a0 - b1 : 0;
}

struct Slot {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t thing = none;  ///< that lies there
};

class UnitPlacer {
 public:
  UnitPlacer(const Program& program, const Timing& timing)
      : p_(program), timing_(timing), ends_(ends_of(program)) {}

  Placement run() {
    add_things();
    add_slots();
    count_channels();
    slot_of_.assign(out_.things.size(), none);
    for (std::uint32_t thing = 0; thing < out_.things.size(); ++thing) keep_given(thing);
    place_others();
    bool better = true;
    for (int pass = 0; better && pass < passes_most; ++pass) better = improve();
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(std::uint32_t line, const std::string& what) const {
    fail(Category::input, place_of(p_, line, what));
  }
  Placed& thing(std::uint32_t number) { return out_.things[number]; }
  std::vector<Slot>& slots_for(Unit::Kind kind) { return slots_[static_cast<std::size_t>(kind)]; }
  std::string name(const Placed& of) const {
    return of.unit != none ? "unit '" + p_.units[of.unit].name + "'"
                           : "the port of transfer '" + p_.transfers[of.transfer].name + "'";
  }

  void add_things() {
    out_.of_unit.assign(p_.units.size(), none);
    for (std::uint32_t u = 0; u < p_.units.size(); ++u) {
      if (is_dram(p_.units[u].kind)) continue;
      out_.of_unit[u] = static_cast<std::uint32_t>(out_.things.size());
      out_.things.push_back({p_.units[u].kind, u, none, p_.units[u].x, p_.units[u].y});
    }
    for (std::uint32_t t = 0; t < p_.transfers.size(); ++t) {
      const std::uint32_t unit = unit_of(p_, ends_[p_.transfers[t].address].producer);
      if (unit != none && p_.units[unit].kind == Unit::Kind::address) {
        out_.of_transfer.push_back(out_.of_unit[unit]);
        continue;
      }
      out_.of_transfer.push_back(static_cast<std::uint32_t>(out_.things.size()));
      out_.things.push_back({Unit::Kind::address, none, t, none, none});
    }
  }

  /// From the host's side on, so that what belongs together lies together.
  void add_slots() {
    const NetworkTiming& net = timing_.network;
    for (std::uint32_t y = net.rows; y-- > 0;) {
      for (std::uint32_t x = 1; x <= net.columns; ++x) {
        slots_for((x + y) % 2 == 1 ? Unit::Kind::compute : Unit::Kind::memory).push_back({x, y});
      }
    }
    const std::uint32_t sides = 2 * net.rows;
    const std::uint32_t copies = (timing_.address_units + sides - 1) / sides;
    for (std::uint32_t y = net.rows; y-- > 0;) {
      for (const std::uint32_t x : {0U, net.columns + 1}) {
        for (std::uint32_t copy = 0; copy < copies; ++copy) {
          slots_for(Unit::Kind::address).push_back({x, y});
        }
      }
    }
    std::array<std::size_t, kinds_of_units> wanted{};
    for (const Placed& of : out_.things) ++wanted[static_cast<std::size_t>(of.kind)];
    for (const auto kind : {Unit::Kind::compute, Unit::Kind::memory, Unit::Kind::address}) {
      const std::size_t asked = wanted[static_cast<std::size_t>(kind)];
      if (asked <= slots_for(kind).size()) continue;
      refuse(0, "a chip of " + std::to_string(net.columns) + " x " + std::to_string(net.rows) +
                    " has " + counted(slots_for(kind).size(), "place") + " for " +
                    std::string(name_of(kind)) + " units, " + std::to_string(asked) +
                    " are asked for");
    }
  }

  /// Of things that channels join, how many do.
  void count_channels() {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> counts;
    for (const Ends& ends : ends_) {
      const std::uint32_t a = out_.thing_of(p_, ends.producer);
      const std::uint32_t b = out_.thing_of(p_, ends.consumer);
      if (a == b) continue;
      ++counts[{a, b}];
      ++counts[{b, a}];
    }
    joined_.resize(out_.things.size());
    for (const auto& [pair, count] : counts) joined_[pair.first].push_back({pair.second, count});
  }

  void keep_given(std::uint32_t number) {
    const Placed& of = thing(number);
    if (of.unit == none || of.x == none || of.y == none) return;
    if (of.kind == Unit::Kind::host) return;
    bool is_one = false;
    auto& slots = slots_for(of.kind);
    for (std::uint32_t s = 0; s < slots.size(); ++s) {
      if (slots[s].x != of.x || slots[s].y != of.y) continue;
      is_one = true;
      if (slots[s].thing != none) continue;
      slots[s].thing = number;
      slot_of_[number] = s;
      given_.push_back(number);
      return;
    }
    const std::string at = "(" + std::to_string(of.x) + ", " + std::to_string(of.y) + ")";
    refuse(p_.units[of.unit].line,
           name(of) + " is to lie at " + at +
               (is_one ? ", which is taken"
                       : ", where no " + std::string(name_of(of.kind)) + " unit can"));
  }

  Touched touched(const Placed& of) const { return touched_by(of, timing_.network); }
  Touched touched_at(const Placed& of, const Slot& slot) const {
    return touched({of.kind, of.unit, of.transfer, slot.x, slot.y});
  }
  bool is_placed(std::uint32_t number) {
    return thing(number).kind == Unit::Kind::host || slot_of_[number] != none;
  }

  /// Switches of its channels to what is placed, if it lay there.
  std::uint64_t cost_at(std::uint32_t number, const Touched& there, std::uint32_t but = none) {
    std::uint64_t cost = 0;
    for (const auto& [other, count] : joined_[number]) {
      if (other == but || !is_placed(other)) continue;
      cost += std::uint64_t{count} * switches_between(there, touched(thing(other)));
    }
    return cost;
  }

  void put(std::uint32_t number, std::uint32_t slot) {
    auto& slots = slots_for(thing(number).kind);
    slots[slot].thing = number;
    slot_of_[number] = slot;
    thing(number).x = slots[slot].x;
    thing(number).y = slots[slot].y;
  }

  /// The one with most channels to what is placed already comes first.
  void place_others() {
    for (;;) {
      std::uint32_t next = none;
      std::uint64_t most = 0;
      for (std::uint32_t number = 0; number < out_.things.size(); ++number) {
        if (is_placed(number)) continue;
        std::uint64_t channels = 1;
        for (const auto& [other, count] : joined_[number]) channels += is_placed(other) ? count : 0;
        if (channels <= most) continue;
        most = channels;
        next = number;
      }
      if (next == none) return;
      const auto& slots = slots_for(thing(next).kind);
      std::uint32_t best = none;
      std::uint64_t least = 0;
      for (std::uint32_t s = 0; s < slots.size(); ++s) {
        if (slots[s].thing != none) continue;
        const std::uint64_t cost = cost_at(next, touched_at(thing(next), slots[s]));
        if (best != none && cost >= least) continue;
        best = s;
        least = cost;
      }
      put(next, best);
    }
  }

  bool is_given(std::uint32_t number) const {
    return std::find(given_.begin(), given_.end(), number) != given_.end();
  }

  /// Each goes to where that, with what lies there coming here, saves most. True where one did.
  bool improve() {
    bool better = false;
    for (std::uint32_t number = 0; number < out_.things.size(); ++number) {
      if (thing(number).kind == Unit::Kind::host || is_given(number)) continue;
      auto& slots = slots_for(thing(number).kind);
      const std::uint32_t here = slot_of_[number];
      const Touched mine = touched(thing(number));
      std::uint32_t best = none;
      std::int64_t saves_most = 0;
      for (std::uint32_t s = 0; s < slots.size(); ++s) {
        const std::uint32_t other = slots[s].thing;
        if (s == here || (other != none && is_given(other))) continue;
        const Touched there = touched_at(thing(number), slots[s]);
        std::uint64_t before = cost_at(number, mine, other);
        std::uint64_t after = cost_at(number, there, other);
        if (other != none) {
          before += cost_at(other, there, number);
          after += cost_at(other, mine, number);
        }
        const auto saves = static_cast<std::int64_t>(before) - static_cast<std::int64_t>(after);
        if (saves <= saves_most) continue;
        saves_most = saves;
        best = s;
      }
      if (best == none) continue;
      const std::uint32_t other = slots[best].thing;
      slots[here].thing = none;
      put(number, best);
      if (other != none) put(other, here);
      better = true;
    }
    return better;
  }

  const Program& p_;
  const Timing& timing_;
  std::vector<Ends> ends_;
  Placement out_;
  std::array<std::vector<Slot>, kinds_of_units> slots_;
  std::vector<std::uint32_t> slot_of_;  ///< [thing]
  std::vector<std::uint32_t> given_;    ///< things
  /// [thing]: others, by number, and how many channels join it to them.
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> joined_;
};

}  // namespace

std::uint32_t switches_between(const Touched& a, const Touched& b) {
  return gap(a.x0, a.x1, b.x0, b.x1) + gap(a.y0, a.y1, b.y0, b.y1) + 1;
}

std::uint32_t Placement::thing_of(const Program& program, const End& end) const {
  if (end.transfer != none) return of_transfer[end.transfer];
  return of_unit[unit_of(program, end)];
}

Touched touched_by(const Placed& placed, const NetworkTiming& network) {
  if (placed.kind == Unit::Kind::host) return {0, network.columns, network.rows, network.rows};
  const std::uint32_t x0 = placed.x == 0 ? 0 : placed.x - 1;
  return {x0, std::min(placed.x, network.columns), placed.y, placed.y + 1};
}

Placement place_units(const Program& program, const Timing& timing) {
  return UnitPlacer(program, timing).run();
}

}  // namespace weft::program::rdu
