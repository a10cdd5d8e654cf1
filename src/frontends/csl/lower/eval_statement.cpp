// SPDX-License-Identifier: Apache-2.0
// Statements: blocks, declarations, assignments, return, break and continue.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/restore.hpp"

namespace weft::csl {

Evaluator::Flow Evaluator::execute(const Node& node) {
  step(node);
  switch (node.kind) {
    case NodeKind::block: {
      if (node.name == Name::none) return execute_block(node);
      Target target;
      open_target(target, node, false);
      const Restore<Target*> inside(target_, &target);
      return end_loop(target, execute_block(node));
    }
    case NodeKind::declaration:
      return declaration(node);
    case NodeKind::assignment:
      return assignment(node);
    case NodeKind::if_else:
      return if_statement(node);
    case NodeKind::switch_else:
      return switch_statement(node, nullptr, nullptr);
    case NodeKind::while_loop:
      return while_loop(node);
    case NodeKind::for_loop:
      return for_loop(node);
    case NodeKind::return_statement:
      return return_statement(node);
    case NodeKind::break_statement:
      return break_statement(node);
    case NodeKind::continue_statement:
      return continue_statement(node);
    case NodeKind::comptime_value:
      if (node.a->kind == NodeKind::block) {
        const Restore<Emitter*> no_code(emitter_, nullptr);
        return execute(*node.a);
      }
      break;
    default:
      break;
  }
  const Value value = evaluate(node);
  const bool is_call = node.kind == NodeKind::call || node.kind == NodeKind::builtin_call;
  if (!is_call && value.form != Form::nothing) fail(node, "this value is not used");
  return Flow::next;
}

Evaluator::Flow Evaluator::execute_block(const Node& node) {
  for (const Node* statement : node.list) {
    if (emitter_ != nullptr) {
      emitter_->set_line(context_.sources.line(statement->where));
    }
    const Flow flow = execute(*statement);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Evaluator::Flow Evaluator::declaration(const Node& node) {
  const Type* type = node.a == nullptr ? nullptr : type_at(*node.a);
  Value value;
  if (node.b != nullptr) {
    const bool comptime = node.is_comptime;
    const Restore<Emitter*> maybe_no_code(emitter_, comptime ? nullptr : emitter_);
    value = evaluate(*node.b, type);
    if (type != nullptr) value = coerce(std::move(value), type, *node.b);
  } else {
    value = undefined(type);
  }
  if (value.form == Form::nothing) fail(node, "'" + text(node.name) + "' has no value");
  Slot& slot = frame_->slots[static_cast<std::size_t>(node.slot)];
  slot = Slot();
  slot.depth = static_cast<std::uint16_t>(depth_);
  slot.is_const = node.is_const;
  slot.type = value.type;
  const bool in_code = emitter_ != nullptr && !node.is_comptime;
  if (node.is_const && !(in_code && node.address_taken && value.type->is_scalar())) {
    slot.kind = Slot::Kind::constant;
    slot.value = in_code ? keep(std::move(value), node) : std::move(value);
    return Flow::next;
  }
  const Type* default_of = default_type(value.type);
  const bool lives_in_code = in_code && (default_of->bytes > 0 || default_of->is_descriptor());
  if (lives_in_code) {
    declare_runtime_variable(node, default_of, value, true);
    return Flow::next;
  }
  if (value.is_runtime()) fail(node, "this must be known at compile time");
  slot.kind = Slot::Kind::comptime_variable;
  slot.value = std::move(value);
  return Flow::next;
}

void Evaluator::declare_runtime_variable(const Node& node, const Type* type, const Value& value,
                                         bool has_value) {
  Slot& slot = frame_->slots[static_cast<std::size_t>(node.slot)];
  slot.type = type;
  Place place;
  place.type = type;
  if (type->is_descriptor()) {
    auto& known = unit(node).local_descriptors;
    const auto [entry, is_new] =
        known.try_emplace(local_key(*frame_, &node, type), std::uint16_t{0});
    if (is_new) entry->second = unit_->new_descriptor({});
    slot.kind = Slot::Kind::in_descriptor;
    slot.index = entry->second;
    place.kind = Place::Kind::in_descriptor;
    place.index = slot.index;
  } else if (type->is_aggregate() || node.address_taken) {
    Variable*& variable = unit(node).locals[local_key(*frame_, &node, type)];
    if (variable == nullptr) {
      variable = unit_->new_variable(node.name, type, undefined(type), node.where);
    }
    slot.kind = Slot::Kind::in_memory;
    slot.variable = variable;
    place.kind = Place::Kind::in_memory;
    place.variable = variable;
  } else {
    const Register own = emitter_->new_register();
    slot.kind = Slot::Kind::in_register;
    slot.index = own;
    place.kind = Place::Kind::in_register;
    place.index = own;
    if (has_value) store(place, value, node);
    emitter_->pin(own);
    return;
  }
  if (has_value && value.form != Form::undefined) store(place, value, node);
}

Evaluator::Flow Evaluator::assignment(const Node& node) {
  if (node.a->kind == NodeKind::identifier && text(node.a->name) == "_") {
    evaluate(*node.b);
    return Flow::next;
  }
  const Place place = locate(*node.a);
  if (place.is_const) fail(*node.a, "a constant cannot be assigned to");
  if (place.kind == Place::Kind::in_descriptor && node.token == TokenKind::assign) {
    assign_descriptor(place, node);
    return Flow::next;
  }
  if (node.token == TokenKind::assign) {
    store(place, evaluate(*node.b, place.type), node);
    return Flow::next;
  }
  TokenKind op = TokenKind::plus;
  switch (node.token) {
    case TokenKind::plus_assign:
      op = TokenKind::plus;
      break;
    case TokenKind::minus_assign:
      op = TokenKind::minus;
      break;
    case TokenKind::star_assign:
      op = TokenKind::star;
      break;
    case TokenKind::slash_assign:
      op = TokenKind::slash;
      break;
    case TokenKind::percent_assign:
      op = TokenKind::percent;
      break;
    case TokenKind::and_assign:
      op = TokenKind::ampersand;
      break;
    case TokenKind::or_assign:
      op = TokenKind::pipe;
      break;
    case TokenKind::xor_assign:
      op = TokenKind::caret;
      break;
    case TokenKind::shl_assign:
      op = TokenKind::shl;
      break;
    default:
      op = TokenKind::shr;
      break;
  }
  const Value right = evaluate(*node.b, place.type);
  store(place, binary_values(op, load(place, *node.a), right, node), node);
  return Flow::next;
}

/// dsd = @change(dsd, ...) changes the descriptor where it is.
void Evaluator::assign_descriptor(const Place& place, const Node& node) {
  const Restore<std::uint16_t> wanted(wanted_descriptor_, place.index);
  store(place, evaluate(*node.b, place.type), node);
}

Evaluator::Flow Evaluator::return_statement(const Node& node) {
  if (frame_->instance == nullptr) fail(node, "there is nothing to return from");
  Value value = nothing();
  if (node.a != nullptr) {
    value = evaluate(*node.a, frame_->result_type);
    if (frame_->result_type != nullptr) {
      value = coerce(std::move(value), frame_->result_type, *node.a);
    }
  } else if (frame_->result_type != nullptr && !frame_->result_type->is(TypeKind::void_)) {
    fail(node, "a value of type " + frame_->result_type->text + " must be returned");
  }
  const bool conditional = emitter_ != nullptr && depth_ > frame_->depth;
  if (!conditional && !frame_->returns_by_jump) {
    frame_->result = std::move(value);
    return Flow::returned;
  }
  give_result(std::move(value), node);
  if (!conditional) return Flow::returned;
  emitter_->jump(frame_->end);
  return Flow::stopped;
}

/// Puts a result where every return of this call puts it.
void Evaluator::give_result(Value value, const Node& node) {
  frame_->returns_by_jump = true;
  if (value.form == Form::nothing) return;
  const Type* type = frame_->result_type == nullptr ? value.type : frame_->result_type;
  if (frame_->result_variable != nullptr) {
    Place place;
    place.kind = Place::Kind::in_memory;
    place.variable = frame_->result_variable;
    place.type = type;
    return store_memory(place, value, node);
  }
  if (!type->is_scalar()) {
    unsupported(node, "returning a value of type " + type->text + " on a run-time condition");
  }
  if (frame_->result_register == wse::no_register) {
    frame_->result_register = emitter_->new_register();
  }
  emitter_->move(machine_type(*type), frame_->result_register, to_register(value, type, node));
}

Evaluator::Target* Evaluator::find_target(const Node& node, bool loop_only) {
  for (Target* target = target_; target != nullptr; target = target->outer) {
    if (node.name != Name::none ? target->label == node.name : target->is_loop) return target;
  }
  if (node.name != Name::none) fail(node, "there is no label '" + text(node.name) + "' here");
  fail(node, loop_only ? "continue outside of a loop" : "break outside of a loop");
}

Evaluator::Flow Evaluator::break_statement(const Node& node) {
  Target& target = *find_target(node, false);
  Value value = nothing();
  if (node.a != nullptr) {
    value = evaluate(*node.a, target.type);
    if (target.type != nullptr) value = coerce(std::move(value), target.type, *node.a);
  }
  const bool conditional = emitter_ != nullptr && depth_ > target.depth;
  if (!conditional && !target.broken_by_jump) {
    target.value = std::move(value);
    leaving_ = &target;
    return Flow::leave;
  }
  target.broken_by_jump = true;
  if (value.form != Form::nothing) {
    if (target.type == nullptr) target.type = default_type(value.type);
    if (!target.type->is_scalar()) {
      unsupported(node, "a value of type " + target.type->text + " on a run-time condition");
    }
    if (target.result == wse::no_register) target.result = emitter_->new_register();
    emitter_->move(machine_type(*target.type), target.result,
                   to_register(value, target.type, node));
  }
  emitter_->jump(target.break_label);
  return Flow::stopped;
}

Evaluator::Flow Evaluator::continue_statement(const Node& node) {
  Target& target = *find_target(node, true);
  if (!target.is_loop) fail(node, "continue names a block, not a loop");
  if (emitter_ == nullptr || depth_ <= target.depth) {
    leaving_ = &target;
    return Flow::again;
  }
  target.continued_by_jump = true;
  emitter_->jump(target.continue_label);
  return Flow::stopped;
}

/// label: { ... break :label value; } or a plain block, as an expression.
Value Evaluator::block_value(const Node& node, const Type* hint) {
  Target target;
  open_target(target, node, false);
  target.type = hint;
  const Restore<Target*> inside(target_, &target);
  const Flow flow = execute_block(node);
  if (flow == Flow::returned ||
      (flow != Flow::next && flow != Flow::stopped && leaving_ != &target)) {
    unsupported(node, "leaving a function or loop from within an expression");
  }
  if (!target.broken_by_jump) {
    return target.value.type == nullptr ? nothing() : std::move(target.value);
  }
  emitter_->bind(target.break_label);
  return target.result == wse::no_register ? nothing() : in_register(target.type, target.result);
}

}  // namespace weft::csl
