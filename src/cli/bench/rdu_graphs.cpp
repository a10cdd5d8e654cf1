// SPDX-License-Identifier: Apache-2.0
// Unit graphs that are measured, made piece by piece.
#include "cli/bench/rdu_graphs.hpp"

#include <string>
#include <utility>
#include <vector>

#include "program/rdu_make.hpp"

namespace weft::cli::bench {

using namespace program::rdu;
using numerics::word_f32;
using numerics::word_i32;
using Kind = Channel::Kind;
using Op = WordOperation;

namespace {

constexpr std::uint32_t units_a_chip = 200;

std::int32_t number(std::uint32_t value) { return static_cast<std::int32_t>(value); }

/// A context that goes once through a counter of `count`, and gives commands of `bytes` each.
void add_commands(GraphMaker& g, std::uint32_t unit, const std::string& name, std::uint32_t count,
                  std::uint32_t bytes, std::uint32_t first, std::uint32_t at, std::uint32_t size) {
  ContextMaker c = g.context(name, unit, 1, true);
  const std::uint32_t i = c.index(c.counter("i", number(count)));
  c.give(at, c.operation(Op::add, c.operation(Op::multiply, i, c.integer(number(bytes))),
                         c.integer(number(first))));
  c.give(size, c.integer(number(bytes)));
}

struct Stream {
  std::uint32_t data;
  std::uint32_t at;
  std::uint32_t size;
};
Stream stream_of(GraphMaker& g, const std::string& name) {
  return {g.channel(name + ".data", Kind::vector), g.channel(name + ".at", Kind::word),
          g.channel(name + ".size", Kind::word)};
}

/// A unit of a chip that has as many of its kind as there are.
std::uint32_t next_unit(GraphMaker& g, std::uint32_t& units) {
  const std::uint32_t at = units++;
  return g.unit("u" + std::to_string(at), Unit::Kind::compute, at / units_a_chip);
}

/// Rows or columns of a product, and where its units lie.
struct Product {
  GraphMaker& g;
  std::uint32_t size;
  std::uint32_t host;
};

/// Rows of `a` as words, one behind the other, each as often as there are 16 columns.
std::uint32_t add_left(Product& p, std::uint32_t data) {
  const std::uint32_t unit = p.g.unit("of_a", Unit::Kind::memory);
  const std::uint32_t row = p.g.memory("row_a", unit, p.size, 2);
  ContextMaker write = p.g.context("write_a", unit, lanes_most);
  write.counter("k", number(p.size));
  write.store(row, write.index(0), write.take(data, word_f32), 0);
  ContextMaker read = p.g.context("read_a", unit);
  read.counter("j", number(p.size / lanes_most));
  read.counter("k", number(p.size));
  const std::uint32_t left = p.g.channel("left", Kind::word);
  read.give(left, read.load(row, word_f32, read.index(1), 0));
  p.g.hand_over("a", write, 0, read, 0, 2);
  return left;
}

/// All of `b`, 16 columns at a time, as often as there are rows.
std::uint32_t add_right(Product& p, std::uint32_t data) {
  const std::uint32_t unit = p.g.unit("of_b", Unit::Kind::memory);
  const std::uint32_t words = p.g.memory("words_b", unit, p.size * p.size);
  const std::uint32_t full = p.g.channel("b.full", Kind::bit);
  ContextMaker write = p.g.context("write_b", unit, lanes_most);
  write.counter("w", number(p.size * p.size));
  write.store(words, write.index(0), write.take(data, word_f32));
  write.give(full, none, 0);
  ContextMaker read = p.g.context("read_b", unit, lanes_most);
  read.input(full, 0);
  read.counter("i", number(p.size));
  read.counter("j", number(p.size / lanes_most));
  read.counter("k", number(p.size));
  read.counter("lane16", number(lanes_most));
  const std::uint32_t right = p.g.channel("right", Kind::vector);
  const auto row = read.operation(Op::multiply, read.index(2), read.integer(number(p.size)));
  const auto column = read.operation(Op::multiply, read.index(1), read.integer(lanes_most));
  const auto word = read.operation(Op::add, read.operation(Op::add, row, column), read.index(3));
  read.give(right, read.load(words, word_f32, word));
  return right;
}

std::uint32_t add_sums(Product& p, std::uint32_t left, std::uint32_t right) {
  ContextMaker multiply = p.g.context("multiply", p.g.unit("pcu", Unit::Kind::compute), lanes_most);
  const std::uint32_t x = multiply.take(left, word_f32);
  const std::uint32_t y = multiply.take(right, word_f32);
  multiply.counter("k", number(p.size));
  multiply.counter("lane16", number(lanes_most));
  const std::uint32_t sums = p.g.channel("sums", Kind::vector);
  multiply.give(sums, multiply.accumulate(Op::add, multiply.operation(Op::multiply, x, y), 0), 0);
  return sums;
}

/// Rows of `c`, back to where they are stored from.
void add_result(Product& p, std::uint32_t sums, std::uint32_t data, std::uint32_t done) {
  const std::uint32_t unit = p.g.unit("of_c", Unit::Kind::memory);
  const std::uint32_t row = p.g.memory("row_c", unit, p.size, 2);
  ContextMaker write = p.g.context("write_c", unit, lanes_most);
  write.counter("j", number(p.size));
  write.store(row, write.index(0), write.take(sums, word_f32), 0);
  ContextMaker read = p.g.context("read_c", unit, lanes_most);
  read.counter("j", number(p.size));
  read.give(data, read.load(row, word_f32, read.index(0), 0));
  p.g.hand_over("c", write, 0, read, 0, 2);
  p.g.context("stored", p.host).input(done);
}

}  // namespace

Program rdu_product(std::uint32_t size) {
  GraphMaker g;
  const std::uint32_t dram = g.unit("dram", Unit::Kind::dram);
  const std::uint32_t ags = g.unit("ags", Unit::Kind::address);
  const Stream a = stream_of(g, "a");
  const Stream b = stream_of(g, "b");
  const Stream c = stream_of(g, "c");
  const std::uint32_t done = g.channel("done", Kind::bit);
  const std::vector<std::uint64_t> shape = {size, size};
  using Role = Array::Role;
  const std::uint32_t at_a = g.dram_array("a", Role::input, word_f32, shape, dram);
  const std::uint32_t at_b = g.dram_array("b", Role::input, word_f32, shape, dram);
  const std::uint32_t at_c = g.dram_array("c", Role::output, word_f32, shape, dram);
  g.transfer("load_a", dram, Transfer::Kind::load, a.at, a.size, a.data);
  g.transfer("load_b", dram, Transfer::Kind::load, b.at, b.size, b.data);
  g.transfer("store_c", dram, Transfer::Kind::store, c.at, c.size, c.data, done);
  add_commands(g, ags, "rows_a", size, 4 * size, at_a, a.at, a.size);
  add_commands(g, ags, "all_b", 1, 4 * size * size, at_b, b.at, b.size);
  add_commands(g, ags, "rows_c", size, 4 * size, at_c, c.at, c.size);
  Product p{g, size, g.unit("host", Unit::Kind::host)};
  const std::uint32_t left = add_left(p, a.data);
  const std::uint32_t right = add_right(p, b.data);
  add_result(p, add_sums(p, left, right), c.data, done);
  return g.take();
}

Program rdu_pairs(std::uint32_t pairs, std::uint32_t firings) {
  GraphMaker g;
  std::uint32_t units = 0;
  for (std::uint32_t p = 0; p < pairs; ++p) {
    const std::uint32_t unit = next_unit(g, units);
    const std::uint32_t words = g.channel("c" + std::to_string(p), Kind::word);
    ContextMaker from = g.context("from" + std::to_string(p), unit, 1, true);
    from.give(words, from.index(from.counter("i", number(firings))));
    ContextMaker to = g.context("to" + std::to_string(p), unit);
    to.accumulate(Op::add, to.take(words, word_i32), no_level);
  }
  return g.take();
}

Program rdu_stages(std::uint32_t rounds) {
  constexpr std::uint32_t words = 64;
  GraphMaker g;
  const std::uint32_t first = g.unit("first", Unit::Kind::memory);
  const std::uint32_t second = g.unit("second", Unit::Kind::memory);
  const std::uint32_t pcu = g.unit("pcu", Unit::Kind::compute);
  const auto stage = [&](const std::string& name, std::uint32_t unit, std::uint32_t in,
                         std::uint32_t out) {
    const std::uint32_t memory = g.memory(name, unit, words, 2);
    ContextMaker write = g.context(name + ".write", unit);
    write.counter("i", number(words));
    write.store(memory, write.index(0), write.take(in, word_i32), 0);
    ContextMaker read = g.context(name + ".read", unit);
    read.counter("i", number(words));
    read.give(out, read.load(memory, word_i32, read.index(0), 0));
    g.hand_over(name, write, 0, read, 0, 2);
  };
  const std::uint32_t a = g.channel("a", Kind::word);
  const std::uint32_t b = g.channel("b", Kind::word);
  const std::uint32_t c = g.channel("c", Kind::word);
  const std::uint32_t d = g.channel("d", Kind::word);
  ContextMaker from = g.context("from", pcu, 1, true);
  from.counter("round", number(rounds));
  from.counter("i", number(words));
  from.give(a, from.operation(Op::multiply, from.index(0), from.index(1)));
  stage("x", first, a, b);
  ContextMaker map = g.context("map", pcu);
  const std::uint32_t taken = map.take(b, word_i32);
  map.give(c, map.operation(Op::add, map.operation(Op::multiply, taken, taken), map.integer(3)));
  stage("y", second, c, d);
  ContextMaker to = g.context("to", pcu);
  to.counter("i", number(words));
  to.accumulate(Op::add, to.take(d, word_i32), 0);
  return g.take();
}

Program rdu_merge(std::uint32_t words) {
  GraphMaker g;
  std::uint32_t units = 0;
  std::vector<std::uint32_t> channels;
  for (std::uint32_t s = 0; s < 2; ++s) {
    channels.push_back(g.channel("c" + std::to_string(s), Kind::word));
    ContextMaker from = g.context("from" + std::to_string(s), next_unit(g, units), 1, true);
    const std::uint32_t i = from.index(from.counter("i", number(words / 2)));
    const auto twice = from.operation(Op::multiply, i, from.integer(2));
    from.give(channels[s], from.operation(Op::add, twice, from.integer(number(s))));
  }
  const std::uint32_t merged = g.channel("merged", Kind::word);
  ContextMaker c = g.context("merge", next_unit(g, units));
  const std::uint32_t in_a = c.input(channels[0]);
  const std::uint32_t x = c.value_of(in_a, word_i32);
  const std::uint32_t in_b = c.input(channels[1]);
  const std::uint32_t y = c.value_of(in_b, word_i32);
  const std::uint32_t less = c.operation(Op::less, x, y);
  c.context().inputs[in_a].pop_when = less;
  c.context().inputs[in_b].pop_when = c.operation(Op::bit_not, less);
  c.give(merged, c.operation(Op::select, less, x, y));
  ContextMaker to = g.context("to", next_unit(g, units));
  to.accumulate(Op::bit_xor, to.take(merged, word_i32), no_level);
  return g.take();
}

Program rdu_tree(std::uint32_t leaves, std::uint32_t words) {
  GraphMaker g;
  std::uint32_t units = 0;
  std::uint32_t names = 0;
  std::vector<std::uint32_t> level;
  for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) {
    level.push_back(g.channel("c" + std::to_string(names++), Kind::word));
    ContextMaker from = g.context("leaf" + std::to_string(leaf), next_unit(g, units), 1, true);
    from.give(level.back(), from.index(from.counter("i", number(words))));
  }
  while (level.size() > 1) {
    std::vector<std::uint32_t> above;
    for (std::size_t i = 0; i < level.size(); i += 2) {
      above.push_back(g.channel("c" + std::to_string(names), Kind::word));
      ContextMaker sum = g.context("sum" + std::to_string(names++), next_unit(g, units));
      const std::uint32_t x = sum.take(level[i], word_i32);
      sum.give(above.back(), sum.operation(Op::add, x, sum.take(level[i + 1], word_i32)));
    }
    level = std::move(above);
  }
  ContextMaker to = g.context("to", next_unit(g, units));
  to.accumulate(Op::add, to.take(level[0], word_i32), no_level);
  return g.take();
}

}  // namespace weft::cli::bench
