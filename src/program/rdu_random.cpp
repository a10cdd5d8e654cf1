// SPDX-License-Identifier: Apache-2.0
// Random unit graphs: streams that are made, changed, joined, and taken in the end.
#include "program/rdu_random.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/mix.hpp"
#include "program/rdu_make.hpp"

namespace weft::program::rdu::random {
namespace {

using numerics::word_bit;
using numerics::word_i32;
using ChannelKind = Channel::Kind;
using UnitKind = Unit::Kind;
using Op = WordOperation;

/// A channel that nothing takes yet, and about how many tokens will come along it.
struct Stream {
  std::uint32_t channel = none;
  ChannelKind kind = ChannelKind::word;
  std::uint32_t tokens = 0;
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(mix(seed ^ 0x7264755f67726170ULL)) {}

  Case make() {
    out_.timing = timing();
    chips_ = 1 + below(3);
    const std::uint32_t sources = 1 + below(3);
    for (std::uint32_t s = 0; s < sources; ++s) source();
    const std::uint32_t steps = 2 + below(10);
    for (std::uint32_t s = 0; s < steps; ++s) step();
    while (!open_.empty()) sink();
    out_.program = g_.take();
    fill_arrays();
    return std::move(out_);
  }

 private:
  std::uint32_t below(std::uint32_t count) {
    state_ = mix(state_);
    return static_cast<std::uint32_t>((state_ >> 32U) * count >> 32U);
  }
  bool once_in(std::uint32_t of) { return below(of) == 0; }
  std::string name(const char* what) { return what + std::to_string(names_++); }

  Timing timing() {
    Timing t;
    t.dram.channels = 1 + below(4);
    t.dram.burst_cycles = 1 + below(3);
    t.dram.latency_cycles = 1 + below(40);
    t.dram.row_bytes = 64U << below(4);
    t.dram.banks = 1 + below(4);
    t.dram.row_cycles = below(20);
    t.dram.outstanding = 1 + below(8);
    return t;
  }

  std::uint32_t unit(UnitKind kind) { return g_.unit(name("u"), kind, below(chips_)); }
  ContextMaker context(const char* what, std::uint32_t place, std::uint32_t lanes,
                       bool once = false) {
    ContextMaker c = g_.context(name(what), place, lanes, once);
    if (once_in(3)) c.context().stages = below(9);
    if (once_in(6)) c.context().interval_cycles = 1 + below(4);
    return c;
  }
  std::uint32_t channel(ChannelKind kind, std::uint32_t least = 1) {
    const std::uint32_t capacity = once_in(4) ? least + below(3) : std::max(least, 16U) + below(8);
    return g_.channel(name("c"), kind, capacity, once_in(3) ? 1 + below(9) : 1);
  }

  /// Gives a value along one to three new streams.
  void spread(ContextMaker& c, std::uint32_t value, bool vector, std::uint32_t tokens,
              std::uint32_t level = every, std::uint32_t when = none) {
    const std::uint32_t streams = once_in(3) ? 2 + below(2) : 1;
    for (std::uint32_t s = 0; s < streams; ++s) {
      const ChannelKind kind = vector || once_in(4) ? ChannelKind::vector : ChannelKind::word;
      const std::uint32_t made = channel(kind);
      c.give(made, value, level, when);
      open_.push_back({made, kind, tokens});
    }
  }

  Stream take_any() {
    const std::uint32_t at = below(static_cast<std::uint32_t>(open_.size()));
    const Stream stream = open_[at];
    open_.erase(open_.begin() + at);
    return stream;
  }

  std::uint32_t lanes_for(const Stream& stream) {
    return stream.kind == ChannelKind::vector && !once_in(5) ? lanes_most : 1;
  }

