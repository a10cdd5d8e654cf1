// SPDX-License-Identifier: Apache-2.0
// What lists, arrays, matrices, tuples, options and maps can do.
#include <algorithm>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "frontends/spatial/interpreter.hpp"

namespace weft::spatial {
namespace {

const std::vector<Value>& items(Interpreter& interpreter, const Value& self, const Call& call) {
  return interpreter.items_of(self, call.node).items;
}

/// The same list with other items: a matrix stays a matrix.
Value same_shape(const Value& self, std::vector<Value> made) {
  const bool option = self.kind == ValueKind::option;
  Value value = list_value(std::move(made), option ? ValueKind::option : ValueKind::list);
  if (self.kind == ValueKind::list) list_of(value).sizes = list_of(self).sizes;
  return value;
}

Value function_of(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  return interpreter.argument(call, given, 0);
}

std::size_t position(Interpreter& interpreter, const Value& self, const Arguments& given,
                     std::size_t dimensions, const Call& call) {
  const ListObject& list = interpreter.items_of(self, call.node);
  std::size_t at = 0;
  const bool flat = list.sizes.empty() || dimensions == 1;
  if (!flat && dimensions != list.sizes.size()) {
    interpreter.fail(call.node, "this has " + counted(list.sizes.size(), "dimension"));
  }
  for (std::size_t i = 0; i < dimensions; ++i) {
    const std::int64_t size = flat ? static_cast<std::int64_t>(list.items.size()) : list.sizes[i];
    const std::int64_t index = interpreter.integer_of(given[i], call.node, "an index");
    if (index < 0 || index >= size) {
      interpreter.fail(
          call.node,
          "index " + std::to_string(index) + " is outside of " + counted(size, "element"),
          Category::check);
    }
    at = at * static_cast<std::size_t>(size) + static_cast<std::size_t>(index);
  }
  return at;
}

/// (0 until n, 0 until m) { (i, j) => ... }: a matrix; three ranges: a tensor
Value tabulate_ranges(Interpreter& interpreter, const Value& ranges, Call& call) {
  const Value function = function_of(interpreter, call);
  std::vector<std::vector<std::int64_t>> indices;
  std::vector<std::int64_t> sizes;
  for (const Value& each : list_of(ranges).items) {
    indices.push_back(interpreter.range_indices(each, call.node));
    sizes.push_back(static_cast<std::int64_t>(indices.back().size()));
  }
  std::vector<Value> made;
  std::vector<Value> index(sizes.size());
  const auto level = [&](const auto& self, std::size_t at) -> void {
    if (at == sizes.size()) {
      made.push_back(interpreter.call_function(function, index, call.node));
      return;
    }
    const auto& range = static_cast<RangeObject&>(*list_of(ranges).items[at].object);
    for (const std::int64_t i : indices[at]) {
      index[at] = interpreter.index_value(i, range.staged);
      self(self, at + 1);
    }
  };
  level(level, 0);
  Value value = list_value(std::move(made));
  list_of(value).sizes = sizes;
  return value;
}

Value apply(Interpreter& interpreter, Value& self, Call& call) {
  const bool ranges = self.kind == ValueKind::tuple && !list_of(self).items.empty() &&
                      list_of(self).items[0].kind == ValueKind::range;
  if (ranges) return tabulate_ranges(interpreter, self, call);
  const Arguments given = interpreter.arguments(call);
  if (self.kind == ValueKind::map) {
    for (const auto& [key, value] : static_cast<MapObject&>(*self.object).items) {
      if (interpreter.equal_values(key, interpreter.argument(call, given, 0), call.node)) {
        return value;
      }
    }
    interpreter.fail(call.node, "the map has no such key");
  }
  return items(interpreter, self, call)[position(interpreter, self, given, given.size(), call)];
}

Value update(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  if (given.size() < 2) interpreter.fail(call.node, "an index and a value are needed");
  const std::size_t at = position(interpreter, self, given, given.size() - 1, call);
  Value value = given.values.back();
  Value& place = list_of(self).items[at];
  // An array has one type of elements
  if (place.kind == ValueKind::number && value.kind != ValueKind::node) {
    value = interpreter.to_number(value, place.type, call.node);
  } else if (place.kind == ValueKind::single) {
    value = single_value(static_cast<float>(interpreter.real_of(value, call.node)));
  }
  place = std::move(value);
  return unit_value();
}

Value map(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  std::vector<Value> made;
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    made.push_back(interpreter.call_function(function, {item}, call.node));
  }
  return same_shape(self, std::move(made));
}

Value flat_map(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  std::vector<Value> made;
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    const Value part = interpreter.call_function(function, {item}, call.node);
    for (const Value& each : items(interpreter, part, call)) made.push_back(each);
  }
  return list_value(std::move(made));
}

Value foreach (Interpreter& interpreter, Value & self, Call & call) {
  const Value function = function_of(interpreter, call);
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    interpreter.call_function(function, {item}, call.node);
  }
  return unit_value();
}

/// zip(other), zip(other) { (a, b) => ... }
Value zip(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const std::vector<Value> left = items(interpreter, self, call);
  const std::vector<Value> right = items(interpreter, interpreter.argument(call, given, 0), call);
  std::vector<Value> made;
  if (call.more()) {
    const Value function = function_of(interpreter, call);
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      made.push_back(interpreter.call_function(function, {left[i], right[i]}, call.node));
    }
    return same_shape(self, std::move(made));
  }
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    made.push_back(list_value({left[i], right[i]}, ValueKind::tuple));
  }
  return list_value(std::move(made));
}

