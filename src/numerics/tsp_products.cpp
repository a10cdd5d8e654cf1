// SPDX-License-Identifier: Apache-2.0
// Passes as kernels: blocks of elements on a host, a lane of an element at a time elsewhere.
#include "numerics/tsp_products.hpp"

#include <algorithm>
#include <string>
#include <type_traits>

#include "numerics/integers.hpp"
#include "numerics/tsp_blocks.hpp"

namespace weft::numerics::tsp {
namespace {

constexpr bool device_is_host = std::is_same_v<DeviceMemory, Kokkos::HostSpace>;

template <typename T>
DeviceArray<T> uninitialised(const char* label, std::size_t size) {
  return DeviceArray<T>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), size);
}

struct TransposeInt8 {
  const std::byte* run;
  std::int16_t* transposed;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    const std::size_t row = index / lane_count;
    const std::size_t lane = index % lane_count;
    transposed[lane * int8_depth + row] = static_cast<std::int8_t>(run[index]);
  }
};

struct WidenFp16 {
  const std::byte* run;
  double* panels;
  Half* values;
  Spread* spreads;

  WEFT_FUNCTION void operator()(std::size_t lane) const {
    double* column = panels + lane / panel_lanes * panel_lanes * fp16_depth + lane % panel_lanes;
    SpreadOf spread;
    for (std::size_t row = 0; row < fp16_depth; ++row) {
      const Half value = load_lane<Half>(run + row * 2 * lane_count, lane);
      const auto wide = static_cast<double>(float_from_half(value));
      values[row * lane_count + lane] = value;
      column[row * panel_lanes] = wide;
      spread.add(value);
      spread.sum += wide < 0 ? -wide : wide;
    }
    spreads[lane] = spread.by_sum();
  }
};

struct Int8ByLane {
  const std::int16_t* transposed;
  const std::byte* activations;
  std::int32_t* sums;
  Sums mode;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    const std::byte* element = activations + index / lane_count * lane_count;
    const std::int16_t* weights = transposed + index % lane_count * int8_depth;
    std::int32_t sum = 0;
    for (std::size_t k = 0; k < int8_depth; ++k) {
      sum += static_cast<std::int8_t>(element[k]) * weights[k];
    }
    sums[index] = mode == Sums::add ? add_wrapping(sums[index], sum) : sum;
  }
};

struct Fp16ByLane {
  const Half* values;
  const Spread* spreads;
  const std::byte* activations;  ///< lane 0 or 160 of the first element
  float* sums;
  Sums mode;
  std::uint64_t* counts;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    const std::byte* element = activations + index / lane_count * 2 * lane_count;
    const Half* weights = values + index % lane_count;
    double sum = 0;
    SpreadOf spread;
    for (std::size_t k = 0; k < fp16_depth; ++k) {
      const Half activation = load_lane<Half>(element, k);
      spread.add(activation);
      sum += static_cast<double>(float_from_half(activation)) *
             static_cast<double>(float_from_half(weights[k * lane_count]));
    }
    const Spread mine = spread.by_largest();
    const Spread other = spreads[index % lane_count];
    float dot = 0;
    const bool told = fp64_tells(sum, mine, other, dot);
    if (!told) dot = exact_dot(element, weights);
    atomic_count(counts + (told ? (mine.steps * other.steps < 0x1p53 ? 0 : 1) : 2),
                 std::uint64_t{1});
    sums[index] = settled(sums[index], dot, mode);
  }
};

// The two below call host code: they run where the device space is a host's.
struct Int8Blocks {
  const std::int16_t* transposed;
  const std::byte* activations;
  std::size_t count;
  std::int32_t* sums;
  Sums mode;

  void operator()(std::size_t block) const {
    const std::size_t first = block * block_elements;
    int8_block(transposed, activations + first * lane_count,
               std::min(block_elements, count - first), sums + first * lane_count, mode);
  }
};

struct Fp16Blocks {
  Fp16Block all;
  std::uint64_t* counts;

  void operator()(std::size_t index) const {
    const std::size_t first = index * block_elements;
    Fp16Block block = all;
    block.activations += first * 2 * lane_count;
    block.elements = std::min(block_elements, all.elements - first);
    block.sums += first * lane_count;
    const BlockCounts found = fp16_block(block);
    for (std::size_t i = 0; i < found.size(); ++i) atomic_count(counts + i, found[i]);
  }
};

std::size_t blocks_of(std::size_t count) { return (count + block_elements - 1) / block_elements; }

const std::byte* first_lane(const std::byte* activations, LaneHalf half) {
  return activations + (half == LaneHalf::high ? fp16_depth : 0);
}

}  // namespace

DotCounters::DotCounters() : counts_("dot_counts", 3) {}

void DotCounters::reset() { Kokkos::deep_copy(counts_, std::uint64_t{0}); }

DotCounts DotCounters::read() const {
  const auto mirror = host_mirror(counts_);
  fence();
  copy_to_host(mirror, counts_);
  return {mirror(0), mirror(1), mirror(2)};
}

Int8Weights::Int8Weights()
    : transposed_(uninitialised<std::int16_t>("int8_weights", int8_depth * lane_count)) {}

void Int8Weights::install(const std::byte* run) {
  device_parallel_for("install_int8", int8_depth * lane_count,
                      TransposeInt8{run, transposed_.data()});
}

Fp16Weights::Fp16Weights()
    : panels_(uninitialised<double>("fp16_panels", fp16_depth * lane_count)),
      values_(uninitialised<Half>("fp16_weights", fp16_depth * lane_count)),
      spreads_(uninitialised<Spread>("fp16_spreads", lane_count)) {}

void Fp16Weights::install(const std::byte* run) {
  device_parallel_for("install_fp16", lane_count,
                      WidenFp16{run, panels_.data(), values_.data(), spreads_.data()});
}

void int8_pass_by_lane(const Int8Weights& weights, const std::byte* activations, std::size_t count,
                       std::int32_t* sums, Sums mode) {
  device_parallel_for("int8_pass", count * lane_count,
                      Int8ByLane{weights.transposed(), activations, sums, mode});
}

void fp16_pass_by_lane(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
                       std::size_t count, float* sums, Sums mode, const DotCounters& counters) {
  device_parallel_for("fp16_pass", count * lane_count,
                      Fp16ByLane{weights.values(), weights.spreads(), first_lane(activations, half),
                                 sums, mode, counters.data()});
}

void int8_pass(const Int8Weights& weights, const std::byte* activations, std::size_t count,
               std::int32_t* sums, Sums mode) {
  if constexpr (device_is_host) {
    device_parallel_for("int8_pass", blocks_of(count),
                        Int8Blocks{weights.transposed(), activations, count, sums, mode});
  } else {
    int8_pass_by_lane(weights, activations, count, sums, mode);
  }
}

void fp16_pass(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
               std::size_t count, float* sums, Sums mode, const DotCounters& counters) {
  if constexpr (device_is_host) {
    device_parallel_for("fp16_pass", blocks_of(count),
                        Fp16Blocks{{weights.panels(), weights.values(), weights.spreads(),
                                    first_lane(activations, half), count, sums, mode},
                                   counters.data()});
  } else {
    fp16_pass_by_lane(weights, activations, half, count, sums, mode, counters);
  }
}

}  // namespace weft::numerics::tsp