  /// Any i32 of what is there.
  std::uint32_t expression(ContextMaker& c, std::uint32_t a, std::uint32_t b) {
    std::uint32_t value = a;
    const std::uint32_t operations = below(4);
    for (std::uint32_t o = 0; o < operations; ++o) {
      constexpr Op all[] = {Op::add,     Op::subtract, Op::multiply, Op::minimum,
                            Op::maximum, Op::bit_xor,  Op::remainder};
      value = c.operation(all[below(7)], value,
                          once_in(2) ? b : c.integer(static_cast<std::int32_t>(below(90)) - 9));
    }
    return value;
  }
  /// True for about a share of values.
  std::uint32_t condition(ContextMaker& c, std::uint32_t word) {
    const auto rest =
        c.operation(Op::remainder, word, c.integer(static_cast<std::int32_t>(2 + below(4))));
    return c.operation(once_in(2) ? Op::equal : Op::unequal, rest, c.integer(0));
  }
  std::uint32_t word_of(ContextMaker& c, std::uint32_t value, bool vector) {
    return vector ? c.reduce(once_in(2) ? Op::add : Op::maximum, value) : value;
  }

  /// Counters for about as many firings as wanted; gives how many they are.
  std::uint32_t counters(ContextMaker& c, std::uint32_t wanted, std::uint32_t lanes) {
    std::uint32_t firings = 1;
    if (wanted >= 4 && once_in(2)) {
      const std::uint32_t outer = 2 + below(3);
      c.counter(name("i"), static_cast<std::int32_t>(outer));
      firings = outer;
      wanted /= outer;
    }
    const std::uint32_t rest = once_in(3) ? below(lanes) : 0;
    const auto end = static_cast<std::int32_t>(
        std::max(1U, wanted * lanes - std::min(rest, wanted * lanes - 1)));
    if (once_in(4)) {
      c.counter(name("i"), {end + 5, none}, {5, none}, {-1, none});
    } else {
      c.counter(name("i"), end);
    }
    return firings * ((static_cast<std::uint32_t>(end) + lanes - 1) / lanes);
  }

  void source() {
    const std::uint32_t lanes = once_in(2) ? lanes_most : 1;
    ContextMaker c = context("source", unit(UnitKind::compute), lanes, true);
    const std::uint32_t tokens = counters(c, 1 + below(40), lanes);
    const auto count = static_cast<std::uint32_t>(c.context().counters.size());
    const std::uint32_t inner = c.index(count - 1);
    const std::uint32_t value = expression(c, inner, c.index(0));
    spread(c, value, lanes > 1, tokens);
    if (!once_in(3)) return;
    const std::uint32_t sum = c.accumulate(Op::add, word_of(c, value, lanes > 1), below(count));
    spread(c, sum, false, 1, 0);
  }

  void step() {
    if (open_.empty()) return source();
    switch (below(12)) {
      case 0:
        return filter();
      case 1:
        return open_.size() > 1 ? merge() : source();
      case 2:
        return feedback();
      case 3:
        return buffer();
      case 4:
        return fold();
      case 5:
        return memory_of_dram();
      case 6:
        return hold();
      case 7:
        return race();
      case 8:
        return modify();
      case 9:
        return breaks();
      default:
        return map();
    }
  }

  void map() {
    const Stream a = take_any();
    const bool two = !open_.empty() && once_in(2);
    const std::uint32_t lanes = lanes_for(a);
    ContextMaker c = context("map", unit(UnitKind::compute), lanes);
    const std::uint32_t x = c.take(a.channel, word_i32);
    if (!two && once_in(4)) {  // counted without end
      c.context().counters.push_back({name("i"), {}, {}, {1, none}, true});
      c.counter(name("j"), static_cast<std::int32_t>((1 + below(3)) * lanes));
      const std::uint32_t value = c.operation(Op::add, x, c.index(0));
      return spread(c, value, vector_of(a, lanes), a.tokens, once_in(3) ? 1 : every);
    }
    if (!two) return spread(c, expression(c, x, c.integer(3)), vector_of(a, lanes), a.tokens);
    const Stream b = take_any();
    const std::uint32_t y = c.take(b.channel, word_i32);
    const std::uint32_t value = c.operation(Op::add, expression(c, x, y), y);
    spread(c, value, vector_of(a, lanes) || vector_of(b, lanes), std::min(a.tokens, b.tokens));
  }
  static bool vector_of(const Stream& stream, std::uint32_t lanes) {
    return lanes > 1 && stream.kind == ChannelKind::vector;
  }

