// SPDX-License-Identifier: Apache-2.0
// Names of a model's values in the program and in the job's files.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "base/ascii.hpp"

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

/// Gives each name once: a number behind those that were there.
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
    return unique(out, identifiers_);
  }

  /// An array in a file: '/' and ':' become '.'.
  std::string handle(const std::string& name) {
    std::string out;
    for (const char letter : name) out += letter == '/' || letter == ':' ? '.' : letter;
    if (out.empty() || out == ".") out = "value";
    return unique(out, handles_);
  }

 private:
  static std::string unique(const std::string& name, std::set<std::string>& taken) {
    std::string out = name;
    for (int number = 2; !taken.insert(out).second; ++number) {
      out = name + "_" + std::to_string(number);
    }
    return out;
  }

  std::set<std::string> reserved_, identifiers_, handles_;
};

}  // namespace weft::lower
