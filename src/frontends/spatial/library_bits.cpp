// SPDX-License-Identifier: Apache-2.0
// Bits of numbers, and choices by bits.
#include <string>
#include <utility>
#include <vector>

#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

constexpr tree::NumberType count_type{tree::NumberKind::fixed, false, 8, 0};

/// Bits that mean the same in both: of fixed numbers whose fractions are alike.
bool same_meaning(tree::NumberType from, tree::NumberType to) {
  const bool fixed = from.kind == tree::NumberKind::fixed && to.kind == tree::NumberKind::fixed;
  return from == to || (fixed && from.fraction == to.fraction);
}

/// value.as[T]: the same bits as a T.
Value as_member(Interpreter& interpreter, Value& self, Call& call) {
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  interpreter.optional_arguments(call);
  if (type->kind == TypeKind::any) return self;
  if (type->kind != TypeKind::number) return interpreter.coerce(self, *type, call.node);
  const bool typed = self.kind == ValueKind::number || self.kind == ValueKind::node;
  if (typed && !same_meaning(self.type, type->number)) {
    interpreter.unsupported(call.node, "the bits of a " + tree::to_text(self.type) + " as a " +
                                           tree::to_text(type->number) +
                                           " are not there yet (to[T] converts)");
  }
  return interpreter.to_number(self, type->number, call.node, true);
}

/// value.bit(i), from the lowest on
Value bit_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value shifted = interpreter.arithmetic(Arithmetic::shift_right, self,
                                               interpreter.argument(call, given, 0), call.node);
  const Value low =
      interpreter.arithmetic(Arithmetic::bit_and, shifted, integer_value(1), call.node);
  return interpreter.arithmetic(Arithmetic::not_equal, low, integer_value(0), call.node);
}

/// oneHotMux(bits, values), priorityMux(bits, values): the value of the first bit that is 1; 0
/// where none is.
Value choice_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::vector<Value> bits =
      interpreter.items_of(interpreter.argument(call, given, 0), call.node).items;
  const std::vector<Value> values =
      interpreter.items_of(interpreter.argument(call, given, 1), call.node).items;
  if (bits.empty() || bits.size() != values.size()) {
    interpreter.fail(call.node, "a choice needs a bit for each value, there are " +
                                    std::to_string(bits.size()) + " and " +
                                    std::to_string(values.size()));
  }
  Value made = integer_value(0);
  for (std::size_t i = bits.size(); i-- > 0;) {
    made = interpreter.stager().select(bits[i], values[i], made, call.node);
  }
  return made;
}

/// popcount(bits): how many are 1
Value count_builtin(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  Value made = number_value(count_type, 0);
  for (const Value& bit :
       interpreter.items_of(interpreter.argument(call, given, 0), call.node).items) {
    const Value one = interpreter.stager().select(bit, number_value(count_type, 1),
                                                  number_value(count_type, 0), call.node);
    made = interpreter.arithmetic(Arithmetic::add, made, one, call.node);
  }
  return made;
}

}  // namespace

void add_bits(Builtins& builtins, Members& numbers, Members& all) {
  builtins.emplace(intern("oneHotMux"), choice_builtin);
  builtins.emplace(intern("priorityMux"), choice_builtin);
  builtins.emplace(intern("popcount"), count_builtin);
  numbers.emplace(intern("bit"), bit_member);
  all.emplace(intern("as"), as_member);
}

}  // namespace weft::spatial
