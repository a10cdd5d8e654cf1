// SPDX-License-Identifier: Apache-2.0
// The vector operations as kernels, by kind of type; private to this room.
#pragma once

#include "base/kokkos.hpp"
#include "numerics/processor.hpp"
#include "numerics/tsp_blocks.hpp"
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
inline constexpr std::size_t lanes_an_index = device_is_host ? lane_count : 1;

/// result = f(a, b) for values of type From and results of type To; `F` has no state.
template <typename To, typename From, typename F>
[[gnu::always_inline]] WEFT_FUNCTION void compute_lanes(const VectorRuns& runs, std::size_t index) {
  constexpr std::size_t lanes = lanes_an_index;
  const std::size_t element = index / (lane_count / lanes);
  const std::size_t first = index % (lane_count / lanes) * lanes;
  From a[lanes];
  From b[lanes];
  To result[lanes];
  load_lanes<lanes>(runs.a + element * sizeof(From) * lane_count, first, a);
  load_lanes<lanes>(runs.b + element * sizeof(From) * lane_count, first, b);
  for (std::size_t i = 0; i < lanes; ++i) result[i] = F{}(a[i], b[i]);
  store_lanes<lanes>(runs.result + element * sizeof(To) * lane_count, first, result);
}

template <typename To, typename From, typename F>
struct EachLane {
  VectorRuns runs;
  WEFT_FUNCTION void operator()(std::size_t index) const {
    compute_lanes<To, From, F>(runs, index);
  }
};

#if WEFT_HAS_AVX2
template <typename To, typename From, typename F>
WEFT_FOR_AVX2 void compute_lanes_by_avx2(const VectorRuns& runs, std::size_t index) {
  compute_lanes<To, From, F>(runs, index);
}

template <typename To, typename From, typename F>
struct EachLaneByAvx2 {
  VectorRuns runs;
  void operator()(std::size_t index) const { compute_lanes_by_avx2<To, From, F>(runs, index); }
};
#endif

template <typename To, typename From, typename F>
void run_lanes(const VectorRuns& runs) {
  const std::size_t indices = runs.count * (lane_count / lanes_an_index);
#if WEFT_HAS_AVX2
  if constexpr (device_is_host) {
    if (host_has_avx2()) {
      return device_parallel_for("vector_operation", indices, EachLaneByAvx2<To, From, F>{runs});
    }
  }
#endif
  device_parallel_for("vector_operation", indices, EachLane<To, From, F>{runs});
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
