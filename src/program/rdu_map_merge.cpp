// SPDX-License-Identifier: Apache-2.0
// Merge buffers: sorted ways become one, a word a firing. A way that is not sorted is, a vector at
// a time, before: each word goes to the place that as many of the vector's words are less than.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using Op = WordOperation;

Mapper::MergeCopy& Mapper::merge_of(std::uint32_t memory, const Scope& scope) {
  const rdu_tree::Memory& of = tree_.memories[memory];
  const Scope owner = of.owner == none ? Scope{} : shape_.scope_of(of.owner, scope);
  MergeCopy& copy = merges_[{memory, owner}];
  copy.ways.resize(static_cast<std::size_t>(of.sizes[0]));
  return copy;
}

/// Of what is said of a merge buffer once for all of a group: whose numbers its owner has.
void Mapper::describe_merge(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  const std::uint32_t owner = tree_.memories[made.memory].owner;
  for (std::uint32_t c = shape_.home_of(of); c != owner; c = shape_.controller(c).parent) {
    if (c != none && shape_.controller(c).counters.empty()) continue;
    unsupported(made.place, "a merge buffer that a loop in its own iteration sets up");
  }
  if (made.enable != none) unsupported(made.place, "a merge buffer that only some set up");
  MergeCopy& copy = merge_of(made.memory, scope);
  if (made.operation == rdu_tree::Operation::start_merge) {
    copy.start = of;
    return;
  }
  way_of(copy, made.arguments[1], scope).bound = of;
}

Mapper::MergeWay& Mapper::way_of(MergeCopy& copy, std::uint32_t number, const Scope& scope) {
  const auto way = known_integer(number, scope);
  if (!way || *way < 0 || *way >= static_cast<std::int64_t>(copy.ways.size())) {
    unsupported(node(number).place, "a way of a merge buffer that no constant says");
  }
  return copy.ways[static_cast<std::size_t>(*way)];
}

void Mapper::fill_way(std::uint32_t of, const Scope& scope) {
  const rdu_tree::Node& made = node(of);
  MergeWay& way = way_of(merge_of(made.memory, scope), made.arguments[1], scope);
  if (way.words != none) unsupported(made.place, "a second access that fills a way");
  MappedContext& context = compute(scope);
  const Operand number = value(context, made.arguments[0], scope);
  Operand exists = exists_in(context);
  if (enabled(of, scope) != Enabled::always) {
    exists = both(context, exists, value(context, made.enable, scope));
  }
  const Operand lanes = exists.is_vector ? exists : Operand{};
  if (exists.is_vector) exists = exists_in(context);
  const WordType type = rdu_tree::word_type(tree_.memories[made.memory].type);
  way.words = words_from(made.memory, type, {&context, number}, exists, lanes);
}

/// What a group's contexts are told: numbers of each way, of all, whether they are to be sorted.
struct Mapper::MergeGroup {
  MappedContext* context = nullptr;  ///< none: all is constant
  std::vector<Operand> bounds{};
  std::vector<std::int64_t> known{};  ///< where it is
  Operand sum{};
  Operand start{};
};

Mapper::MergeGroup Mapper::group_of(std::uint32_t memory, const Scope& owner,
                                    const MergeCopy& copy) {
  const rdu_tree::SourcePlace place = tree_.memories[memory].place;
  const std::string name = unique(name_of_memory(memory) + ".group");
  MergeGroup group;
  group.context = &new_context(name, graph_.unit(name, Unit::Kind::compute), owner, place);
  MappedContext& context = *group.context;
  for (const MergeWay& way : copy.ways) {
    if (way.words == none) unsupported(place, "a merge buffer with a way that nothing fills");
    if (way.bound == none) unsupported(place, "a merge buffer with a way that has no bound");
    const std::uint32_t number = node(way.bound).arguments[0];
    Operand bound = value(context, number, shape_.scope_of(shape_.home_of(way.bound), owner));
    if (!(rdu_tree::word_type(node(number).type) == numerics::word_i32)) {
      bound.node = context.maker.convert(bound.node, numerics::word_i32);
    }
    group.bounds.push_back(bound);
    group.sum = group.sum.node == none ? bound : binary(context, Op::add, group.sum, bound);
  }
  const bool sorted =
      copy.start == none || known_number(node(copy.start).arguments[0]) == rdu_tree::Raw{0};
  if (!sorted) {
    group.start = value(context, node(copy.start).arguments[0],
                        shape_.scope_of(shape_.home_of(copy.start), owner));
  }
  const Operand exists = exists_in(context);
  if (exists.node == none) return group;
  const std::uint32_t nothing = context.maker.integer(0);
  for (Operand& bound : group.bounds) {
    bound.node = context.maker.operation(Op::select, exists.node, bound.node, nothing);
  }
  group.sum.node = context.maker.operation(Op::select, exists.node, group.sum.node, nothing);
  return group;
}

