// SPDX-License-Identifier: Apache-2.0
// Arithmetic and conversions of values: see interpreter.hpp.
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/number_text.hpp"
#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

/// What an operation is in the tree; the second: its operands change places.
std::pair<tree::Operation, bool> tree_operation(Arithmetic operation) {
  using enum Arithmetic;
  switch (operation) {
    case add:
      return {tree::Operation::add, false};
    case subtract:
      return {tree::Operation::subtract, false};
    case multiply:
      return {tree::Operation::multiply, false};
    case divide:
      return {tree::Operation::divide, false};
    case remainder:
      return {tree::Operation::remainder, false};
    case equal:
      return {tree::Operation::equal, false};
    case not_equal:
      return {tree::Operation::not_equal, false};
    case less:
      return {tree::Operation::less, false};
    case less_equal:
      return {tree::Operation::less_equal, false};
    case greater:
      return {tree::Operation::less, true};
    case greater_equal:
      return {tree::Operation::less_equal, true};
    case logical_and:
    case bit_and:
      return {tree::Operation::bit_and, false};
    case logical_or:
    case bit_or:
      return {tree::Operation::bit_or, false};
    case bit_xor:
      return {tree::Operation::bit_xor, false};
    case shift_left:
      return {tree::Operation::shift_left, false};
    case shift_right:
      return {tree::Operation::shift_right, false};
    default:
      return {tree::Operation::shift_right_unsigned, false};
  }
}

bool is_shift(Arithmetic operation) { return operation >= Arithmetic::shift_left; }
bool gives_bit(Arithmetic operation) {
  return operation >= Arithmetic::equal && operation <= Arithmetic::greater_equal;
}

template <typename Number>
Value compare_or_compute(Arithmetic operation, Number a, Number b, Value (*make)(Number)) {
  using enum Arithmetic;
  switch (operation) {
    case equal:
      return boolean_value(a == b);
    case not_equal:
      return boolean_value(a != b);
    case less:
      return boolean_value(a < b);
    case less_equal:
      return boolean_value(a <= b);
    case greater:
      return boolean_value(a > b);
    case greater_equal:
      return boolean_value(a >= b);
    case add:
      return make(a + b);
    case subtract:
      return make(a - b);
    case multiply:
      return make(a * b);
    default:
      return make(a / b);
  }
}

Value whole_arithmetic(Arithmetic operation, std::int64_t a, std::int64_t b, bool wide) {
  const auto make = [wide](std::int64_t value) {
    return wide ? long_value(value) : integer_value(value);
  };
  const auto ua = static_cast<std::uint64_t>(a);
  const auto ub = static_cast<std::uint64_t>(b);
  using enum Arithmetic;
  switch (operation) {
    case add:
      return make(static_cast<std::int64_t>(ua + ub));
    case subtract:
      return make(static_cast<std::int64_t>(ua - ub));
    case multiply:
      return make(static_cast<std::int64_t>(ua * ub));
    case divide:
      return b == -1 ? make(static_cast<std::int64_t>(0 - ua)) : make(a / b);
    case remainder:
      return b == -1 ? make(0) : make(a % b);
    case bit_and:
      return make(a & b);
    case bit_or:
      return make(a | b);
    case bit_xor:
      return make(a ^ b);
    case shift_left:
      return make(static_cast<std::int64_t>(ua << (ub & (wide ? 63U : 31U))));
    case shift_right:
      return make(a >> (ub & (wide ? 63U : 31U)));
    case shift_right_unsigned:
      return make(
          static_cast<std::int64_t>((wide ? ua : ua & 0xffffffffU) >> (ub & (wide ? 63U : 31U))));
    default:
      return compare_or_compute<std::int64_t>(operation, a, b, long_value);
  }
}

}  // namespace

/// Numbers of Scala itself: the wider of the two types, as Scala has it.
Value Interpreter::native_arithmetic(Arithmetic operation, const Value& left, const Value& right,
                                     const Node* node) {
  const bool real = left.kind == ValueKind::real || right.kind == ValueKind::real;
  const bool single = left.kind == ValueKind::single || right.kind == ValueKind::single;
  if (real || single) {
    const double a = real_of(left, node);
    const double b = real_of(right, node);
    if (operation == Arithmetic::remainder) {
      return real ? real_value(std::fmod(a, b)) : single_value(static_cast<float>(std::fmod(a, b)));
    }
    if (real) return compare_or_compute<double>(operation, a, b, real_value);
    return compare_or_compute<float>(operation, static_cast<float>(a), static_cast<float>(b),
                                     single_value);
  }
  const bool wide = left.kind == ValueKind::long_integer || right.kind == ValueKind::long_integer;
  const bool divides = operation == Arithmetic::divide || operation == Arithmetic::remainder;
  if (divides && right.bits == 0) fail(node, "division by zero", Category::check);
  return whole_arithmetic(operation, left.bits, right.bits, wide);
}

