// SPDX-License-Identifier: Apache-2.0
// FIFOs: channels from who puts in to all who take out, each of whom takes everything.
#include <algorithm>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

namespace {

Channel::Kind channel_kind(const WordType& type, std::uint32_t lanes) {
  if (lanes > 1) return Channel::Kind::vector;
  return type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word;
}

}  // namespace

Mapper::FifoCopy& Mapper::fifo_of(std::uint32_t memory, const Scope& scope) {
  const std::uint32_t owner = tree_.memories[memory].owner;
  return fifos_[{memory, owner == none ? Scope{} : shape_.scope_of(owner, scope)}];
}

/// The number that a firing of the context takes, where `exists`.
Operand Mapper::take_from_fifo(MappedContext& context, std::uint32_t memory, Operand exists,
                               const std::vector<InnerCounter>& inner, std::uint32_t user) {
  const bool by_node = user < tree_.nodes.size();
  const rdu_tree::SourcePlace place =
      by_node ? node(user).place
              : shape_.controller(user - static_cast<std::uint32_t>(tree_.nodes.size())).place;
  if (exists.is_vector) unsupported(place, "a FIFO from which some lanes take and others do not");
  const rdu_tree::Memory& of = tree_.memories[memory];
  const WordType type = rdu_tree::word_type(of.type);
  const Channel::Kind kind = channel_kind(type, context.lanes);
  const auto depth = static_cast<std::uint32_t>(std::max<std::int64_t>(1, elements_of(of)));
  const std::uint32_t channel =
      graph_.channel(unique(name_of_memory(memory)), kind,
                     std::max((depth + context.lanes - 1) / context.lanes, timing_.vector_depth));
  graph_.program().channels[channel].line = of.place.line;
  FifoCopy& fifo = fifo_of(memory, context.scope);
  for (const FifoReader& other : fifo.readers) {
    if (other.user == user) unsupported(place, "a FIFO that parallel iterations empty");
  }
  fifo.readers.push_back({&context, channel, inner, place, user});
  const std::uint32_t input = context.maker.input(channel, every, exists.node);
  return {context.maker.value_of(input, type), context.lanes > 1};
}

void Mapper::put_into_fifo(std::uint32_t memory, Source from, Operand exists,
                           rdu_tree::SourcePlace place) {
  FifoCopy& fifo = fifo_of(memory, from.context->scope);
  if (fifo.writer.context != nullptr) {
    unsupported(place, "a second access that fills FIFO " + name_of_memory(memory));
  }
  fifo.writer = from;
  fifo.exists = exists.is_vector ? exists_in(*from.context) : exists;
  if (exists.is_vector) fifo.lanes = exists;
}

Operand Mapper::dequeue(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (tree_.memories[made.memory].kind == rdu_tree::MemoryKind::stream_in) {
    return stream_field(context, of, 0, scope);
  }
  if (!is_queue(made.memory)) {
    unsupported(made.place,
                "dequeue of a " + std::string(rdu_tree::to_text(tree_.memories[made.memory].kind)));
  }
  const std::uint32_t home = shape_.home_of(of);
  const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
  const WordType type = rdu_tree::word_type(made.type);
  const Enabled asks = enabled(of, there);
  if (asks == Enabled::never) return {context.maker.constant(type, 0), false};
  if (addresses_[of]) {
    // Who computes may want what lies at an address that this number is part of
    Source& takes = takes_[{of, there}];
    if (takes.context == nullptr) {
      const std::string name = name_of_memory(made.memory) + ".take";
      takes.context =
          &new_context(name, graph_.unit(unique(name), Unit::Kind::memory), there, made.place);
      Operand exists = exists_in(*takes.context);
      if (asks == Enabled::sometimes) {
        exists = both(*takes.context, exists, value(*takes.context, made.enable, there));
      }
      takes.operand = take_from_fifo(*takes.context, made.memory, exists, {}, of);
    }
    if (takes.context == &context) return takes.operand;
    return connect(takes, context, type, name_of_memory(made.memory) + ".word");
  }
  MappedContext& source = compute(there);
  if (&source != &context) {
    return connect({&source, value(source, of, there)}, context, type,
                   name_of_memory(made.memory) + ".word");
  }
  Operand exists = exists_in(context);
  if (asks == Enabled::sometimes) {
    exists = both(context, exists, value(context, made.enable, there));
  }
  return take_from_fifo(context, made.memory, exists, {}, of);
}

void Mapper::enqueue(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (made.arguments.size() != 1) {
    unsupported(made.place, "several elements put into a FIFO at once");
  }
  const Enabled asks = enabled(of, scope);
  if (asks == Enabled::never) return;
  MappedContext& context = compute(scope);
  const Operand number = value(context, made.arguments[0], scope);
  Operand exists = exists_in(context);
  if (asks == Enabled::sometimes) {
    exists = both(context, exists, value(context, made.enable, scope));
  }
  put_into_fifo(made.memory, {&context, number}, exists, made.place);
}

void Mapper::resolve_fifos() {
  for (auto& [key, fifo] : fifos_) {
    const std::uint32_t memory = key.first;
    if (fifo.writer.context == nullptr) {
      unsupported(tree_.memories[memory].place,
                  "FIFO " + name_of_memory(memory) + ", which nothing fills");
    }
    const std::uint32_t lanes = fifo.writer.context->lanes;
    for (const FifoReader& reader : fifo.readers) {
      MappedContext& from = *fifo.writer.context;
      if (reader.context->lanes == lanes && fifo.lanes.node == none) {
        from.maker.give(reader.channel, fifo.writer.operand.node, every, fifo.exists.node);
        continue;
      }
      std::uint32_t words = none;
      if (lanes > 1) {
        const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
        words = one_by_one(memory, type, fifo.writer, fifo.exists);
        if (fifo.lanes.node != none) {
          words = those_wanted(
              memory, words,
              one_by_one(memory, numerics::word_bit, {&from, fifo.lanes}, fifo.exists));
        }
      } else {
        words = graph_.channel(unique(name_of_memory(memory) + ".word"),
                               channel_kind(rdu_tree::word_type(tree_.memories[memory].type), 1));
        from.maker.give(words, fifo.writer.operand.node, every, fifo.exists.node);
      }
      side_by_side(memory, words, reader);
    }
  }
}

}  // namespace weft::program::rdu
