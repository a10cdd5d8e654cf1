// SPDX-License-Identifier: Apache-2.0
// What all patterns need: tiles in and out of DRAM, rows held in memory units, rounding.
#include "program/rdu_pattern_graph.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

using Kind = Channel::Kind;
using UnitKind = Unit::Kind;
using numerics::word_u32;

std::uint32_t turned_address(ContextMaker& c, std::uint32_t row, std::uint32_t word,
                             std::uint32_t row_words) {
  const std::uint32_t block = low_bits(c, word, ~(pair_lanes - 1));
  const std::uint32_t within = low_bits(c, add(c, word, half_of(c, row)), pair_lanes - 1);
  return add(c, times(c, row, row_words), add(c, block, within));
}

std::uint32_t load_column(ContextMaker& c, std::uint32_t memory, std::uint32_t even,
                          std::uint32_t element, std::uint32_t row_words, std::uint32_t turn) {
  const std::uint32_t word = half_of(c, element);
  const std::uint32_t first = turned_address(c, even, word, row_words);
  const std::uint32_t upper = c.load(memory, word_u32, first, turn);
  const std::uint32_t lower = c.load(memory, word_u32, plus(c, first, row_words), turn);
  const std::uint32_t odd = is(c, low_bits(c, element, 1), 1);
  const auto half = [&](std::uint32_t pairs) {
    return c.operation(WordOperation::select, odd, c.pair(PairOperation::high, pairs),
                       c.pair(PairOperation::low, pairs));
  };
  return c.pair(PairOperation::pack, half(upper), half(lower));
}

void PatternGraph::lengthen(std::uint32_t channel) {
  Channel& of = g_.program().channels[channel];
  of.latency_cycles = std::max(of.latency_cycles, timing_.link.latency_cycles);
  of.capacity += parts_of(2 * of.latency_cycles, timing_.link.vector_cycles);
}

void PatternGraph::link(const std::string& name, std::uint32_t in, std::uint32_t out) {
  ContextMaker c = g_.context(name, g_.unit(name, UnitKind::address), pair_lanes);
  c.context().interval_cycles = timing_.link.vector_cycles;
  c.give(out, c.take(in, word_u32));
  lengthen(out);
}

void PatternGraph::load(const std::string& name, const DramMatrix& from, std::uint32_t start,
                        std::uint32_t out) {
  const std::uint32_t unit = g_.unit(name + ".ag", UnitKind::address);
  const std::uint32_t at = g_.channel(name + ".at", Kind::word);
  const std::uint32_t size = g_.channel(name + ".size", Kind::word);
  ContextMaker command = g_.context(name + ".command", unit);
  command.input(start);
  command.give(at, command.integer(static_cast<std::int32_t>(from.address_bytes)));
  command.give(size, command.integer(static_cast<std::int32_t>(from.bytes)));
  g_.transfer(name + ".load", from.unit, Transfer::Kind::load, at, size, out);
}

void PatternGraph::store(const std::string& name, const DramMatrix& to, std::uint32_t start,
                         std::uint32_t in, std::uint32_t done) {
  const std::uint32_t unit = g_.unit(name + ".ag", UnitKind::address);
  const std::uint32_t at = g_.channel(name + ".at", Kind::word);
  const std::uint32_t size = g_.channel(name + ".size", Kind::word);
  ContextMaker command = g_.context(name + ".command", unit);
  command.input(start);
  command.give(at, command.integer(static_cast<std::int32_t>(to.address_bytes)));
  command.give(size, command.integer(static_cast<std::int32_t>(to.bytes)));
  g_.transfer(name + ".store", to.unit, Transfer::Kind::store, at, size, in, done);
}

std::uint32_t PatternGraph::memory(const std::string& name, const Pattern& of, std::uint32_t unit,
                                   std::uint64_t words, std::uint32_t buffers) {
  if (words * buffers > timing_.memory_words) {
    fail(Category::input, "pattern '" + of.name + "': its memory '" + name + "' takes " +
                              counted(words * buffers, "word") + ", a unit has " +
                              std::to_string(timing_.memory_words) +
                              ": give it a larger par, or smaller matrices");
  }
  return g_.memory(name, unit, static_cast<std::uint32_t>(words), buffers);
}

void PatternGraph::count_words(ContextMaker& c, std::uint32_t rows, std::uint32_t columns) {
  c.counter("row", static_cast<std::int32_t>(rows));
  c.counter("word", static_cast<std::int32_t>(parts_of(columns, 2)));
}

Halves PatternGraph::halves(ContextMaker& c, std::uint32_t pairs) {
  return {c.pair(PairOperation::low, pairs), c.pair(PairOperation::high, pairs)};
}

std::uint32_t PatternGraph::rounded(ContextMaker& c, Halves of, std::uint32_t row,
                                    std::uint32_t word, std::uint32_t words) {
  if (!options_.at_random) return c.pair(PairOperation::pack, of.low, of.high);
  const std::uint32_t place = add(c, times(c, row, words), word);
  return c.pair(PairOperation::pack_random, of.low, of.high,
                random_bits_of(NodeArithmetic(c), place, options_.seed));
}

std::uint32_t PatternGraph::inside(ContextMaker& c, std::uint32_t high, std::uint32_t word,
                                   std::uint32_t columns, float otherwise) {
  if (columns % 2 == 0) return high;
  const std::uint32_t there = below(c, plus(c, times(c, word, 2), 1), columns);
  return c.operation(WordOperation::select, there, high, c.real(otherwise));
}

void PatternGraph::hold_rows(const std::string& name, std::uint32_t rows, std::uint32_t columns,
                             std::uint32_t in, std::uint32_t out, std::uint32_t also) {
  const std::uint32_t unit = g_.unit(name, UnitKind::memory);
  const std::uint32_t held = g_.memory(name, unit, vectors_of_row(columns) * pair_lanes, 2);
  ContextMaker write = g_.context(name + ".write", unit, pair_lanes);
  count_words(write, rows, columns);
  const std::uint32_t taken = write.take(in, word_u32);
  write.store(held, write.index(1), taken, 1);
  if (also != none) write.give(also, taken);
  ContextMaker read = g_.context(name + ".read", unit, pair_lanes);
  count_words(read, rows, columns);
  read.give(out, read.load(held, word_u32, read.index(1), 1));
  g_.hand_over(name, write, 1, read, 1, 2);
}

void PatternGraph::repeat_row(const std::string& name, std::uint32_t rows, std::uint32_t columns,
                              std::uint32_t in, std::uint32_t out) {
  const std::uint32_t unit = g_.unit(name, UnitKind::memory);
  const std::uint32_t held = g_.memory(name, unit, vectors_of_row(columns) * pair_lanes);
  ContextMaker write = g_.context(name + ".write", unit, pair_lanes);
  write.counter("word", static_cast<std::int32_t>(parts_of(columns, 2)));
  write.store(held, write.index(0), write.take(in, word_u32));
  ContextMaker read = g_.context(name + ".read", unit, pair_lanes);
  count_words(read, rows, columns);
  read.give(out, read.load(held, word_u32, read.index(1)));
  g_.hand_over(name, write, 0, read, 0, 1);
}

}  // namespace weft::program::rdu
