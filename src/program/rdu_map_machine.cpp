// SPDX-License-Identifier: Apache-2.0
// State machines: one context has the state and tells all others whether there is another
// iteration; one makes the next state of what the iteration left.
#include <algorithm>
#include <set>

#include "program/rdu_map_mapper.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu {

using rdu_tree::ControllerKind;
using Op = WordOperation;

/// The context that has a state machine's state; made by the first that asks.
Mapper::Machine& Mapper::machine_of(std::uint32_t number, const Scope& outside) {
  const auto [found, is_new] = machines_.emplace(std::make_pair(number, outside), Machine{});
  Machine& machine = found->second;
  if (!is_new) return machine;
  const rdu_tree::Controller& made = shape_.controller(number);
  const Scope scope = outside.inside(number, 0);
  if (made.break_when != none) unsupported(made.place, "an FSM that breaks");
  const std::string name = line_name(made.place, "state");
  machine.is_made = true;
  machine.context =
      &new_context(name, graph_.unit(unique(name), Unit::Kind::compute), scope, made.place);
  machine.is_made = false;
  MappedContext& context = *machine.context;
  ContextMaker& maker = context.maker;
  const std::uint32_t counter = context.first_counters[outside.depth()];
  const WordType type = rdu_tree::word_type(node(made.machine.state).type);
  machine.next = graph_.channel(
      unique(name + ".next"), type == numerics::word_bit ? Channel::Kind::bit : Channel::Kind::word,
      none, 1, 1);
  const std::uint32_t next = maker.take(machine.next, type);
  const std::uint32_t initial = value(context, made.machine.initial, outside).node;
  const Operand reached = have_index(context, 0, counter);
  const std::uint32_t first = maker.operation(Op::equal, maker.index(counter), maker.integer(0));
  machine.state = {maker.operation(Op::select, first, initial, next), false};
  context.known[{made.machine.state, scope}] = machine.state;
  require_unwritten(number, made.machine.goes_on);
  const Operand goes = both(context, value(context, made.machine.goes_on.result, scope), reached);
  machine.ends = {maker.operation(Op::bit_not, goes.node), false};
  maker.context().counters[counter].until = machine.ends.node;
  return machine;
}

/// The condition is known before the iteration: it can't wait for what the leaf itself keeps.
void Mapper::require_unwritten(std::uint32_t number, const rdu_tree::Expression& expression) const {
  for (const rdu_tree::Step& step : expression.steps) {
    const rdu_tree::Node& made = node(step.index);
    if (made.operation == rdu_tree::Operation::dequeue) {
      unsupported(made.place, "an FSM whose condition empties a queue");
    }
    if (made.memory == none || made.operation != rdu_tree::Operation::read) continue;
    for (const RegisterWriter& writer : writers_[made.memory]) {
      if (writer.controller != number) continue;
      unsupported(made.place, "an FSM whose condition reads a register that its own leaf writes");
    }
  }
}

/// The counter of a state machine's iterations.
void Mapper::add_machine(MappedContext& context, std::size_t depth) {
  const std::uint32_t number = context.scope.path[depth];
  ContextMaker& maker = context.maker;
  const std::uint32_t counter =
      maker.counter("c" + std::to_string(maker.context().counters.size()), 0);
  maker.context().counters[counter].endless = true;
  Machine& machine = machine_of(number, context.scope.first(depth));
  if (machine.is_made) return;
  const std::uint32_t channel = graph_.channel(
      unique(line_name(shape_.controller(number).place, "ends")), Channel::Kind::bit);
  machine.context->maker.give(channel, machine.ends.node);
  maker.context().counters[counter].until = maker.take(channel, numerics::word_bit, counter + 1);
}

/// The state of the machine whose parameter a node is; nothing where it is no machine's.
std::optional<Operand> Mapper::state_value(MappedContext& context, std::uint32_t of,
                                           const Scope& scope) {
  for (std::size_t depth = 0; depth < scope.depth(); ++depth) {
    const rdu_tree::Controller& made = shape_.controller(scope.path[depth]);
    if (made.kind != ControllerKind::state_machine || made.machine.state != of) continue;
    const Machine& machine = machine_of(scope.path[depth], scope.first(depth));
    return connect({machine.context, machine.state}, context, rdu_tree::word_type(node(of).type),
                   line_name(made.place, "state"));
  }
  return std::nullopt;
}

void Mapper::run_machine(std::uint32_t number, const Scope& outside) {
  const rdu_tree::Controller& made = shape_.controller(number);
  const Scope scope = outside.inside(number, 0);
  const Machine machine = machine_of(number, outside);
  visit_steps(number, scope);
  const std::string name = line_name(made.place, "next");
  MappedContext& context =
      new_context(name, graph_.unit(unique(name), Unit::Kind::compute), scope, made.place);
  const Operand next = value(context, made.machine.next.result, scope);
  context.maker.give(machine.next, next.node);
}

}  // namespace weft::program::rdu
