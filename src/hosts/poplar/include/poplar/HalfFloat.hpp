// SPDX-License-Identifier: Apache-2.0
// poplar::half, for codelets that name this header and for programs of the host, which may give its
// numbers to a graph as they give floats.
#pragma once

#include "poplar/codelet/half.hpp"

#ifndef __POPC__
#include <poplar/Type.hpp>
#include <poplar/TypeTraits.hpp>

namespace poplar {

template <>
struct equivalent_device_type<half> {
  static constexpr const Type& value = HALF;
};
template <>
constexpr bool TypeTraits::isSimpleType<half>() {
  return true;
}
template <>
constexpr TypeTraits TypeTraits::make<half>() {
  return TypeTraits{sizeof(half), alignof(half), true, true, false, true};
}

}  // namespace poplar
#endif
