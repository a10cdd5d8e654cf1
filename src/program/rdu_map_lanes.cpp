// SPDX-License-Identifier: Apache-2.0
// FIFOs whose ends have different lanes: through rows of a memory, a word at a time.
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

Mapper::Ring Mapper::new_ring(std::uint32_t memory, const WordType& type, std::uint32_t lanes) {
  Ring ring;
  ring.lanes = lanes;
  ring.name = unique(name_of_memory(memory) + ".lanes");
  ring.type = type;
  ring.unit = graph_.unit(ring.name, Unit::Kind::memory);
  graph_.program().units[ring.unit].line = tree_.memories[memory].place.line;
  ring.memory = graph_.memory(ring.name, ring.unit, ring_rows * lanes);
  return ring;
}

/// The row of the ring that a context is at; it goes to the next where `ends` (a bit; none:
/// always).
std::uint32_t Mapper::next_row(ContextMaker& maker, std::uint32_t ends) {
  const std::uint32_t reg = maker.reg("row", numerics::word_i32, 0);
  const std::uint32_t row = maker.value_of_register(reg);
  const std::uint32_t next =
      maker.operation(Op::remainder, maker.operation(Op::add, row, maker.integer(1)),
                      maker.integer(static_cast<std::int32_t>(ring_rows)));
  maker.leave(reg, next, ends);
  return row;
}

/// The valid lanes of vectors as words; gives the channel of the words, which has no consumer yet.
std::uint32_t Mapper::one_by_one(std::uint32_t memory, const WordType& type, Source from,
                                 Operand exists) {
  const std::uint32_t lanes = from.context->lanes;
  const Ring ring = new_ring(memory, type, lanes);
  const auto width = static_cast<std::int32_t>(lanes);
  const std::uint32_t vectors = graph_.channel(unique(ring.name + ".in"), Channel::Kind::vector);
  from.context->maker.give(vectors, from.operand.node, every, exists.node);
  const std::uint32_t credits =
      graph_.channel(unique(ring.name + ".credit"), Channel::Kind::bit, ring_rows, 1, ring_rows);
  const std::uint32_t counts = graph_.channel(unique(ring.name + ".count"), Channel::Kind::word);

  ContextMaker writes = graph_.context(unique(ring.name + ".write"), ring.unit, lanes);
  const std::uint32_t number = writes.take(vectors, ring.type);
  writes.input(credits);
  const std::uint32_t lane = writes.lane();
  const std::uint32_t row = next_row(writes, none);
  writes.store(
      ring.memory,
      writes.operation(Op::add, writes.operation(Op::multiply, row, writes.integer(width)), lane),
      number);
  const std::uint32_t ones = writes.operation(
      Op::add, writes.operation(Op::multiply, lane, writes.integer(0)), writes.integer(1));
  writes.give(counts, writes.reduce(Op::add, ones));

  ContextMaker reads = graph_.context(unique(ring.name + ".read"), ring.unit);
  const std::uint32_t input = reads.input(counts);
  const std::uint32_t words = reads.value_of(input, numerics::word_i32);
  const std::uint32_t reg = reads.reg("column", numerics::word_i32, 0);
  const std::uint32_t column = reads.value_of_register(reg);
  const std::uint32_t next = reads.operation(Op::add, column, reads.integer(1));
  const std::uint32_t ends = reads.operation(Op::equal, next, words);
  reads.leave(reg, reads.operation(Op::select, ends, reads.integer(0), next));
  const std::uint32_t at = next_row(reads, ends);
  const std::uint32_t word = reads.load(
      ring.memory, ring.type,
      reads.operation(Op::add, reads.operation(Op::multiply, at, reads.integer(width)), column));
  reads.context().inputs[input].pop_when = ends;
  const std::uint32_t out =
      graph_.channel(unique(ring.name + ".out"),
                     ring.type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word);
  reads.give(out, word);
  reads.give(credits, none, every, ends);
  return out;
}

/// Words whose bit is 1.
std::uint32_t Mapper::those_wanted(std::uint32_t memory, std::uint32_t words, std::uint32_t bits) {
  const std::string name = unique(name_of_memory(memory) + ".filter");
  ContextMaker filter = graph_.context(name, graph_.unit(name, Unit::Kind::compute));
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  const std::uint32_t word = filter.take(words, type);
  const std::uint32_t bit = filter.take(bits, numerics::word_bit);
  const std::uint32_t out = graph_.channel(
      unique(name + ".out"), type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word);
  filter.give(out, word, every, bit);
  return out;
}

/// Words as the vectors that a reader takes: as many as its innermost counter has left.
void Mapper::side_by_side(std::uint32_t memory, std::uint32_t words, const FifoReader& reader) {
  const std::uint32_t lanes = reader.context->lanes;
  if (lanes == 1) {
    ContextMaker passes = graph_.context(unique(name_of_memory(memory) + ".pass"),
                                         reader.context->maker.context().unit);
    const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
    passes.give(reader.channel, passes.take(words, type));
    return;
  }
  const Ring ring = new_ring(memory, rdu_tree::word_type(tree_.memories[memory].type), lanes);
  const auto width = static_cast<std::int32_t>(lanes);
  const std::uint32_t credits =
      graph_.channel(unique(ring.name + ".credit"), Channel::Kind::bit, ring_rows, 1, ring_rows);
  const std::uint32_t full =
      graph_.channel(unique(ring.name + ".full"), Channel::Kind::bit, ring_rows);

  MappedContext& packs = new_context(ring.name + ".write", ring.unit, reader.context->scope,
                                     reader.place, reader.inner, 1);
  ContextMaker& maker = packs.maker;
  maker.context().lanes = packs.lanes = 1;
  const Operand exists = exists_in(packs);
  const std::uint32_t number = maker.value_of(maker.input(words, every, exists.node), ring.type);
  const std::uint32_t reg = maker.reg("column", numerics::word_i32, 0);
  const std::uint32_t column = maker.value_of_register(reg);
  const std::uint32_t next = maker.operation(Op::add, column, maker.integer(1));
  const auto innermost = static_cast<std::uint32_t>(maker.context().counters.size()) - 1;
  std::uint32_t ends = maker.operation(
      Op::bit_or, maker.operation(Op::equal, next, maker.integer(width)), maker.last(innermost));
  if (exists.node != none) ends = maker.operation(Op::bit_and, ends, exists.node);
  maker.leave(reg, maker.operation(Op::select, ends, maker.integer(0), next), exists.node);
  const std::uint32_t row = next_row(maker, ends);
  maker.store(
      ring.memory,
      maker.operation(Op::add, maker.operation(Op::multiply, row, maker.integer(width)), column),
      number, no_level, exists.node);
  maker.give(full, none, every, ends);
  const std::uint32_t input = maker.input(credits, every);
  const std::uint32_t begins = maker.operation(Op::equal, column, maker.integer(0));
  maker.context().inputs[input].when =
      exists.node == none ? begins : maker.operation(Op::bit_and, begins, exists.node);

  ContextMaker reads = graph_.context(unique(ring.name + ".read"), ring.unit, lanes);
  reads.input(full);
  const std::uint32_t at = next_row(reads, none);
  const std::uint32_t vector =
      reads.load(ring.memory, ring.type,
                 reads.operation(Op::add, reads.operation(Op::multiply, at, reads.integer(width)),
                                 reads.lane()));
  reads.give(reader.channel, vector);
  reads.give(credits);
}

}  // namespace weft::program::rdu
