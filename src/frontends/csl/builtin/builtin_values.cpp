// SPDX-License-Identifier: Apache-2.0
// Builtins that ask about values, structs, strings and the machine; assertions.
#include <iostream>

#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {
namespace {
constexpr std::size_t most_fields = 4096;
}

Value Evaluator::concat_structs(const Node& node) {
  expect_arguments(node, 2, 2);
  const Value first = evaluate(*node.list[0]);
  const Value second = evaluate(*node.list[1]);
  const Fields& a = fields_of(first, *node.list[0]);
  const Fields& b = fields_of(second, *node.list[1]);
  const Shape*& joint = context_.joint_shapes[{a.shape, b.shape}];
  if (joint == nullptr) {
    std::vector<Name> names = a.shape->names;
    for (const Name name : b.shape->names) {
      if (name != Name::none && a.shape->find(name) >= 0) {
        fail(node, "both structs have a field '" + text(name) + "'");
      }
      names.push_back(name);
    }
    joint = context_.shape(std::move(names));
  }
  if (joint->names.size() > most_fields) fail(node, "this struct has too many fields");
  std::vector<Value> values;
  values.reserve(a.values.size() + b.values.size());
  values.insert(values.end(), a.values.begin(), a.values.end());
  values.insert(values.end(), b.values.begin(), b.values.end());
  return make_fields(joint, std::move(values));
}

bool Evaluator::has_field(const Value& value, Name name) const {
  if (value.form == Form::module) return value.module->file->global_index.contains(name);
  return field(value, name) != nullptr;
}

bool Evaluator::is_arch(const Node& node, const std::string& arch) const {
  if (arch != "wse1" && arch != "wse2" && arch != "wse3") {
    fail(node, "unknown architecture '" + arch + "'");
  }
  return arch == (context_.limits.generation == wse::Generation::wse2 ? "wse2" : "wse3");
}

Value Evaluator::is_comptime(const Node& node) const {
  expect_arguments(node, 0, 0);
  return boolean(emitter_ == nullptr);
}

Value Evaluator::checked_assert(const Node& node) {
  const Value condition = evaluate(argument(node, 0));
  if (!condition.type->is(TypeKind::boolean)) fail(node, "@assert needs a bool");
  // Code that runs may never come here, whatever is known of the condition.
  if (condition.is_known() && (emitter_ == nullptr || bool_of(condition, node))) {
    if (!bool_of(condition, node)) fail(node, "@assert failed");
    return nothing();
  }
  auto& messages = unit(node).code.messages;
  messages.push_back(context_.sources.place(node.where) + ": @assert failed");
  emitter_->emit({wse::Operation::assert_true, wse::Type::boolean, wse::no_register,
                  to_register(condition, node), wse::no_register,
                  static_cast<std::int32_t>(messages.size() - 1)});
  return nothing();
}

Value Evaluator::least_or_greatest(const Node& node, const Type* hint) {
  expect_arguments(node, 2, 2);
  Value a = evaluate(*node.list[0], hint);
  Value b = evaluate(*node.list[1], hint);
  const bool is_min = static_cast<Builtin>(node.slot) == Builtin::min_;
  if (!a.type->is_number() || !b.type->is_number()) fail(node, "expected two numbers");
  const Type* type = peer_type(a, b, TokenKind::plus, node);
  a = coerce(a, type, node);
  b = coerce(b, type, node);
  if (a.is_known() && b.is_known()) {
    const Value less = binary_known(TokenKind::less, a, b, type, node);
    return bool_of(less, node) == is_min ? a : b;
  }
  return in_register(
      type, emitter_->emit_to_new(is_min ? wse::Operation::minimum : wse::Operation::maximum,
                                  machine_type(*type), to_register(a, node), to_register(b, node)));
}

Value Evaluator::builtin_values(const Node& node, const Type* hint) {
  const auto string_at = [&](std::size_t i) {
    const Value value = evaluate(argument(node, i));
    if (value.form != Form::string) fail(*node.list[i], "expected a string");
    return text(value.name);
  };
  const auto string_value = [&](const std::string& content) {
    Value value;
    value.type = types().simple(TypeKind::string);
    value.form = Form::string;
    value.name = context_.names.intern(content);
    return value;
  };
  switch (static_cast<Builtin>(node.slot)) {
    case Builtin::is_same_type_:
      expect_arguments(node, 2, 2);
      return boolean(type_at(*node.list[0]) == type_at(*node.list[1]));
    case Builtin::is_comptime_:
      return is_comptime(node);
    case Builtin::has_field_:
      return boolean(has_field(evaluate(argument(node, 0)), context_.names.intern(string_at(1))));
    case Builtin::field_: {
      Node access = node;
      access.kind = NodeKind::member;
      access.name = context_.names.intern(string_at(1));
      return member_of(evaluate(argument(node, 0)), access);
    }
    case Builtin::concat_structs_:
      return concat_structs(node);
    case Builtin::get_int_: {
      Value value = evaluate(argument(node, 0));
      if (!value.type->has_payload()) fail(node, "@get_int of " + describe(value));
      value.type = value.type->is(TypeKind::enumeration) ? value.type->element : types().u16;
      return value;
    }
    case Builtin::strcat_: {
      std::string joined;
      for (std::size_t i = 0; i < node.list.size(); ++i) joined += string_at(i);
      if (joined.size() > 65536) fail(node, "this string is longer than 64 KiB");
      return string_value(joined);
    }
    case Builtin::strlen_:
      return number(types().comptime_integer, static_cast<std::int64_t>(string_at(0).size()));
    case Builtin::is_arch_:
      return boolean(is_arch(node, string_at(0)));
    case Builtin::import_module_:
      return import_module(node);
    case Builtin::fp16_:
      return type_value(types().f16);
    case Builtin::comptime_assert_:
      if (!bool_of(evaluate(argument(node, 0)), node)) {
        fail(node, node.list.size() > 1 ? "@comptime_assert failed: " + string_at(1)
                                        : "@comptime_assert failed");
      }
      return nothing();
    case Builtin::comptime_print_:
      for (const Node* part : node.list) std::clog << describe(evaluate(*part)) << ' ';
      std::clog << '\n';
      return nothing();
    case Builtin::comptime_error_:
      fail(node, string_at(0));
    case Builtin::assert_:
      return checked_assert(node);
    case Builtin::min_:
    case Builtin::max_:
      return least_or_greatest(node, hint);
    default:
      unsupported(node, "the builtin @" + text(node.name));
  }
}

}  // namespace weft::csl
