// SPDX-License-Identifier: Apache-2.0
// Operators: folded when both operands are known, emitted otherwise.
#include <bit>

#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {
namespace {

bool is_shift(TokenKind op) { return op == TokenKind::shl || op == TokenKind::shr; }

wse::Operation operation_of(TokenKind op) {
  using wse::Operation;
  switch (op) {
    case TokenKind::plus:
      return Operation::add;
    case TokenKind::minus:
      return Operation::subtract;
    case TokenKind::star:
      return Operation::multiply;
    case TokenKind::slash:
      return Operation::divide;
    case TokenKind::percent:
      return Operation::remainder;
    case TokenKind::ampersand:
      return Operation::bit_and;
    case TokenKind::pipe:
      return Operation::bit_or;
    case TokenKind::caret:
      return Operation::bit_xor;
    case TokenKind::shl:
      return Operation::shift_left;
    case TokenKind::shr:
      return Operation::shift_right;
    case TokenKind::equal:
      return Operation::equal;
    case TokenKind::not_equal:
      return Operation::not_equal;
    case TokenKind::less:
      return Operation::less;
    case TokenKind::less_equal:
      return Operation::less_equal;
    case TokenKind::greater:
      return Operation::greater;
    default:
      return Operation::greater_equal;
  }
}

/// The operator with its operands exchanged, `end` when there is none.
TokenKind mirrored(TokenKind op) {
  switch (op) {
    case TokenKind::plus:
    case TokenKind::star:
    case TokenKind::ampersand:
    case TokenKind::pipe:
    case TokenKind::caret:
    case TokenKind::equal:
    case TokenKind::not_equal:
      return op;
    case TokenKind::less:
      return TokenKind::greater;
    case TokenKind::less_equal:
      return TokenKind::greater_equal;
    case TokenKind::greater:
      return TokenKind::less;
    case TokenKind::greater_equal:
      return TokenKind::less_equal;
    default:
      return TokenKind::end;
  }
}

/// x op `right` is x.
bool is_neutral(TokenKind op, std::int64_t right) {
  switch (op) {
    case TokenKind::plus:
    case TokenKind::minus:
    case TokenKind::pipe:
    case TokenKind::caret:
    case TokenKind::shl:
    case TokenKind::shr:
      return right == 0;
    case TokenKind::star:
    case TokenKind::slash:
      return right == 1;
    default:
      return false;
  }
}

}  // namespace

const Symbolic* Evaluator::symbolic_of(const Value& value) {
  if (value.symbolic != nullptr) return value.symbolic;
  Scalar scalar;
  scalar.integer = value.integer;
  return context_.symbolics.constant(value.type, scalar);
}

const Type* Evaluator::peer_type(Value& a, Value& b, TokenKind op, const Node& node) {
  if (a.form == Form::undefined || b.form == Form::undefined) {
    fail(node, "an operand is undefined");
  }
  if (is_shift(op)) {
    if (!a.type->is_integral() || !b.type->is_integral()) {
      fail(node, "a shift needs integers, found " + a.type->text + " and " + b.type->text);
    }
    if (a.type->is(TypeKind::comptime_integer) && b.is_runtime()) a = coerce(a, types().i16, node);
    return a.type;
  }
  if (a.type == b.type) return a.type;
  const auto is_comptime = [](const Type& type) {
    return type.is(TypeKind::comptime_integer) || type.is(TypeKind::comptime_real);
  };
  if (is_comptime(*a.type) && !(is_comptime(*b.type) && a.type->is_real())) return b.type;
  if (is_comptime(*b.type)) return a.type;
  const bool integers = a.type->is(TypeKind::integer) && b.type->is(TypeKind::integer);
  const bool reals = a.type->is(TypeKind::real) && b.type->is(TypeKind::real);
  if (integers || reals) {
    // A known operand adapts when it fits; otherwise the narrower one widens.
    if (a.is_runtime() && b.is_known()) return a.type;
    if (b.is_runtime() && a.is_known()) return b.type;
    return a.type->bits >= b.type->bits ? a.type : b.type;
  }
  fail(node, "operands of different types: " + a.type->text + " and " + b.type->text);
}

Value Evaluator::binary(const Node& node, const Type* hint) {
  const Type* operand_hint = is_comparison(node.token) ? nullptr : hint;
  Value a = evaluate(*node.a, operand_hint);
  Value b = evaluate(*node.b, is_shift(node.token) ? nullptr : operand_hint);
  return binary_values(node.token, std::move(a), std::move(b), node);
}

Value Evaluator::binary_values(TokenKind op, Value a, Value b, const Node& node) {
  const bool numbers = a.type->is_number() && b.type->is_number() &&
                       !(a.type->is(TypeKind::boolean) && !is_comparison(op));
  if (!numbers) return compare_other(op, a, b, node);
  const Type* type = peer_type(a, b, op, node);
  if (!is_shift(op)) {
    a = coerce(std::move(a), type, node);
    b = coerce(std::move(b), type, node);
  }
  if (a.is_known() && b.is_known()) return binary_known(op, a, b, type, node);
  return binary_runtime(op, a, b, type, node);
}

Value Evaluator::binary_known(TokenKind op, const Value& a, const Value& b, const Type* type,
                              const Node& node) {
  if (a.form != Form::number || b.form != Form::number) fail(node, "an operand is undefined");
  Scalar x;
  Scalar y;
  Scalar result;
  x.integer = a.integer;
  y.integer = b.integer;
  const bool inlined = a.inlined || b.inlined;
  const bool checked = emitter_ == nullptr || !inlined;
  if (const char* error = fold_binary(op, *type, x, y, checked, context_.rules, result)) {
    fail(node, explain(error, op, *type, x, &y));
  }
  Value out = number(is_comparison(op) ? types().boolean : type, result.integer);
  out.inlined = inlined;
  if (a.symbolic != nullptr || b.symbolic != nullptr) {
    out.symbolic =
        context_.symbolics.binary(op, type, symbolic_of(a), symbolic_of(b), checked, node.where);
    if (out.symbolic->size > largest_symbolic) {
      decide(a);
      decide(b);
      out.symbolic = nullptr;
    }
  }
  return out;
}

