// SPDX-License-Identifier: Apache-2.0
// Rules for constants, and a topology held against them.
#include "topology/rule.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "topology/suggest.hpp"
#include "topology/topology.hpp"

namespace weft::topology {
namespace {

__extension__ using Wide = __int128;

bool less(const Rational& a, const Rational& b) {
  return static_cast<Wide>(a.numerator) * b.denominator <
         static_cast<Wide>(b.numerator) * a.denominator;
}

[[noreturn]] void refuse(const Constant& constant, const std::string& what) {
  fail(Category::input, constant.value.place.describe() + ": constant '" + constant.key + "' " +
                            what + ", is " + constant.value_text());
}

std::string range_text(const Rule& rule) {
  std::string out = "from " + rule.least.text() + " to " + rule.most.text();
  if (rule.multiple != 1) out += " and a multiple of " + std::to_string(rule.multiple);
  return out;
}

bool in_range(const Rule& rule, const Rational& value) {
  return !less(value, rule.least) && !less(rule.most, value) &&
         (value.denominator != 1 || value.numerator % rule.multiple == 0);
}

void check_number(const Rule& rule, const Constant& constant) {
  if (constant.value.kind != Kind::integer) refuse(constant, "must be an integer");
  if (!in_range(rule, {constant.value.integer, 1})) {
    refuse(constant, "must be " + range_text(rule));
  }
}

void check_ratio(const Rule& rule, const Constant& constant) {
  constexpr std::int64_t largest_term = 0xffffffffLL;
  Rational value{constant.value.integer, 1};
  const bool reads =
      constant.value.kind == Kind::integer ||
      (constant.value.kind == Kind::text && parse_rational(constant.value.text, value));
  if (!reads) refuse(constant, "must be an integer or a ratio such as \"3/2\" or \"0.25\"");
  if (!in_range(rule, value)) refuse(constant, "must be " + range_text(rule));
  if (value.numerator > largest_term || value.denominator > largest_term) {
    refuse(constant, "must be a ratio of numbers below 2^32");
  }
}

void check_word(const Rule& rule, const Constant& constant) {
  const bool known =
      constant.value.kind == Kind::text &&
      std::find(rule.words.begin(), rule.words.end(), constant.value.text) != rule.words.end();
  if (known) return;
  std::string list;
  for (const std::string& one : rule.words) list += (list.empty() ? "'" : ", '") + one + "'";
  refuse(constant, "must be one of " + list + did_you_mean(constant.value.text, rule.words));
}

void check_integers(const Rule& rule, const Constant& constant) {
  if (constant.value.kind != Kind::array) refuse(constant, "must be an array of integers");
  const std::size_t count = constant.value.items.size();
  if (count < rule.items_least || count > rule.items_most) {
    refuse(constant, "must have " + std::to_string(rule.items_least) + " to " +
                         counted(rule.items_most, "element"));
  }
  for (const Value& item : constant.value.items) {
    if (!in_range(rule, {item.integer, 1})) {
      refuse(constant, "must have elements " + range_text(rule));
    }
  }
}

void check_only(const Rule& rule, const Constant& constant) {
  if (constant.value_text() == rule.value) return;
  fail(Category::unsupported, constant.value.place.describe() + ": Unsupported: constant '" +
                                  constant.key + "' must be " + rule.value + ", is " +
                                  constant.value_text() + ": " + rule.because);
}

void check_constant(const Rule& rule, const Constant& constant) {
  switch (rule.form) {
    case Rule::Form::boolean:
      if (constant.value.kind != Kind::boolean) refuse(constant, "must be true or false");
      return;
    case Rule::Form::integer:
      return check_number(rule, constant);
    case Rule::Form::ratio:
      return check_ratio(rule, constant);
    case Rule::Form::word:
      return check_word(rule, constant);
    case Rule::Form::integers:
      return check_integers(rule, constant);
    case Rule::Form::only:
      return check_only(rule, constant);
  }
}

bool is_group(const Rule& rule) { return rule.key.ends_with(".*"); }

}  // namespace

bool Rule::covers(std::string_view other) const {
  return is_group(*this) ? other.starts_with(key.substr(0, key.size() - 1)) : other == key;
}

Rule boolean(std::string key) {
  Rule out;
  out.key = std::move(key);
  out.form = Rule::Form::boolean;
  return out;
}

Rule integer(std::string key, std::int64_t least, std::int64_t most, std::int64_t multiple) {
  Rule out;
  out.key = std::move(key);
  out.least = {least, 1};
  out.most = {most, 1};
  out.multiple = multiple;
  return out;
}

Rule ratio(std::string key, Rational least, Rational most) {
  Rule out;
  out.key = std::move(key);
  out.form = Rule::Form::ratio;
  out.least = least;
  out.most = most;
  return out;
}

Rule word(std::string key, std::vector<std::string> words) {
  Rule out;
  out.key = std::move(key);
  out.form = Rule::Form::word;
  out.words = std::move(words);
  return out;
}

Rule integers(std::string key, std::size_t items_least, std::size_t items_most, std::int64_t least,
              std::int64_t most) {
  Rule out = integer(std::move(key), least, most);
  out.form = Rule::Form::integers;
  out.items_least = items_least;
  out.items_most = items_most;
  return out;
}

Rule only(std::string key, std::string value, std::string because) {
  Rule out;
  out.key = std::move(key);
  out.form = Rule::Form::only;
  out.value = std::move(value);
  out.because = std::move(because);
  return out;
}

std::vector<Rule> common_rules() {
  constexpr std::int64_t longest_side = 65535;
  return {
      integer("clock.frequency_hz", 1, std::int64_t{1} << 40U),
      integer("region.max_width_tiles", 1, longest_side),
      integer("region.max_height_tiles", 1, longest_side),
      integer("region.default_width_tiles", 1, longest_side),
      integer("region.default_height_tiles", 1, longest_side),
  };
}

void check_constants(const Topology& topology, const std::vector<Rule>& rules) {
  std::vector<std::string> known;
  for (const Rule& rule : rules) known.push_back(rule.key);
  for (const Constant& constant : topology.constants()) {
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& candidate) {
      return candidate.covers(constant.key);
    });
    if (rule == rules.end()) {
      fail(Category::input, constant.value.place.describe() + ": constant '" + constant.key +
                                "' is read by nothing in family '" + topology.family() + "'" +
                                did_you_mean(constant.key, known));
    }
    check_constant(*rule, constant);
  }
  for (const Rule& rule : rules) {
    if (is_group(rule) || topology.has(rule.key)) continue;
    fail(Category::input, topology.file() + ": constant '" + rule.key + "' is missing");
  }
}

}  // namespace weft::topology
