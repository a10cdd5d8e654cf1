// SPDX-License-Identifier: Apache-2.0
// Builtins about a tile's configuration registers, and what runs when a color goes into teardown.
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

/// @get_config(word address), @set_config(word address, 16 bits): a register, read and written in
/// the order of the code.
Value Evaluator::configuration(const Node& node) {
  const bool write = static_cast<Builtin>(node.slot) == Builtin::set_config_;
  expect_arguments(node, write ? 2 : 1, write ? 3 : 2);  // the last: ranges, which promise only
  static_cast<void>(unit(node));
  if (emitter_ == nullptr) fail(node, "@" + text(node.name) + " is for code that runs");
  const Value word = coerce(evaluate(*node.list[0]), types().u16, *node.list[0]);
  Register base = wse::no_register;
  std::int32_t immediate = 0;
  register_operand(word, base, immediate, node);
  if (!write) {
    return in_register(types().u16, emitter_->emit_to_new(wse::Operation::load, wse::Type::u16,
                                                          base, wse::no_register, immediate));
  }
  const Register value = to_register(evaluate(*node.list[1]), types().u16, *node.list[1]);
  emitter_->emit({wse::Operation::store, wse::Type::u16, value, base, wse::no_register, immediate});
  return nothing();
}

/// Byte address of a register. Its immediate lies behind SRAM, which tells the optimiser that every
/// read and write counts.
void Evaluator::register_operand(const Value& word, Register& base, std::int32_t& immediate,
                                 const Node& node) {
  if (word.is_known() && !varies(word)) {
    immediate = static_cast<std::int32_t>(2 * word.integer);
    unit(node).use_address(immediate);
    if (immediate < first_register_byte) {
      fail(node, "word address " + std::to_string(word.integer) + " is none of a register");
    }
    return;
  }
  unit(node).use_address(std::nullopt);
  immediate = first_register_byte;
  const Register bytes = emitter_->emit_to_new(wse::Operation::shift_left, wse::Type::u16,
                                               to_register(word, node), wse::use_immediate, 1);
  base = emitter_->emit_to_new(wse::Operation::subtract, wse::Type::u16, bytes, wse::use_immediate,
                               first_register_byte);
}

/// @bitcast(*T, address): an address of 16 bits is a pointer.
Value Evaluator::pointer_from_number(const Type* type, Value value, const Node& node) {
  if (value.type->is(TypeKind::comptime_integer)) value = coerce(value, types().u16, node);
  if (!value.type->is_scalar() || value.type->bytes != 2) {
    fail(node, "@bitcast between " + type->text + " and " + value.type->text);
  }
  const bool may_be_register = type->element->bytes == 2;
  if (value.form == Form::number && !varies(value)) {
    const std::int64_t address = value.integer & 0xffff;
    if (may_be_register) unit(node).use_address(address);
    Value out;
    out.type = type;
    out.form = Form::address;
    out.integer = address;
    return out;
  }
  if (may_be_register) unit(node).use_address(std::nullopt);
  return in_register(type, to_register(value, node));
}

void Evaluator::set_teardown_handler(const Node& node) {
  expect_arguments(node, 2, 2);
  TileUnit& tile = unit(node);
  if (emitter_ != nullptr) fail(node, "@set_teardown_handler belongs to a comptime block");
  const FunctionInstance* function = function_of(evaluate(*node.list[0]), *node.list[0]);
  const Function& of = *function->function;
  if (of.is_task || !of.parameters.empty()) {
    fail(*node.list[0], "a teardown handler is a function without parameters");
  }
  const Value color = evaluate(*node.list[1]);
  if (!color.type->is(TypeKind::color)) {
    fail(*node.list[1], "expected a color, found " + describe(color));
  }
  const std::int64_t number = integer_of(color, *node.list[1]);
  if (number >= wse::color_count) {
    fail(*node.list[1], "color " + std::to_string(number) + " cannot be routed (0 to 23 can)");
  }
  for (const TeardownHandler& other : tile.teardown_handlers) {
    if (other.color == number) {
      fail(node, "color " + std::to_string(number) + " has two teardown handlers");
    }
  }
  tile.teardown_handlers.push_back({const_cast<FunctionInstance*>(function), number, node.where});
}

}  // namespace weft::csl
