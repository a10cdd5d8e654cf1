// SPDX-License-Identifier: Apache-2.0
// What texts, numbers, ranges and random generators can do, and how values are shown.
#include <algorithm>
#include <string>
#include <utility>

#include "base/number_text.hpp"
#include "frontends/spatial/stager.hpp"
#include "numerics/stochastic.hpp"

namespace weft::spatial {
namespace {

/// value.to[T]
Value cast_member(Interpreter& interpreter, Value& self, Call& call) {
  const bool range = call.types.empty() && call.more();
  if (range) {  // a to b
    const Arguments given = interpreter.arguments(call);
    Value made = interpreter.stager().make_range(self, interpreter.argument(call, given, 0), false);
    static_cast<RangeObject&>(*made.object).inclusive = true;
    return made;
  }
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  interpreter.optional_arguments(call);
  if (type->kind == TypeKind::text) return text_value(interpreter.show(self));
  if (type->kind == TypeKind::any) return self;
  if (type->kind == TypeKind::number) {
    return interpreter.to_number(self, type->number, call.node, true);
  }
  return interpreter.coerce(self, *type, call.node);
}

Value show_member(Interpreter& interpreter, Value& self, Call& call) {
  interpreter.optional_arguments(call);
  return text_value(interpreter.show(self));
}

template <TypeKind kind>
Value scala_cast(Interpreter& interpreter, Value& self, Call& call) {
  interpreter.optional_arguments(call);
  switch (kind) {
    case TypeKind::scala_int:
      return integer_value(self.kind == ValueKind::text
                               ? static_cast<std::int64_t>(interpreter.real_of(self, call.node))
                               : interpreter.integer_of(self, call.node, "a number"));
    case TypeKind::scala_long:
      return long_value(interpreter.integer_of(self, call.node, "a number"));
    case TypeKind::scala_float:
      return single_value(static_cast<float>(interpreter.real_of(self, call.node)));
    default:
      return real_value(interpreter.real_of(self, call.node));
  }
}

Value itself_member(Interpreter& interpreter, Value& self, Call& call) {
  interpreter.optional_arguments(call);
  return self;
}

/// a until b, a by s, a par p: of a number, a range from 0
template <int which>
Value range_member(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value& other = interpreter.argument(call, given, 0);
  // Where the names of spatial.dsl are visible a range runs over Ints of Spatial
  const bool staged = call.node->kind == NodeKind::infix ? call.node->flag : true;
  Value made;
  if (which == 0) return interpreter.stager().make_range(self, other, staged);
  if (self.kind == ValueKind::range) {
    const auto& before = static_cast<RangeObject&>(*self.object);
    made = interpreter.stager().make_range(before.min, before.max, before.staged);
    auto& range = static_cast<RangeObject&>(*made.object);
    range.step = before.step;
    range.parallel = before.parallel;
    range.has_step = before.has_step;
    range.has_parallel = before.has_parallel;
    range.inclusive = before.inclusive;
    range.forever = before.forever;
  } else {
    made = interpreter.stager().make_range(integer_value(0), self, staged);
  }
  auto& range = static_cast<RangeObject&>(*made.object);
  if (which == 1) {
    range.step = other;
    range.has_step = true;
  } else {
    range.parallel = other;
    range.has_parallel = true;
  }
  return made;
}

std::vector<Value> range_items(Interpreter& interpreter, const Value& self, const Call& call) {
  const bool staged = static_cast<RangeObject&>(*self.object).staged;
  std::vector<Value> made;
  for (const std::int64_t index : interpreter.range_indices(self, call.node)) {
    made.push_back(interpreter.index_value(index, staged));
  }
  return made;
}

/// (0 until n) { i => ... }, and of a tuple of ranges: an array, a matrix, a tensor
Value range_apply(Interpreter& interpreter, Value& self, Call& call) {
  Value list = list_value(range_items(interpreter, self, call));
  return interpreter.call_member(list, intern("map"), call);
}

Value range_foreach(Interpreter& interpreter, Value& self, Call& call) {
  if (interpreter.stager().staging()) {
    const auto& range = static_cast<RangeObject&>(*self.object);
    if (range.staged) {  // a loop of the accelerator
      const Arguments body = interpreter.arguments(call);
      Call loop;
      loop.node = call.node;
      loop.scope = call.scope;
      loop.given.push_back({{self}, {}});
      loop.given.push_back(body);
      return stage_loop(interpreter, {}, loop);
    }
  }
  Value list = list_value(range_items(interpreter, self, call));
  return interpreter.call_member(list, intern("foreach"), call);
}

template <int which>
Value range_part(Interpreter& /*interpreter*/, Value& self, Call& /*call*/) {
  const auto& range = static_cast<RangeObject&>(*self.object);
  if (which == 0) return range.min;
  if (which == 1) return range.max;
  if (which == 2) return range.has_step ? range.step : integer_value(1);
  return range.has_parallel ? range.parallel : integer_value(1);
}

template <int which>
Value random_member(Interpreter& interpreter, Value& self, Call& call) {
  auto& generator = static_cast<RandomObject&>(*self.object);
  const Arguments given = interpreter.optional_arguments(call);
  const std::uint32_t high = numerics::random_bits(generator.state);
  const std::uint32_t low = numerics::random_bits(generator.state);
  interpreter.random_state() += 1;
  if (which == 0) {
    const std::int64_t most =
        given.size() > 0 ? interpreter.integer_of(given[0], call.node, "a maximum") : 0;
    return integer_value(most > 0 ? static_cast<std::int64_t>(high) % most
                                  : static_cast<std::int32_t>(high));
  }
  if (which == 1) return single_value(static_cast<float>(high >> 8U) / 16777216.0F);
  if (which == 2) {
    return real_value((static_cast<double>(high >> 5U) * 67108864.0 + (low >> 6U)) /
                      9007199254740992.0);
  }
  return boolean_value((high & 1U) != 0);
}

/// Fisher and Yates
Value shuffle_member(Interpreter& interpreter, Value& self, Call& call) {
  auto& generator = static_cast<RandomObject&>(*self.object);
  const Arguments given = interpreter.arguments(call);
  std::vector<Value> all =
      interpreter.items_of(interpreter.argument(call, given, 0), call.node).items;
  for (std::size_t i = all.size(); i > 1; --i) {
    std::swap(all[i - 1], all[numerics::random_bits(generator.state) % i]);
  }
  interpreter.random_state() += 1;
  return list_value(std::move(all));
}

Value text_reverse(Interpreter& /*interpreter*/, Value& self, Call& /*call*/) {
  std::string text = text_of(self).text;
  std::reverse(text.begin(), text.end());
  return text_value(std::move(text));
}

Value text_length(Interpreter& /*interpreter*/, Value& self, Call& /*call*/) {
  return integer_value(static_cast<std::int64_t>(text_of(self).text.size()));
}

Value binary_text(Interpreter& interpreter, Value& self, Call& call) {
  auto value = static_cast<std::uint32_t>(interpreter.integer_of(self, call.node, "a number"));
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + (value & 1U)));
    value >>= 1U;
  } while (value != 0);
  return text_value(std::move(text));
}

