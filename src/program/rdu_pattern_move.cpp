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

void PatternGraph::join(const Pattern& of, const std::vector<std::uint32_t>& ins,
                        std::uint32_t out) {
  const auto parts = static_cast<std::uint32_t>(ins.size());
  const std::uint32_t vectors = vectors_of_row(of.columns_count) / parts;
  ContextMaker c = g_.context(of.name, g_.unit(of.name, UnitKind::compute), pair_lanes);
  c.counter("row", static_cast<std::int32_t>(of.rows));
  c.counter("part", static_cast<std::int32_t>(parts));
  c.counter("vector", static_cast<std::int32_t>(vectors));
  c.counter("lane16", static_cast<std::int32_t>(pair_lanes));
  const std::uint32_t part = c.index(1);
  std::uint32_t value = none;
  for (std::uint32_t i = 0; i < parts; ++i) {
    const std::uint32_t turn = is(c, part, i);
    const std::uint32_t taken = c.value_of(c.input(ins[i], every, turn), word_u32);
    value = i == 0 ? taken : c.operation(WordOperation::select, turn, taken, value);
  }
  c.give(out, value);
}

}  // namespace weft::program::rdu
