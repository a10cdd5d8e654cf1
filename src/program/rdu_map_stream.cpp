// SPDX-License-Identifier: Apache-2.0
// Streams from and to the host: words of its memory, token by token.
#include <algorithm>

#include "base/error.hpp"
#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using rdu_tree::MemoryKind;
using rdu_tree::Operation;
using Op = WordOperation;

namespace {

constexpr std::uint64_t tokens_most = 1U << 26U;

Channel::Kind kind_of(const WordType& type, std::uint32_t lanes) {
  if (lanes > 1) return Channel::Kind::vector;
  return type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word;
}

}  // namespace

/// How often a node takes part in one iteration of the controller `around`, where that is known.
std::optional<std::uint64_t> Mapper::times_in(std::uint32_t controller,
                                              std::uint32_t around) const {
  std::uint64_t times = 1;
  for (std::uint32_t c = controller; c != none && c != around; c = shape_.controller(c).parent) {
    for (const rdu_tree::Counter& counter : shape_.controller(c).counters) {
      const auto known = [&](std::uint32_t n, std::int64_t otherwise) {
        return n == none ? std::optional<std::int64_t>(otherwise) : known_integer(n);
      };
      const auto min = known(counter.min, 0);
      const auto max = counter.max == none ? std::nullopt : known_integer(counter.max);
      const auto step = known(counter.step, 1);
      if (!min || !max || !step || *step <= 0 || counter.scan != none) return std::nullopt;
      times *=
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, (*max - *min + *step - 1) / *step));
    }
    const ControllerKind kind = shape_.controller(c).kind;
    if (kind == ControllerKind::branch_case || kind == ControllerKind::state_machine ||
        shape_.controller(c).break_when != none) {
      return std::nullopt;
    }
  }
  return times;
}

/// How often a loop without end goes round: until the tokens of what it takes are used up. Nothing
/// where it takes none.
std::optional<std::uint64_t> Mapper::rounds_by_streams(std::uint32_t controller) const {
  std::optional<std::uint64_t> rounds;
  for (std::uint32_t n = 0; n < tree_.nodes.size(); ++n) {
    const rdu_tree::Node& made = node(n);
    if (made.operation != Operation::dequeue ||
        tree_.memories[made.memory].kind != MemoryKind::stream_in) {
      continue;
    }
    const auto path = shape_.path_to(shape_.home_of(n));
    if (std::find(path.begin(), path.end(), controller) == path.end()) continue;
    const auto times = times_in(shape_.home_of(n), controller);
    if (!times || *times == 0 || made.enable != none) {
      unsupported(made.place, "a stream of which an iteration takes now more, now less");
    }
    const std::uint64_t tokens = tokens_of(made.memory);
    const std::uint64_t its = (tokens + *times - 1) / *times;
    rounds = rounds ? std::min(*rounds, its) : its;
  }
  return rounds;
}

std::uint64_t Mapper::rounds_of(std::uint32_t controller) const {
  const auto rounds = rounds_by_streams(controller);
  if (!rounds) unsupported(shape_.controller(controller).place, "a loop without end or stream");
  return *rounds;
}

std::uint64_t Mapper::tokens_of(std::uint32_t memory) const {
  const std::size_t fields = std::max<std::size_t>(1, tree_.memories[memory].fields.size());
  return memory < host_numbers_.size() ? host_numbers_[memory] / fields : 0;
}

/// The field of a token that a firing of the leaf's own context takes.
Operand Mapper::stream_field(MappedContext& context, std::uint32_t token, std::uint32_t field,
                             const Scope& scope) {
  const rdu_tree::Node& made = node(token);
  const rdu_tree::Memory& stream = tree_.memories[made.memory];
  const std::uint32_t home = shape_.home_of(token);
  const Scope there = home == scope.last() ? scope : shape_.scope_of(home, scope);
  const WordType type =
      rdu_tree::word_type(stream.fields.empty() ? stream.type : stream.fields[field]);
  MappedContext& source = compute(there);
  const auto key = std::make_tuple(token, field, there);
  const auto found = stream_fields_.find(key);
  if (found == stream_fields_.end()) {
    const std::uint32_t channel = feed_stream(source, token, field, type);
    stream_fields_[key] = {source.maker.take(channel, type), source.lanes > 1};
  }
  const Operand here = stream_fields_[key];
  if (&source == &context) return here;
  return connect({&source, here}, context, type, name_of_memory(made.memory) + ".field");
}