  void filter() {
    const Stream a = take_any();
    const std::uint32_t lanes = lanes_for(a);
    ContextMaker c = context("filter", unit(UnitKind::compute), lanes);
    const std::uint32_t x = c.take(a.channel, word_i32);
    const bool vector = vector_of(a, lanes);
    const std::uint32_t when = condition(c, word_of(c, x, vector));
    spread(c, x, vector, a.tokens / 2, every, when);
    if (once_in(2)) spread(c, x, vector, a.tokens / 2, every, c.operation(Op::bit_not, when));
  }

  /// By a word of one of them, or the smaller of two heads.
  void merge() {
    const Stream a = take_any();
    const Stream b = take_any();
    ContextMaker c = context("merge", unit(UnitKind::compute), 1);
    const std::uint32_t in_a = c.input(a.channel);
    const std::uint32_t x = c.value_of(in_a, word_i32);
    const std::uint32_t in_b = c.input(b.channel);
    const std::uint32_t y = c.value_of(in_b, word_i32);
    if (once_in(2)) {
      const std::uint32_t less = c.operation(Op::less, x, y);
      c.context().inputs[in_a].pop_when = less;
      c.context().inputs[in_b].pop_when = c.operation(Op::bit_not, less);
      return spread(c, c.operation(Op::select, less, x, y), false, a.tokens);
    }
    c.context().inputs[in_b].when = condition(c, x);
    spread(c, c.operation(Op::add, x, y), false, a.tokens);
  }

  /// What goes out comes back: as many rounds at once as tokens lie there.
  void feedback() {
    const Stream a = take_any();
    const std::uint32_t back = channel(ChannelKind::word, 3);
    g_.program().channels[back].initial = 1 + below(3);
    ContextMaker c = context("loop", unit(UnitKind::compute), 1);
    const std::uint32_t x = c.take(a.channel, word_i32);
    const std::uint32_t old = c.take(back, word_i32);
    const std::uint32_t value = expression(c, c.operation(Op::add, x, old), x);
    spread(c, value, false, a.tokens);
    if (once_in(2)) {
      c.give(back, value);
      return;
    }
    const std::uint32_t there = channel(ChannelKind::word);
    c.give(there, value);
    ContextMaker d = context("back", unit(UnitKind::compute), 1);
    d.give(back, expression(d, d.take(there, word_i32), d.integer(1)));
  }

  /// A buffer that is written and read, one scope behind the other.
  void buffer() {
    const Stream a = take_any();
    const std::uint32_t lanes = lanes_for(a);
    const std::uint32_t place = unit(UnitKind::memory);
    const std::uint32_t depth = 1 + below(3);
    const std::uint32_t scope = 1 + below(6);
    const std::uint32_t words = g_.memory(name("m"), place, scope * lanes, once_in(8) ? 1 : depth);
    if (once_in(4)) g_.program().memories[words].banks = 1 + below(16);
    ContextMaker w = context("write", place, lanes);
    const bool odd = !once_in(6);
    w.counter(name("i"), static_cast<std::int32_t>(scope * lanes));
    w.store(words, w.index(0), w.take(a.channel, word_i32), 0);
    ContextMaker r = context("read", place, lanes);
    r.counter(name("r"), static_cast<std::int32_t>(1 + below(3)));
    r.counter(name("i"), static_cast<std::int32_t>(scope * lanes));
    std::uint32_t at = r.index(1);
    if (once_in(3))
      at = r.operation(Op::subtract,
                       r.integer(static_cast<std::int32_t>(scope * lanes) - (odd ? 1 : 0)), at);
    const std::uint32_t value = r.load(words, word_i32, at, 0);
    spread(r, value, lanes > 1, a.tokens);
    g_.hand_over(name("h"), w, 0, r, 0, depth, 1 + below(3));
  }

