// SPDX-License-Identifier: Apache-2.0
// Loops over the ones in rows of bits: how many there are is a bound, and the places come one by
// one. Words without any are left out before.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using numerics::word_i32;
using numerics::word_u32;
using Op = WordOperation;

namespace {

/// How many bits of a word are 1.
std::uint32_t ones_of(ContextMaker& maker, std::uint32_t word) {
  const auto constant = [&](std::uint32_t of) { return maker.constant(word_u32, of); };
  const auto right = [&](std::uint32_t of, std::int32_t by) {
    return maker.operation(Op::shift_right, of, maker.integer(by));
  };
  const auto masked = [&](std::uint32_t of, std::uint32_t mask) {
    return maker.operation(Op::bit_and, of, constant(mask));
  };
  word = maker.operation(Op::subtract, word, masked(right(word, 1), 0x55555555U));
  word = maker.operation(Op::add, masked(word, 0x33333333U), masked(right(word, 2), 0x33333333U));
  word = masked(maker.operation(Op::add, word, right(word, 4)), 0x0f0f0f0fU);
  word = right(maker.operation(Op::multiply, word, constant(0x01010101U)), 24);
  return maker.convert(word, word_i32);
}

}  // namespace

/// What tells the contexts in a loop over a row's ones how many there are, and where.
Mapper::ScanCopy& Mapper::scan_of(std::uint32_t loop, std::uint32_t counter, const Scope& outside) {
  const auto key = std::make_pair(loop, outside);
  const auto found = scans_.find(key);
  if (found != scans_.end()) return found->second;
  const rdu_tree::Controller& made = shape_.controller(loop);
  const std::uint32_t memory = made.counters[counter].scan;
  const rdu_tree::NumberType type = tree_.memories[memory].type;
  const bool whole = type.kind == rdu_tree::NumberKind::fixed && type.bits() == 32;
  if (!whole) unsupported(made.place, "a scan over words of other than 32 bits");
  if (made.counters.size() > 1) unsupported(made.place, "a scan beside other counters");
  if (made.counters[counter].parallel > 1) unsupported(made.place, "a parallel scan");
  constexpr std::uint32_t width = rdu_tree::scan_words;
  const Ring ring = new_ring(memory, word_u32, width);
  const std::uint32_t free =
      graph_.channel(unique(ring.name + ".free"), Channel::Kind::bit, ring_rows, 1, ring_rows);
  const std::uint32_t full =
      graph_.channel(unique(ring.name + ".full"), Channel::Kind::bit, ring_rows);

  // A row at a time: its words are kept, its ones counted
  const std::vector<InnerCounter> inner = {{"word", width, none}};
  MappedContext& rows =
      new_context(line_name(made.place, "scan"), ring.unit, outside, made.place, inner, width);
  const Operand exists = exists_in_row(rows);
  const Operand words = take_from_fifo(rows, memory, exists, inner,
                                       loop + static_cast<std::uint32_t>(tree_.nodes.size()));
  const std::uint32_t bits =
      rows.maker.value_of(rows.maker.context().nodes[words.node].at, word_u32);
  const std::uint32_t row = next_row(rows.maker, exists.node);
  rows.maker.store(ring.memory,
                   rows.maker.operation(
                       Op::add, rows.maker.operation(Op::multiply, row, rows.maker.integer(width)),
                       rows.maker.index(rows.inner)),
                   bits, no_level, exists.node);
  rows.maker.input(free, every, exists.node);
  rows.maker.give(full, none, every, exists.node);
  const Operand count{rows.maker.reduce(Op::add, ones_of(rows.maker, bits)), false};

  ContextMaker maker = ones_in_turn(ring, full, free);
  const std::uint32_t place = static_cast<std::uint32_t>(maker.context().nodes.size()) - 1;
  return scans_.emplace(key, ScanCopy{{&rows, count}, maker, place}).first->second;
}

/// 1 where the counters but the innermost one have an index; none: always.
Operand Mapper::exists_in_row(MappedContext& context) {
  return both(context, mask_of(context), have_index(context, 0, context.inner));
}

