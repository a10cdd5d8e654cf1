// SPDX-License-Identifier: Apache-2.0
// Loops: interpreted at compile time, unrolled on request, emitted otherwise.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

void Evaluator::open_target(Target& target, const Node& node, bool is_loop) {
  target.label = node.name;
  target.is_loop = is_loop;
  target.depth = depth_;
  target.outer = target_;
  if (emitter_ == nullptr) return;
  target.break_label = emitter_->new_label();
  target.continue_label = emitter_->new_label();
}

/// After the body of one interpreted iteration. @return false when the loop ends.
bool Evaluator::end_iteration(Target& target, Flow& flow) {
  if (emitter_ != nullptr) {
    if (target.continued_by_jump) {
      emitter_->bind(target.continue_label);
      if (flow == Flow::stopped) flow = Flow::next;
    }
    target.continued_by_jump = false;
    target.continue_label = emitter_->new_label();
  }
  if (flow == Flow::again && leaving_ == &target) flow = Flow::next;
  return flow == Flow::next;
}

/// How the statement after a loop or labelled block is reached.
Evaluator::Flow Evaluator::end_loop(Target& target, Flow flow) {
  if (flow == Flow::leave && leaving_ == &target) flow = Flow::next;
  if (target.broken_by_jump) {
    emitter_->bind(target.break_label);
    if (flow == Flow::stopped) flow = Flow::next;
  }
  return flow;
}

Evaluator::Flow Evaluator::while_loop(const Node& node) {
  Target target;
  open_target(target, node, true);
  const Restore<Target*> inside(target_, &target);
  if (emitter_ == nullptr || node.is_comptime || reads_comptime_variable(*node.a)) {
    return comptime_while(node, target);
  }
  // A trial tells whether the condition is known: then it never changes.
  const std::size_t before = emitter_->size();
  const CallCounter::Calls calls_before = home_of(*frame_).calls;
  const Value trial = evaluate(*node.a);
  home_of(*frame_).calls = calls_before;
  emitter_->rewind(before);
  if (trial.is_known() && !bool_of(trial, *node.a)) return Flow::next;
  return runtime_while(node, target, trial.is_known());
}

Evaluator::Flow Evaluator::comptime_while(const Node& node, Target& target) {
  Flow flow = Flow::next;
  while (bool_of(evaluate(*node.a), *node.a)) {
    step(node);
    flow = execute(*node.c);
    if (!end_iteration(target, flow)) break;
    if (node.b != nullptr) execute(*node.b);
  }
  return end_loop(target, flow);
}

Evaluator::Flow Evaluator::runtime_while(const Node& node, Target& target, bool endless) {
  const Emitter::Label again = emitter_->new_label();
  const Emitter::Label condition = emitter_->new_label();
  if (!endless) emitter_->jump(condition);
  emitter_->bind(again);
  enter_branch();
  const Flow body = execute(*node.c);
  emitter_->bind(target.continue_label);
  if (node.b != nullptr && (body != Flow::stopped || target.continued_by_jump)) execute(*node.b);
  if (endless) {
    if (body != Flow::stopped || target.continued_by_jump) emitter_->jump(again);
  } else {
    emitter_->bind(condition);
    emitter_->branch_if(to_register(evaluate(*node.a), *node.a), again);
  }
  leave_branch();
  emitter_->bind(target.break_label);
  return endless && !target.broken_by_jump ? Flow::stopped : Flow::next;
}

/// Whether an expression reads a local that changes at compile time.
bool Evaluator::reads_comptime_variable(const Node& node) const {
  if (node.kind == NodeKind::identifier && node.binding == Binding::local) {
    const Slot& slot = frame_->slots[static_cast<std::size_t>(node.slot)];
    if (slot.kind == Slot::Kind::comptime_variable) return true;
  }
  for (const Node* part : {node.a, node.b, node.c}) {
    if (part != nullptr && reads_comptime_variable(*part)) return true;
  }
  for (const Node* part : node.list) {
    if (part != nullptr && reads_comptime_variable(*part)) return true;
  }
  return false;
}

void Evaluator::bind_capture(const Node& capture, Value value) {
  Slot& slot = frame_->slots[static_cast<std::size_t>(capture.slot)];
  slot = Slot();
  slot.kind = Slot::Kind::constant;
  slot.is_const = true;
  slot.depth = static_cast<std::uint16_t>(depth_);
  slot.type = value.type;
  slot.value = std::move(value);
}

Evaluator::Flow Evaluator::for_loop(const Node& node) {
  if (node.list.size() != 1) unsupported(node, "a for loop over several things at once");
  Value iterable = evaluate(*node.list[0]);
  if (iterable.type->is(TypeKind::pointer) && iterable.type->element->is(TypeKind::array)) {
    iterable = load(dereference(iterable, node), node);
  }
  Target target;
  open_target(target, node, true);
  const Restore<Target*> inside(target_, &target);
  if (iterable.form == Form::in_memory) return runtime_array(node, iterable, target);
  const bool interpreted = emitter_ == nullptr || node.is_comptime;
  if (iterable.form == Form::range) {
    const Type* counter = static_cast<const Fields&>(*iterable.object).values[0].type;
    if (!interpreted && counter->is_scalar()) return runtime_range(node, iterable, target);
    return unrolled_for(node, iterable, target);
  }
  if (iterable.form == Form::array && !interpreted && iterable.type->element->is_scalar()) {
    Variable* image = unit(node).new_variable(Name::none, iterable.type, iterable, node.where);
    iterable.form = Form::in_memory;
    iterable.variable = image;
    iterable.integer = 0;
    return runtime_array(node, iterable, target);
  }
  if (iterable.form != Form::array && iterable.form != Form::fields) {
    fail(*node.list[0], "cannot loop over " + describe(iterable));
  }
  return unrolled_for(node, iterable, target);
}

