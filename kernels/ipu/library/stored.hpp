// SPDX-License-Identifier: Apache-2.0
// How vertices keep numbers of the element types in their state.
#pragma once

#include <type_traits>

#include "poplar/Vertex.hpp"

namespace weft::library {

/// A half is kept as the float that it came from.
template <class T>
using Stored = std::conditional_t<std::is_same_v<T, poplar::half>, float, T>;

}  // namespace weft::library