/// The places of the ones in a row's words, one a firing; the last node of the context is the
/// place.
ContextMaker Mapper::ones_in_turn(const Ring& ring, std::uint32_t full, std::uint32_t free) {
  constexpr std::int32_t width = rdu_tree::scan_words;
  const auto channel = [&](const char* what) {
    return graph_.channel(unique(ring.name + what), Channel::Kind::word);
  };
  const std::uint32_t all = channel(".word");
  ContextMaker reads = graph_.context(unique(ring.name + ".read"), ring.unit);
  const std::uint32_t at = reads.counter("word", width);
  reads.input(full, at);
  const std::uint32_t row = next_row(reads, reads.last(at));
  const std::uint32_t word =
      reads.load(ring.memory, word_u32,
                 reads.operation(Op::add, reads.operation(Op::multiply, row, reads.integer(width)),
                                 reads.index(at)));
  reads.give(all, word);
  reads.give(free, none, at);

  const std::uint32_t some = channel(".some");
  const std::uint32_t where = channel(".where");
  const std::uint32_t unit = graph_.unit(unique(ring.name + ".scan"), Unit::Kind::compute);
  ContextMaker filter = graph_.context(unique(ring.name + ".filter"), unit);
  const std::uint32_t number = filter.counter("word", width);
  const std::uint32_t bits = filter.take(all, word_u32);
  const std::uint32_t any = filter.operation(Op::unequal, bits, filter.constant(word_u32, 0));
  filter.give(some, bits, every, any);
  filter.give(where, filter.operation(Op::multiply, filter.index(number), filter.integer(32)),
              every, any);

  ContextMaker ones = graph_.context(unique(ring.name + ".ones"), unit);
  const std::uint32_t in = ones.input(some);
  const std::uint32_t also = ones.input(where);
  const std::uint32_t whole = ones.value_of(in, word_u32);
  const std::uint32_t base = ones.value_of(also, word_i32);
  const std::uint32_t reg = ones.reg("left", word_u32, 0);
  const std::uint32_t left = ones.value_of_register(reg);
  const std::uint32_t zero = ones.constant(word_u32, 0);
  const std::uint32_t one = ones.constant(word_u32, 1);
  const std::uint32_t now =
      ones.operation(Op::select, ones.operation(Op::equal, left, zero), whole, left);
  const std::uint32_t below = ones.operation(Op::subtract, now, one);
  const std::uint32_t rest = ones.operation(Op::bit_and, now, below);
  ones.leave(reg, rest);
  ones.context().inputs[in].pop_when = ones.context().inputs[also].pop_when =
      ones.operation(Op::equal, rest, zero);
  // As many ones are below the lowest one of `now` as there are bits below it
  const std::uint32_t lowest =
      ones_of(ones, ones.operation(Op::bit_and, ones.operation(Op::bit_not, now), below));
  ones.operation(Op::add, base, lowest);
  return ones;
}

/// How many indices a scan's counter has, as the context is told it.
Bound Mapper::scan_bound(MappedContext& context, std::uint32_t loop, std::uint32_t counter,
                         const Scope& outside) {
  const ScanCopy& scan = scan_of(loop, counter, outside);
  const Operand count = connect(scan.count, context, word_i32,
                                line_name(shape_.controller(loop).place, "ones"), false);
  return {0, context.maker.context().nodes[count.node].at};
}

/// The place that the loop's iteration is about.
Operand Mapper::scan_index(MappedContext& context, std::uint32_t loop, std::uint32_t place,
                           const Scope& scope) {
  const auto depth = static_cast<std::size_t>(
      std::find(scope.path.begin(), scope.path.end(), loop) - scope.path.begin());
  ScanCopy& scan = scans_.at({loop, context.scope.first(depth)});
  const std::uint32_t channel = graph_.channel(
      unique(line_name(shape_.controller(loop).place, "place")), Channel::Kind::word);
  scan.ones.give(channel, scan.place);
  const Operand any = have_index(context, 0, context.first_counters[depth + 1]);
  const std::uint32_t input = context.maker.input(channel, place + 1, any.node);
  return {context.maker.value_of(input, word_i32), false};
}

}  // namespace weft::program::rdu