/// Words of one field of all tokens, as the vectors that a leaf takes.
std::uint32_t Mapper::feed_stream(MappedContext& reader, std::uint32_t token, std::uint32_t field,
                                  const WordType& type) {
  const rdu_tree::Node& made = node(token);
  const std::uint32_t memory = made.memory;
  const auto [user, is_first] = stream_users_.emplace(memory, std::make_pair(token, reader.scope));
  if (!is_first && user->second != std::make_pair(token, reader.scope)) {
    unsupported(made.place, "a second access that empties stream " + name_of_memory(memory));
  }
  const auto fields =
      static_cast<std::uint32_t>(std::max<std::size_t>(1, tree_.memories[memory].fields.size()));
  const std::uint64_t tokens = tokens_of(memory);
  const std::string array = input_array(tree_, memory);
  auto place = stream_words_.find(memory);
  if (place == stream_words_.end()) {
    const auto words = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, tokens * fields));
    const std::uint32_t made_place = graph_.memory(array, host_unit_, words);
    graph_.array(array, Array::Role::input, numerics::word_u32, {words}, made_place);
    place = stream_words_.emplace(memory, made_place).first;
  }
  // Vectors of the leaf's lanes where its innermost counter always fills them
  const rdu_tree::Controller& leaf = shape_.controller(reader.scope.last());
  const auto inner = leaf.counters.empty() ? std::optional<std::uint64_t>(1)
                                           : times_in(reader.scope.last(), leaf.parent);
  const bool whole = reader.lanes == 1 || (inner && *inner % reader.lanes == 0);
  const std::uint32_t lanes = whole ? reader.lanes : 1;
  ContextMaker sends = graph_.context(unique(array + ".send"), host_unit_, lanes, true);
  sends.counter("token", {0, none}, {static_cast<std::int32_t>(tokens), none});
  const std::uint32_t at =
      sends.operation(Op::add,
                      sends.operation(Op::multiply, sends.index(0),
                                      sends.integer(static_cast<std::int32_t>(fields))),
                      sends.integer(static_cast<std::int32_t>(field)));
  const std::uint32_t number = sends.load(place->second, type, at);
  sends.context().stages = timing_.move_stages;
  // Tokens are read where they lie, as words of any memory are
  const std::uint32_t channel = graph_.channel(unique(name_of_memory(memory)), kind_of(type, lanes),
                                               none, timing_.compute_stages + 1);
  if (tokens > 0) sends.give(channel, number);
  if (whole) return channel;
  const std::uint32_t vectors =
      graph_.channel(unique(name_of_memory(memory)), kind_of(type, reader.lanes));
  side_by_side(memory, channel, {&reader, vectors, {}, made.place, token});
  return vectors;
}

/// Puts a token's fields behind those that the host has.
void Mapper::send_stream(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  const std::uint32_t memory = made.memory;
  if (!stream_writers_.insert(memory).second) {
    unsupported(made.place, "a second access that fills stream " + name_of_memory(memory));
  }
  MappedContext& context = compute(scope);
  Operand exists = exists_in(context);
  const Enabled asks = enabled(of, scope);
  if (asks == Enabled::never) return;
  if (asks == Enabled::sometimes) {
    exists = both(context, exists, value(context, made.enable, scope));
  }
  if (exists.is_vector) {
    unsupported(made.place, "a stream into which some lanes put and others do not");
  }
  const auto fields = static_cast<std::uint32_t>(made.arguments.size());
  std::uint64_t tokens = 1;
  for (const std::uint32_t c : scope.path) {
    const bool endless =
        !shape_.controller(c).counters.empty() && shape_.controller(c).counters.front().max == none;
    tokens *=
        endless ? rounds_of(c) : times_in(c, shape_.controller(c).parent).value_or(tokens_most + 1);
    if (tokens > tokens_most) {
      unsupported(made.place, "a stream whose length is known only when it ends");
    }
  }
  const std::string array = output_array(tree_, memory);
  const auto words = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, tokens * fields));
  const std::uint32_t place = graph_.memory(array, host_unit_, words);
  graph_.array(array, Array::Role::output, numerics::word_u32, {words}, place);
  const std::uint32_t count = graph_.memory(array + ".count", host_unit_, 1);
  graph_.array(array + ".count", Array::Role::output, numerics::word_i32, {1}, count);
  ContextMaker takes = graph_.context(unique(array + ".take"), host_unit_, context.lanes);
  takes.context().stages = timing_.move_stages;
  const std::uint32_t reg = takes.reg("position", numerics::word_i32, 0);
  const std::uint32_t position = takes.value_of_register(reg);
  std::uint32_t lane = none;
  for (std::uint32_t f = 0; f < fields; ++f) {
    const Operand number = value(context, made.arguments[f], scope);
    const WordType type = rdu_tree::word_type(node(made.arguments[f]).type);
    const std::uint32_t channel = graph_.channel(
        unique(name_of_memory(memory)), kind_of(type, context.lanes), none, timing_.store_cycles);
    context.maker.give(channel, number.node, every, exists.node);
    const std::uint32_t word = takes.take(channel, type);
    if (lane == none) {
      lane = context.lanes > 1 ? takes.operation(Op::add, position, takes.lane()) : position;
    }
    takes.store(place,
                takes.operation(Op::add,
                                takes.operation(Op::multiply, lane,
                                                takes.integer(static_cast<std::int32_t>(fields))),
                                takes.integer(static_cast<std::int32_t>(f))),
                word);
  }
  std::uint32_t more = takes.integer(1);
  if (context.lanes > 1) {
    const std::uint32_t ones = takes.operation(
        Op::add, takes.operation(Op::multiply, takes.lane(), takes.integer(0)), more);
    more = takes.reduce(Op::add, ones);
  }
  const std::uint32_t next = takes.operation(Op::add, position, more);
  takes.leave(reg, next);
  takes.store(count, takes.integer(0), next);
}

}  // namespace weft::program::rdu
