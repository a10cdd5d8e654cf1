// SPDX-License-Identifier: Apache-2.0
// Element types of tensors.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>

namespace poplar {

/// The type of an element on the device; compare with the constants below.
class Type {
 public:
  /// In the order of the constants below; not part of Poplar's interface.
  enum class Code : unsigned char {
    none,
    bool_,
    char_,
    unsigned_char,
    signed_char,
    unsigned_short,
    short_,
    unsigned_int,
    int_,
    unsigned_long,
    long_,
    unsigned_longlong,
    longlong,
    half,
    quarter,
    float_
  };
  constexpr Type() : code_(Code::none) {}
  explicit constexpr Type(Code code) : code_(code) {}
  constexpr Code code() const { return code_; }
  /// As a codelet spells it: "float", "unsigned int".
  std::string toString() const;
  std::size_t hash() const { return static_cast<std::size_t>(code_); }
  bool isFloatingPoint() const {
    return code_ == Code::half || code_ == Code::quarter || code_ == Code::float_;
  }
  bool requiresMetadata() const { return code_ == Code::quarter; }
  friend constexpr bool operator==(Type a, Type b) { return a.code_ == b.code_; }
  friend constexpr bool operator!=(Type a, Type b) { return a.code_ != b.code_; }
  friend constexpr bool operator<(Type a, Type b) { return a.code_ < b.code_; }
  friend constexpr bool operator>(Type a, Type b) { return b < a; }
  friend constexpr bool operator<=(Type a, Type b) { return !(b < a); }
  friend constexpr bool operator>=(Type a, Type b) { return !(a < b); }

 private:
  Code code_;
};

// Not const, as in Poplar, where programs bind them to Type&.
extern Type BOOL;
extern Type CHAR;
extern Type UNSIGNED_CHAR;
extern Type SIGNED_CHAR;
extern Type UNSIGNED_SHORT;
extern Type SHORT;
extern Type UNSIGNED_INT;
extern Type INT;
extern Type UNSIGNED_LONG;
extern Type LONG;
extern Type UNSIGNED_LONGLONG;
extern Type LONGLONG;
extern Type HALF;
extern Type QUARTER;
extern Type FLOAT;

std::ostream& operator<<(std::ostream& out, const Type& type);

/// The device type that holds a host type: `equivalent_device_type<float>().value` is FLOAT.
template <typename T>
struct equivalent_device_type;
// A reference: before C++17 an object would want a definition of its own.
#define POPLAR_EQUIVALENT_DEVICE_TYPE(HOST, DEVICE) \
  template <>                                       \
  struct equivalent_device_type<HOST> {             \
    static constexpr const Type& value = DEVICE;    \
  };
POPLAR_EQUIVALENT_DEVICE_TYPE(bool, BOOL)
POPLAR_EQUIVALENT_DEVICE_TYPE(char, CHAR)
POPLAR_EQUIVALENT_DEVICE_TYPE(unsigned char, UNSIGNED_CHAR)
POPLAR_EQUIVALENT_DEVICE_TYPE(signed char, SIGNED_CHAR)
POPLAR_EQUIVALENT_DEVICE_TYPE(unsigned short, UNSIGNED_SHORT)
POPLAR_EQUIVALENT_DEVICE_TYPE(short, SHORT)
POPLAR_EQUIVALENT_DEVICE_TYPE(unsigned int, UNSIGNED_INT)
POPLAR_EQUIVALENT_DEVICE_TYPE(int, INT)
POPLAR_EQUIVALENT_DEVICE_TYPE(unsigned long, UNSIGNED_LONG)
POPLAR_EQUIVALENT_DEVICE_TYPE(long, LONG)
POPLAR_EQUIVALENT_DEVICE_TYPE(unsigned long long, UNSIGNED_LONGLONG)
POPLAR_EQUIVALENT_DEVICE_TYPE(long long, LONGLONG)
POPLAR_EQUIVALENT_DEVICE_TYPE(float, FLOAT)
POPLAR_EQUIVALENT_DEVICE_TYPE(double, FLOAT)
#undef POPLAR_EQUIVALENT_DEVICE_TYPE

}  // namespace poplar

namespace std {
template <>
struct hash<poplar::Type> {
  size_t operator()(const poplar::Type& type) const { return type.hash(); }
};
}  // namespace std
