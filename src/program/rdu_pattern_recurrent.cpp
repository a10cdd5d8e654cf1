// SPDX-License-Identifier: Apache-2.0
// Recurrences: a product whose left operand comes back from the cell behind it, through a memory
// unit that holds the state of a step.
#include <algorithm>

#include "program/rdu_pattern_cells.hpp"
#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using PatternKind = Pattern::Kind;
using numerics::word_u32;

/// Operands: gates of the inputs, recurrence, bias, hidden state [, cell state].
class RecurrentMaker {
 public:
  RecurrentMaker(PatternGraph& of, const Pattern& pattern)
      : pg_(of),
        g_(of.g_),
        p_(pattern),
        gates_(gates_of(pattern)),
        sequences_(sequences_of(pattern)),
        units_(pattern.columns_count) {}

  void make(const std::vector<std::uint32_t>& ins, std::uint32_t out) {
    if (p_.kind == PatternKind::lstm) return lstm(ins, out);
    if (p_.reset_first) return gru_of_reset_states(ins, out);
    gru(ins, out);
  }

 private:
  using Streams = std::vector<std::uint32_t>;

  std::string name(const std::string& part) const { return p_.name + "." + part; }
  std::uint32_t stream(const std::string& part) { return pg_.stream(name(part)); }
  ContextMaker context(const std::string& part) {
    return g_.context(name(part), g_.unit(name(part), UnitKind::compute), pair_lanes);
  }
  void count(ContextMaker& c, std::uint32_t steps) {
    c.counter("step", static_cast<std::int32_t>(steps));
    c.counter("row", static_cast<std::int32_t>(sequences_));
    c.counter("word", static_cast<std::int32_t>(units_ / 2));
  }
  Halves halves(ContextMaker& c, std::uint32_t in) { return pg_.halves(c, c.take(in, word_u32)); }

  /// A step of it is another image: its last tile leaves before the next step begins.
  std::uint32_t product(const std::string& part, std::uint32_t gates, const Streams& ins,
                        bool adds = false) {
    Pattern made;
    made.kind = PatternKind::product;
    made.name = name(part);
    made.rows = p_.length * sequences_;
    made.columns_count = gates * units_;
    made.par = std::min(p_.par, parts_of(made.columns_count, vector_elements));
    made.adds = adds;
    made.operands.assign(ins.size(), 0);
    const std::uint32_t out = stream(part + ".sums");
    pg_.product_by_image(made, units_, p_.length, ins, out);
    return out;
  }

  /// Rows of states, as many as a step has: whoever gives them never waits for whoever takes them.
  std::uint32_t queue(const std::string& part, std::uint32_t steps, std::uint32_t in) {
    const std::string called = name(part);
    const std::uint32_t row_words = units_ / 2;
    const std::uint32_t unit = g_.unit(called, UnitKind::memory);
    const std::uint32_t held =
        pg_.memory(called, p_, unit, std::uint64_t{sequences_} * row_words, 1);
    const auto place = [&](ContextMaker& c) {
      return add(c, times(c, c.index(1), row_words), c.index(2));
    };
    ContextMaker write = g_.context(called + ".write", unit, pair_lanes);
    count(write, steps);
    write.store(held, place(write), write.take(in, word_u32));
    ContextMaker read = g_.context(called + ".read", unit, pair_lanes);
    count(read, steps);
    const std::uint32_t out = pg_.stream(called + ".out");
    read.give(out, read.load(held, word_u32, place(read)));
    g_.hand_over(called, write, 2, read, 2, sequences_);
    return out;
  }

