// SPDX-License-Identifier: Apache-2.0
// Walks a topology document and makes a Constant of every value, refusing what lacks unit or
// origin.
#include "topology/constants_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "topology/suggest.hpp"

namespace weft::topology {
namespace {

constexpr std::array<std::string_view, 5> descriptions = {"unit", "origin", "source", "fitted_to",
                                                          "from_cases"};
constexpr std::array<Origin, 5> origins = {Origin::published, Origin::measured, Origin::derived,
                                           Origin::fitted, Origin::assumed};

[[noreturn]] void fail_key(const Value& value, const std::string& key, const std::string& message) {
  fail(Category::input, value.place.describe() + ": key '" + key + "' " + message);
}

std::string text_of(const Value& table, std::string_view name, const std::string& key) {
  const Value* found = table.find(name);
  if (found == nullptr) return {};
  if (found->kind != Kind::text) {
    fail_key(*found, key + "." + std::string(name),
             std::string("must be a string, is ") + with_article(found->kind));
  }
  return found->text;
}

void check_texts(const Value& list, const std::string& key) {
  const bool texts = std::all_of(list.items.begin(), list.items.end(),
                                 [](const Value& item) { return item.kind == Kind::text; });
  if (list.kind != Kind::array || !texts) fail_key(list, key, "must be an array of strings");
}

Origin origin_of(const std::string& word, const Value& at, const std::string& key) {
  std::vector<std::string> known;
  for (const Origin origin : origins) {
    if (word == name_of(origin)) return origin;
    known.emplace_back(name_of(origin));
  }
  fail_key(at, key,
           "has origin '" + word +
               "', which is not published, measured, derived, fitted or assumed" +
               did_you_mean(word, known));
}

void check_value(const Value& value, const std::string& key) {
  if (value.kind == Kind::real) {
    fail_key(value, key, "must be exact: write a ratio as a string, such as \"3/2\" or \"0.25\"");
  }
  if (value.kind == Kind::table) fail_key(value, key, "must be a value, is a table");
  if (value.kind != Kind::array) return;
  for (const Value& item : value.items) {
    if (item.kind != Kind::integer) {
      fail_key(item, key,
               std::string("must be an array of integers, one is ") + with_article(item.kind));
    }
  }
}

// `own` describes this constant alone (nullptr for a bare value), `group` the table around it.
Constant read_constant(const std::string& key, const Value& value, const Value* own,
                       const Value& group, const std::string& group_key) {
  const auto describe = [&](std::string_view name) {
    std::string text = own != nullptr ? text_of(*own, name, key) : std::string();
    return text.empty() ? text_of(group, name, group_key) : text;
  };
  check_value(value, key);
  const std::string origin = describe("origin");
  Constant out{key, value, describe("unit"), Origin::assumed, describe("source"), {}};
  if (out.unit.empty()) fail_key(value, key, "has no unit (\"1\" for a pure number)");
  if (origin.empty()) fail_key(value, key, "has no origin");
  if (out.source.empty()) fail_key(value, key, "has no source");
  out.origin = origin_of(origin, value, key);
  const Value* cases = own != nullptr ? own->find("from_cases") : nullptr;
  if (cases != nullptr) check_texts(*cases, key + ".from_cases");
  if (out.origin != Origin::fitted) return out;
  out.fitted_to = describe("fitted_to");
  if (out.fitted_to.empty()) fail_key(value, key, "is fitted but has no fitted_to");
  return out;
}

void check_members_of_constant(const Value& table, const std::string& key) {
  for (const Member& member : table.members) {
    if (member.name == "value" || is_description(member.name)) continue;
    fail_key(member.value, key + "." + member.name,
             "is not known: a constant has value, unit, origin, source, fitted_to and from_cases");
  }
}

void read_group(const Value& group, const std::string& path, std::vector<Constant>& out) {
  for (const Member& member : group.members) {
    const std::string key = path + "." + member.name;
    if (member.name == "from_cases") {
      check_texts(member.value, key);
    } else if (is_description(member.name)) {
      text_of(group, member.name, path);
    } else if (member.value.kind != Kind::table) {
      out.push_back(read_constant(key, member.value, nullptr, group, path));
    } else if (const Value* value = member.value.find("value")) {
      check_members_of_constant(member.value, key);
      out.push_back(read_constant(key, *value, &member.value, group, path));
    } else {
      read_group(member.value, key, out);
    }
  }
}

}  // namespace

const char* name_of(Origin origin) {
  switch (origin) {
    case Origin::published:
      return "published";
    case Origin::measured:
      return "measured";
    case Origin::derived:
      return "derived";
    case Origin::fitted:
      return "fitted";
    case Origin::assumed:
      return "assumed";
  }
  return "?";
}

bool is_description(std::string_view key) {
  return std::find(descriptions.begin(), descriptions.end(), key) != descriptions.end();
}

std::string Constant::value_text() const {
  const auto one = [](const Value& v) -> std::string {
    if (v.kind == Kind::boolean) return v.boolean ? "true" : "false";
    return v.kind == Kind::integer ? std::to_string(v.integer) : v.text;
  };
  if (value.kind != Kind::array) return one(value);
  std::string out;
  for (const Value& item : value.items) out += (out.empty() ? "" : ", ") + one(item);
  return "[" + out + "]";
}

std::vector<Constant> read_constants(const Value& root) {
  std::vector<Constant> out;
  for (const Member& member : root.members) {
    if (member.value.kind == Kind::table) read_group(member.value, member.name, out);
  }
  std::sort(out.begin(), out.end(),
            [](const Constant& a, const Constant& b) { return a.key < b.key; });
  return out;
}

}  // namespace weft::topology
