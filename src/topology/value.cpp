// SPDX-License-Identifier: Apache-2.0
// Looking up and making members of a document's tables.
#include "topology/value.hpp"

#include <algorithm>

namespace weft::topology {
namespace {

template <typename Members>
auto lower_bound_of(Members& members, std::string_view name) {
  return std::lower_bound(
      members.begin(), members.end(), name,
      [](const Member& m, std::string_view n) { return m.name.compare(n) < 0; });
}

template <typename V>
auto find_in(V& value, std::string_view name) -> decltype(&value.members.front().value) {
  if (value.kind != Kind::table) return nullptr;
  const auto at = lower_bound_of(value.members, name);
  return at != value.members.end() && at->name == name ? &at->value : nullptr;
}

}  // namespace

const char* with_article(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::real:
      return "a floating-point number";
    case Kind::text:
      return "a string";
    case Kind::array:
      return "an array";
    case Kind::table:
      return "a table";
  }
  return "?";
}

std::string Place::describe() const {
  const std::string name = source ? *source : std::string("(no file)");
  if (line == 0) return name;
  return name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

const Value* Value::find(std::string_view name) const { return find_in(*this, name); }
Value* Value::find(std::string_view name) { return find_in(*this, name); }

Value& Value::make(std::string_view name) {
  const auto at = lower_bound_of(members, name);
  if (at != members.end() && at->name == name) return at->value;
  return members.insert(at, Member{std::string(name), Value{}})->value;
}

}  // namespace weft::topology
