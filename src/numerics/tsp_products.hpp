// SPDX-License-Identifier: Apache-2.0
// Products of runs of vectors with an installed matrix of weights: int8 added in int32, and fp16
// with every dot product exact and rounded once to fp32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/kokkos.hpp"
#include "numerics/exact_dot.hpp"
#include "numerics/tsp_layout.hpp"

namespace weft::numerics::tsp {

// Every pointer is into memory of the device space. A pass may return before its work is done, as
// device_parallel_for does; passes follow each other in the order of the calls. Results are the
// same bits in every space, by either method below and on every processor.

inline constexpr std::size_t int8_depth = lane_count;  ///< rows of weights of an int8 pass
inline constexpr std::size_t fp16_depth = dot_depth;   ///< of a fp16 pass: half the lanes

/// What becomes of the sums that are there.
enum class Sums : std::uint8_t {
  replace,  ///< they are overwritten
  add,      ///< the pass is added: int32 wraps (two's complement), fp32 rounds, NaN is canonical
};

/// Which 160 lanes of the activations a fp16 pass multiplies.
enum class LaneHalf : std::uint8_t { low, high };  ///< lanes 0..159, lanes 160..319

/// How the dot products of fp16 passes were found: the same in every space.
struct DotCounts {
  std::uint64_t exact_in_fp64 = 0;  ///< nothing was rounded before the end
  std::uint64_t by_interval = 0;    ///< both ends of the fp64 sum's interval round alike
  std::uint64_t by_exact_sum = 0;   ///< the slow path
  std::uint64_t all() const { return exact_in_fp64 + by_interval + by_exact_sum; }
};

/// Adds up DotCounts over passes.
class DotCounters {
 public:
  DotCounters();
  void reset();
  DotCounts read() const;  ///< waits for the passes so far
  std::uint64_t* data() const { return counts_.data(); }

 private:
  DeviceArray<std::uint64_t> counts_;  ///< exact in fp64, by interval, by exact sum
};

inline constexpr std::size_t panel_lanes = 8;
inline constexpr std::size_t panel_count = lane_count / panel_lanes;

/// Weights [320 rows][320 lanes] of int8, made ready once for many passes.
class Int8Weights {
 public:
  Int8Weights();
  /// Copies the first `rows` rows from a run of int8 elements, one a row. Lanes of activations
  /// beyond `rows` take no part in a pass.
  void install(const std::byte* run, std::size_t rows = int8_depth);
  std::size_t rows() const { return rows_; }
  const std::int16_t* transposed() const { return transposed_.data(); }
  const std::uint8_t* used() const { return used_.data(); }

 private:
  std::size_t rows_ = 0;
  DeviceArray<std::int16_t> transposed_;  ///< [lane][row], zero up to a multiple of 16 rows
  DeviceArray<std::uint8_t> used_;        ///< [panel]: 0 where all weights are zero
};

/// Weights [160 rows][320 lanes] of fp16.
class Fp16Weights {
 public:
  Fp16Weights();
  /// Copies the first `rows` rows from a run of fp16 elements, one a row. Lanes of activations
  /// beyond `rows` take no part in a pass: infinite or NaN, they change nothing.
  void install(const std::byte* run, std::size_t rows = fp16_depth);
  std::size_t rows() const { return rows_; }
  const double* panels() const { return panels_.data(); }
  const Half* values() const { return values_.data(); }
  const Spread* spreads() const { return spreads_.data(); }

 private:
  std::size_t rows_ = 0;
  DeviceArray<double> panels_;   ///< [panel of lanes][row][lane of the panel]
  DeviceArray<Half> values_;     ///< [row][lane]
  DeviceArray<Spread> spreads_;  ///< a lane
};

/// sums[i][n] (+)= sum over k of activations[i][k] * weights[k][n]. A pass's own sums are exact:
/// at most 320 * 2^14.
void int8_pass(const Int8Weights& weights, const std::byte* activations, std::size_t count,
               std::int32_t* sums, Sums mode);

/// The same of fp16; `activations` is a run of fp16 elements. Each dot product is exact, rounded
/// once to nearest even (exact_dot.hpp says what zero, infinity and NaN give), then added if the
/// mode says so.
void fp16_pass(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
               std::size_t count, float* sums, Sums mode, const DotCounters& counters);

// The same, a lane of an element at a time: what the two above do where the device is no host.
void int8_pass_by_lane(const Int8Weights& weights, const std::byte* activations, std::size_t count,
                       std::int32_t* sums, Sums mode);
void fp16_pass_by_lane(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
                       std::size_t count, float* sums, Sums mode, const DotCounters& counters);

}  // namespace weft::numerics::tsp