  /// A word of the memory, of those that the value says.
  std::uint32_t place_of(ContextMaker& c, std::uint32_t value, std::uint32_t words) {
    return c.operation(Op::remainder, value, c.integer(static_cast<std::int32_t>(words)));
  }

  /// A memory that one context stores into and another loads from, with nothing between them: what
  /// is loaded may be what is given, whether anything is, or where something else lies.
  void race() {
    const Stream a = take_any();
    const bool two = !open_.empty();
    const Stream b = two ? take_any() : a;
    const std::uint32_t place = unit(UnitKind::memory);
    const std::uint32_t words = 1 + below(24);
    const std::uint32_t memory = g_.memory(name("m"), place, words);
    if (once_in(3)) g_.program().memories[memory].banks = 1 + below(16);
    ContextMaker w = context("writes", place, lanes_for(a));
    const std::uint32_t x = w.take(a.channel, word_i32);
    w.store(memory, place_of(w, x, words), expression(w, x, w.integer(5)));
    const std::uint32_t lanes = two ? lanes_for(b) : 1;
    ContextMaker r = context("reads", place, lanes, !two);
    std::uint32_t y = none;
    if (two) {
      y = r.take(b.channel, word_i32);
    } else {
      counters(r, 20 + below(60), 1);
      y = r.index(0);
    }
    const bool vector = two && vector_of(b, lanes);
    std::uint32_t value = r.load(memory, word_i32, place_of(r, y, words));
    if (once_in(3)) value = r.load(memory, word_i32, place_of(r, value, words));
    const std::uint32_t when = once_in(2) ? none : condition(r, word_of(r, value, vector));
    if (once_in(3) && !open_.empty()) {
      const std::uint32_t more = r.input(take_any().channel, every, when);
      return spread(r, r.operation(Op::add, value, r.value_of(more, word_i32)), vector, b.tokens);
    }
    spread(r, value, vector, b.tokens, every, when);
  }

  /// Words that are changed where they are.
  void modify() {
    const Stream a = take_any();
    const std::uint32_t lanes = lanes_for(a);
    const std::uint32_t place = unit(UnitKind::memory);
    const std::uint32_t words = lanes * (1 + below(4));
    const std::uint32_t memory = g_.memory(name("m"), place, words);
    ContextMaker c = context("modify", place, lanes);
    c.counter(name("i"), static_cast<std::int32_t>(words));
    const std::uint32_t x = c.take(a.channel, word_i32);
    const std::uint32_t at = once_in(2) ? c.index(0) : place_of(c, x, words);
    const std::uint32_t old = c.load(memory, word_i32, at);
    c.store(memory, at, c.operation(Op::add, old, x));
    spread(c, old, lanes > 1, a.tokens, once_in(3) ? 0 : every);
  }

  void fold() {
    const Stream a = take_any();
    const std::uint32_t lanes = lanes_for(a);
    ContextMaker c = context("fold", unit(UnitKind::compute), lanes);
    const std::uint32_t firings = counters(c, std::max(1U, a.tokens), lanes);
    const auto count = static_cast<std::uint32_t>(c.context().counters.size());
    const std::uint32_t x = c.take(a.channel, word_i32);
    const std::uint32_t level = below(count);
    const bool vector = vector_of(a, lanes) && once_in(2);
    const std::uint32_t value = vector ? x : word_of(c, x, vector_of(a, lanes));
    const std::uint32_t sum = c.accumulate(once_in(2) ? Op::add : Op::minimum, value, level,
                                           once_in(3) ? c.integer(4) : none);
    spread(c, sum, vector, level == 0 ? 1 : firings / 2, level);
    const std::uint32_t reg = c.reg(name("r"), word_i32, 3, once_in(2) ? no_level : level);
    const std::uint32_t old = c.value_of_register(reg);
    c.leave(reg, c.operation(Op::subtract, word_of(c, x, vector_of(a, lanes)), old));
    if (once_in(2)) spread(c, old, false, firings);
  }

