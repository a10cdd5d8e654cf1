// SPDX-License-Identifier: Apache-2.0
// Parts of lists: head, slice, grouped, sliding, transpose, unzip and so on.
#include <algorithm>
#include <string>
#include <utility>

#include "frontends/spatial/interpreter.hpp"

namespace weft::spatial {
namespace {

const std::vector<Value>& all_of(Interpreter& interpreter, const Value& self, const Call& call) {
  return interpreter.items_of(self, call.node).items;
}

Value part_of(const std::vector<Value>& all, std::int64_t from, std::int64_t until) {
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t first = std::clamp<std::int64_t>(from, 0, size);
  const std::int64_t last = std::clamp<std::int64_t>(until, first, size);
  return list_value({all.begin() + first, all.begin() + last});
}

std::int64_t count_argument(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return interpreter.integer_of(interpreter.argument(call, given, 0), call.node, "a count");
}

Value size(Interpreter& interpreter, Value& self, Call& call) {
  if (self.kind == ValueKind::map) {
    return integer_value(
        static_cast<std::int64_t>(static_cast<MapObject&>(*self.object).items.size()));
  }
  return integer_value(static_cast<std::int64_t>(all_of(interpreter, self, call).size()));
}

Value rows(Interpreter& interpreter, Value& self, Call& call) {
  const ListObject& list = interpreter.items_of(self, call.node);
  const std::string_view name = name_of(call.node->symbol);
  const std::size_t index = name == "cols" || name == "dim1" ? 1 : (name == "dim2" ? 2 : 0);
  if (index >= list.sizes.size()) interpreter.fail(call.node, "there is no such dimension");
  return integer_value(list.sizes[index]);
}

template <bool first>
Value end_item(Interpreter& interpreter, Value& self, Call& call) {
  const std::vector<Value>& all = all_of(interpreter, self, call);
  if (all.empty()) interpreter.fail(call.node, "the list is empty");
  return first ? all.front() : all.back();
}

Value tail(Interpreter& interpreter, Value& self, Call& call) {
  return part_of(all_of(interpreter, self, call), 1, INT64_MAX);
}
Value initial(Interpreter& interpreter, Value& self, Call& call) {
  const auto& all = all_of(interpreter, self, call);
  return part_of(all, 0, static_cast<std::int64_t>(all.size()) - 1);
}
Value take(Interpreter& interpreter, Value& self, Call& call) {
  return part_of(all_of(interpreter, self, call), 0, count_argument(interpreter, call));
}
Value drop(Interpreter& interpreter, Value& self, Call& call) {
  return part_of(all_of(interpreter, self, call), count_argument(interpreter, call), INT64_MAX);
}
Value slice(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return part_of(
      all_of(interpreter, self, call),
      interpreter.integer_of(interpreter.argument(call, given, 0), call.node, "an index"),
      interpreter.integer_of(interpreter.argument(call, given, 1), call.node, "an index"));
}

Value reverse(Interpreter& interpreter, Value& self, Call& call) {
  std::vector<Value> made = all_of(interpreter, self, call);
  std::reverse(made.begin(), made.end());
  return list_value(std::move(made));
}

Value grouped(Interpreter& interpreter, Value& self, Call& call) {
  const std::int64_t width = count_argument(interpreter, call);
  if (width < 1) interpreter.fail(call.node, "groups of less than one");
  const auto& all = all_of(interpreter, self, call);
  std::vector<Value> made;
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(all.size()); at += width) {
    made.push_back(part_of(all, at, at + width));
  }
  return list_value(std::move(made));
}

Value sliding(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::int64_t width =
      interpreter.integer_of(interpreter.argument(call, given, 0), call.node, "a width");
  const std::int64_t step =
      given.size() > 1 ? interpreter.integer_of(given[1], call.node, "a step") : 1;
  if (width < 1 || step < 1) interpreter.fail(call.node, "a window of less than one");
  const auto& all = all_of(interpreter, self, call);
  std::vector<Value> made;
  const auto size = static_cast<std::int64_t>(all.size());
  for (std::int64_t at = 0; at + width <= size; at += step) {
    made.push_back(part_of(all, at, at + width));
  }
  return list_value(std::move(made));
}

/// Rows become columns.
Value transpose(Interpreter& interpreter, Value& self, Call& call) {
  const auto& all = all_of(interpreter, self, call);
  std::vector<std::vector<Value>> columns;
  for (const Value& row : all) {
    const auto& items = all_of(interpreter, row, call);
    columns.resize(std::max(columns.size(), items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) columns[i].push_back(items[i]);
  }
  std::vector<Value> made;
  for (auto& column : columns) made.push_back(list_value(std::move(column)));
  return list_value(std::move(made));
}

Value unzip(Interpreter& interpreter, Value& self, Call& call) {
  std::vector<Value> left;
  std::vector<Value> right;
  for (const Value& pair : all_of(interpreter, self, call)) {
    if (pair.kind != ValueKind::tuple || list_of(pair).items.size() != 2) {
      interpreter.fail(call.node, "unzip needs pairs");
    }
    left.push_back(list_of(pair).items[0]);
    right.push_back(list_of(pair).items[1]);
  }
  return list_value({list_value(std::move(left)), list_value(std::move(right))}, ValueKind::tuple);
}

/// (as, bs).zipped: pairs
Value zipped(Interpreter& interpreter, Value& self, Call& call) {
  const auto& lists = all_of(interpreter, self, call);
  if (lists.size() != 2) interpreter.unsupported(call.node, "zipped is there for two lists");
  const auto& left = all_of(interpreter, lists[0], call);
  const auto& right = all_of(interpreter, lists[1], call);
  std::vector<Value> made;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    made.push_back(list_value({left[i], right[i]}, ValueKind::tuple));
  }
  return list_value(std::move(made));
}

Value itself(Interpreter& /*interpreter*/, Value& self, Call& /*call*/) {
  if (self.kind != ValueKind::list) return self;
  Value made = list_value(list_of(self).items);
  list_of(made).sizes = list_of(self).sizes;
  return made;
}

Value concatenate(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  std::vector<Value> made = all_of(interpreter, self, call);
  for (const Value& each : all_of(interpreter, interpreter.argument(call, given, 0), call)) {
    made.push_back(each);
  }
  return list_value(std::move(made));
}

Value append(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  std::vector<Value> made = all_of(interpreter, self, call);
  made.push_back(interpreter.argument(call, given, 0));
  return list_value(std::move(made));
}

Value prepend(Interpreter& interpreter, Value& self, Call& call) {
  // a +: list: the list is the argument
  const Arguments given = interpreter.arguments(call);
  std::vector<Value> made = {self};
  for (const Value& each : all_of(interpreter, interpreter.argument(call, given, 0), call)) {
    made.push_back(each);
  }
  return list_value(std::move(made));
}

Value make_text(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.optional_arguments(call);
  std::string text;
  bool first = true;
  for (const Value& item : all_of(interpreter, self, call)) {
    if (!first && given.size() > 0) text += interpreter.show(given[0]);
    text += interpreter.show(item);
    first = false;
  }
  return text_value(std::move(text));
}

Value is_empty(Interpreter& interpreter, Value& self, Call& call) {
  return boolean_value(all_of(interpreter, self, call).empty());
}
Value has_items(Interpreter& interpreter, Value& self, Call& call) {
  return boolean_value(!all_of(interpreter, self, call).empty());
}

Value contains(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  for (const Value& item : all_of(interpreter, self, call)) {
    if (interpreter.equal_values(item, interpreter.argument(call, given, 0), call.node)) {
      return boolean_value(true);
    }
  }
  return boolean_value(false);
}

Value indices(Interpreter& interpreter, Value& self, Call& call) {
  std::vector<Value> made;
  for (std::size_t i = 0; i < all_of(interpreter, self, call).size(); ++i) {
    made.push_back(integer_value(static_cast<std::int64_t>(i)));
  }
  return list_value(std::move(made));
}

/// lift(i): an option
Value lift(Interpreter& interpreter, Value& self, Call& call) {
  const std::int64_t index = count_argument(interpreter, call);
  const auto& all = all_of(interpreter, self, call);
  std::vector<Value> made;
  if (index >= 0 && index < static_cast<std::int64_t>(all.size())) {
    made.push_back(all[static_cast<std::size_t>(index)]);
  }
  return list_value(std::move(made), ValueKind::option);
}

Value get_or_else(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const auto& all = all_of(interpreter, self, call);
  return all.empty() ? interpreter.argument(call, given, 0) : all.front();
}

Value map_values(Interpreter& interpreter, Value& self, Call& call) {
  if (self.kind != ValueKind::map) interpreter.fail(call.node, "this is no map");
  std::vector<Value> made;
  for (const auto& [key, value] : static_cast<MapObject&>(*self.object).items) {
    made.push_back(value);
  }
  return list_value(std::move(made));
}

}  // namespace

