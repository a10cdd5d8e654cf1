// SPDX-License-Identifier: Apache-2.0
// Reductions into registers and, element by element, into memories.
#include <string>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::MemoryKind;
using Op = WordOperation;

Operand Mapper::combined(MappedContext& context, std::uint32_t controller, Operand left,
                         Operand right, const Scope& scope) {
  const rdu_tree::Combine& combine = shape_.controller(controller).combine;
  if (is_simple(tree_, combine)) {
    return binary(context, *rdu_tree::word_operation(node(combine.result).operation), left, right);
  }
  // Evaluated anew for each pair: numbers of the pair before are forgotten
  const auto before = context.known;
  context.known[{combine.left, scope}] = left;
  context.known[{combine.right, scope}] = right;
  const Operand made = value(context, combine.result, scope);
  context.known = before;
  return made;
}

/// Pairs, pairs of pairs ... of the lanes that exist: first those of the innermost counter, then of
/// what they give. With several counters a missing lane may be before one that is there.
Operand Mapper::combine_lanes(MappedContext& context, std::uint32_t controller,
                              const std::vector<Operand>& lanes, const Scope& scope) {
  const std::size_t depth = scope.depth() - 1;
  std::vector<MaybeThere> all;
  for (std::uint32_t lane = 0; lane < lanes.size(); ++lane) {
    all.push_back({lanes[lane], lane_exists(context, depth, lane)});
  }
  const auto& counters = shape_.controller(controller).counters;
  const std::size_t last = counters.size() - 1;
  const std::size_t group =
      counters.empty() ? 1 : shape_.unrolled(controller, static_cast<std::uint32_t>(last));
  std::vector<MaybeThere> groups;
  for (std::size_t begin = 0; begin < all.size(); begin += group) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
    groups.push_back(combine_pairs(context, controller,
                                   {from, from + static_cast<std::ptrdiff_t>(group)}, scope));
  }
  return combine_pairs(context, controller, std::move(groups), scope).number;
}

Mapper::MaybeThere Mapper::combine_pairs(MappedContext& context, std::uint32_t controller,
                                         std::vector<MaybeThere> all, const Scope& scope) {
  for (std::size_t width = all.size(); width > 1; width = (width + 1) / 2) {
    for (std::size_t i = 0; i < width / 2; ++i) {
      all[i] = combine_two(context, controller, all[2 * i], all[2 * i + 1], scope);
    }
    if (width % 2 == 1) all[width / 2] = all[width - 1];
  }
  return all.front();
}

Mapper::MaybeThere Mapper::combine_two(MappedContext& context, std::uint32_t controller,
                                       const MaybeThere& left, const MaybeThere& right,
                                       const Scope& scope) {
  ContextMaker& maker = context.maker;
  MaybeThere made{combined(context, controller, left.number, right.number, scope), {}};
  if (right.exists.node != none) {
    made.number.node =
        maker.operation(Op::select, right.exists.node, made.number.node, left.number.node);
  }
  if (left.exists.node == none) return made;
  made.number.node =
      maker.operation(Op::select, left.exists.node, made.number.node, right.number.node);
  if (right.exists.node != none) {
    made.exists = binary(context, Op::bit_or, left.exists, right.exists);
  }
  return made;
}

/// A vector's lanes as one number; one that is the same in all lanes counts once for each.
Operand Mapper::combine_vector(MappedContext& context, WordOperation operation, Operand number) {
  ContextMaker& maker = context.maker;
  if (!number.is_vector) {
    const std::uint32_t lane = maker.lane();
    number.node = maker.operation(Op::select, maker.operation(Op::equal, lane, lane), number.node,
                                  number.node);
  }
  return {maker.reduce(operation, number.node), false};
}

