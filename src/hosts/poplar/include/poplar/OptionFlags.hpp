// SPDX-License-Identifier: Apache-2.0
// Options by name, both text.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <ostream>
#include <poplar/ProfileValue.hpp>
#include <poplar/StringRef.hpp>
#include <string>
#include <utility>

namespace poplar {

/// A set of options; a later value of a name replaces an earlier one.
class OptionFlags {
 public:
  using OptionFlag = std::pair<const std::string, std::string>;
  using initializer_list = std::initializer_list<OptionFlag>;
  using iterator = std::map<std::string, std::string>::const_iterator;
  using const_iterator = iterator;

  OptionFlags() {}
  OptionFlags(initializer_list list) { set(list); }

  void set(initializer_list list) {
    for (const OptionFlag& flag : list) flags_[flag.first] = flag.second;
  }
  void set(StringRef option, StringRef value) { flags_[option] = value.cloneAsString(); }
  /// The value of an option; poplar_error when it is not set.
  const std::string& at(StringRef option) const;
  iterator find(StringRef option) const { return flags_.find(option); }
  std::size_t size() const { return flags_.size(); }
  bool empty() const { return flags_.empty(); }
  void clear() { flags_.clear(); }
  iterator begin() const { return flags_.begin(); }
  iterator end() const { return flags_.end(); }
  friend bool operator==(const OptionFlags& a, const OptionFlags& b) {
    return a.flags_ == b.flags_;
  }
  friend bool operator!=(const OptionFlags& a, const OptionFlags& b) { return !(a == b); }

 private:
  std::map<std::string, std::string> flags_;
};

std::ostream& operator<<(std::ostream& out, const OptionFlags& options);
ProfileValue getAsProfileValue(const OptionFlags& options);
/// Adds the options of a JSON object, text or numbers; parse_error when it is none.
void readJSON(StringRef text, OptionFlags& options);
/// The same from an environment variable, nothing when it is not set.
void readJSONFromEnv(StringRef variable, OptionFlags& options);

}  // namespace poplar
