// SPDX-License-Identifier: Apache-2.0
// Bounds checks of vector fields, where WEFT_CODELET_CHECKS asks for them.
#pragma once

#include <cstdint>

#include "poplar/codelet/abi.hpp"

namespace weft {
namespace codelet {

/// Thrown by a check; the wrapper of the vertex finds the name of the field that holds `vector`.
struct OutOfRange {
  const void* vector;  ///< the VectorReference
  std::uint64_t index;
  std::uint64_t size;
};

#ifdef WEFT_CODELET_CHECKS
inline constexpr bool checks = true;
#else
inline constexpr bool checks = false;
#endif

/// `index` may be anything an array index may be; a negative one is a large one.
__attribute__((always_inline)) inline void check_index(const VectorReference& vector,
                                                       std::uint64_t index) {
  const auto size = static_cast<std::uint64_t>(vector.size);
  if (checks && index >= size) throw OutOfRange{&vector, index, size};
}

}  // namespace codelet
}  // namespace weft
