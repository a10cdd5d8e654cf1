// SPDX-License-Identifier: Apache-2.0
// Elements that are picked by numbers: a memory unit holds the numbers, another the elements.
#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using numerics::word_i32;
using numerics::word_u32;

namespace {

/// Of the two elements of a word: the second stands for the first where a row has none.
Halves elements_of_word(ContextMaker& c, std::uint32_t columns) {
  const std::uint32_t column = times(c, c.index(1), 2);
  const std::uint32_t e = add(c, times(c, c.index(0), columns), column);
  const std::uint32_t inside = below(c, plus(c, column, 1), columns);
  return {e, c.operation(WordOperation::select, inside, plus(c, e, 1), e)};
}

/// `at` and what a number adds; `outside`, an address that no memory has, where there is no such
/// element.
std::uint32_t moved_by(ContextMaker& c, std::uint32_t at, std::uint32_t number,
                       std::uint32_t extent, std::int32_t stride, std::uint32_t outside) {
  const std::uint32_t from_end = plus(c, number, extent);
  const std::uint32_t counts_back = below(c, number, 0);
  const std::uint32_t place = c.operation(WordOperation::select, counts_back, from_end, number);
  const std::uint32_t begun = c.operation(WordOperation::less_equal, c.integer(0), place);
  const std::uint32_t there = both(c, begun, below(c, place, extent));
  const std::uint32_t to = add(c, at, times(c, place, static_cast<std::uint32_t>(stride)));
  return c.operation(WordOperation::select, there, to,
                     c.integer(static_cast<std::int32_t>(outside)));
}

}  // namespace

/// A word has two elements, each of which is given a word.
void PatternGraph::store_elements(ContextMaker& c, const Pattern& x, std::uint32_t held,
                                  std::uint32_t in) {
  count_words(c, x.rows, x.columns_count);
  const std::uint32_t pairs = c.take(in, word_u32);
  const Halves to = elements_of_word(c, x.columns_count);
  const std::uint32_t there = below(c, plus(c, times(c, c.index(1), 2), 1), x.columns_count);
  c.store(held, to.low, pairs);
  c.store(held, to.high, c.operation(WordOperation::shift_right, pairs, c.integer(16)), no_level,
          there);
}

void PatternGraph::pick(const Pattern& of, const Pattern& x, const Pattern& numbers,
                        const std::vector<std::uint32_t>& ins, std::uint32_t out) {
  const auto count = static_cast<std::uint32_t>(of.picks.extents.size());
  const std::string name = of.name + ".numbers";
  const std::uint32_t near = g_.unit(name, UnitKind::memory);
  const std::uint32_t given = memory(name, of, near, numbers.rows, 1);
  ContextMaker told = g_.context(name + ".write", near, pair_lanes);
  told.counter("number", static_cast<std::int32_t>(numbers.rows));
  told.store(given, told.index(0), told.take(ins[1], word_i32));
  ContextMaker tell = g_.context(name + ".read", near, pair_lanes);
  count_words(tell, of.rows, of.columns_count);
  const Halves asked = elements_of_word(tell, of.columns_count);
  const std::uint32_t firsts[] = {element_at(tell, of.picks.numbers, asked.low),
                                  element_at(tell, of.picks.numbers, asked.high)};
  std::vector<std::uint32_t> streams;  // of each number: for even elements, for odd ones
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t half = 0; half < 2; ++half) {
      streams.push_back(stream(name + (half == 0 ? ".even" : ".odd") + std::to_string(i)));
      tell.give(streams.back(), tell.load(given, word_i32, plus(tell, firsts[half], i)));
    }
  }
  g_.hand_over(name, told, 0, tell, 0, 1);

  const std::uint32_t unit = g_.unit(of.name, UnitKind::memory);
  ContextMaker write = g_.context(of.name + ".write", unit, pair_lanes);
  const std::uint32_t held = memory(of.name, of, unit, std::uint64_t{x.rows} * x.columns_count, 1);
  store_elements(write, x, held, ins[0]);
  ContextMaker read = g_.context(of.name + ".read", unit, pair_lanes);
  count_words(read, of.rows, of.columns_count);
  const Halves wanted = elements_of_word(read, of.columns_count);
  std::uint32_t picked[2];
  for (std::uint32_t half = 0; half < 2; ++half) {
    std::uint32_t at = element_at(read, of.strides, half == 0 ? wanted.low : wanted.high);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t number = read.take(streams[2 * i + half], word_i32);
      at = moved_by(read, at, number, of.picks.extents[i], of.picks.strides[i],
                    x.rows * x.columns_count);
    }
    picked[half] = read.pair(PairOperation::low, read.load(held, word_u32, at));
  }
  read.give(out, read.pair(PairOperation::pack, picked[0], picked[1]));
  g_.hand_over(of.name, write, 0, read, 0, 1);
}

}  // namespace weft::program::rdu
