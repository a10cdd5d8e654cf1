// SPDX-License-Identifier: Apache-2.0
// Types of the program and what they make of values: see interpreter.hpp.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/stager.hpp"

namespace weft::spatial {
namespace {

Ref<TypeObject> of_kind(TypeKind kind) {
  Ref<TypeObject> made(new TypeObject);
  made->kind = kind;
  return made;
}

Ref<TypeObject> of_number(tree::NumberType number) {
  Ref<TypeObject> made = of_kind(TypeKind::number);
  made->number = number;
  return made;
}

/// I8 to I64, U8 to U64: integers of so many bits.
std::optional<tree::NumberType> sized_integer(std::string_view name) {
  if (name.size() < 2 || name.size() > 3 || (name[0] != 'I' && name[0] != 'U')) {
    return std::nullopt;
  }
  int bits = 0;
  for (const char c : name.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    bits = bits * 10 + (c - '0');
  }
  if (bits < 1 || bits > 64) return std::nullopt;
  return tree::NumberType{tree::NumberKind::fixed, name[0] == 'I', static_cast<std::uint8_t>(bits),
                          0};
}

/// Names that mean one thing where spatial.dsl is imported, and scala's elsewhere.
Ref<TypeObject> plain_type(std::string_view name, bool dsl) {
  if (name == "Int") return dsl ? of_number(tree::int_type) : of_kind(TypeKind::scala_int);
  if (name == "Float") return dsl ? of_number(tree::float_type) : of_kind(TypeKind::scala_float);
  if (name == "Double") return dsl ? of_number(tree::double_type) : of_kind(TypeKind::scala_double);
  if (name == "Long") {
    return dsl ? of_number({tree::NumberKind::fixed, true, 64, 0}) : of_kind(TypeKind::scala_long);
  }
  if (name == "Short") return of_number({tree::NumberKind::fixed, true, 16, 0});
  if (name == "Byte" || name == "Char") return of_number({tree::NumberKind::fixed, true, 8, 0});
  if (name == "Half") return of_number(tree::half_type);
  if (name == "F32") return of_number(tree::float_type);
  if (name == "F64") return of_number(tree::double_type);
  if (name == "Bit" || name == "Boolean") return of_number(tree::bit_type);
  if (name == "String" || name == "Text") return of_kind(TypeKind::text);
  if (name == "Unit" || name == "Void") return of_kind(TypeKind::unit);
  if (const auto sized = sized_integer(name)) return of_number(*sized);
  return {};
}

}  // namespace

Ref<TypeObject> Interpreter::resolve_type(const Node* node, const Ref<Scope>& scope) {
  switch (node->kind) {
    case NodeKind::type_name:
      break;
    case NodeKind::tuple_type: {
      Ref<TypeObject> made = of_kind(TypeKind::tuple);
      for (const Node* part : node->parts) made->arguments.push_back(resolve_type(part, scope));
      return made;
    }
    case NodeKind::by_name_type:
      return resolve_type(node->parts[0], scope);
    case NodeKind::repeated_type: {
      Ref<TypeObject> made = of_kind(TypeKind::list);
      made->arguments.push_back(resolve_type(node->parts[0], scope));
      return made;
    }
    default:
      return of_kind(TypeKind::any);
  }
  if (node->text.empty() || node->text == "this.") {
    for (Scope* at = scope.get(); at != nullptr; at = at->parent()) {
      Value* bound = at->find_here(node->symbol);
      if (bound != nullptr && bound->object) {
        return Ref<TypeObject>(static_cast<TypeObject*>(bound->object.get()));
      }
    }
  }
  return builtin_type(node, scope);
}

Ref<TypeObject> Interpreter::builtin_type(const Node* node, const Ref<Scope>& scope) {
  const std::string_view name = name_of(node->symbol);
  const bool scala = node->text.rfind("scala.", 0) == 0 || node->text.rfind("java.", 0) == 0;
  if (Ref<TypeObject> plain = plain_type(name, node->flag && !scala)) return plain;
  if (name == "TRUE" || name == "FALSE") {
    Ref<TypeObject> made = of_kind(TypeKind::size);
    made->size = name == "TRUE" ? 1 : 0;
    return made;
  }
  const bool number_name = name.size() > 1 && name[0] == '_' && name[1] >= '0' && name[1] <= '9';
  if (number_name) {
    Ref<TypeObject> made = of_kind(TypeKind::size);
    made->size = static_cast<std::int64_t>(whole_of(name.substr(1)).value_or(0));
    return made;
  }
  const bool fixed = name == "FixPt" || name == "Fix";
  const bool floating = name == "FltPt" || name == "Flt";
  if (fixed || floating) {
    const std::size_t count = fixed ? 3 : 2;
    if (node->parts.size() != count) fail(node, "this type takes " + counted(count, "type"));
    std::int64_t sizes[3] = {};
    for (std::size_t i = 0; i < count; ++i) sizes[i] = resolve_type(node->parts[i], scope)->size;
    const auto narrow = [](std::int64_t size) { return static_cast<std::uint8_t>(size); };
    const tree::NumberType number = fixed ? tree::NumberType{tree::NumberKind::fixed, sizes[0] != 0,
                                                             narrow(sizes[1]), narrow(sizes[2])}
                                          : tree::NumberType{tree::NumberKind::floating, true,
                                                             narrow(sizes[0]), narrow(sizes[1])};
    if (const auto fault = tree::fault_of(number)) unsupported(node, *fault);
    return of_number(number);
  }
  return container_type(node, scope);
}

Ref<TypeObject> Interpreter::container_type(const Node* node, const Ref<Scope>& scope) {
  const std::string_view name = name_of(node->symbol);
  const auto starts = [&](std::string_view prefix) {
    return name.substr(0, prefix.size()) == prefix;
  };
  const bool list = name == "Array" || name == "Seq" || name == "List" || name == "Matrix" ||
                    name == "MSeq" || name == "IndexedSeq" || starts("Tensor");
  const bool memory = starts("DRAM") || starts("SRAM") || starts("LUT") || starts("FIFO") ||
                      starts("Reg") || starts("StreamIn") || starts("StreamOut");
  Ref<TypeObject> made = of_kind(
      list ? TypeKind::list
           : (memory ? TypeKind::memory : (starts("Tup") ? TypeKind::tuple : TypeKind::any)));
  for (const Node* part : node->parts) made->arguments.push_back(resolve_type(part, scope));
  made->name = intern(name);
  return made;
}

Ref<TypeObject> Interpreter::type_of(const Value& value) {
  switch (value.kind) {
    case ValueKind::number:
    case ValueKind::node:
      return of_number(value.type);
    case ValueKind::boolean:
      return of_number(tree::bit_type);
    case ValueKind::integer:
      return of_kind(TypeKind::scala_int);
    case ValueKind::long_integer:
      return of_kind(TypeKind::scala_long);
    case ValueKind::single:
      return of_kind(TypeKind::scala_float);
    case ValueKind::real:
      return of_kind(TypeKind::scala_double);
    case ValueKind::text:
      return of_kind(TypeKind::text);
    case ValueKind::list: {
      Ref<TypeObject> made = of_kind(TypeKind::list);
      const ListObject& list = list_of(value);
      if (!list.items.empty()) made->arguments.push_back(type_of(list.items.front()));
      return made;
    }
    case ValueKind::memory: {
      Ref<TypeObject> made = of_kind(TypeKind::memory);
      made->arguments.push_back(of_number(stager_->memory(value).type));
      return made;
    }
    default:
      return of_kind(TypeKind::any);
  }
}

tree::NumberType Interpreter::number_type(const TypeObject& type, const Node* node) const {
  switch (type.kind) {
    case TypeKind::number:
      return type.number;
    case TypeKind::scala_int:
      return tree::int_type;
    case TypeKind::scala_long:
      return {tree::NumberKind::fixed, true, 64, 0};
    case TypeKind::scala_float:
      return tree::float_type;
    case TypeKind::scala_double:
      return tree::double_type;
    default:
      fail(node, "a type of numbers is needed here");
  }
}

tree::NumberType Interpreter::type_argument(const Call& call, tree::NumberType otherwise) {
  if (call.types.empty()) return otherwise;
  return number_type(*resolve_type(call.types[0], call.scope), call.types[0]);
}

Ref<TypeObject> Interpreter::type_object_argument(const Call& call, std::size_t index) {
  if (index >= call.types.size()) return of_kind(TypeKind::any);
  return resolve_type(call.types[index], call.scope);
}

Value Interpreter::to_number(const Value& value, tree::NumberType type, const Node* node,
                             bool cast) {
  switch (value.kind) {
    case ValueKind::boolean:
      return number_value(type, tree::from_integer(value.bits, type));
    case ValueKind::integer:
    case ValueKind::long_integer:
    case ValueKind::character:
      return number_value(type, tree::from_integer(value.bits, type));
    case ValueKind::single:
    case ValueKind::real:
      return number_value(type, tree::from_double(value.real, type));
    case ValueKind::number: {
      const bool whole = value.type.kind == tree::NumberKind::fixed && value.type.fraction == 0;
      if (cast || whole || value.type == type) {
        return number_value(type, tree::convert(value.bits, value.type, type));
      }
      break;
    }
    case ValueKind::node:
      if (value.type == type) return value;
      if (cast) return stager_->convert(value, type, node);
      break;
    case ValueKind::memory: {
      const Value held = read_if_register(value, node);
      if (held.kind != ValueKind::memory) return to_number(held, type, node, cast);
      break;
    }
    case ValueKind::text:
      if (cast && type == tree::bit_type) {
        const std::string& word = text_of(value).text;
        return boolean_value(word != "false" && word != "False" && word != "0");
      }
      if (cast) return number_value(type, tree::from_double(real_of(value, node), type));
      break;
    default:
      break;
  }
  const bool typed = value.kind == ValueKind::number || value.kind == ValueKind::node;
  fail(node, "needs a " + tree::to_text(type) + ", this is " +
                 (typed ? "a " + tree::to_text(value.type) : std::string(kind_name(value))));
}

Value Interpreter::coerce(Value value, const TypeObject& type, const Node* node) {
  switch (type.kind) {
    case TypeKind::number:
      if (type.number == tree::bit_type && value.kind == ValueKind::boolean) return value;
      return to_number(value, type.number, node);
    case TypeKind::scala_int:
      if (value.kind == ValueKind::integer || value.kind == ValueKind::node) return value;
      return integer_value(integer_of(value, node, "an Int"));
    case TypeKind::scala_long:
      return long_value(integer_of(value, node, "a Long"));
    case TypeKind::scala_float:
      if (value.kind == ValueKind::single) return value;
      return single_value(static_cast<float>(real_of(value, node)));
    case TypeKind::scala_double:
      if (value.kind == ValueKind::real) return value;
      return real_value(real_of(value, node));
    case TypeKind::list: {
      const bool element = type.arguments.size() == 1 && type.arguments[0]->kind != TypeKind::any;
      if (value.kind != ValueKind::list || !element || list_of(value).items.empty()) return value;
      const Value& first = list_of(value).items.front();
      const Value wanted = coerce(first, *type.arguments[0], node);
      const bool same = wanted.kind == first.kind && wanted.type == first.type &&
                        wanted.object.get() == first.object.get();
      if (same) return value;
      std::vector<Value> items;
      for (const Value& item : list_of(value).items) {
        items.push_back(coerce(item, *type.arguments[0], node));
      }
      Value made = list_value(std::move(items));
      list_of(made).sizes = list_of(value).sizes;
      return made;
    }
    case TypeKind::tuple: {
      if (value.kind != ValueKind::tuple) return value;
      std::vector<Value> items = list_of(value).items;
      for (std::size_t i = 0; i < std::min(items.size(), type.arguments.size()); ++i) {
        items[i] = coerce(items[i], *type.arguments[i], node);
      }
      return list_value(std::move(items), ValueKind::tuple);
    }
    case TypeKind::unit:
      return unit_value();
    default:
      return value;
  }
}

}  // namespace weft::spatial
