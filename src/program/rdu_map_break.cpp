// SPDX-License-Identifier: Apache-2.0
// Loops that a register ends: each context in one is told, before an iteration, whether the last
// one was. It makes a step more then, in which it does nothing.
#include <algorithm>
#include <array>

#include "program/rdu_map_mapper.hpp"

namespace weft::program::rdu {

using Op = WordOperation;

/// The writers of the register that ends the loop, all of them in one leaf of it.
std::uint32_t Mapper::breaking_writer(std::uint32_t loop) const {
  const rdu_tree::Controller& made = shape_.controller(loop);
  const auto& list = writers_[made.break_when];
  std::uint32_t found = none;
  for (std::uint32_t w = 0; w < list.size(); ++w) {
    const auto path = shape_.path_to(list[w].controller);
    if (std::find(path.begin(), path.end(), loop) == path.end()) continue;
    if (found != none && list[found].controller != list[w].controller) {
      unsupported(made.place, "a loop that one of several controllers breaks");
    }
    found = w;
  }
  if (found == none) unsupported(made.place, "a loop that breaks by what nothing in it writes");
  return found;
}

/// Whether the bit is there as soon as the iteration is, and not what a register kept.
bool Mapper::breaks_at_once(std::uint32_t loop) const {
  const auto& list = writers_[shape_.controller(loop).break_when];
  const RegisterWriter& writer = list[breaking_writer(loop)];
  const auto alike = std::count_if(list.begin(), list.end(), [&](const RegisterWriter& other) {
    return other.controller == writer.controller;
  });
  return writer.node != none && node(writer.node).enable == none && alike == 1;
}

void Mapper::add_break(MappedContext& context, std::size_t depth, bool computes) {
  const std::uint32_t loop = context.scope.path[depth];
  const rdu_tree::Controller& made = shape_.controller(loop);
  if (made.break_when == none) return;
  if (shape_.copies_of(loop) > 1) unsupported(made.place, "a parallel loop that breaks");
  if (made.counters.empty()) unsupported(made.place, "a controller that breaks and is no loop");
  const RegisterWriter& writer = writers_[made.break_when][breaking_writer(loop)];
  ContextMaker& maker = context.maker;
  const std::uint32_t first = context.first_counters[depth];
  Break one{&context, none, none, depth};
  if (computes && context.scope.last() == writer.controller && breaks_at_once(loop)) {
    one.reg = maker.reg("stop" + std::to_string(depth), numerics::word_bit, 0, no_level);
    maker.context().counters[first].until = maker.value_of_register(one.reg);
  } else {
    // What a register keeps is stored there first
    const std::uint32_t latency = breaks_at_once(loop) ? 1 : timing_.store_cycles;
    one.channel =
        graph_.channel(unique(line_name(made.place, "stop")), Channel::Kind::bit, none, latency, 1);
    const auto level = static_cast<std::uint32_t>(maker.context().counters.size());
    maker.context().counters[first].until = maker.take(one.channel, numerics::word_bit, level);
  }
  breaks_.push_back(one);
}

/// 1 in the step behind the end of the loop at `depth`; none: there is no such step.
Operand Mapper::is_behind(const MappedContext& context, std::size_t depth) const {
  const Context& made = graph_.program().contexts[context.number()];
  const std::size_t first = context.first_counters[depth];
  if (first >= made.counters.size()) return {};
  return {made.counters[first].until, false};
}

/// 1 where the counters of the loop at `depth` have more to come; none: always.
Operand Mapper::has_more(MappedContext& context, std::size_t depth) {
  ContextMaker& maker = context.maker;
  Operand any;
  for (std::uint32_t c = context.first_counters[depth]; c < context.first_counters[depth + 1];
       ++c) {
    const Counter counter = maker.context().counters[c];
    if (counter.endless) return {};
    const bool up = counter.step.value > 0;
    std::uint32_t index = maker.index(c);
    std::int32_t apart = counter.step.value;
    if (context.lanes > 1 && c + 1 == maker.context().counters.size()) {
      index = maker.reduce(up ? Op::minimum : Op::maximum, index);
      apart *= static_cast<std::int32_t>(context.lanes);
    }
    const std::uint32_t end = counter.end.input == none
                                  ? maker.integer(counter.end.value)
                                  : maker.value_of(counter.end.input, numerics::word_i32);
    const std::uint32_t last = maker.operation(Op::subtract, end, maker.integer(apart));
    const Operand more{maker.operation(Op::less, up ? index : last, up ? last : index), false};
    any = any.node == none ? more : binary(context, Op::bit_or, any, more);
  }
  return any;
}

/// What the leaf that breaks a loop tells all contexts in it, at the end of each iteration: whether
/// the next step is behind the loop's end. Behind the last of all it says no, to the loop when it
/// comes again.
void Mapper::resolve_breaks() {
  std::map<std::pair<std::uint32_t, std::size_t>, std::uint32_t> bits;
  for (const Break& one : breaks_) {
    const Scope& scope = one.context->scope;
    const std::uint32_t loop = scope.path[one.depth];
    const rdu_tree::Controller& made = shape_.controller(loop);
    const std::uint32_t writer = breaking_writer(loop);
    const Scope there =
        writer_scope(made.break_when, writer, scope.first(one.depth).inside(loop, 0), made.place);
    const Source from = register_source(made.break_when, writer, there);
    ContextMaker& maker = from.context->maker;
    const auto [bit, is_new] = bits.emplace(std::make_pair(from.context->number(), one.depth), 0);
    if (is_new) {
      Operand stop = from.operand;
      const Operand reached = have_index(*from.context, 0, from.context->first_counters[one.depth]);
      if (reached.node != none) {
        stop.node =
            maker.operation(Op::bit_or, stop.node, maker.operation(Op::bit_not, reached.node));
      }
      stop = both(*from.context, stop, has_more(*from.context, one.depth));
      const Operand behind = is_behind(*from.context, one.depth);
      bit->second =
          maker.operation(Op::bit_and, stop.node, maker.operation(Op::bit_not, behind.node));
    }
    const std::uint32_t level = from.context->iteration(one.depth);
    if (one.channel != none) {
      maker.give(one.channel, bit->second, level);
    } else {
      maker.leave(one.reg, bit->second, maker.last(level));
    }
  }
}

}  // namespace weft::program::rdu
