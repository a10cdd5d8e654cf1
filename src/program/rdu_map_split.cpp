// SPDX-License-Identifier: Apache-2.0
// Memories larger than a memory unit: a range of words in each of several units. All of them see
// every address, and each does what lies in its range.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

/// Places for a memory's words: one, or one a unit where they are more than a unit holds.
void Mapper::place_copy(MemoryCopy& made, const std::string& name, std::uint32_t words,
                        std::uint32_t buffers) {
  const std::uint32_t line = tree_.memories[made.memory].place.line;
  const std::uint32_t each = std::max(1U, timing_.memory_words / buffers);
  const std::uint32_t parts = (words + each - 1) / each;
  for (std::uint32_t p = 0; p < parts; ++p) {
    const std::string part = parts == 1 ? name : unique(name + ".part" + std::to_string(p));
    const std::uint32_t unit = graph_.unit(part, Unit::Kind::memory);
    graph_.program().units[unit].line = line;
    const std::uint32_t here = std::min(each, words - p * each);
    const std::uint32_t place = graph_.memory(part, unit, here, buffers);
    graph_.program().memories[place].line = line;
    made.parts.push_back({unit, place, p * each});
  }
  made.unit = made.parts[0].unit;
  made.place = made.parts[0].place;
}

/// 1 where the address lies in a part; addresses beyond the memory are the outermost parts', which
/// refuse them.
Operand Mapper::lies_in(MappedContext& context, const MemoryCopy& copy, std::size_t part,
                        Operand at) {
  Operand all;
  if (part > 0) {
    const Operand from{context.maker.integer(static_cast<std::int32_t>(copy.parts[part].first)),
                       false};
    all = binary(context, Op::less_equal, from, at);
  }
  if (part + 1 == copy.parts.size()) return all;
  const Operand end{context.maker.integer(static_cast<std::int32_t>(copy.parts[part + 1].first)),
                    false};
  return both(context, all, binary(context, Op::less, at, end));
}

MappedContext& Mapper::new_part_context(const MappedContext& like, const MemoryCopy& copy,
                                        std::size_t part, const char* does) {
  const std::string name = name_of_memory(copy.memory) + ".part" + std::to_string(part) + does;
  return new_context(name, copy.parts[part].unit, like.scope, tree_.memories[copy.memory].place,
                     like.inner_counters, like.lanes);
}

/// What all parts load, and of it the word that the address is of.
void Mapper::load_parts(Port& port, MemoryCopy& copy, Operand at) {
  const std::string name = name_of_memory(copy.memory);
  const WordType type = rdu_tree::word_type(tree_.memories[copy.memory].type);
  const Operand wanted =
      connect({port.addresses, at}, *port.reads, numerics::word_i32, name + ".at");
  for (std::size_t p = 0; p < copy.parts.size(); ++p) {
    MappedContext& reads = new_part_context(*port.reads, copy, p, ".read");
    const Operand there = connect({port.addresses, at}, reads, numerics::word_i32, name + ".at");
    const Operand inside = lies_in(reads, copy, p, there);
    const Operand first{reads.maker.integer(static_cast<std::int32_t>(copy.parts[p].first)), false};
    Operand word = binary(reads, Op::subtract, there, first);
    word.node = reads.maker.operation(Op::select, inside.node, word.node, reads.maker.integer(0));
    const Operand data{
        reads.maker.load(copy.parts[p].place, type, word.node, turn_level(reads, copy)),
        word.is_vector};
    const Operand here =
        connect({&reads, data, port.latency_cycles}, *port.reads, type, name + ".data");
    port.parts.push_back(&reads);
    if (p == 0) {
      port.data = here;
      continue;
    }
    const Operand chosen = lies_in(*port.reads, copy, p, wanted);
    port.data = {port.reads->maker.operation(Op::select, chosen.node, here.node, port.data.node),
                 here.is_vector || port.data.is_vector || chosen.is_vector};
  }
  port.latency_cycles = 1;
}

/// The context's words go to where the addresses say, if `when`; gives who stores them.
std::vector<MappedContext*> Mapper::store_into(MappedContext& from, const MemoryCopy& copy,
                                               Operand at, Operand number, Operand when,
                                               std::uint32_t line) {
  if (copy.parts.size() == 1) {
    from.maker.store(copy.place, at.node, number.node, turn_level(from, copy), when.node);
    from.maker.context().stores.back().line = line;
    return {&from};
  }
  const std::string name = name_of_memory(copy.memory);
  const WordType type = rdu_tree::word_type(tree_.memories[copy.memory].type);
  std::vector<MappedContext*> all;
  for (std::size_t p = 0; p < copy.parts.size(); ++p) {
    MappedContext& writes = new_part_context(from, copy, p, ".write");
    const Operand there = connect({&from, at}, writes, numerics::word_i32, name + ".at");
    const Operand word = connect({&from, number}, writes, type, name + ".value");
    Operand inside = lies_in(writes, copy, p, there);
    if (when.node != none) {
      inside =
          both(writes, inside, connect({&from, when}, writes, numerics::word_bit, name + ".when"));
    }
    const Operand first{writes.maker.integer(static_cast<std::int32_t>(copy.parts[p].first)),
                        false};
    const Operand place = binary(writes, Op::subtract, there, first);
    writes.maker.store(copy.parts[p].place, place.node, word.node, turn_level(writes, copy),
                       inside.node);
    writes.maker.context().stores.back().line = line;
    all.push_back(&writes);
  }
  return all;
}

/// An access to each part of the copy: `parts` are who does it there, or the access's own.
void Mapper::note_access(const MemoryCopy& copy, const Access& access,
                         const std::vector<MappedContext*>& parts) {
  for (std::size_t p = 0; p < copy.parts.size(); ++p) {
    Access one = access;
    if (p < parts.size()) {
      if (one.waits == one.signals) one.waits = parts[p];
      one.signals = parts[p];
    }
    accesses_[copy.parts[p].place].push_back(std::move(one));
  }
}

}  // namespace weft::program::rdu