Value as_characters(const Value& self) {
  std::vector<Value> made;
  for (const char c : text_of(self).text) made.push_back(character_value(c));
  return list_value(std::move(made));
}

/// What a list of its characters can do, a text can.
template <int which>
Value character_member(Interpreter& interpreter, Value& self, Call& call) {
  constexpr const char* names[] = {"zipWithIndex", "count", "map", "foreach", "apply"};
  return interpreter.call_member(as_characters(self), intern(names[which]), call);
}

Value text_replace(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::string from = interpreter.show(interpreter.argument(call, given, 0));
  const std::string into = interpreter.show(interpreter.argument(call, given, 1));
  std::string text = text_of(self).text;
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos;) {
    text.replace(at, from.size(), into);
    at += into.size();
  }
  return text_value(std::move(text));
}

Value not_a_number(Interpreter& interpreter, Value& self, Call& call) {
  const double real = interpreter.real_of(self, call.node);
  return boolean_value(!(real == real));
}

/// cond.mux(a, b)
Value class_name(Interpreter& /*interpreter*/, Value& self, Call& /*call*/) {
  if (self.kind != ValueKind::instance) return text_value(std::string(kind_name(self)));
  const auto& instance = static_cast<InstanceObject&>(*self.object);
  return text_value(std::string(name_of(instance.definition->name)));
}

}  // namespace

std::string Interpreter::show(const Value& given) {
  const Value value = stager_->staging() ? given : read_if_register(given, nullptr);
  switch (value.kind) {
    case ValueKind::boolean:
      return value.bits != 0 ? "true" : "false";
    case ValueKind::integer:
    case ValueKind::long_integer:
      return std::to_string(value.bits);
    case ValueKind::character:
      return std::string(1, static_cast<char>(value.bits));
    case ValueKind::single:
      return general(value.real, 9);
    case ValueKind::real:
      return shortest(value.real);
    case ValueKind::text:
      return text_of(value).text;
    case ValueKind::number:
      return tree::number_text(value.bits, value.type);
    case ValueKind::tuple:
    case ValueKind::list: {
      std::string text = "(";
      for (const Value& item : list_of(value).items) {
        text += (text.size() > 1 ? ", " : "") + show(item);
      }
      return text + ")";
    }
    default:
      return std::string(kind_name(value));
  }
}

