// SPDX-License-Identifier: Apache-2.0
// What Poplar must know of a host type to take values of it.
#pragma once

#include <cstddef>
#include <type_traits>

namespace poplar {

/// Size and kind of a host type.
struct TypeTraits {
  std::size_t size;
  std::size_t align;
  bool isFloat;
  bool isSigned;
  bool isBool;
  bool isSimple;

  bool isSimpleType() const { return isSimple; }
  template <typename T>
  static constexpr TypeTraits make() {
    return TypeTraits{sizeof(T),
                      alignof(T),
                      std::is_floating_point<T>::value,
                      std::is_signed<T>::value,
                      std::is_same<T, bool>::value,
                      isSimpleType<T>()};
  }
  template <typename T>
  static constexpr bool isSimpleType() {
    return std::is_arithmetic<T>::value;
  }
  template <typename T>
  static constexpr bool requiresMetadata() {
    return false;
  }
};

}  // namespace poplar
