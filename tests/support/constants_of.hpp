// SPDX-License-Identifier: Apache-2.0
// Another value for a constant, as its rule allows it.
#pragma once

#include <string>

#include "topology/rule.hpp"
#include "topology/topology.hpp"

namespace weft::test {

/// "key=value" that changes the constant within its rule; "" where the rule leaves no other value.
inline std::string changed(const topology::Rule& rule, const topology::Constant& constant) {
  using Form = topology::Rule::Form;
  const auto next = [&](std::int64_t value) {
    const bool up = value + rule.multiple <= rule.most.numerator;
    return std::to_string(up ? value + rule.multiple : value - rule.multiple);
  };
  const auto assign = [&](const std::string& value) { return constant.key + "=" + value; };
  switch (rule.form) {
    case Form::boolean:
      return assign(constant.value.boolean ? "false" : "true");
    case Form::integer:
      return rule.least == rule.most ? "" : assign(next(constant.value.integer));
    case Form::ratio:
      return assign(constant.value_text() == "1/2" ? "'1/3'" : "'1/2'");
    case Form::word:
      for (const std::string& word : rule.words) {
        if (word != constant.value.text) return assign("'" + word + "'");
      }
      return "";
    case Form::integers: {
      std::string list;
      for (const topology::Value& item : constant.value.items) {
        list += (list.empty() ? next(item.integer) : ", " + std::to_string(item.integer));
      }
      return assign("[" + list + "]");
    }
    case Form::only:
      return "";
  }
  return "";
}

/// A value just outside of the rule; "" where there is none (a boolean).
inline std::string outside(const topology::Rule& rule, const topology::Constant& constant) {
  using Form = topology::Rule::Form;
  switch (rule.form) {
    case Form::boolean:
      return constant.key + "=2";
    case Form::integer:
      return constant.key + "=" + std::to_string(rule.most.numerator + 1);
    case Form::ratio:
      return constant.key + "=-1";
    case Form::integers:
      return constant.key + "=[" + std::to_string(rule.most.numerator + 1) + "]";
    default:
      return constant.key + "='something else'";
  }
}

}  // namespace weft::test
