// SPDX-License-Identifier: Apache-2.0
// Passes as kernels: blocks of elements on a host, a lane of an element at a time elsewhere.
#include "numerics/tsp_products.hpp"

#include <algorithm>
#include <string>

#include "numerics/float32.hpp"
#include "numerics/integers.hpp"
#include "numerics/tsp_blocks.hpp"

namespace weft::numerics::tsp {
namespace {

template <typename T>
DeviceArray<T> uninitialised(const char* label, std::size_t size) {
  return DeviceArray<T>(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), size);
}

// A panel of lanes an index.
struct InstallInt8 {
  const std::byte* run;
  std::size_t rows;
  std::int16_t* transposed;
  std::uint8_t* used;

  WEFT_FUNCTION void operator()(std::size_t panel) const {
    const std::size_t first = panel * panel_lanes;
    unsigned any = 0;
    for (std::size_t row = 0; row < (rows + 15) / 16 * 16; ++row) {
      for (std::size_t lane = first; lane < first + panel_lanes; ++lane) {
        const int weight = row < rows ? static_cast<std::int8_t>(run[row * lane_count + lane]) : 0;
        transposed[lane * int8_depth + row] = static_cast<std::int16_t>(weight);
        any |= static_cast<unsigned>(weight);
      }
    }
    used[panel] = any != 0 ? 1 : 0;
  }
};

// Panels an index of the kernel below: on a host enough lanes for a compiler to vectorise.
constexpr std::size_t panels_an_index = device_is_host ? 8 : 1;

struct InstallFp16 {
  const std::byte* run;
  std::size_t rows;
  double* panels;
  Half* values;
  Spread* spreads;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    constexpr std::size_t lanes = panels_an_index * panel_lanes;
    const std::size_t first = index * lanes;
    std::int16_t largest[lanes];
    std::int16_t least[lanes];
    double sum[lanes];
    for (std::size_t n = 0; n < lanes; ++n) {
      largest[n] = SpreadOf{}.largest;
      least[n] = SpreadOf{}.least;
      sum[n] = 0;
    }
    for (std::size_t row = 0; row < rows; ++row) {
      Half halves[lanes];
      double wide[lanes];
      load_lanes<lanes>(run + row * 2 * lane_count, first, halves);
      for (std::size_t n = 0; n < lanes; ++n) {
        SpreadOf::add(halves[n], largest[n], least[n]);
      }
      for (std::size_t n = 0; n < lanes; ++n) {
        wide[n] = static_cast<double>(float_from_half(halves[n]));
      }
      for (std::size_t n = 0; n < lanes; ++n) {
        sum[n] += static_cast<double>(absolute(static_cast<float>(wide[n])));
      }
      for (std::size_t n = 0; n < lanes; ++n) values[row * lane_count + first + n] = halves[n];
      for (std::size_t panel = 0; panel < panels_an_index; ++panel) {
        double* to = panels + (first * fp16_depth + (panel * fp16_depth + row) * panel_lanes);
        for (std::size_t n = 0; n < panel_lanes; ++n) to[n] = wide[panel * panel_lanes + n];
      }
    }
    for (std::size_t n = 0; n < lanes; ++n) {
      spreads[first + n] = SpreadOf{largest[n], least[n], sum[n]}.by_sum();
    }
  }
};

struct Int8ByLane {
  const std::int16_t* transposed;
  std::size_t rows;
  const std::byte* activations;
  std::int32_t* sums;
  Sums mode;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    const std::byte* element = activations + index / lane_count * lane_count;
    const std::int16_t* weights = transposed + index % lane_count * int8_depth;
    std::int32_t sum = 0;
    for (std::size_t k = 0; k < rows; ++k) {
      sum += static_cast<std::int8_t>(element[k]) * weights[k];
    }
    sums[index] = mode == Sums::add ? add_wrapping(sums[index], sum) : sum;
  }
};

struct Fp16ByLane {
  const Half* values;
  const Spread* spreads;
  std::size_t rows;
  const std::byte* activations;  ///< lane 0 or 160 of the first element
  float* sums;
  Sums mode;
  std::uint64_t* counts;

