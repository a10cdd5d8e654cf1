// SPDX-License-Identifier: Apache-2.0
// if and switch: pruned when the condition is known, branches otherwise.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

Evaluator::Flow Evaluator::branch_body(const Node& node) {
  enter_branch();
  const Flow flow = execute(node);
  leave_branch();
  return flow;
}

Evaluator::Flow Evaluator::if_statement(const Node& node) {
  const Value condition = evaluate(*node.a);
  if (!condition.type->is(TypeKind::boolean)) {
    fail(*node.a, "expected a bool, found " + describe(condition));
  }
  if (condition.is_known()) {
    if (bool_of(condition, *node.a)) return execute(*node.b);
    return node.c != nullptr ? execute(*node.c) : Flow::next;
  }
  const Emitter::Label otherwise = emitter_->new_label();
  emitter_->branch_unless(to_register(condition, node), otherwise);
  const Flow then_flow = branch_body(*node.b);
  if (node.c == nullptr) {
    emitter_->bind(otherwise);
    return Flow::next;
  }
  const Emitter::Label end = emitter_->new_label();
  if (then_flow == Flow::next) emitter_->jump(end);
  emitter_->bind(otherwise);
  const Flow else_flow = branch_body(*node.c);
  emitter_->bind(end);
  return then_flow == Flow::stopped && else_flow == Flow::stopped ? Flow::stopped : Flow::next;
}

Value Evaluator::if_value(const Node& node, const Type* hint) {
  const Value condition = evaluate(*node.a);
  if (!condition.type->is(TypeKind::boolean)) {
    fail(*node.a, "expected a bool, found " + describe(condition));
  }
  if (condition.is_known()) {
    if (bool_of(condition, *node.a)) return evaluate(*node.b, hint);
    return node.c != nullptr ? evaluate(*node.c, hint) : nothing();
  }
  if (node.c == nullptr) fail(node, "an if whose value is used needs an else");
  return runtime_if_value(node, to_register(condition, node), hint);
}

Value Evaluator::runtime_if_value(const Node& node, Register condition, const Type* hint) {
  const Emitter::Label otherwise = emitter_->new_label();
  const Emitter::Label end = emitter_->new_label();
  emitter_->branch_unless(condition, otherwise);
  enter_branch();
  Value first = evaluate(*node.b, hint);
  const bool is_void = first.form == Form::nothing;
  if (hint != nullptr && !is_void) first = coerce(std::move(first), hint, *node.b);
  const Register result = is_void ? wse::no_register : emitter_->new_register();
  // A bare literal takes the type of the other branch, which is not known yet: it is filled in.
  const bool open_type = first.form == Form::number && default_type(first.type) != first.type;
  std::size_t position = 0;
  if (open_type) {
    position = emitter_->size();
    emitter_->emit(
        {wse::Operation::constant, wse::Type::u16, result, wse::no_register, wse::no_register, 0});
  } else if (!is_void) {
    if (!first.type->is_scalar()) {
      unsupported(node, "choosing a value of type " + first.type->text + " at run time");
    }
    emitter_->move(machine_type(*first.type), result, to_register(first, node));
  }
  emitter_->jump(end);
  emitter_->bind(otherwise);
  Value second = evaluate(*node.c, open_type ? nullptr : first.type);
  leave_branch();
  if (is_void) {
    emitter_->bind(end);
    return nothing();
  }
  const Type* type = first.type;
  if (open_type) {
    type = default_type(second.type);
    if (type->is_integral() && first.type->is_real()) type = default_type(first.type);
    const Value filled = coerce(first, type, *node.b);
    if (varies(filled)) unsupported(*node.b, "a tile-dependent literal here");
    Scalar scalar;
    scalar.integer = filled.integer;
    emitter_->patch(position,
                    {wse::Operation::constant, machine_type(*type), result, wse::no_register,
                     wse::no_register, static_cast<std::int32_t>(register_bits(*type, scalar))});
  }
  second = coerce(std::move(second), type, *node.c);
  emitter_->move(machine_type(*type), result, to_register(second, node));
  emitter_->bind(end);
  return in_register(type, result);
}

Evaluator::Flow Evaluator::switch_statement(const Node& node, Value* value, const Type* hint) {
  const Value subject = evaluate(*node.a);
  const auto run = [&](const Node& body) {
    if (value == nullptr) return execute(body);
    *value = evaluate(body, hint);
    return Flow::next;
  };
  if (subject.is_runtime()) return runtime_switch(node, subject, value, hint);
  decide(subject);
  const Node* otherwise = nullptr;
  for (const Node* prong : node.list) {
    if (prong->list.empty()) otherwise = prong;
    for (const Node* pattern : prong->list) {
      const Value expected = coerce(evaluate(*pattern, subject.type), subject.type, *pattern);
      decide(expected);
      Value plain = subject;
      plain.symbolic = expected.symbolic;
      if (same_value(plain, expected)) return run(*prong->a);
    }
  }
  if (otherwise == nullptr) fail(node, "no prong of the switch is for " + describe(subject));
  return run(*otherwise->a);
}

Evaluator::Flow Evaluator::runtime_switch(const Node& node, const Value& subject, Value* value,
                                          const Type* hint) {
  if (value != nullptr && hint == nullptr) {
    unsupported(node, "a run-time switch whose value's type is not given");
  }
  const Emitter::Label end = emitter_->new_label();
  const Register result = value != nullptr ? emitter_->new_register() : wse::no_register;
  const Node* otherwise = nullptr;
  bool all_stopped = true;
  const auto body = [&](const Node& prong) {
    Flow flow = Flow::next;
    if (value == nullptr) {
      flow = branch_body(*prong.a);
    } else {
      enter_branch();
      emitter_->move(machine_type(*hint), result,
                     to_register(evaluate(*prong.a, hint), hint, *prong.a));
      leave_branch();
    }
    all_stopped = all_stopped && flow == Flow::stopped;
    if (flow == Flow::next) emitter_->jump(end);
  };
  for (const Node* prong : node.list) {
    if (prong->list.empty()) {
      otherwise = prong;
      continue;
    }
    const Emitter::Label next = emitter_->new_label();
    const Emitter::Label here = emitter_->new_label();
    for (std::size_t i = 0; i < prong->list.size(); ++i) {
      const Node& pattern = *prong->list[i];
      const Value expected = coerce(evaluate(pattern, subject.type), subject.type, pattern);
      const Value match =
          binary_runtime(TokenKind::equal, subject, expected, subject.type, pattern);
      if (i + 1 == prong->list.size()) {
        emitter_->branch_unless(to_register(match, pattern), next);
      } else {
        emitter_->branch_if(to_register(match, pattern), here);
      }
    }
    emitter_->bind(here);
    body(*prong);
    emitter_->bind(next);
  }
  if (otherwise != nullptr) {
    body(*otherwise);
  } else {
    all_stopped = false;
    if (value != nullptr) fail(node, "a run-time switch whose value is used needs an else");
  }
  emitter_->bind(end);
  if (value != nullptr) *value = in_register(hint, result);
  return all_stopped ? Flow::stopped : Flow::next;
}

}  // namespace weft::csl
