// SPDX-License-Identifier: Apache-2.0
// Runs of vectors to values and back.
#include "numerics/tsp_layout.hpp"

#include "base/kokkos.hpp"

namespace weft::numerics::tsp {
namespace {

template <typename T>
struct ToPlanes {
  const T* values;
  std::byte* run;

  WEFT_FUNCTION void operator()(std::size_t element) const {
    T own[lane_count];
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
      own[lane] = values[element * lane_count + lane];
    }
    store_lanes<lane_count>(run + element * sizeof(T) * lane_count, 0, own);
  }
};

template <typename T>
struct FromPlanes {
  const std::byte* run;
  T* values;

  WEFT_FUNCTION void operator()(std::size_t element) const {
    T own[lane_count];
    load_lanes<lane_count>(run + element * sizeof(T) * lane_count, 0, own);
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
      values[element * lane_count + lane] = own[lane];
    }
  }
};

}  // namespace

#define WEFT_PLANES(T)                                                     \
  void to_planes(const T* values, std::size_t count, std::byte* run) {     \
    device_parallel_for("to_planes", count, ToPlanes<T>{values, run});     \
  }                                                                        \
  void from_planes(const std::byte* run, std::size_t count, T* values) {   \
    device_parallel_for("from_planes", count, FromPlanes<T>{run, values}); \
  }
WEFT_PLANES(std::int16_t)
WEFT_PLANES(std::int32_t)
WEFT_PLANES(Half)
WEFT_PLANES(float)
#undef WEFT_PLANES

}  // namespace weft::numerics::tsp