/// A context that goes through `count` words of each group.
MappedContext& Mapper::group_context(const MergeGroup& group, const std::string& name,
                                     std::uint32_t unit, Operand count, Operand& held) {
  MappedContext& made =
      new_context(name, unit, group.context->scope, {0, group.context->maker.context().line, 0});
  made.maker.context().lanes = made.lanes = 1;
  held = connect({group.context, count}, made, numerics::word_i32, name + ".count", false);
  made.inner =
      made.maker.counter("element", {0, none}, {0, made.maker.context().nodes[held.node].at});
  return made;
}

void Mapper::resolve_merges() {
  for (auto& [key, copy] : merges_) {
    const auto& [memory, owner] = key;
    const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
    const MergeGroup group = group_of(memory, owner, copy);
    const std::string name = name_of_memory(memory) + ".merge";
    Operand held;
    MappedContext& merge =
        group_context(group, name, graph_.unit(unique(name), Unit::Kind::compute), group.sum, held);
    ContextMaker& maker = merge.maker;
    const Operand exists = exists_in(merge);
    std::vector<std::uint32_t> inputs;
    std::uint32_t any = none;
    std::uint32_t least = none;
    std::uint32_t chosen = maker.integer(0);
    std::vector<std::uint32_t> taken;
    for (std::uint32_t w = 0; w < copy.ways.size(); ++w) {
      const std::uint32_t words = sorted_way(memory, group, w, copy.ways[w].words);
      const Operand bound = connect({group.context, group.bounds[w]}, merge, numerics::word_i32,
                                    name + ".bound", false);
      taken.push_back(maker.reg("taken" + std::to_string(w), numerics::word_i32, 0, merge.inner));
      const Operand has = both(
          merge,
          {maker.operation(Op::less, maker.value_of_register(taken.back()), bound.node), false},
          exists);
      inputs.push_back(maker.input(words, every, has.node));
      const std::uint32_t head = maker.value_of(inputs.back(), type);
      if (w == 0) {
        any = has.node;
        least = head;
        continue;
      }
      const std::uint32_t less = maker.operation(Op::bit_or, maker.operation(Op::bit_not, any),
                                                 maker.operation(Op::less, head, least));
      const std::uint32_t here = maker.operation(Op::bit_and, has.node, less);
      chosen =
          maker.operation(Op::select, here, maker.integer(static_cast<std::int32_t>(w)), chosen);
      least = maker.operation(Op::select, here, head, least);
      any = maker.operation(Op::bit_or, any, has.node);
    }
    for (std::uint32_t w = 0; w < inputs.size(); ++w) {
      const std::uint32_t here =
          maker.operation(Op::equal, chosen, maker.integer(static_cast<std::int32_t>(w)));
      maker.context().inputs[inputs[w]].pop_when = here;
      const std::uint32_t next =
          maker.operation(Op::add, maker.value_of_register(taken[w]), maker.integer(1));
      maker.leave(taken[w], next, both(merge, {here, false}, exists).node);
    }
    const rdu_tree::SourcePlace place = tree_.memories[memory].place;
    fifos_[key].writers.push_back({{&merge, {least, false}}, exists, {}, 0, place});
  }
}