void Mapper::accumulator(std::uint32_t controller, const Scope& outside) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Memory& into = tree_.memories[made.accumulator];
  const Scope scope = outside.inside(controller, all_lanes);
  const std::size_t depth = outside.depth();
  const std::string name = line_name(made.place, "sum");
  const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::compute);
  graph_.program().units[unit].line = made.place.line;
  MappedContext& context = new_context(name, unit, scope, made.place);
  const bool inner = rdu_tree::is_inner(tree_, controller);
  std::vector<Operand> lanes;
  for (std::uint32_t lane = 0; lane < shape_.copies_of(controller); ++lane) {
    const Scope one = outside.inside(controller, lane);
    lanes.push_back(inner ? moved(context, made.result, one) : value(context, made.result, one));
  }
  if (context.lanes > 1) {
    const Op operation = *rdu_tree::word_operation(node(made.combine.result).operation);
    for (Operand& lane : lanes) lane = combine_vector(context, operation, lane);
  }
  Operand number = combine_lanes(context, controller, lanes, scope);
  const WordType type = rdu_tree::word_type(into.type);
  const std::uint32_t start =
      made.fold ? context.maker.constant(type, rdu_tree::word_of(into.initial)) : none;
  const std::uint32_t level = made.fold ? no_level : context.done(depth);
  const bool others = writers_[made.accumulator].size() > 1;
  if (made.fold && others) {
    unsupported(made.place, "a fold into a register that something else writes");
  }
  if (is_simple(tree_, made.combine)) {
    const Op operation = *rdu_tree::word_operation(node(made.combine.result).operation);
    const Operand mask = made.fold ? mask_of(context) : Operand{};
    number.node = context.maker.accumulate(operation, number.node, level, start, mask.node);
  } else {
    const std::uint32_t reg =
        context.maker.reg("sum", type, rdu_tree::word_of(into.initial), no_level);
    const Operand before{context.maker.value_of_register(reg), false};
    const Operand next = combined(context, controller, before, number, scope);
    if (made.fold) {
      number = next;
    } else {
      const std::uint32_t first = context.maker.first(level);
      number.node = context.maker.operation(Op::select, first, number.node, next.node);
    }
    const Operand behind = is_behind(context, depth);
    if (behind.node != none) {
      number.node = context.maker.operation(Op::select, behind.node, before.node, number.node);
    }
    const Operand mask = made.fold ? mask_of(context) : Operand{};
    context.maker.leave(reg, number.node, mask.node);
  }
  const Source source{&context, result_of_sum(context, controller, depth, number)};
  const auto& list = writers_[made.accumulator];
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    if (list[w].controller == controller && list[w].node == none) {
      register_sources_[{made.accumulator, w, scope}] = source;
    }
  }
  if (into.kind == MemoryKind::arg_out) result_of(made.accumulator, source, outside);
}

/// A reduction over no iterations gives what the register begins with; one that is not reached
/// leaves it as it is.
Operand Mapper::result_of_sum(MappedContext& context, std::uint32_t controller, std::size_t depth,
                              Operand number) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const rdu_tree::Memory& into = tree_.memories[made.accumulator];
  const WordType type = rdu_tree::word_type(into.type);
  ContextMaker& maker = context.maker;
  const std::uint32_t initial = maker.constant(type, rdu_tree::word_of(into.initial));
  const Operand any =
      have_index(context, context.first_counters[depth], context.first_counters[depth + 1], true);
  if (any.node != none && !made.fold) {
    number.node = maker.operation(Op::select, any.node, number.node, initial);
  }
  const Operand reached = have_index(context, 0, context.first_counters[depth]);
  if (reached.node == none) return number;
  const std::uint32_t reg = maker.reg("kept", type, rdu_tree::word_of(into.initial), no_level);
  number.node =
      maker.operation(Op::select, reached.node, number.node, maker.value_of_register(reg));
  maker.leave(reg, number.node, maker.last(context.done(depth)));
  return number;
}

/// 1 in the first iteration of the controller at `depth`; none: there is only one.
Operand Mapper::first_iteration(MappedContext& context, std::size_t depth) {
  Operand all;
  for (std::uint32_t c = context.first_counters[depth]; c < context.first_counters[depth + 1];
       ++c) {
    const Counter counter = context.maker.context().counters[c];
    const std::uint32_t from =
        counter.first.input == none
            ? context.maker.integer(counter.first.value)
            : context.maker.value_of(counter.first.input, numerics::word_i32);
    const Operand one{context.maker.operation(Op::equal, context.maker.index(c), from), false};
    all = both(context, all, one);
  }
  return all;
}