Value Interpreter::number_arithmetic(Arithmetic operation, const Value& left, const Value& right,
                                     tree::NumberType type, const Node* node) {
  const auto [made, exchanged] = tree_operation(operation);
  const Value a = to_number(exchanged ? right : left, type, node);
  const Value b = is_shift(operation) ? to_number(right, tree::int_type, node, true)
                                      : to_number(exchanged ? left : right, type, node);
  const tree::NumberType result = gives_bit(operation) ? tree::bit_type : type;
  if (a.kind == ValueKind::node || b.kind == ValueKind::node) {
    return stager_->node(made, result, {stager_->as_node(a, type), stager_->as_node(b, b.type)},
                         node);
  }
  const std::array<tree::Raw, 2> operands = {a.bits, b.bits};
  const auto raw = tree::evaluate(made, type, operands);
  if (!raw) {
    fail(node, "numbers of type " + tree::to_text(type) + " have no such operation");
  }
  return number_value(result, *raw);
}

Value Interpreter::power(const Value& base, const Value& exponent, const Node* node) {
  const bool whole = exponent.kind == ValueKind::integer ||
                     (exponent.kind == ValueKind::number && exponent.type.fraction == 0 &&
                      exponent.type.kind == tree::NumberKind::fixed);
  if (!whole) {
    const Value held = read_if_register(base, node);
    return stager_->function(*this, tree::Operation::power, {held, exponent}, node);
  }
  const std::int64_t times = exponent.bits;
  if (times < 1) unsupported(node, "powers below the first are not there yet");
  Value made = base;
  for (std::int64_t i = 1; i < times; ++i)
    made = arithmetic(Arithmetic::multiply, made, base, node);
  return made;
}

Value Interpreter::arithmetic(Arithmetic operation, const Value& left_given,
                              const Value& right_given, const Node* node) {
  const Value left = read_if_register(left_given, node);
  const Value right = read_if_register(right_given, node);
  if (operation == Arithmetic::power) return power(left, right, node);
  const bool staged = left.kind == ValueKind::node || right.kind == ValueKind::node;
  const bool typed = left.kind == ValueKind::number || right.kind == ValueKind::number;
  const bool numbers = (is_known_number(left) || left.kind == ValueKind::node) &&
                       (is_known_number(right) || right.kind == ValueKind::node);
  const bool scala = is_scala_number(left) && is_scala_number(right);
  if (scala) return native_arithmetic(operation, left, right, node);
  if (numbers && (staged || typed)) {
    tree::NumberType type =
        left.kind == ValueKind::node || left.kind == ValueKind::number ? left.type : right.type;
    const bool stronger = left.kind == ValueKind::number && right.kind == ValueKind::node;
    if (stronger && !is_shift(operation)) type = right.type;
    return number_arithmetic(operation, left, right, type, node);
  }
  if (left.kind == ValueKind::boolean && right.kind == ValueKind::boolean) {
    return number_arithmetic(operation, left, right, tree::bit_type, node);
  }
  const bool texts = left.kind == ValueKind::text || right.kind == ValueKind::text;
  if (operation == Arithmetic::add && texts) return text_value(show(left) + show(right));
  if (operation == Arithmetic::multiply && left.kind == ValueKind::text) {
    std::string made;
    for (std::int64_t i = integer_of(right, node, "a count"); i > 0; --i) made += show(left);
    return text_value(std::move(made));
  }
  if (operation == Arithmetic::equal) return boolean_value(equal_values(left, right, node));
  if (operation == Arithmetic::not_equal) return boolean_value(!equal_values(left, right, node));
  fail(node, std::string(kind_name(left)) + " and " + std::string(kind_name(right)) +
                 " have no such operation");
}

bool Interpreter::equal_values(const Value& left, const Value& right, const Node* node) {
  const bool lists = (left.kind == ValueKind::list || left.kind == ValueKind::tuple ||
                      left.kind == ValueKind::option) &&
                     left.kind == right.kind;
  if (lists) {
    const std::vector<Value>& a = list_of(left).items;
    const std::vector<Value>& b = list_of(right).items;
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!equal_values(a[i], b[i], node)) return false;
    }
    return true;
  }
  if (left.kind == ValueKind::text && right.kind == ValueKind::text) {
    return text_of(left).text == text_of(right).text;
  }
  if (left.kind == ValueKind::instance && right.kind == ValueKind::instance) {
    if (left.object.get() == right.object.get()) return true;
    const auto& a = static_cast<InstanceObject&>(*left.object);
    const auto& b = static_cast<InstanceObject&>(*right.object);
    if (!a.definition->is_case || a.definition != b.definition) return false;
    for (std::size_t i = 0; i < a.fields.size(); ++i) {
      if (!equal_values(a.fields[i], b.fields[i], node)) return false;
    }
    return true;
  }
  const bool numbers = (is_known_number(left) || left.kind == ValueKind::character) &&
                       (is_known_number(right) || right.kind == ValueKind::character);
  if (numbers) return condition_of(arithmetic(Arithmetic::equal, left, right, node), node);
  return left.kind == right.kind && left.object.get() == right.object.get();
}