  WEFT_FUNCTION void operator()(std::size_t index) const {
    const std::byte* element = activations + index / lane_count * 2 * lane_count;
    const Half* weights = values + index % lane_count;
    double sum = 0;
    SpreadOf spread;
    for (std::size_t k = 0; k < rows; ++k) {
      const Half activation = load_lane<Half>(element, k);
      spread.add(activation);
      sum += static_cast<double>(float_from_half(activation)) *
             static_cast<double>(float_from_half(weights[k * lane_count]));
    }
    const Spread mine = spread.by_largest();
    const Spread other = spreads[index % lane_count];
    float dot = 0;
    const bool told = fp64_tells(sum, mine, other, dot);
    if (!told) dot = exact_dot(element, weights, rows);
    atomic_count(counts + (told ? (mine.steps * other.steps < 0x1p53 ? 0 : 1) : 2),
                 std::uint64_t{1});
    sums[index] = settled(sums[index], dot, mode);
  }
};

// The two below call host code: they run where the device space is a host's.
struct Int8Blocks {
  Int8Block all;

  void operator()(std::size_t index) const {
    const std::size_t first = index * block_elements;
    Int8Block block = all;
    block.activations += first * lane_count;
    block.elements = std::min(block_elements, all.elements - first);
    block.sums += first * lane_count;
    int8_block(block);
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
    : transposed_(uninitialised<std::int16_t>("int8_weights", int8_depth * lane_count)),
      used_("int8_panels_used", panel_count) {}

void Int8Weights::install(const std::byte* run, std::size_t rows) {
  rows_ = rows;
  device_parallel_for("install_int8", panel_count,
                      InstallInt8{run, rows, transposed_.data(), used_.data()});
}

Fp16Weights::Fp16Weights()
    : panels_(uninitialised<double>("fp16_panels", fp16_depth * lane_count)),
      values_(uninitialised<Half>("fp16_weights", fp16_depth * lane_count)),
      spreads_("fp16_spreads", lane_count) {}

void Fp16Weights::install(const std::byte* run, std::size_t rows) {
  rows_ = rows;
  device_parallel_for("install_fp16", panel_count / panels_an_index,
                      InstallFp16{run, rows, panels_.data(), values_.data(), spreads_.data()});
}

void int8_pass_by_lane(const Int8Weights& weights, const std::byte* activations, std::size_t count,
                       std::int32_t* sums, Sums mode) {
  device_parallel_for("int8_pass", count * lane_count,
                      Int8ByLane{weights.transposed(), weights.rows(), activations, sums, mode});
}

void fp16_pass_by_lane(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
                       std::size_t count, float* sums, Sums mode, const DotCounters& counters) {
  device_parallel_for("fp16_pass", count * lane_count,
                      Fp16ByLane{weights.values(), weights.spreads(), weights.rows(),
                                 first_lane(activations, half), sums, mode, counters.data()});
}

void int8_pass(const Int8Weights& weights, const std::byte* activations, std::size_t count,
               std::int32_t* sums, Sums mode) {
  if constexpr (device_is_host) {
    device_parallel_for("int8_pass", blocks_of(count),
                        Int8Blocks{{weights.transposed(), weights.used(), weights.rows(),
                                    activations, count, sums, mode}});
  } else {
    int8_pass_by_lane(weights, activations, count, sums, mode);
  }
}

void fp16_pass(const Fp16Weights& weights, const std::byte* activations, LaneHalf half,
               std::size_t count, float* sums, Sums mode, const DotCounters& counters) {
  if constexpr (device_is_host) {
    device_parallel_for("fp16_pass", blocks_of(count),
                        Fp16Blocks{{weights.panels(), weights.spreads(), weights.rows(),
                                    first_lane(activations, half), count, sums, mode},
                                   counters.data()});
  } else {
    fp16_pass_by_lane(weights, activations, half, count, sums, mode, counters);
  }
}

}  // namespace weft::numerics::tsp