Evaluator::Flow Evaluator::unrolled_for(const Node& node, const Value& iterable, Target& target) {
  Flow flow = Flow::next;
  std::int64_t index = 0;
  const auto iterate = [&](Value element) {
    step(node);
    bind_capture(*node.captures[0], std::move(element));
    if (node.captures.size() > 1) bind_capture(*node.captures[1], number(types().u16, index));
    ++index;
    flow = execute(*node.c);
    return end_iteration(target, flow);
  };
  if (iterable.form == Form::range) {
    const auto& bounds = static_cast<const Fields&>(*iterable.object).values;
    const std::int64_t start = integer_of(bounds[0], node);
    const std::int64_t stop = integer_of(bounds[1], node);
    const std::int64_t stride = integer_of(bounds[2], node);
    for (std::int64_t i = start; stride > 0 ? i < stop : i > stop;) {
      if (!iterate(number(bounds[0].type, i))) break;
      if (__builtin_add_overflow(i, stride, &i)) break;
    }
    return end_loop(target, flow);
  }
  if (iterable.form == Form::array) {
    const auto& array = static_cast<const Array&>(*iterable.object);
    for (std::uint32_t i = 0; i < iterable.type->count; ++i) {
      if (!iterate(array.at(i))) break;
    }
    return end_loop(target, flow);
  }
  for (const Value& element : static_cast<const Fields&>(*iterable.object).values) {
    if (!iterate(element)) break;
  }
  return end_loop(target, flow);
}

Evaluator::Flow Evaluator::runtime_range(const Node& node, const Value& range, Target& target) {
  const auto& bounds = static_cast<const Fields&>(*range.object).values;
  const Type* type = bounds[0].type;
  const wse::Type machine = machine_type(*type);
  const std::int64_t stride = integer_of(bounds[2], node);
  const auto plain = [&](const Value& v) { return v.is_known() && !varies(v); };
  const bool known = plain(bounds[0]) && plain(bounds[1]);
  const auto in_range = [&](std::int64_t i) {
    return stride > 0 ? i < bounds[1].integer : i > bounds[1].integer;
  };
  if (known && !in_range(bounds[0].integer)) return Flow::next;

  const Register counter = emitter_->new_register();
  emitter_->move(machine, counter, to_register(bounds[0], node));
  emitter_->pin(counter);
  Value stop = bounds[1];
  if (!fits_immediate(stop)) stop = keep(in_register(type, to_register(stop, node)), node);
  if (stop.form == Form::in_register) emitter_->pin(static_cast<Register>(stop.integer));
  const Emitter::Label again = emitter_->new_label();
  const Emitter::Label condition = emitter_->new_label();
  if (!known) emitter_->jump(condition);
  emitter_->bind(again);
  enter_branch();
  bind_capture(*node.captures[0], in_register(type, counter));
  if (node.captures.size() > 1) unsupported(node, "an index capture over a range");
  execute(*node.c);
  emitter_->bind(target.continue_label);
  emitter_->emit({wse::Operation::add, machine, counter, counter, wse::use_immediate,
                  static_cast<std::int32_t>(stride)});
  emitter_->bind(condition);
  const Value more = binary_runtime(stride > 0 ? TokenKind::less : TokenKind::greater,
                                    in_register(type, counter), stop, type, node);
  emitter_->branch_if(to_register(more, node), again);
  leave_branch();
  emitter_->bind(target.break_label);
  return Flow::next;
}

Evaluator::Flow Evaluator::runtime_array(const Node& node, const Value& array, Target& target) {
  const Type* element = array.type->element;
  if (array.type->extents.size() != 1) unsupported(node, "a loop over an array of several axes");
  if (array.type->count == 0) return Flow::next;
  const Register index = emitter_->emit_to_new(wse::Operation::constant, wse::Type::u16);
  emitter_->pin(index);
  const Emitter::Label again = emitter_->new_label();
  emitter_->bind(again);
  enter_branch();
  Place place = place_of_value(array, node);
  place.type = element;
  Register offset = index;
  if (element->bytes != 1) {
    offset = emitter_->emit_to_new(wse::Operation::multiply, wse::Type::u16, index,
                                   wse::use_immediate, static_cast<std::int32_t>(element->bytes));
  }
  if (place.index_register != wse::no_register) {
    offset =
        emitter_->emit_to_new(wse::Operation::add, wse::Type::u16, offset, place.index_register);
  }
  place.index_register = offset;
  bind_capture(*node.captures[0], keep(load(place, node), node));
  if (node.captures.size() > 1) bind_capture(*node.captures[1], in_register(types().u16, index));
  execute(*node.c);
  emitter_->bind(target.continue_label);
  emitter_->emit({wse::Operation::add, wse::Type::u16, index, index, wse::use_immediate, 1});
  const Register more =
      emitter_->emit_to_new(wse::Operation::less, wse::Type::u16, index, wse::use_immediate,
                            static_cast<std::int32_t>(array.type->count));
  emitter_->branch_if(more, again);
  leave_branch();
  emitter_->bind(target.break_label);
  return Flow::next;
}

}  // namespace weft::csl
