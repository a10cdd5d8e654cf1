// SPDX-License-Identifier: Apache-2.0
// The only include of Kokkos: the spaces and array aliases that weft's kernels use (3.4 to 5.x).
#pragma once

#include <Kokkos_Core.hpp>

namespace weft {

/// Machine models run here. Host spaces only for now; the machine says so by its interface.
using Space = Kokkos::DefaultHostExecutionSpace;
using Memory = Space::memory_space;

template <typename T>
using Array = Kokkos::View<T*, Memory>;

template <typename T>
using ConstArray = Kokkos::View<const T*, Memory>;

/// Runs body(i) for i in [0, count), in any order.
template <typename Body>
void parallel_for(const char* label, std::size_t count, const Body& body) {
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space>(0, count), body);
}

}  // namespace weft