Value Evaluator::binary_runtime(TokenKind op, const Value& a, const Value& b, const Type* type,
                                const Node& node) {
  const Type* result = is_comparison(op) ? types().boolean : type;
  if (type->is_real() && (op == TokenKind::percent || is_shift(op) ||
                          (op >= TokenKind::ampersand && op <= TokenKind::caret))) {
    fail(node, "this operator does not apply to real numbers");
  }
  const bool exchange = fits_immediate(a) && b.is_runtime() && mirrored(op) != TokenKind::end;
  const TokenKind used = exchange ? mirrored(op) : op;
  const Value& left = exchange ? b : a;
  const Value& right = exchange ? a : b;
  if (!fits_immediate(right)) {
    const Register x = to_register(left, node);
    const Register y = to_register(right, node);
    return in_register(result,
                       emitter_->emit_to_new(operation_of(used), machine_type(*type), x, y));
  }
  std::int64_t constant = right.integer;
  if (is_neutral(used, constant)) return in_register(type, to_register(left, node));
  wse::Operation operation = operation_of(used);
  const bool power = constant > 1 && std::has_single_bit(static_cast<std::uint64_t>(constant));
  if (used == TokenKind::star && power) {
    operation = wse::Operation::shift_left;
    constant = std::countr_zero(static_cast<std::uint64_t>(constant));
  }
  const Register x = to_register(left, node);
  return in_register(result,
                     emitter_->emit_to_new(operation, machine_type(*type), x, wse::use_immediate,
                                           static_cast<std::int32_t>(constant)));
}

/// Equality of what is no number: identities, enumerators, types, strings, pointers.
Value Evaluator::compare_other(TokenKind op, const Value& a, const Value& b, const Node& node) {
  const bool equality = op == TokenKind::equal || op == TokenKind::not_equal;
  if (!equality || a.type != b.type) {
    fail(node, std::string("operator ") + spelling(op) + " does not apply to " + a.type->text +
                   " and " + b.type->text);
  }
  if (a.is_runtime() || b.is_runtime()) {
    if (!a.type->is_scalar()) unsupported(node, "comparing values of type " + a.type->text);
    return binary_runtime(op, a, b, a.type, node);
  }
  if (a.form == Form::number && b.form == Form::number) return binary_known(op, a, b, a.type, node);
  return boolean(same_value(a, b) == (op == TokenKind::equal));
}

Value Evaluator::unary(const Node& node, const Type* hint) {
  const Value a = evaluate(*node.a, node.token == TokenKind::bang ? nullptr : hint);
  const bool is_not = node.token == TokenKind::bang;
  if (is_not ? !a.type->is(TypeKind::boolean)
             : !a.type->is_number() || a.type->is(TypeKind::boolean)) {
    fail(node,
         std::string("operator ") + spelling(node.token) + " does not apply to " + a.type->text);
  }
  if (a.is_known()) {
    if (a.form != Form::number) fail(node, "the operand is undefined");
    Scalar x;
    Scalar result;
    x.integer = a.integer;
    const bool checked = emitter_ == nullptr || !a.inlined;
    if (const char* error = fold_unary(node.token, *a.type, x, checked, result)) {
      fail(node, explain(error, node.token, *a.type, x, nullptr));
    }
    Value out = number(a.type, result.integer);
    out.inlined = a.inlined;
    if (a.symbolic != nullptr) {
      out.symbolic = context_.symbolics.unary(node.token, a.type, a.symbolic, checked, node.where);
    }
    return out;
  }
  if (node.token == TokenKind::tilde && a.type->is_real()) {
    fail(node, "this operator does not apply to real numbers");
  }
  const wse::Operation operation = is_not                           ? wse::Operation::logical_not
                                   : node.token == TokenKind::tilde ? wse::Operation::bit_not
                                                                    : wse::Operation::negate;
  return in_register(a.type,
                     emitter_->emit_to_new(operation, machine_type(*a.type), to_register(a, node)));
}

Value Evaluator::logical(const Node& node) {
  const bool is_and = node.kind == NodeKind::logical_and;
  const Value a = evaluate(*node.a);
  if (!a.type->is(TypeKind::boolean)) fail(*node.a, "expected a bool, found " + describe(a));
  if (a.is_known()) {
    if (bool_of(a, *node.a) != is_and) return boolean(!is_and);
    const Value b = evaluate(*node.b);
    if (!b.type->is(TypeKind::boolean)) fail(*node.b, "expected a bool, found " + describe(b));
    return b;
  }
  const Register result = emitter_->new_register();
  emitter_->move(wse::Type::boolean, result, to_register(a, node));
  const Emitter::Label end = emitter_->new_label();
  if (is_and) {
    emitter_->branch_unless(result, end);
  } else {
    emitter_->branch_if(result, end);
  }
  enter_branch();
  const Value b = evaluate(*node.b);
  if (!b.type->is(TypeKind::boolean)) fail(*node.b, "expected a bool, found " + describe(b));
  emitter_->move(wse::Type::boolean, result, to_register(b, node));
  leave_branch();
  emitter_->bind(end);
  return in_register(types().boolean, result);
}

}  // namespace weft::csl
