// SPDX-License-Identifier: Apache-2.0
// FIFOs: a channel from who puts in to who takes out.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

/// The channel of a FIFO's copy, of vectors of `lanes` words, for one of its two ends.
std::uint32_t Mapper::fifo_channel(std::uint32_t memory, const Scope& scope, std::uint32_t lanes,
                                   bool writes, rdu_tree::SourcePlace place) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const Scope owner = of.owner == none ? Scope{} : shape_.scope_of(of.owner, scope);
  FifoEnds& ends = fifos_[{memory, owner}];
  const std::string name = name_of_memory(memory);
  if (ends.channel == none) {
    Channel::Kind kind = lanes > 1 ? Channel::Kind::vector : Channel::Kind::word;
    if (kind == Channel::Kind::word && rdu_tree::word_type(of.type) == numerics::word_bit) {
      kind = Channel::Kind::bit;
    }
    const auto depth = static_cast<std::uint32_t>(std::max<std::int64_t>(1, elements_of(of)));
    ends.channel = graph_.channel(unique(name), kind,
                                  std::max((depth + lanes - 1) / lanes, timing_.depth_of(kind)));
    graph_.program().channels[ends.channel].line = of.place.line;
    ends.lanes = lanes;
  }
  if (ends.lanes != lanes) {
    unsupported(place, "FIFO " + name + ", into which " +
                           std::to_string(writes ? lanes : ends.lanes) +
                           " elements go at a time, and out of which " +
                           std::to_string(writes ? ends.lanes : lanes));
  }
  bool& used = writes ? ends.is_written : ends.is_read;
  if (used) {
    unsupported(place, std::string("a second access that ") + (writes ? "fills" : "empties") +
                           " FIFO " + name);
  }
  used = true;
  return ends.channel;
}

Operand Mapper::dequeue(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (!is_queue(made.memory)) {
    unsupported(made.place,
                "dequeue of a " + std::string(rdu_tree::to_text(tree_.memories[made.memory].kind)));
  }
  const std::uint32_t home = shape_.home_of(of);
  const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
  const WordType type = rdu_tree::word_type(made.type);
  MappedContext& source = compute(there);
  if (&source != &context) {
    return connect({&source, value(source, of, there)}, context, type,
                   name_of_memory(made.memory) + ".word");
  }
  const std::uint32_t channel = fifo_channel(made.memory, there, context.lanes, false, made.place);
  Operand exists = mask_of(context);
  if (made.enable != none) exists = both(context, exists, value(context, made.enable, there));
  if (exists.is_vector) {
    unsupported(made.place, "a FIFO from which some lanes take and others do not");
  }
  const std::uint32_t input = context.maker.input(channel, every, exists.node);
  return {context.maker.value_of(input, type), context.lanes > 1};
}

void Mapper::enqueue(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (made.arguments.size() != 1) {
    unsupported(made.place, "several elements put into a FIFO at once");
  }
  MappedContext& context = compute(scope);
  const Operand number = value(context, made.arguments[0], scope);
  Operand exists = mask_of(context);
  if (made.enable != none) exists = both(context, exists, value(context, made.enable, scope));
  if (exists.is_vector) {
    unsupported(made.place, "a FIFO into which some lanes put and others do not");
  }
  const std::uint32_t channel = fifo_channel(made.memory, scope, context.lanes, true, made.place);
  context.maker.give(channel, number.node, every, exists.node);
}

}  // namespace weft::program::rdu