Value zip_with_index(Interpreter& interpreter, Value& self, Call& call) {
  std::vector<Value> made;
  for (const Value& item : items(interpreter, self, call)) {
    const auto index = static_cast<std::int64_t>(made.size());
    made.push_back(list_value({item, integer_value(index)}, ValueKind::tuple));
  }
  return list_value(std::move(made));
}

Value reduce(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  const std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) return integer_value(0);  // as Spatial's arrays have it
  Value made = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) {
    made = interpreter.call_function(function, {made, all[i]}, call.node);
  }
  return made;
}

Value reduce_tree(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) interpreter.fail(call.node, "an empty list has no sum");
  while (all.size() > 1) {
    std::vector<Value> next;
    for (std::size_t i = 0; i < all.size(); i += 2) {
      next.push_back(i + 1 < all.size()
                         ? interpreter.call_function(function, {all[i], all[i + 1]}, call.node)
                         : all[i]);
    }
    all = std::move(next);
  }
  return all.front();
}

Value sum(Interpreter& interpreter, Value& self, Call& call) {
  const std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) return integer_value(0);
  Value made = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) {
    made = interpreter.arithmetic(Arithmetic::add, made, all[i], call.node);
  }
  return made;
}

Value sum_tree(Interpreter& interpreter, Value& self, Call& call) {
  std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) return integer_value(0);
  while (all.size() > 1) {
    std::vector<Value> next;
    for (std::size_t i = 0; i < all.size(); i += 2) {
      next.push_back(i + 1 < all.size()
                         ? interpreter.arithmetic(Arithmetic::add, all[i], all[i + 1], call.node)
                         : all[i]);
    }
    all = std::move(next);
  }
  return all.front();
}

Value fold_left(Interpreter& interpreter, Value& self, Call& call) {
  const Arguments start = interpreter.arguments(call);
  const Value function = function_of(interpreter, call);
  Value made = interpreter.argument(call, start, 0);
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    made = interpreter.call_function(function, {made, item}, call.node);
  }
  return made;
}

template <bool keep>
Value filter(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  std::vector<Value> made;
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    const Value passes = interpreter.call_function(function, {item}, call.node);
    if (interpreter.condition_of(passes, call.node) == keep) made.push_back(item);
  }
  return list_value(std::move(made));
}

Value count(Interpreter& interpreter, Value& self, Call& call) {
  const Value kept = filter<true>(interpreter, self, call);
  return integer_value(static_cast<std::int64_t>(list_of(kept).items.size()));
}

template <bool all>
Value quantify(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  for (const Value& item : std::vector<Value>(items(interpreter, self, call))) {
    const Value passes = interpreter.call_function(function, {item}, call.node);
    if (interpreter.condition_of(passes, call.node) != all) return boolean_value(!all);
  }
  return boolean_value(all);
}

template <bool greatest>
Value extreme(Interpreter& interpreter, Value& self, Call& call) {
  const std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) interpreter.fail(call.node, "an empty list has no such element");
  Value made = all.front();
  for (const Value& item : all) {
    const Arithmetic compares = greatest ? Arithmetic::greater : Arithmetic::less;
    if (interpreter.condition_of(interpreter.arithmetic(compares, item, made, call.node),
                                 call.node)) {
      made = item;
    }
  }
  return made;
}

/// minBy, maxBy: by what a function makes of an element
template <bool greatest>
Value extreme_by(Interpreter& interpreter, Value& self, Call& call) {
  const Value function = function_of(interpreter, call);
  const std::vector<Value> all = items(interpreter, self, call);
  if (all.empty()) interpreter.fail(call.node, "an empty list has no such element");
  std::size_t best = 0;
  Value most = interpreter.call_function(function, {all[0]}, call.node);
  for (std::size_t i = 1; i < all.size(); ++i) {
    const Value key = interpreter.call_function(function, {all[i]}, call.node);
    const Arithmetic compares = greatest ? Arithmetic::greater : Arithmetic::less;
    if (interpreter.condition_of(interpreter.arithmetic(compares, key, most, call.node),
                                 call.node)) {
      best = i;
      most = key;
    }
  }
  return all[best];
}

Value flatten(Interpreter& interpreter, Value& self, Call& call) {
  if (self.kind == ValueKind::list && !list_of(self).sizes.empty()) {
    return list_value(list_of(self).items);
  }
  std::vector<Value> made;
  for (const Value& part : items(interpreter, self, call)) {
    for (const Value& item : items(interpreter, part, call)) made.push_back(item);
  }
  return list_value(std::move(made));
}

}  // namespace

void add_list_members(Members& members) {
  members.emplace(intern("apply"), apply);
  members.emplace(intern("update"), update);
  members.emplace(intern("map"), map);
  members.emplace(intern("flatMap"), flat_map);
  members.emplace(intern("foreach"), foreach);
  members.emplace(intern("zip"), zip);
  members.emplace(intern("zipWithIndex"), zip_with_index);
  members.emplace(intern("reduce"), reduce);
  members.emplace(intern("reduceLeft"), reduce);
  members.emplace(intern("reduceTree"), reduce_tree);
  members.emplace(intern("sumTree"), sum_tree);
  members.emplace(intern("sum"), sum);
  members.emplace(intern("foldLeft"), fold_left);
  members.emplace(intern("fold"), fold_left);
  members.emplace(intern("filter"), filter<true>);
  members.emplace(intern("filterNot"), filter<false>);
  members.emplace(intern("count"), count);
  members.emplace(intern("forall"), quantify<true>);
  members.emplace(intern("exists"), quantify<false>);
  members.emplace(intern("max"), extreme<true>);
  members.emplace(intern("min"), extreme<false>);
  members.emplace(intern("maxBy"), extreme_by<true>);
  members.emplace(intern("minBy"), extreme_by<false>);
  members.emplace(intern("flatten"), flatten);
}

}  // namespace weft::spatial