  /// The state of each step: given for the first one, then what comes back along `back`.
  struct Loop {
    std::uint32_t out = none;
    std::uint32_t back = none;
  };
  Loop loop(const std::string& part, std::uint32_t first) {
    Loop made{stream(part + ".state"), none};
    ContextMaker c = context(part);
    count(c, p_.length);
    const std::uint32_t begins = is(c, c.index(0), 0);
    std::uint32_t value = c.value_of(c.input(first, every, begins), word_u32);
    if (p_.length > 1) {
      made.back = stream(part + ".next");
      const std::uint32_t again = queue(part + ".back", p_.length - 1, made.back);
      const std::uint32_t later = c.operation(WordOperation::bit_not, begins);
      const std::uint32_t taken = c.value_of(c.input(again, every, later), word_u32);
      value = c.operation(WordOperation::select, begins, value, taken);
    }
    c.give(made.out, value);
    return made;
  }
  /// To the next step, where there is one.
  void go_back(ContextMaker& c, std::uint32_t state, const Streams& backs) {
    if (p_.length == 1) return;
    const std::uint32_t more = below(c, c.index(0), p_.length - 1);
    for (const std::uint32_t back : backs) c.give(back, state, every, more);
  }
  /// Copies of what comes once.
  Streams copies(const std::string& part, std::uint32_t in, std::uint32_t count_of) {
    ContextMaker c = context(part);
    count(c, 1);
    const std::uint32_t taken = c.take(in, word_u32);
    Streams out;
    for (std::uint32_t i = 0; i < count_of; ++i) {
      const std::string copy = part + std::to_string(i);
      out.push_back(stream(copy));
      c.give(out.back(), taken);
      out.back() = queue(copy + ".held", 1, out.back());
    }
    return out;
  }

  /// Vectors of gates that stand one behind the other: each number of `to` is the stream that a
  /// gate goes along.
  Streams deal(const std::string& part, std::uint32_t in, std::uint32_t rows, const Streams& to) {
    ContextMaker c = context(part);
    c.counter("row", static_cast<std::int32_t>(rows));
    c.counter("block", static_cast<std::int32_t>(units_ / vector_elements));
    c.counter("gate", static_cast<std::int32_t>(to.size()));
    c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
    const std::uint32_t taken = c.take(in, word_u32);
    Streams outs;
    for (std::uint32_t number = 0; number <= to.back(); ++number) {
      outs.push_back(stream(part + std::to_string(number)));
      std::uint32_t mine = none;
      for (std::uint32_t gate = 0; gate < to.size(); ++gate) {
        if (to[gate] != number) continue;
        const std::uint32_t here = is(c, c.index(2), gate);
        mine = mine == none ? here : c.operation(WordOperation::bit_or, mine, here);
      }
      c.give(outs.back(), taken, every, mine);
    }
    return outs;
  }
  std::uint32_t all_rows() const { return p_.length * sequences_; }

  void lstm(const Streams& ins, std::uint32_t out) {
    const Loop hidden = loop("hidden", ins[3]);
    const Loop cell = loop("cell", ins[4]);
    const std::uint32_t sums =
        product("recurrent", gates_, {hidden.out, ins[1], ins[2], ins[0]}, true);
    const Streams gates = deal("gates", sums, all_rows(), {0, 1, 2, 3});
    ContextMaker c = context("cells");
    count(c, p_.length);
    std::array<Halves, 4> of;
    for (std::size_t i = 0; i < of.size(); ++i) of[i] = halves(c, gates[i]);
    const Halves old = halves(c, cell.out);
    Cells cells{NodeArithmetic(c)};
    const CellState low = cells.lstm({of[0].low, of[1].low, of[2].low, of[3].low}, old.low);
    const CellState high = cells.lstm({of[0].high, of[1].high, of[2].high, of[3].high}, old.high);
    const std::uint32_t state = c.pair(PairOperation::pack, low.hidden, high.hidden);
    const std::uint32_t kept = c.pair(PairOperation::pack, low.cell, high.cell);
    const std::uint32_t all = stream("hidden.each");
    const std::uint32_t last = stream("cell.last");
    c.give(all, state);
    go_back(c, state, {hidden.back});
    go_back(c, kept, {cell.back});
    c.give(last, kept, every, is(c, c.index(0), p_.length - 1));
    pg_.stack(p_, {all_rows(), sequences_}, {all, queue("end", 1, last)}, out);
  }