const ListObject& Interpreter::items_of(const Value& value, const Node* node) {
  const bool holds = value.kind == ValueKind::list || value.kind == ValueKind::tuple ||
                     value.kind == ValueKind::option;
  if (!holds) fail(node, "a list is needed here, this is " + std::string(kind_name(value)));
  return list_of(value);
}

Value Interpreter::read_if_register(const Value& value, const Node* node) {
  return value.kind == ValueKind::memory ? stager_->read_register(value, node) : value;
}

Value Interpreter::index_value(std::int64_t index, bool staged) const {
  return staged ? number_value(tree::int_type, index) : integer_value(index);
}

std::vector<std::int64_t> Interpreter::range_indices(const Value& given, const Node* node) {
  const auto& range = static_cast<RangeObject&>(*given.object);
  const std::int64_t min = integer_of(range.min, node, "a range's start");
  const std::int64_t step = range.has_step ? integer_of(range.step, node, "a step") : 1;
  const std::int64_t beyond = range.inclusive ? (step < 0 ? -1 : 1) : 0;
  const std::int64_t max = integer_of(range.max, node, "a range's end") + beyond;
  if (step == 0) fail(node, "a range with a step of 0");
  std::vector<std::int64_t> made;
  for (std::int64_t at = min; step > 0 ? at < max : at > max; at += step) made.push_back(at);
  return made;
}

void add_range_members(Members& members) {
  members.emplace(intern("until"), range_member<0>);
  members.emplace(intern("by"), range_member<1>);
  members.emplace(intern("par"), range_member<2>);
  members.emplace(intern("apply"), range_apply);
  members.emplace(intern("map"), range_apply);
  members.emplace(intern("foreach"), range_foreach);
  members.emplace(intern("start"), range_part<0>);
  members.emplace(intern("end"), range_part<1>);
  members.emplace(intern("step"), range_part<2>);
  members.emplace(intern("parFactor"), range_part<3>);
}

void add_number_members(Members& members) {
  members.emplace(intern("toInt"), scala_cast<TypeKind::scala_int>);
  members.emplace(intern("toLong"), scala_cast<TypeKind::scala_long>);
  members.emplace(intern("toFloat"), scala_cast<TypeKind::scala_float>);
  members.emplace(intern("toDouble"), scala_cast<TypeKind::scala_double>);
  members.emplace(intern("until"), range_member<0>);
  members.emplace(intern("by"), range_member<1>);
  members.emplace(intern("par"), range_member<2>);
  members.emplace(intern("isNaN"), not_a_number);
  members.emplace(intern("toBinaryString"), binary_text);
  members.emplace(intern("value"), itself_member);
  members.emplace(intern("nextInt"), random_member<0>);
  members.emplace(intern("nextFloat"), random_member<1>);
  members.emplace(intern("nextDouble"), random_member<2>);
  members.emplace(intern("nextBoolean"), random_member<3>);
  members.emplace(intern("shuffle"), shuffle_member);
}

void add_text_members(Members& members) {
  members.emplace(intern("toInt"), scala_cast<TypeKind::scala_int>);
  members.emplace(intern("toDouble"), scala_cast<TypeKind::scala_double>);
  members.emplace(intern("toFloat"), scala_cast<TypeKind::scala_float>);
  members.emplace(intern("reverse"), text_reverse);
  members.emplace(intern("length"), text_length);
  members.emplace(intern("size"), text_length);
  members.emplace(intern("zipWithIndex"), character_member<0>);
  members.emplace(intern("count"), character_member<1>);
  members.emplace(intern("map"), character_member<2>);
  members.emplace(intern("foreach"), character_member<3>);
  members.emplace(intern("apply"), character_member<4>);
  members.emplace(intern("replace"), text_replace);
}

void add_other_members(Members& members) {
  members.emplace(intern("to"), cast_member);
  members.emplace(intern("toUnchecked"), cast_member);
  members.emplace(intern("toString"), show_member);
  members.emplace(intern("toText"), show_member);
  members.emplace(intern("asInstanceOf"), itself_member);
  members.emplace(intern("getClass"), itself_member);
  members.emplace(intern("getSimpleName"), class_name);
}

}  // namespace weft::spatial
