// SPDX-License-Identifier: Apache-2.0
// Options held against the table of those that are known.
#include "weft/option_table.hpp"

#include <algorithm>
#include <poplar/exceptions.hpp>
#include <string_view>

#include "base/number_text.hpp"
#include "topology/suggest.hpp"

namespace weft {
namespace {

using poplar::invalid_option;

std::vector<std::string> alternatives_of(std::string_view values) {
  std::vector<std::string> out;
  while (!values.empty()) {
    const std::size_t end = std::min(values.find('|'), values.size());
    out.emplace_back(values.substr(0, end));
    values.remove_prefix(std::min(end + 1, values.size()));
  }
  return out;
}

bool is_count(const std::string& value) {
  if (value.size() > 2 && value[0] == '0' && (value[1] == 'x' || value[1] == 'X')) {
    return value.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string::npos;
  }
  return whole_of(value).has_value();
}

bool is_number(const std::string& value) {
  const std::optional<double> number = real_of(value);
  return number && *number >= 0;
}

bool is_truth(const std::string& value) {
  return value == "true" || value == "false" || value == "1" || value == "0";
}

bool is_one_of(const std::string& value, const std::vector<std::string>& alternatives) {
  return std::any_of(alternatives.begin(), alternatives.end(), [&](const std::string& one) {
    return one == value || (one == "#" && is_count(value));
  });
}

/// "half or float"
std::string listed(const std::vector<std::string>& alternatives) {
  std::string out;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (i != 0) out += i + 1 == alternatives.size() ? " or " : ", ";
    out += alternatives[i] == "#" ? "a whole number" : alternatives[i];
  }
  return out;
}

/// What an option's values are, when this is none; else empty.
std::string wanted(const KnownOption& known, const std::string& value) {
  const std::string_view values = known.values;
  if (values == "text") return "";
  if (values == "bool") return is_truth(value) ? "" : "true or false";
  if (values == "count") return is_count(value) ? "" : "a whole number";
  if (values == "number") return is_number(value) ? "" : "a number that is not negative";
  const std::vector<std::string> alternatives = alternatives_of(values);
  return is_one_of(value, alternatives) ? "" : listed(alternatives);
}

bool is_usual(const KnownOption& known, const std::string& value) {
  const bool off = value == "0" && known.values == std::string_view("bool");
  return is_one_of(off ? "false" : value, alternatives_of(known.usual));
}

void check(const std::string& owner, const KnownOption& known, const std::string& value) {
  const std::string option = owner + ": option '" + known.name + "' ";
  const std::string values = wanted(known, value);
  if (!values.empty()) {
    throw invalid_option(option + "is " + values + ", not '" + value + "'" +
                         did_you_mean(value, alternatives_of(known.values)));
  }
  if (known.use != OptionUse::unsupported || is_usual(known, value)) return;
  throw invalid_option(option + "is unsupported as '" + value + "': " + known.why);
}

}  // namespace

void check_options(const OptionTable& table, const poplar::OptionFlags& options,
                   const char* owner) {
  const std::string who = owner != nullptr ? owner : table.owner;
  for (const auto& [given, value] : options) {
    const std::string& name = given;
    const auto known = std::find_if(table.options.begin(), table.options.end(),
                                    [&](const KnownOption& one) { return one.name == name; });
    if (known != table.options.end()) {
      check(who, *known, value);
      continue;
    }
    std::vector<std::string> names;
    for (const KnownOption& one : table.options) names.emplace_back(one.name);
    throw invalid_option(who + ": there is no option '" + name + "'" + did_you_mean(name, names));
  }
}

bool option_is_true(const poplar::OptionFlags& options, const char* name, bool otherwise) {
  const auto found = options.find(name);
  if (found == options.end()) return otherwise;
  return found->second == "true" || found->second == "1";
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  return topology::did_you_mean(word, known);
}

}  // namespace weft