  /// A word is held while a loop as long as it says goes through.
  void hold() {
    const Stream a = take_any();
    ContextMaker range = context("range", unit(UnitKind::compute), 1);
    const std::uint32_t ends = channel(ChannelKind::word);
    const auto taken = range.take(a.channel, word_i32);
    range.give(ends, range.operation(Op::remainder, taken, range.integer(5)));
    const std::uint32_t lanes = once_in(2) ? lanes_most : 1;
    ContextMaker c = context("hold", unit(UnitKind::compute), lanes);
    const std::uint32_t end = c.input(ends, 0);
    const Bound step = once_in(15) ? Bound{0, end} : Bound{1, none};
    c.counter(name("i"), once_in(3) ? Bound{-2, none} : Bound{0, none}, {0, end}, step);
    const std::uint32_t i = c.index(0);
    spread(c, expression(c, i, c.value_of(end, word_i32)), lanes > 1, a.tokens);
  }

  /// A loop that ends where a value says so, or one of the firing before.
  void breaks() {
    const Stream a = take_any();
    const std::uint32_t lanes = lanes_for(a);
    ContextMaker c = context("breaks", unit(UnitKind::compute), lanes);
    const std::uint32_t x = c.take(a.channel, word_i32);
    if (once_in(2)) c.counter(name("i"), static_cast<std::int32_t>(1 + below(3)));
    const auto at = static_cast<std::uint32_t>(c.context().counters.size());
    const bool endless = once_in(2);
    const auto end = static_cast<std::int32_t>(1 + below(9));
    c.context().counters.push_back({name("i"), {}, {endless ? 0 : end, none}, {1, none}, endless});
    if (once_in(2)) c.counter(name("j"), static_cast<std::int32_t>((1 + below(3)) * lanes));
    const bool vector = vector_of(a, lanes);
    std::uint32_t until = vector ? none : condition(c, x);
    if (vector || once_in(2)) {
      const std::uint32_t reg = c.reg(name("r"), word_bit, 0, once_in(2) ? no_level : at);
      until = c.value_of_register(reg);
      c.leave(reg, c.operation(Op::bit_and, condition(c, word_of(c, x, vector)),
                               c.operation(Op::bit_not, until)));
    }
    c.context().counters[at].until = until;
    const std::uint32_t value = once_in(2) ? c.accumulate(Op::add, x, at) : x;
    spread(c, value, vector, a.tokens, once_in(2) ? at : every, once_in(3) ? c.last(at) : none);
  }

