// SPDX-License-Identifier: Apache-2.0
// A tree of values, as profiles are given out: what JSON can say.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <poplar/StringRef.hpp>
#include <string>
#include <utility>
#include <vector>

namespace poplar {

/// A number, text, truth value, list or map. Asking for another kind throws profile errors.
class ProfileValue {
 public:
  enum class Type { BOOL_, STRING, NUMBER, VECTOR, MAP };
  using Bool = bool;
  using String = std::string;
  using Number = double;
  using Vector = std::vector<ProfileValue>;
  using Map = std::map<std::string, ProfileValue>;

  ProfileValue();  ///< an empty map
  ProfileValue(Bool value);
  ProfileValue(Number value);
  ProfileValue(int value);
  ProfileValue(unsigned value);
  ProfileValue(long value);
  ProfileValue(unsigned long value);
  ProfileValue(const char* value);
  ProfileValue(String value);
  ProfileValue(Vector value);
  ProfileValue(Map value);

  Type type() const { return type_; }
  const String& asString() const;
  bool asBool() const;
  std::int64_t asInt() const;
  std::uint64_t asUint() const;
  double asDouble() const;
  const Vector& asVector() const;
  const Map& asMap() const;
  /// Element of a map or list; index_error when there is none.
  const ProfileValue& operator[](StringRef key) const;
  const ProfileValue& operator[](std::size_t index) const;
  const ProfileValue& getOrNull(StringRef key) const;
  std::size_t size() const;
  double sum() const;               ///< of a list of numbers
  double sum(StringRef key) const;  ///< of that number of every map of a list
  friend bool operator==(const ProfileValue& a, const ProfileValue& b);

 private:
  Type type_;
  double number_ = 0;
  std::shared_ptr<const String> text_;
  std::shared_ptr<const Vector> vector_;
  std::shared_ptr<const Map> map_;
};

/// The tree as JSON, indented when `prettyPrint` is set.
void serializeToJSON(std::ostream& out, const ProfileValue& value, bool prettyPrint = false);

}  // namespace poplar