Value Interpreter::negate(const Value& given, Symbol operation, const Node* node) {
  const Value value = read_if_register(given, node);
  const std::string_view name = name_of(operation);
  if (name == "+") return value;
  if (value.kind == ValueKind::boolean) return boolean_value(value.bits == 0);
  const tree::Operation made = name == "-" ? tree::Operation::negate : tree::Operation::bit_not;
  if (value.kind == ValueKind::number || value.kind == ValueKind::node) {
    return stager_->function(*this, made, {value}, node);
  }
  if (!is_scala_number(value)) fail(node, "this has no " + std::string(name));
  switch (value.kind) {
    case ValueKind::single:
      return single_value(static_cast<float>(-value.real));
    case ValueKind::real:
      return real_value(-value.real);
    default:
      return native_arithmetic(name == "-" ? Arithmetic::subtract : Arithmetic::bit_xor,
                               integer_value(name == "-" ? 0 : -1), value, node);
  }
}

Value Interpreter::evaluate_infix(const Node* node, const Ref<Scope>& scope) {
  const auto known = operators.find(node->symbol);
  Value left = evaluate(node->parts[0], scope);
  if (known != operators.end()) {
    const Arithmetic operation = known->second;
    const bool ends = left.kind == ValueKind::boolean &&
                      ((operation == Arithmetic::logical_and && left.bits == 0) ||
                       (operation == Arithmetic::logical_or && left.bits != 0));
    if (ends) return left;
    if (left.kind != ValueKind::instance && left.kind != ValueKind::list) {
      return arithmetic(operation, left, evaluate(node->parts[1], scope), node);
    }
  }
  const std::string_view name = name_of(node->symbol);
  if (name == "::") {
    const Value right = evaluate(node->parts[1], scope);
    if (right.kind != ValueKind::list) return stager_->make_range(left, right, true);
    std::vector<Value> items = {left};
    for (const Value& item : list_of(right).items) items.push_back(item);
    return list_value(std::move(items));
  }
  const bool assigns = name.size() > 1 && name.back() == '=' && name != ":=" &&
                       operators.count(node->symbol) == 0 && name != "+:=";
  if (assigns && left.kind != ValueKind::instance) return compound_assign(node, scope);
  Call call;
  call.node = node;
  call.scope = scope;
  call.lists.emplace_back(&node->parts[1], 1);
  return finish_call(call_member(std::move(left), node->symbol, call), call);
}

/// a += b
Value Interpreter::compound_assign(const Node* node, const Ref<Scope>& scope) {
  const std::string_view name = name_of(node->symbol);
  const Symbol operation = intern(name.substr(0, name.size() - 1));
  const Value left = evaluate(node->parts[0], scope);
  const Value right = evaluate(node->parts[1], scope);
  const bool shifts =
      name == "<<=" && (left.kind == ValueKind::memory || left.kind == ValueKind::tile);
  if (shifts) return shift_in(*this, left, right, node);
  if (left.kind == ValueKind::list) {  // a buffer grows
    auto& items = list_of(left).items;
    if (name == "+=") {
      items.push_back(right);
    } else if (name == "++=") {
      for (const Value& item : items_of(right, node).items) items.push_back(item);
    } else {
      unsupported(node, std::string(name) + " of a list is not there yet");
    }
    return left;
  }
  const auto known = operators.find(operation);
  if (known == operators.end()) unsupported(node, std::string(name) + " is not there yet");
  Value value = arithmetic(known->second, left, right, node);
  if (left.kind == ValueKind::memory) return stager_->write_register(*this, left, value, node);
  if (node->parts[0]->kind == NodeKind::name) {
    return assign_name(node->parts[0], std::move(value), scope);
  }
  unsupported(node, std::string(name) + " is there for variables only");
}

bool Interpreter::condition_of(const Value& value, const Node* node) {
  if (value.kind == ValueKind::boolean) return value.bits != 0;
  if (value.kind == ValueKind::node) {
    fail(node, "this condition is known only on the accelerator", Category::unsupported);
  }
  fail(node, "a condition is needed, this is " + std::string(kind_name(value)));
}

std::int64_t Interpreter::integer_of(const Value& given, const Node* node, const char* what) {
  const Value value = read_if_register(given, node);
  switch (value.kind) {
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::long_integer:
    case ValueKind::character:
      return value.bits;
    case ValueKind::single:
    case ValueKind::real:
      return static_cast<std::int64_t>(value.real);
    case ValueKind::number:
      return tree::to_integer(value.bits, value.type);
    case ValueKind::node:
      fail(node, std::string(what) + " must be known before the accelerator runs; this is staged",
           Category::unsupported);
    default:
      fail(node, std::string(what) + " is needed, this is " + std::string(kind_name(value)));
  }
}

double Interpreter::real_of(const Value& value, const Node* node) {
  switch (value.kind) {
    case ValueKind::single:
    case ValueKind::real:
      return value.real;
    case ValueKind::number:
      return tree::to_double(value.bits, value.type);
    case ValueKind::text: {
      const auto real = weft::real_of(text_of(value).text);
      if (!real) fail(node, "\"" + text_of(value).text + "\" is no number");
      return *real;
    }
    default:
      return static_cast<double>(integer_of(value, node, "a number"));
  }
}

}  // namespace weft::spatial
