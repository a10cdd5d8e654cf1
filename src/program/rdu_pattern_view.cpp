// SPDX-License-Identifier: Apache-2.0
// Views: a matrix in memory units, read by addresses. A matrix that one unit does not hold lies in
// several, a range of addresses each: every one of them sees all that is written and read, and does
// its own part of it.
#include <algorithm>

#include "program/rdu_pattern_graph.hpp"

namespace weft::program::rdu {

using UnitKind = Unit::Kind;
using numerics::word_u32;

std::uint32_t element_at(ContextMaker& c, const Strides& strides, std::uint32_t e) {
  std::uint32_t at = c.integer(static_cast<std::int32_t>(strides.first));
  for (std::size_t axis = strides.extents.size(); axis-- > 0;) {
    const std::uint32_t place = axis == 0 ? e : rest(c, e, strides.extents[axis]);
    const auto stride = static_cast<std::uint32_t>(strides.strides[axis]);
    if (stride != 0 && strides.extents[axis] > 1) at = add(c, at, times(c, place, stride));
    if (axis != 0) e = part(c, e, strides.extents[axis]);
  }
  return at;
}

namespace {

/// Words of a matrix as it flows, row by row, without what vectors have beyond them.
std::uint64_t words_of(const Pattern& x) {
  return std::uint64_t{x.rows} * parts_of(x.columns_count, 2);
}

}  // namespace

void PatternGraph::view_part(const Pattern& of, const Pattern& x, std::uint32_t number,
                             std::uint32_t in, std::uint32_t out) {
  const std::uint32_t row_words = parts_of(x.columns_count, 2);
  const std::uint64_t all = words_of(x);
  const std::uint64_t first = std::uint64_t{number} * timing_.memory_words;
  const std::uint64_t mine = std::min<std::uint64_t>(all - first, timing_.memory_words);
  const bool is_part = mine < all;
  const std::string name = number == 0 ? of.name : of.name + "." + std::to_string(number);
  const std::uint32_t unit = g_.unit(name, UnitKind::memory);
  const std::uint32_t held = memory(name, of, unit, mine, 1);
  /// The word's place here, and whether it is here; none: it always is.
  const auto here = [&](ContextMaker& c, std::uint32_t word) {
    if (!is_part) return std::pair(word, none);
    const std::uint32_t place = plus(c, word, ~static_cast<std::uint32_t>(first) + 1);
    const std::uint32_t begun = c.operation(WordOperation::less_equal, c.integer(0), place);
    return std::pair(place, both(c, begun, below(c, place, static_cast<std::uint32_t>(mine))));
  };

  ContextMaker write = g_.context(name + ".write", unit, pair_lanes);
  count_words(write, x.rows, x.columns_count);
  const std::uint32_t row = times(write, write.index(0), row_words);
  const auto [to, keeps] = here(write, add(write, row, write.index(1)));
  write.store(held, to, write.take(in, word_u32), no_level, keeps);

  ContextMaker read = g_.context(name + ".read", unit, pair_lanes);
  count_words(read, of.rows, of.columns_count);
  const auto half_at = [&](std::uint32_t e) {
    const std::uint32_t at = element_at(read, of.strides, e);
    std::uint32_t word = half_of(read, at);
    std::uint32_t column = at;
    if (x.columns_count % 2 != 0) {  // a row ends with a word of one element
      column = rest(read, at, x.columns_count);
      word =
          add(read, times(read, part(read, at, x.columns_count), row_words), half_of(read, column));
    }
    const auto [place, is_here] = here(read, word);
    const std::uint32_t from =
        is_part ? read.operation(WordOperation::select, is_here, place, read.integer(0)) : place;
    const Halves pair = halves(read, read.load(held, word_u32, from));
    const std::uint32_t odd = is(read, low_bits(read, column, 1), 1);
    const std::uint32_t seen = read.operation(WordOperation::select, odd, pair.high, pair.low);
    if (!is_part) return seen;
    return read.operation(WordOperation::select, is_here, seen, read.real(0.0F));
  };
  const std::uint32_t places = times(read, read.index(1), 2);
  const std::uint32_t e = add(read, times(read, read.index(0), of.columns_count), places);
  const std::uint32_t inside = below(read, plus(read, places, 1), of.columns_count);
  const std::uint32_t other = read.operation(WordOperation::select, inside, plus(read, e, 1), e);
  const std::uint32_t low = half_at(e);
  read.give(out, read.pair(PairOperation::pack, low, half_at(other)));
  g_.hand_over(name, write, 0, read, 0, 1);
}

void PatternGraph::view(const Pattern& of, const Pattern& x, std::uint32_t in, std::uint32_t out) {
  const auto parts =
      static_cast<std::uint32_t>((words_of(x) + timing_.memory_words - 1) / timing_.memory_words);
  if (parts == 1) return view_part(of, x, 0, in, out);
  const std::string all = of.name + ".all";
  const std::string whole = of.name + ".whole";
  ContextMaker copy = g_.context(all, g_.unit(all, UnitKind::compute), pair_lanes);
  count_words(copy, x.rows, x.columns_count);
  const std::uint32_t taken = copy.take(in, word_u32);
  ContextMaker merge = g_.context(whole, g_.unit(whole, UnitKind::compute), pair_lanes);
  count_words(merge, of.rows, of.columns_count);
  std::uint32_t value = none;
  for (std::uint32_t i = 0; i < parts; ++i) {
    const std::string part = of.name + ".part" + std::to_string(i);
    const std::uint32_t to = stream(part);
    const std::uint32_t from = stream(part + ".seen");
    copy.give(to, taken);
    view_part(of, x, i, to, from);
    const std::uint32_t seen = merge.take(from, word_u32);
    value = i == 0 ? seen : merge.operation(WordOperation::bit_or, value, seen);
  }
  merge.give(out, value);
}

}  // namespace weft::program::rdu
