// SPDX-License-Identifier: Apache-2.0
// Patterns that compute nothing: transposition, columns, joined matrices.
#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using numerics::word_u32;

void PatternGraph::transpose(const Pattern& of, const Pattern& x, std::uint32_t in,
                             std::uint32_t out) {
  const std::uint32_t vectors = vectors_of_row(x.columns_count);
  const std::uint32_t row_words = vectors * pair_lanes;
  const std::uint32_t blocks = vectors_of_row(x.rows);
  const std::uint32_t unit = g_.unit(of.name, UnitKind::memory);
  const std::uint32_t held =
      memory(of.name, of, unit, std::uint64_t{blocks} * vector_elements * row_words, 1);
  ContextMaker write = g_.context(of.name + ".write", unit, pair_lanes);
  count_words(write, x.rows, x.columns_count);
  const std::uint32_t row = write.index(0);
  const std::uint32_t address = turned_address(write, row, write.index(1), row_words);
  write.store(held, address, write.take(in, word_u32));
  ContextMaker read = g_.context(of.name + ".read", unit, pair_lanes);
  read.counter("column", static_cast<std::int32_t>(x.columns_count));
  read.counter("word", static_cast<std::int32_t>(parts_of(x.rows, 2)));
  const std::uint32_t even = times(read, read.index(1), 2);
  read.give(out, load_column(read, held, even, read.index(0), row_words, no_level));
  g_.hand_over(of.name, write, 0, read, 0, 1);
}

void PatternGraph::columns(const Pattern& of, const Pattern& x, std::uint32_t in,
                           std::uint32_t out) {
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  c.counter("row", static_cast<std::int32_t>(of.rows));
  c.counter("vector", static_cast<std::int32_t>(vectors_of_row(x.columns_count)));
  c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  const std::uint32_t vector = c.index(1);
  const std::uint32_t first = of.first / vector_elements;
  const std::uint32_t behind = below(c, vector, first + vectors_of_row(of.columns_count));
  const std::uint32_t before = c.operation(WordOperation::bit_not, below(c, vector, first));
  c.give(out, c.take(in, word_u32), every, both(c, before, behind));
}

namespace {

/// Inputs in turn: of the first as many places as `counts` says, then of the next.
std::uint32_t one_of(ContextMaker& c, std::uint32_t place, const std::vector<std::uint32_t>& counts,
                     const std::vector<std::uint32_t>& ins) {
  std::uint32_t value = none;
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < ins.size(); ++i) {
    const std::uint32_t behind = below(c, place, first + counts[i]);
    const std::uint32_t before = c.operation(WordOperation::bit_not, below(c, place, first));
    const std::uint32_t turn = both(c, before, behind);
    const std::uint32_t taken = c.value_of(c.input(ins[i], every, turn), word_u32);
    value = i == 0 ? taken : c.operation(WordOperation::select, turn, taken, value);
    first += counts[i];
  }
  return value;
}

}  // namespace

void PatternGraph::join(const Pattern& of, const std::vector<std::uint32_t>& columns,
                        const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  c.counter("row", static_cast<std::int32_t>(of.rows));
  c.counter("vector", static_cast<std::int32_t>(vectors_of_row(of.columns_count)));
  c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  std::vector<std::uint32_t> vectors;
  for (const std::uint32_t of_part : columns) vectors.push_back(vectors_of_row(of_part));
  c.give(out, one_of(c, c.index(1), vectors, ins));
}

void PatternGraph::stack(const Pattern& of, const std::vector<std::uint32_t>& rows,
                         const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  count_words(c, of.rows, of.columns_count);
  c.give(out, one_of(c, c.index(0), rows, ins));
}

void PatternGraph::gather(const Pattern& of, const DramMatrix& table, std::uint32_t in,
                          std::uint32_t out) {
  const std::uint32_t unit = g_.unit(of.name, UnitKind::address);
  const std::uint32_t at = g_.channel(of.name + ".at", Channel::Kind::word);
  const std::uint32_t size = g_.channel(of.name + ".size", Channel::Kind::word);
  const std::uint32_t row_bytes = vectors_of_row(of.columns_count) * burst_bytes;
  ContextMaker c = g_.context(of.name + ".rows", unit, pair_lanes);
  c.counter("vector", static_cast<std::int32_t>(parts_of(of.rows, pair_lanes)));
  c.counter("number", static_cast<std::int32_t>(pair_lanes));
  c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  const std::uint32_t number = c.index(1);
  const std::uint32_t there = below(c, add(c, times(c, c.index(0), pair_lanes), number), of.rows);
  const std::uint32_t given = c.value_of(c.input(in, 1), numerics::word_i32);
  const std::uint32_t mine = c.operation(WordOperation::equal, c.index(2), number);
  const std::uint32_t row =
      c.reduce(WordOperation::add, c.operation(WordOperation::select, mine, given, c.integer(0)));
  c.give(at, row, 2, there);
  c.give(size, c.integer(static_cast<std::int32_t>(row_bytes)), 2, there);
  const std::uint32_t load =
      g_.transfer(of.name + ".load", table.unit, Transfer::Kind::load, at, size, out);
  g_.program().transfers[load].table = {table.bytes / row_bytes, row_bytes, table.address_bytes};
}

}  // namespace weft::program::rdu