/// Words of a way as they are to be merged: those of each vector sorted, if the program says that
/// they are not.
std::uint32_t Mapper::sorted_way(std::uint32_t memory, const MergeGroup& group, std::uint32_t way,
                                 std::uint32_t words) {
  const auto lanes = static_cast<std::int32_t>(
      std::min<std::int64_t>(tree_.memories[memory].sizes[1], lanes_most));
  if (group.start.node == none || lanes <= 1) return words;
  const WordType type = rdu_tree::word_type(tree_.memories[memory].type);
  Ring ring = new_ring(memory, type, static_cast<std::uint32_t>(lanes));
  const std::uint32_t sorted =
      graph_.memory(ring.name + ".sorted", ring.unit, graph_.program().memories[ring.memory].words);
  struct Place {
    MappedContext* context = nullptr;
    std::uint32_t exists = none;
    std::uint32_t row = none;     ///< where the vector begins
    std::uint32_t column = none;  ///< of the word in it
    std::uint32_t begins = none;  ///< bits: the vector does, or ends
    std::uint32_t ends = none;
    std::uint32_t left = none;  ///< words from the vector's first on
  };
  const auto place_in = [&](const char* what) {
    Operand held;
    MappedContext& made =
        group_context(group, ring.name + what, ring.unit, group.bounds[way], held);
    ContextMaker& maker = made.maker;
    const std::uint32_t width = maker.integer(lanes);
    Place at{&made, exists_in(made).node};
    at.column = maker.operation(Op::remainder, maker.index(made.inner), width);
    at.left = maker.operation(
        Op::add, maker.operation(Op::subtract, held.node, maker.index(made.inner)), at.column);
    at.begins = both(made, {maker.operation(Op::equal, at.column, maker.integer(0)), false},
                     {at.exists, false})
                    .node;
    const std::uint32_t next = maker.operation(Op::add, at.column, maker.integer(1));
    const std::uint32_t last = maker.operation(Op::minimum, at.left, width);
    at.ends = both(made, {maker.operation(Op::equal, next, last), false}, {at.exists, false}).node;
    at.row = maker.operation(Op::multiply, next_row(maker, at.ends), width);
    return at;
  };
  const auto token_of = [&](const char* what, std::uint32_t initial) {
    return graph_.channel(unique(ring.name + what), Channel::Kind::bit, ring_rows, 1, initial);
  };
  const std::uint32_t full = token_of(".full", 0);
  const std::uint32_t free = token_of(".free", ring_rows);
  const std::uint32_t ready = token_of(".ready", 0);
  const std::uint32_t room = token_of(".room", ring_rows);

  const Place in = place_in(".write");
  ContextMaker& writes = in.context->maker;
  const std::uint32_t word = writes.value_of(writes.input(words, every, in.exists), type);
  writes.input(free, every, in.begins);
  writes.store(ring.memory, writes.operation(Op::add, in.row, in.column), word, no_level,
               in.exists);
  writes.give(full, none, every, in.ends);

  const Place rank = place_in(".rank");
  rank_words(*rank.context, group, ring, lanes, {rank.row, rank.column, rank.left}, sorted,
             rank.exists);
  ContextMaker& ranks = rank.context->maker;
  ranks.input(full, every, rank.exists, rank.ends);
  ranks.input(room, every, rank.begins);
  ranks.give(free, none, every, rank.ends);
  ranks.give(ready, none, every, rank.ends);

  const Place out = place_in(".read");
  ContextMaker& reads = out.context->maker;
  reads.input(ready, every, out.exists, out.ends);
  const std::uint32_t made =
      graph_.channel(unique(ring.name + ".out"),
                     type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word);
  reads.give(made, reads.load(sorted, type, reads.operation(Op::add, out.row, out.column)), every,
             out.exists);
  reads.give(room, none, every, out.ends);
  return made;
}

/// Puts a vector's word where it belongs among the vector's `left` words, equal ones as they came.
void Mapper::rank_words(MappedContext& context, const MergeGroup& group, const Ring& ring,
                        std::int32_t lanes, const std::array<std::uint32_t, 3>& place,
                        std::uint32_t sorted, std::uint32_t exists) {
  ContextMaker& maker = context.maker;
  const auto [row, column, left] = place;
  const Operand start = connect({group.context, group.start}, context, numerics::word_bit,
                                ring.name + ".sorts", false);
  maker.counter("lane", lanes);
  maker.context().lanes = context.lanes = static_cast<std::uint32_t>(lanes);
  const std::uint32_t lane = maker.index(context.inner + 1);
  const std::uint32_t all = maker.load(ring.memory, ring.type, maker.operation(Op::add, row, lane));
  const std::uint32_t word =
      maker.load(ring.memory, ring.type, maker.operation(Op::add, row, column));
  const std::uint32_t before = maker.operation(Op::bit_and, maker.operation(Op::equal, all, word),
                                               maker.operation(Op::less, lane, column));
  const std::uint32_t first =
      maker.operation(Op::bit_or, maker.operation(Op::less, all, word), before);
  const std::uint32_t there =
      maker.operation(Op::bit_and, maker.operation(Op::less, lane, left), first);
  const std::uint32_t ones = maker.operation(Op::select, there, maker.integer(1), maker.integer(0));
  const std::uint32_t rank =
      maker.operation(Op::select, start.node, maker.reduce(Op::add, ones), column);
  maker.store(sorted, maker.operation(Op::add, row, rank), word, no_level, exists);
}

}  // namespace weft::program::rdu