  void memory_of_dram() {
    if (dram_ == none) {
      dram_ = unit(UnitKind::dram);
      from_ = g_.dram_array("from", Array::Role::input, word_i32, {dram_words}, dram_);
      to_ = g_.dram_array("to", Array::Role::output, word_i32, {dram_words}, dram_);
    }
    const Stream a = take_any();
    const std::uint32_t words = once_in(30) ? 1024 : dram_words / 2;
    const std::uint32_t data = channel(ChannelKind::vector);
    if (a.kind == ChannelKind::vector) {
      ContextMaker c = context("addresses", unit(UnitKind::address), lanes_most);
      const std::uint32_t at = channel(ChannelKind::vector);
      c.give(at, address(c, c.take(a.channel, word_i32), from_, words));
      if (once_in(3)) {
        c.give(data, c.lane());
        const std::uint32_t sums = channel(ChannelKind::vector);
        g_.transfer(name("t"), dram_, Transfer::Kind::add, at, none, data, sums);
        g_.program().transfers.back().type = word_i32;
        open_.push_back({sums, ChannelKind::vector, a.tokens});
        return;
      }
      if (once_in(2)) {
        c.give(data, c.lane());
        const std::uint32_t written = channel(ChannelKind::bit);
        g_.transfer(name("t"), dram_, Transfer::Kind::scatter, at, none, data, written);
        return end(written);
      }
      g_.transfer(name("t"), dram_, Transfer::Kind::gather, at, none, data);
      open_.push_back({data, ChannelKind::vector, a.tokens});
      return;
    }
    ContextMaker c = context("commands", unit(UnitKind::address), 1);
    const std::uint32_t x = c.take(a.channel, word_i32);
    const std::uint32_t at = channel(ChannelKind::word);
    const std::uint32_t size = channel(ChannelKind::word);
    c.give(at, address(c, x, from_, words));
    const std::uint32_t count =
        c.operation(Op::remainder, x, c.integer(static_cast<std::int32_t>(1 + below(60))));
    c.give(size, c.operation(Op::multiply, count, c.integer(4)));
    g_.transfer(name("t"), dram_, Transfer::Kind::load, at, size, data);
    const std::uint32_t lanes = once_in(2) ? lanes_most : 1 + below(lanes_most);
    g_.program().transfers.back().lanes = lanes;
    if (once_in(2)) {
      open_.push_back({data, ChannelKind::vector, a.tokens * 2});
      return;
    }
    const std::uint32_t to = channel(ChannelKind::word);
    const std::uint32_t also = channel(ChannelKind::word);
    c.give(to, address(c, x, to_, dram_words / 2));
    c.give(also, c.operation(Op::multiply, count, c.integer(4)));
    const std::uint32_t done = channel(ChannelKind::bit);
    g_.transfer(name("t"), dram_, Transfer::Kind::store, to, also, data, done);
    g_.program().transfers.back().lanes = lanes;
    end(done);
  }
  void end(std::uint32_t done) { context("end", unit(UnitKind::compute), 1).input(done); }
  std::uint32_t address(ContextMaker& c, std::uint32_t x, std::uint32_t base, std::uint32_t words) {
    const auto word = c.operation(Op::remainder, x, c.integer(static_cast<std::int32_t>(words)));
    const auto bytes = c.operation(Op::multiply, word, c.integer(4));
    return c.operation(Op::add, bytes, c.integer(static_cast<std::int32_t>(base)));
  }

  void sink() {
    const Stream a = open_.back();
    open_.pop_back();
    const std::uint32_t place = unit(UnitKind::host);
    const std::uint32_t lanes = lanes_for(a);
    const std::uint32_t words = g_.memory(name("m"), place, lanes);
    g_.array("out" + std::to_string(names_), Array::Role::output, word_i32, {lanes}, words);
    ContextMaker c = context("sink", place, lanes);
    const std::uint32_t x = c.take(a.channel, word_i32);
    const std::uint32_t at = lanes > 1 ? c.lane() : c.integer(0);
    const std::uint32_t reg = c.reg(name("r"), word_i32, 0);
    const bool vector = vector_of(a, lanes);
    const std::uint32_t old = c.value_of_register(reg);
    c.leave(reg, c.operation(Op::add, c.operation(Op::multiply, old, c.integer(31)),
                             word_of(c, x, vector)));
    c.store(words, at, c.operation(Op::bit_xor, x, old));
  }

  void fill_arrays() {
    for (const Array& array : out_.program.arrays) {
      if (array.role != Array::Role::input) continue;
      auto& words = out_.arrays[array.name];
      for (std::uint64_t w = 0; w < array.elements(); ++w) words.push_back(below(1000));
    }
  }

  static constexpr std::uint32_t dram_words = 256;
  std::uint64_t state_;
  Case out_;
  GraphMaker g_;
  std::vector<Stream> open_;
  std::uint32_t chips_ = 1;
  std::uint32_t names_ = 0;
  std::uint32_t dram_ = none;
  std::uint32_t from_ = 0;
  std::uint32_t to_ = 0;
};

}  // namespace

Case graph(std::uint64_t seed) { return Generator(seed).make(); }

}  // namespace weft::program::rdu::random