/// Elements of the results of one iteration, added to those of the memory that they go to.
void Mapper::reduce_memory(std::uint32_t controller, const Scope& outside) {
  const rdu_tree::Controller& made = shape_.controller(controller);
  const Scope scope = outside.inside(controller, all_lanes);
  const std::vector<std::int64_t>& sizes = tree_.memories[made.accumulator].sizes;
  const std::uint32_t lanes = std::min(made.accumulate_parallel, lanes_most);
  std::vector<InnerCounter> inner;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    inner.push_back({"e" + std::to_string(i), static_cast<std::uint32_t>(sizes[i]), none});
  }
  const std::uint32_t order = shape_.end_order_of(controller);
  const auto at = [&](MappedContext& context, const MemoryCopy& copy) {
    std::vector<Operand> indices;
    for (std::uint32_t i = 0; i < sizes.size(); ++i) {
      indices.push_back(
          {context.maker.index(context.inner + i), i + 1 == sizes.size() && lanes > 1});
    }
    return flat_address(context, copy, indices);
  };
  const auto port = [&](std::uint32_t memory, const Scope& seen_from) {
    MemoryCopy& copy = copy_of(memory, seen_from);
    Port one = new_read_port(copy, scope, made.place, inner, lanes, inner.size() == 1);
    finish_port(one, copy, at(*one.addresses, copy));
    note_access(copy, {one.reads, one.reads, false, order, controller, {}}, one.parts);
    return out_of_banks(one, copy, lanes_of_last(memory, made.accumulate_parallel), scope,
                        made.place, inner, lanes);
  };
  const std::string name = line_name(made.place, "sum");
  const std::uint32_t unit = graph_.unit(unique(name), Unit::Kind::compute);
  graph_.program().units[unit].line = made.place.line;
  MappedContext& context = new_context(name, unit, scope, made.place, inner, lanes);
  const WordType type = rdu_tree::word_type(tree_.memories[made.accumulator].type);
  std::vector<Operand> numbers;
  for (std::uint32_t lane = 0; lane < shape_.copies_of(controller); ++lane) {
    numbers.push_back(connect(port(made.result, outside.inside(controller, lane)), context, type,
                              name_of_memory(made.result) + ".data"));
  }
  Operand sum = combine_lanes(context, controller, numbers, scope);
  const Operand first = made.fold ? Operand{} : first_iteration(context, outside.depth());
  if (made.fold || first.node != none) {
    const Operand before = connect(port(made.accumulator, outside), context, type,
                                   name_of_memory(made.accumulator) + ".data");
    const Operand next = combined(context, controller, before, sum, scope);
    sum = first.node == none
              ? next
              : Operand{context.maker.operation(Op::select, first.node, sum.node, next.node),
                        next.is_vector};
  }
  MemoryCopy& copy = copy_of(made.accumulator, outside);
  MappedContext& writes = new_context(name_of_memory(made.accumulator) + ".write", copy.unit, scope,
                                      made.place, inner, lanes);
  Operand place;
  if (sizes.size() == 1) {
    place = at(writes, copy);
  } else {
    MappedContext& addresses = new_context(name_of_memory(made.accumulator) + ".address", copy.unit,
                                           scope, made.place, inner, lanes);
    place = connect({&addresses, at(addresses, copy)}, writes, numerics::word_i32,
                    name_of_memory(made.accumulator) + ".at");
  }
  const Operand number =
      connect({&context, sum, timing_.store_cycles}, writes, type, line_name(made.place, "value"));
  Operand when;
  if (may_lack(outside)) {
    when = connect({&context, mask_of(context)}, writes, numerics::word_bit, name + ".when");
  }
  const auto stores = store_into(writes, copy, place, number, when, made.place.line);
  note_access(copy, {&writes, &writes, true, order + 0, controller, {}}, stores);
}

}  // namespace weft::program::rdu
