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
  fifo.readers.push_back({&context, channel, inner, place, user});
  const std::uint32_t input = context.maker.input(channel, every, exists.node);
  return {context.maker.value_of(input, type), context.lanes > 1};
}

void Mapper::put_into_fifo(std::uint32_t memory, Source from, Operand exists, std::uint32_t order,
                           rdu_tree::SourcePlace place) {
  FifoWriter writer{from, exists, {}, order, place};
  if (exists.is_vector) {
    writer.exists = exists_in(*from.context);
    writer.lanes = exists;
  }
  fifo_of(memory, from.context->scope).writers.push_back(writer);
}

Operand Mapper::dequeue(MappedContext& context, std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  if (tree_.memories[made.memory].kind == rdu_tree::MemoryKind::stream_in) {
    return stream_field(context, of, 0, scope);
  }
  const bool merges = tree_.memories[made.memory].kind == rdu_tree::MemoryKind::merge;
  if (!is_queue(made.memory) && !merges) {
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
  put_into_fifo(made.memory, {&context, number}, exists, shape_.order_of(of), made.place);
}

void Mapper::resolve_fifos() {
  for (auto& [key, fifo] : fifos_) {
    const std::uint32_t memory = key.first;
    if (fifo.writers.empty()) {
      unsupported(tree_.memories[memory].place,
                  "FIFO " + name_of_memory(memory) + ", which nothing fills");
    }
    FifoWriter writer = joined(memory, fifo.writers);
    split_readers(memory, writer, fifo.readers);
    const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
    for (const FifoReader& reader : fifo.readers) {
      if (reader.context->lanes == writer.from.context->lanes && writer.lanes.node == none) {
        writer.from.context->maker.give(reader.channel, writer.from.operand.node, every,
                                        writer.exists.node);
        continue;
      }
      side_by_side(memory, words_from(memory, type, writer.from, writer.exists, writer.lanes),
                   reader);
    }
  }
}

Mapper::Turns Mapper::turns_of(ContextMaker& maker, std::size_t count) {
  Turns turns;
  turns.which = maker.reg("turn", numerics::word_i32, 0, no_level);
  const std::uint32_t which = maker.value_of_register(turns.which);
  for (std::size_t s = 0; s < count; ++s) {
    turns.here.push_back(
        maker.operation(WordOperation::equal, which, maker.integer(static_cast<std::int32_t>(s))));
  }
  return turns;
}

/// The next one's turn comes where `ends`.
void Mapper::end_turn(ContextMaker& maker, const Turns& turns, std::uint32_t ends) {
  const std::uint32_t next =
      maker.operation(WordOperation::add, maker.value_of_register(turns.which), maker.integer(1));
  maker.leave(turns.which,
              maker.operation(WordOperation::select, turns.here.back(), maker.integer(0), next),
              ends);
}

/// In the order of their turns; behind how many controllers' iterations these end.
std::size_t Mapper::sort_turns(std::vector<FifoWriter>& all) const {
  const auto scope_of = [](const FifoWriter& one) -> const Scope& {
    return one.from.context->scope;
  };
  const std::size_t shared = shared_depth(scope_of(all[0]), scope_of(all[1]));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Scope& a = scope_of(all[i]);
      const Scope& b = scope_of(all[k]);
      const Scope& first = scope_of(all[0]);
      const bool beside = shared_depth(a, b) == shared && shared < a.depth() && shared < b.depth();
      const bool lanes = beside && a.path[shared] == b.path[shared];
      const bool mixed =
          k == 0 && i > 1 && lanes != (first.path[shared] == scope_of(all[1]).path[shared]);
      if (!beside || mixed)
        unsupported(all[i].place, "a FIFO with ends on different levels of the loops");
    }
  }
  std::stable_sort(all.begin(), all.end(), [&](const FifoWriter& a, const FifoWriter& b) {
    if (scope_of(a).path[shared] != scope_of(b).path[shared]) return a.order < b.order;
    return scope_of(a).lanes[shared] < scope_of(b).lanes[shared];
  });
  // Lanes of a loop take turns in each of its iterations, others once
  return scope_of(all[0]).path[shared] == scope_of(all[1]).path[shared] ? shared + 1 : shared;
}

/// All writers as one: each tells of each of its firings whether it puts something in, and whether
/// its part of the iteration that they share ends with it.
Mapper::FifoWriter Mapper::joined(std::uint32_t memory, std::vector<FifoWriter> writers) {
  if (writers.size() == 1) return writers[0];
  const std::size_t shared = sort_turns(writers);
  const std::uint32_t lanes = writers[0].from.context->lanes;
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  const std::string name = unique(name_of_memory(memory) + ".join");
  ContextMaker maker = graph_.context(name, graph_.unit(name, Unit::Kind::compute), lanes);
  const Turns turns = turns_of(maker, writers.size());
  std::uint32_t number = none;
  std::uint32_t exists = none;
  std::uint32_t ends = none;
  for (std::size_t s = 0; s < writers.size(); ++s) {
    const FifoWriter& one = writers[s];
    if (one.from.context->lanes != lanes || one.lanes.node != none) {
      unsupported(one.place, "a FIFO that several fill with other lanes each");
    }
    ContextMaker& from = one.from.context->maker;
    const auto take = [&](const char* what, Channel::Kind kind, std::uint32_t value,
                          const WordType& of) {
      const std::uint32_t channel = graph_.channel(unique(name + what), kind);
      from.give(channel, value);
      return maker.value_of(maker.input(channel, every, turns.here[s]), of);
    };
    const std::uint32_t there =
        take(".number", channel_kind(type, lanes), one.from.operand.node, type);
    const std::uint32_t puts =
        take(".puts", Channel::Kind::bit, one.exists.node, numerics::word_bit);
    const std::uint32_t last = take(".ends", Channel::Kind::bit,
                                    from.last(one.from.context->part(shared)), numerics::word_bit);
    number = s == 0 ? there : maker.operation(WordOperation::select, turns.here[s], there, number);
    exists = s == 0 ? puts : maker.operation(WordOperation::bit_or, exists, puts);
    ends = s == 0 ? last : maker.operation(WordOperation::bit_or, ends, last);
  }
  end_turn(maker, turns, ends);
  MappedContext& made = contexts_.emplace_back(MappedContext{maker, Scope{}});
  made.lanes = lanes;
  return {{&made, {number, lanes > 1}}, {exists, false}, {}, 0, writers[0].place};
}