  void gru(const Streams& ins, std::uint32_t out) {
    const Streams first = copies("before", ins[3], 2);
    const Loop hidden = loop("hidden", first[0]);
    const Loop old = loop("old", first[1]);
    const std::uint32_t sums = product("recurrent", gates_, {hidden.out, ins[1], ins[2]});
    const Streams of_states = deal("gates", sums, all_rows(), {0, 1, 2});
    const Streams of_inputs = deal("inputs", ins[0], all_rows(), {0, 1, 2});
    ContextMaker c = context("cells");
    count(c, p_.length);
    std::array<Halves, 3> s;
    std::array<Halves, 3> x;
    for (std::size_t i = 0; i < s.size(); ++i) s[i] = halves(c, of_states[i]);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = halves(c, of_inputs[i]);
    const Halves h = halves(c, old.out);
    Cells cells{NodeArithmetic(c)};
    const std::uint32_t low =
        cells.gru({s[0].low, s[1].low, s[2].low}, {x[0].low, x[1].low, x[2].low}, h.low);
    const std::uint32_t high =
        cells.gru({s[0].high, s[1].high, s[2].high}, {x[0].high, x[1].high, x[2].high}, h.high);
    const std::uint32_t state = c.pair(PairOperation::pack, low, high);
    c.give(out, state);
    go_back(c, state, {hidden.back, old.back});
  }

  /// The new gate's product is of what the reset gate leaves of the state: a second one, behind.
  void gru_of_reset_states(const Streams& ins, std::uint32_t out) {
    const Streams first = copies("before", ins[3], 3);
    const Loop hidden = loop("hidden", first[0]);
    const Loop resets = loop("resets", first[1]);
    const Loop old = loop("old", first[2]);
    const Streams weights = deal("weights", ins[1], units_, {0, 0, 1});
    const Streams bias = deal("bias", ins[2], 1, {0, 0, 1});
    const Streams of_inputs = deal("inputs", ins[0], all_rows(), {0, 1, 2});
    const std::uint32_t sums = product("gated", 2, {hidden.out, weights[0], bias[0]});
    const Streams of_states = deal("gates", sums, all_rows(), {0, 1});

    ContextMaker r = context("reset");
    count(r, p_.length);
    const Halves z = halves(r, of_states[0]);
    const Halves s = halves(r, of_states[1]);
    const Halves xz = halves(r, of_inputs[0]);
    const Halves xs = halves(r, of_inputs[1]);
    Halves h = halves(r, resets.out);
    Cells cells{NodeArithmetic(r)};
    const std::uint32_t update = stream("update");
    const std::uint32_t left = stream("left");
    r.give(update,
           r.pair(PairOperation::pack, cells.gate(z.low, xz.low), cells.gate(z.high, xz.high)));
    r.give(left, r.pair(PairOperation::pack, cells.times(cells.gate(s.low, xs.low), h.low),
                        cells.times(cells.gate(s.high, xs.high), h.high)));
    const std::uint32_t fresh = product("new", 1, {left, weights[1], bias[1]});

    ContextMaker c = context("cells");
    count(c, p_.length);
    const Halves n = halves(c, fresh);
    const Halves xn = halves(c, queue("new.inputs", p_.length, of_inputs[2]));
    const Halves u = halves(c, queue("updates", p_.length, update));
    h = halves(c, old.out);
    Cells last{NodeArithmetic(c)};
    const std::uint32_t state =
        c.pair(PairOperation::pack, last.renewed(u.low, last.sum(xn.low, n.low), h.low),
               last.renewed(u.high, last.sum(xn.high, n.high), h.high));
    c.give(out, state);
    go_back(c, state, {hidden.back, resets.back, old.back});
  }

  PatternGraph& pg_;
  GraphMaker& g_;
  const Pattern& p_;
  std::uint32_t gates_, sequences_, units_;
};

void PatternGraph::recurrent(const Pattern& of, const std::vector<std::uint32_t>& ins,
                             std::uint32_t out) {
  PatternOptions nearest = options_;  // states are rounded to nearest
  nearest.at_random = false;
  PatternGraph graph(g_, timing_, nearest);
  RecurrentMaker(graph, of).make(ins, out);
}

}  // namespace weft::program::rdu