void add_more_list_members(Members& members) {
  for (const std::string_view name : {"size", "length"}) members.emplace(intern(name), size);
  for (const std::string_view name : {"rows", "cols", "dim0", "dim1", "dim2"}) {
    members.emplace(intern(name), rows);
  }
  members.emplace(intern("head"), end_item<true>);
  members.emplace(intern("last"), end_item<false>);
  members.emplace(intern("get"), end_item<true>);
  members.emplace(intern("tail"), tail);
  members.emplace(intern("init"), initial);
  members.emplace(intern("take"), take);
  members.emplace(intern("drop"), drop);
  members.emplace(intern("slice"), slice);
  members.emplace(intern("reverse"), reverse);
  members.emplace(intern("grouped"), grouped);
  members.emplace(intern("sliding"), sliding);
  members.emplace(intern("transpose"), transpose);
  members.emplace(intern("unzip"), unzip);
  members.emplace(intern("zipped"), zipped);
  for (const std::string_view name :
       {"toList", "toSeq", "toArray", "view", "toIndexedSeq", "toVector", "iterator", "force"}) {
    members.emplace(intern(name), itself);
  }
  members.emplace(intern("++"), concatenate);
  members.emplace(intern(":+"), append);
  members.emplace(intern("+:"), prepend);
  members.emplace(intern("mkString"), make_text);
  members.emplace(intern("isEmpty"), is_empty);
  members.emplace(intern("nonEmpty"), has_items);
  members.emplace(intern("isDefined"), has_items);
  members.emplace(intern("contains"), contains);
  members.emplace(intern("indices"), indices);
  members.emplace(intern("lift"), lift);
  members.emplace(intern("getOrElse"), get_or_else);
  members.emplace(intern("values"), map_values);
}

}  // namespace weft::spatial
