// SPDX-License-Identifier: Apache-2.0
// Typed, strict reading of a document's tables.
#include <cmath>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "topology/document.hpp"
#include "topology/suggest.hpp"
#include "topology/table_state.hpp"

namespace weft::topology {
namespace {

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string text_about(const Value& value, const std::string& path, const std::string& message) {
  return value.place.describe() + ": key '" + path + "' " + message;
}

[[noreturn]] void fail_value(const Value& value, const std::string& path,
                             const std::string& message) {
  fail(Category::input, text_about(value, path, message));
}

void expect(const Value& value, Kind kind, const std::string& path) {
  if (value.kind == kind) return;
  fail_value(value, path,
             std::string("must be ") + with_article(kind) + ", is " + with_article(value.kind));
}

std::int64_t integer_of(const Value& value, const std::string& path, Limits limits) {
  expect(value, Kind::integer, path);
  if (value.integer < limits.least) {
    fail_value(value, path,
               "must be at least " + std::to_string(limits.least) + ", is " +
                   std::to_string(value.integer));
  }
  if (value.integer > limits.most) {
    fail_value(
        value, path,
        "must be at most " + std::to_string(limits.most) + ", is " + std::to_string(value.integer));
  }
  return value.integer;
}

double real_of(const Value& value, const std::string& path) {
  if (value.kind == Kind::integer) return static_cast<double>(value.integer);
  expect(value, Kind::real, path);
  if (!std::isfinite(value.real)) fail_value(value, path, "must be finite");
  return value.real;
}

std::string item_path(const Table& table, std::string_view key, std::size_t index) {
  return join(table.path(), key) + "." + std::to_string(index);
}

/// What nobody asked for.
template <typename State>
void unknown_keys(const State& state, std::string& messages) {
  if (state.abandoned) return;
  for (const Member& member : state.value->members) {
    if (state.asked.count(member.name) != 0) continue;
    const std::vector<std::string> known(state.asked.begin(), state.asked.end());
    messages += messages.empty() ? "" : "\n  ";
    messages += text_about(member.value, join(state.path, member.name),
                           "is not known" + did_you_mean(member.name, known));
  }
  for (const auto& child : state.children) unknown_keys(*child, messages);
}

}  // namespace

const std::string& Table::path() const { return state_->path; }
std::string Table::place() const { return state_->value->place.describe(); }

std::vector<std::string> Table::keys() const {
  std::vector<std::string> out;
  for (const Member& member : state_->value->members) out.push_back(member.name);
  return out;
}

const Value* Table::ask(std::string_view key) {
  state_->asked.emplace(key);
  return state_->value->find(key);
}

bool Table::has(std::string_view key) { return ask(key) != nullptr; }

const Value& Table::need(std::string_view key) {
  if (const Value* value = ask(key)) return *value;
  std::vector<std::string> unasked;
  for (const Member& member : state_->value->members) {
    if (state_->asked.count(member.name) == 0) unasked.push_back(member.name);
  }
  const std::string near = nearest(key, unasked);
  const std::string hint = near.empty() ? "" : "; there is a key '" + join(path(), near) + "'";
  fail(key, "is missing" + hint);
}

const Value& Table::need(std::string_view key, Kind kind) {
  const Value& value = need(key);
  expect(value, kind, join(path(), key));
  return value;
}

const std::vector<Value>& Table::need_items(std::string_view key, Kind kind) {
  const Value& array = need(key, Kind::array);
  for (std::size_t i = 0; i < array.items.size(); ++i) {
    const bool fits =
        array.items[i].kind == kind || (kind == Kind::real && array.items[i].kind == Kind::integer);
    if (!fits) expect(array.items[i], kind, item_path(*this, key, i));
  }
  return array.items;
}

bool Table::boolean(std::string_view key) { return need(key, Kind::boolean).boolean; }
std::int64_t Table::integer(std::string_view key, Limits limits) {
  return integer_of(need(key), join(path(), key), limits);
}
double Table::real(std::string_view key) { return real_of(need(key), join(path(), key)); }
std::string Table::text(std::string_view key) { return need(key, Kind::text).text; }
const Value& Table::value(std::string_view key) { return need(key); }

std::vector<std::int64_t> Table::integers(std::string_view key, Limits limits) {
  std::vector<std::int64_t> out;
  for (const Value& item : need_items(key, Kind::integer)) {
    out.push_back(integer_of(item, item_path(*this, key, out.size()), limits));
  }
  return out;
}

std::vector<double> Table::reals(std::string_view key) {
  std::vector<double> out;
  for (const Value& item : need_items(key, Kind::real)) {
    out.push_back(real_of(item, item_path(*this, key, out.size())));
  }
  return out;
}

std::vector<std::string> Table::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const Value& item : need_items(key, Kind::text)) out.push_back(item.text);
  return out;
}

Table Table::child(const Value& value, const std::string& name) {
  auto state = std::make_shared<State>();
  state->value = std::shared_ptr<const Value>(state_->value, &value);
  state->path = name;
  state_->children.push_back(state);
  return Table(std::move(state));
}

Table Table::table(std::string_view key) {
  return child(need(key, Kind::table), join(path(), key));
}

std::vector<Table> Table::tables(std::string_view key) {
  std::vector<Table> out;
  if (!has(key)) return out;
  for (const Value& item : need_items(key, Kind::table)) {
    out.push_back(child(item, item_path(*this, key, out.size())));
  }
  return out;
}

bool Table::boolean_or(std::string_view key, bool fallback) {
  return has(key) ? boolean(key) : fallback;
}
std::int64_t Table::integer_or(std::string_view key, std::int64_t fallback, Limits limits) {
  return has(key) ? integer(key, limits) : fallback;
}
double Table::real_or(std::string_view key, double fallback) {
  return has(key) ? real(key) : fallback;
}
std::string Table::text_or(std::string_view key, std::string_view fallback) {
  return has(key) ? text(key) : std::string(fallback);
}

std::string Table::choice(std::string_view key, const std::vector<std::string>& choices) {
  std::string word = text(key);
  std::string list;
  for (const std::string& choice : choices) {
    if (choice == word) return word;
    list += (list.empty() ? "'" : ", '") + choice + "'";
  }
  fail(key, "must be one of " + list + ", is '" + word + "'" + did_you_mean(word, choices));
}

std::string Table::choice_or(std::string_view key, const std::vector<std::string>& choices,
                             std::string_view fallback) {
  return has(key) ? choice(key, choices) : std::string(fallback);
}

void Table::finish() const {
  std::string messages;
  unknown_keys(*state_, messages);
  if (!messages.empty()) weft::fail(Category::input, messages);
}

void Table::abandon() { state_->abandoned = true; }

void Table::fail(std::string_view key, const std::string& message) const {
  const Value* value = state_->value->find(key);
  fail_value(value != nullptr ? *value : *state_->value, join(path(), key), message);
}

}  // namespace weft::topology
