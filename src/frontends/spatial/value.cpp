// SPDX-License-Identifier: Apache-2.0
// Values of a running program: see value.hpp.
#include "frontends/spatial/value.hpp"

#include <array>
#include <utility>

namespace weft::spatial {

thread_local Scope::Registry* Scope::registry = nullptr;

void Scope::link() {
  in_ = registry;
  if (in_ == nullptr) return;
  next_ = in_->first_;
  if (next_ != nullptr) next_->previous_ = this;
  in_->first_ = this;
}

void Scope::unlink() {
  if (in_ == nullptr) return;
  if (next_ != nullptr) next_->previous_ = previous_;
  if (previous_ != nullptr) previous_->next_ = next_;
  if (in_->first_ == this) in_->first_ = next_;
}

void Scope::Registry::clear() {
  while (first_ != nullptr) {
    const Ref<Scope> kept(first_);
    kept->self = {};
    kept->bindings_.clear();
    kept->unlink();
    kept->in_ = nullptr;
  }
}

namespace {

Value with_bits(ValueKind kind, std::int64_t bits) {
  Value made;
  made.kind = kind;
  made.bits = bits;
  return made;
}

Value with_real(ValueKind kind, double real) {
  Value made;
  made.kind = kind;
  made.real = real;
  return made;
}

}  // namespace

Value boolean_value(bool value) { return with_bits(ValueKind::boolean, value ? 1 : 0); }
Value integer_value(std::int64_t value) {
  return with_bits(ValueKind::integer, static_cast<std::int32_t>(value));
}
Value long_value(std::int64_t value) { return with_bits(ValueKind::long_integer, value); }
Value single_value(float value) { return with_real(ValueKind::single, static_cast<double>(value)); }
Value real_value(double value) { return with_real(ValueKind::real, value); }
Value character_value(char value) {
  return with_bits(ValueKind::character, static_cast<unsigned char>(value));
}

Value text_value(std::string text) {
  auto* object = new TextObject;
  object->text = std::move(text);
  Value made;
  made.kind = ValueKind::text;
  made.object = object;
  return made;
}

Value number_value(tree::NumberType type, tree::Raw raw) {
  if (type == tree::bit_type) return boolean_value(raw != 0);
  Value made = with_bits(ValueKind::number, raw);
  made.type = type;
  return made;
}

Value node_value(tree::NumberType type, std::uint32_t node) {
  Value made = with_bits(ValueKind::node, node);
  made.type = type;
  return made;
}

TextObject& text_of(const Value& value) { return static_cast<TextObject&>(*value.object); }
ListObject& list_of(const Value& value) { return static_cast<ListObject&>(*value.object); }

Value list_value(std::vector<Value> items, ValueKind kind) {
  auto* object = new ListObject;
  object->items = std::move(items);
  Value made;
  made.kind = kind;
  made.object = object;
  return made;
}

bool is_scala_number(const Value& value) {
  return value.kind == ValueKind::integer || value.kind == ValueKind::long_integer ||
         value.kind == ValueKind::single || value.kind == ValueKind::real ||
         value.kind == ValueKind::character;
}

bool is_known_number(const Value& value) {
  return (is_scala_number(value) && value.kind != ValueKind::character) ||
         value.kind == ValueKind::boolean || value.kind == ValueKind::number;
}

std::string_view kind_name(const Value& value) {
  constexpr std::array<std::string_view, 26> names = {"Unit",
                                                      "null",
                                                      "a Boolean",
                                                      "an Int",
                                                      "a Long",
                                                      "a Float",
                                                      "a Double",
                                                      "a Char",
                                                      "a String",
                                                      "a number",
                                                      "a staged number",
                                                      "a tuple",
                                                      "a list",
                                                      "an option",
                                                      "a map",
                                                      "a function",
                                                      "an object",
                                                      "a type",
                                                      "a memory",
                                                      "a range",
                                                      "a tile",
                                                      "a library",
                                                      "a random generator",
                                                      "a method",
                                                      "a lazy value",
                                                      "an argument"};
  return names[static_cast<std::size_t>(value.kind)];
}

}  // namespace weft::spatial
