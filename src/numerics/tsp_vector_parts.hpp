// SPDX-License-Identifier: Apache-2.0
// The vector operations as kernels, by kind of type; private to this room.
#pragma once

#include <type_traits>

#include "base/kokkos.hpp"
#include "numerics/array_loop.hpp"
#include "numerics/tsp_scalar.hpp"
#include "numerics/tsp_vector.hpp"

namespace weft::numerics::tsp {

struct VectorRuns {
  std::size_t count;
  const std::byte* a;
  const std::byte* b;  ///< a itself where there is no second operand
  std::byte* result;
};

// Each runs the call, which is defined, and is of its kind.
void apply_to_integers(const VectorCall& call, const VectorRuns& runs);
void apply_to_floats(const VectorCall& call, const VectorRuns& runs);
void apply_conversion(const VectorCall& call, const VectorRuns& runs);

/// Lanes of one index of a kernel: a host takes a whole element, which compilers vectorise, a GPU a
/// lane.
inline constexpr std::size_t lanes_an_index =
    std::is_same_v<DeviceMemory, Kokkos::HostSpace> ? lane_count : 1;

/// result = f(a, b) for values of type From and results of type To; `F` has no state.
template <typename To, typename From, typename F>
struct EachLane {
  VectorRuns runs;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    constexpr std::size_t parts = lane_count / lanes_an_index;
    const std::size_t element = index / parts;
    const std::size_t first = index % parts * lanes_an_index;
    const std::byte* a = runs.a + element * sizeof(From) * lane_count;
    const std::byte* b = runs.b + element * sizeof(From) * lane_count;
    std::byte* result = runs.result + element * sizeof(To) * lane_count;
    WEFT_INDEPENDENT
    for (std::size_t lane = first; lane < first + lanes_an_index; ++lane) {
      store_lane<To>(result, lane, F{}(load_lane<From>(a, lane), load_lane<From>(b, lane)));
    }
  }
};

template <typename To, typename From, typename F>
void run_lanes(const VectorRuns& runs) {
  device_parallel_for("vector_operation", runs.count * (lane_count / lanes_an_index),
                      EachLane<To, From, F>{runs});
}

template <VectorOperation operation, typename T>
struct Operate {
  [[gnu::always_inline]] WEFT_FUNCTION T operator()(T a, T b) const {
    return operate<operation>(a, b);
  }
};

template <VectorOperation operation, typename T>
void run_operation(const VectorRuns& runs) {
  run_lanes<T, T, Operate<operation, T>>(runs);
}

}  // namespace weft::numerics::tsp