/// Of readers that are the same statement in parallel iterations each takes what its iteration
/// asks for, one after the other.
void Mapper::split_readers(std::uint32_t memory, FifoWriter& writer,
                           std::vector<FifoReader>& readers) {
  std::vector<FifoReader> whole;
  std::map<std::uint32_t, std::vector<FifoReader>> groups;
  for (const FifoReader& reader : readers) groups[reader.user].push_back(reader);
  for (auto& [user, group] : groups) {
    if (group.size() == 1) {
      whole.push_back(group[0]);
      continue;
    }
    const std::uint32_t lanes = group[0].context->lanes;
    if (lanes != writer.from.context->lanes || writer.lanes.node != none) {
      unsupported(group[0].place, "a FIFO that parallel iterations empty with other lanes");
    }
    const std::string name = unique(name_of_memory(memory) + ".split");
    const std::uint32_t unit = graph_.unit(name, Unit::Kind::compute);
    std::vector<FifoWriter> asks;
    for (const FifoReader& reader : group) {
      MappedContext& context = new_context(name + ".ask", unit, reader.context->scope, reader.place,
                                           reader.inner, lanes);
      asks.push_back({{&context, {}}, wants(context, reader), {}, 0, reader.place});
    }
    const std::size_t shared = sort_turns(asks);
    ContextMaker maker = graph_.context(name + ".turns", unit);
    const Turns turns = turns_of(maker, asks.size());
    std::uint32_t exists = none;
    std::uint32_t ends = none;
    for (std::size_t s = 0; s < asks.size(); ++s) {
      ContextMaker& from = asks[s].from.context->maker;
      const auto take = [&](const char* what, std::uint32_t value) {
        const std::uint32_t channel = graph_.channel(unique(name + what), Channel::Kind::bit);
        from.give(channel, value);
        return maker.value_of(maker.input(channel, every, turns.here[s]), numerics::word_bit);
      };
      const std::uint32_t wanted = take(".wants", asks[s].exists.node);
      const std::uint32_t last = take(".ends", from.last(asks[s].from.context->part(shared)));
      exists = s == 0 ? wanted : maker.operation(WordOperation::bit_or, exists, wanted);
      ends = s == 0 ? last : maker.operation(WordOperation::bit_or, ends, last);
    }
    end_turn(maker, turns, ends);
    const std::uint32_t next = graph_.channel(unique(name + ".next"), Channel::Kind::word);
    maker.give(next, maker.value_of_register(turns.which), every, exists);
    const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
    ContextMaker gives = graph_.context(name + ".give", unit, lanes);
    const std::uint32_t depth = graph_.program().channels[group[0].channel].capacity;
    const std::uint32_t all =
        graph_.channel(unique(name + ".all"), channel_kind(type, lanes), depth);
    writer.from.context->maker.give(all, writer.from.operand.node, every, writer.exists.node);
    const std::uint32_t number = gives.take(all, type);
    const std::uint32_t which = gives.take(next, numerics::word_i32);
    for (std::size_t s = 0; s < asks.size(); ++s) {
      const auto of = std::find_if(group.begin(), group.end(), [&](const FifoReader& reader) {
        return reader.context->scope == asks[s].from.context->scope;
      });
      const std::uint32_t here =
          gives.operation(WordOperation::equal, which, gives.integer(static_cast<std::int32_t>(s)));
      gives.give(of->channel, number, every, here);
    }
  }
  readers = std::move(whole);
}

/// Whether a reader takes something in the firing of a context that goes through its counters.
Operand Mapper::wants(MappedContext& context, const FifoReader& reader) {
  Operand exists = exists_in(context);
  const bool by_node = reader.user < tree_.nodes.size();
  if (!by_node || node(reader.user).enable == none) return exists;
  return both(context, exists, value(context, node(reader.user).enable, context.scope));
}

std::uint32_t Mapper::words_from(std::uint32_t memory, const WordType& type, Source from,
                                 Operand exists, Operand lanes) {
  if (from.context->lanes == 1) {
    const std::uint32_t words =
        graph_.channel(unique(name_of_memory(memory) + ".word"), channel_kind(type, 1));
    from.context->maker.give(words, from.operand.node, every, exists.node);
    return words;
  }
  const std::uint32_t words = one_by_one(memory, type, from, exists);
  if (lanes.node == none) return words;
  const std::uint32_t wanted =
      one_by_one(memory, numerics::word_bit, {from.context, lanes}, exists);
  return those_wanted(memory, words, wanted);
}

}  // namespace weft::program::rdu
