// SPDX-License-Identifier: Apache-2.0
// Patterns against values: see interpreter.hpp.
#include <string>
#include <utility>

#include "frontends/spatial/interpreter.hpp"

namespace weft::spatial {

bool Interpreter::match_type(const Node* type, const Value& value, const Ref<Scope>& scope) {
  if (value.kind != ValueKind::instance) return true;
  (void)scope;
  return is_subclass(static_cast<InstanceObject&>(*value.object), intern(name_of(type->symbol)));
}

bool Interpreter::match_pattern(const Node* pattern, const Value& value, Scope& into,
                                const Ref<Scope>& scope) {
  switch (pattern->kind) {
    case NodeKind::wildcard_pattern:
      return pattern->type == nullptr || match_type(pattern->type, value, scope);
    case NodeKind::bind_pattern:
      if (pattern->type != nullptr && !match_type(pattern->type, value, scope)) return false;
      if (!pattern->parts.empty() && !match_pattern(pattern->parts[0], value, into, scope)) {
        return false;
      }
      into.bind(pattern->symbol, value);
      return true;
    case NodeKind::value_pattern:
      return equal_values(value, evaluate(pattern->parts[0], scope), pattern);
    case NodeKind::choice_pattern:
      for (const Node* part : pattern->parts) {
        if (match_pattern(part, value, into, scope)) return true;
      }
      return false;
    case NodeKind::tuple_pattern: {
      if (value.kind != ValueKind::tuple) return false;
      const std::vector<Value> items = list_of(value).items;
      if (items.size() != pattern->parts.size()) return false;
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!match_pattern(pattern->parts[i], items[i], into, scope)) return false;
      }
      return true;
    }
    case NodeKind::cons_pattern: {
      if (value.kind != ValueKind::list || list_of(value).items.empty()) return false;
      const std::vector<Value>& items = list_of(value).items;
      const Value tail = list_value({items.begin() + 1, items.end()});
      return match_pattern(pattern->parts[0], items.front(), into, scope) &&
             match_pattern(pattern->parts[1], tail, into, scope);
    }
    case NodeKind::extract_pattern:
      return match_extract(pattern, value, into, scope);
    default:
      fail(pattern, "this pattern is not there yet", Category::unsupported);
  }
}

/// List(a, b), Some(x), or a case class.
bool Interpreter::match_extract(const Node* pattern, const Value& value, Scope& into,
                                const Ref<Scope>& scope) {
  const Symbol name = pattern->parts[0]->symbol;
  const std::string_view spelled = name_of(name);
  std::vector<Value> items;
  if (spelled == "List" || spelled == "Seq" || spelled == "Array") {
    if (value.kind != ValueKind::list) return false;
    items = list_of(value).items;
  } else if (spelled == "Some") {
    if (value.kind != ValueKind::option || list_of(value).items.empty()) return false;
    items = list_of(value).items;
  } else {
    if (value.kind != ValueKind::instance) return false;
    const auto& instance = static_cast<InstanceObject&>(*value.object);
    if (!is_subclass(instance, name)) return false;
    items = instance.fields;
  }
  const std::size_t count = pattern->parts.size() - 1;
  const bool rest = count > 0 && pattern->parts.back()->kind == NodeKind::rest_pattern;
  const std::size_t fixed = rest ? count - 1 : count;
  if (rest ? items.size() < fixed : items.size() != fixed) return false;
  for (std::size_t i = 0; i < fixed; ++i) {
    if (!match_pattern(pattern->parts[i + 1], items[i], into, scope)) return false;
  }
  return true;
}

}  // namespace weft::spatial
