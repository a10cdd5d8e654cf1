// SPDX-License-Identifier: Apache-2.0
// Names of a model's values in the program and in the job's files: one rule for all targets.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "graph/graph.hpp"

namespace weft::lower {

/// What the layer is called that gives a value: as the value's array in files is, where no two
/// names are alike, and so that it can stand between quotes in any language.
inline std::string layer_name(const std::string& name) {
  std::string out;
  for (const char letter : name) {
    const bool stands = letter > ' ' && letter <= '~' && letter != '"' && letter != '\\';
    out += letter == '/' || letter == ':' ? '.' : stands ? letter : '_';
  }
  return out.empty() ? "value" : out;
}

/// `name`, or with the first number behind it that makes it one that is not among `taken`, where
/// it is from then on.
inline std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string out = name;
  for (int number = 2; !taken.insert(out).second; ++number) {
    out = name + "_" + std::to_string(number);
  }
  return out;
}

/// What arrays of a model's values are called in files and as results of a job, for any target: as
/// in the model, but that '/' and ':' become '.'. Of names that are alike then one keeps it, the
/// others get "_2", "_3" behind: outputs come first, in the model's order, then inputs, then all
/// else by name.
class ValueNames {
 public:
  explicit ValueNames(const graph::Graph& model) {
    for (const graph::ValueId id : model.outputs) of(model[id].name);
    for (const graph::ValueId id : model.inputs) of(model[id].name);
    std::vector<std::string> others;
    for (const graph::Value& value : model.values) others.push_back(value.name);
    std::sort(others.begin(), others.end());
    for (const std::string& name : others) of(name);
  }

  /// By its name in the model.
  const std::string& of(const std::string& name) {
    std::string& out = names_[name];
    if (out.empty()) out = further(name);
    return out;
  }
  /// One that no value has, for one more array of it.
  std::string further(const std::string& name) { return unique_name(plain(name), taken_); }
  /// In the file of the weights, where several arrays may be one constant.
  std::string weight(const std::string& name) {
    const auto found = names_.find(name);
    return unique_name(found == names_.end() ? plain(name) : found->second, weights_);
  }

 private:
  static std::string plain(const std::string& name) {
    std::string out;
    for (const char letter : name) out += letter == '/' || letter == ':' ? '.' : letter;
    return out.empty() || out == "." ? "value" : out;
  }

  std::map<std::string, std::string> names_;
  std::set<std::string> taken_, weights_;
};

/// Gives each identifier once: a number behind those that were there.
class Names {
 public:
  /// `reserved`: words that no identifier of the program may be.
  explicit Names(std::set<std::string> reserved = {}) : reserved_(std::move(reserved)) {}

  /// A name of letters, digits and '_' that begins with a small letter.
  std::string identifier(const std::string& name) {
    std::string out;
    for (const char letter : name) {
      const bool plain = ascii::is_letter(letter) || ascii::is_digit(letter);
      if (plain || (!out.empty() && out.back() != '_')) out += plain ? letter : '_';
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    if (out.empty() || ascii::is_digit(out.front()) || (out.front() >= 'A' && out.front() <= 'Z')) {
      out = "v_" + out;
    }
    if (reserved_.count(out) != 0) out += "_value";
    return unique_name(out, identifiers_);
  }

 private:
  std::set<std::string> reserved_, identifiers_;
};

}  // namespace weft::lower
