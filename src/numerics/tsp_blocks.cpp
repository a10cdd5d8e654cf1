// SPDX-License-Identifier: Apache-2.0
// Register tiles of the products, compiled for the plain instruction set and for AVX2: the same
// operations on the same numbers, so the same bits.
#include "numerics/tsp_blocks.hpp"

#include <algorithm>
#include <cstring>

#include "numerics/integers.hpp"
#include "numerics/processor.hpp"

namespace weft::numerics::tsp {
namespace {

// --- int8 ---

struct Int8Tiles {
  const std::int16_t* activations;  ///< [elements][320]
  const std::int16_t* weights;      ///< [lane][320]
  const std::uint8_t* used;         ///< [panel]
  std::size_t depth;                ///< a multiple of 16
  std::size_t elements;             ///< even
  std::int32_t* sums;               ///< [elements][320]
};

// Two elements by four lanes. The sums have names of their own so that compilers keep them in
// registers and multiply pairs of 16-bit numbers.
[[gnu::always_inline]] inline void int8_tile(const std::int16_t* a, const std::int16_t* w,
                                             std::size_t depth, std::int32_t* sums) {
  constexpr std::size_t next = int8_depth;
  std::int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  std::int32_t s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (std::size_t k = 0; k < depth; ++k) {
    s00 += a[k] * w[k];
    s01 += a[k] * w[next + k];
    s02 += a[k] * w[2 * next + k];
    s03 += a[k] * w[3 * next + k];
    s10 += a[next + k] * w[k];
    s11 += a[next + k] * w[next + k];
    s12 += a[next + k] * w[2 * next + k];
    s13 += a[next + k] * w[3 * next + k];
  }
  const std::array<std::int32_t, 4> first{s00, s01, s02, s03};
  const std::array<std::int32_t, 4> second{s10, s11, s12, s13};
  std::memcpy(sums, first.data(), sizeof first);
  std::memcpy(sums + lane_count, second.data(), sizeof second);
}

[[gnu::always_inline]] inline void int8_tiles(const Int8Tiles& t) {
  for (std::size_t n = 0; n < lane_count; n += 4) {
    if (t.used[n / panel_lanes] == 0) continue;
    for (std::size_t i = 0; i < t.elements; i += 2) {
      int8_tile(t.activations + i * int8_depth, t.weights + n * int8_depth, t.depth,
                t.sums + i * lane_count + n);
    }
  }
}

void int8_tiles_plain(const Int8Tiles& t) { int8_tiles(t); }
#if WEFT_HAS_AVX2
WEFT_FOR_AVX2 void int8_tiles_avx2(const Int8Tiles& t) { int8_tiles(t); }
#endif

void int8_tiles_chosen(const Int8Tiles& t) {
#if WEFT_HAS_AVX2
  if (host_has_avx2()) return int8_tiles_avx2(t);
#endif
  int8_tiles_plain(t);
}

// --- fp16 ---

template <int width>
struct Packed {
  // No alias: g++ 12 leaves out an attribute of one that depends on a template's parameter.
  typedef double Type __attribute__((vector_size(width * sizeof(double))));
  static_assert(sizeof(Type) == width * sizeof(double));
};

constexpr std::size_t tile_elements = 4;
using TileSums = std::array<double, tile_elements * panel_lanes>;

// Four elements by two vectors of `width` lanes, each sum with a name of its own as in int8_tile. A
// product of two fp16 numbers is exact in fp64, so it is of no account whether product and sum are
// one instruction.
template <int width>
[[gnu::always_inline]] inline void fp16_tile(const double* activations, const double* panel,
                                             std::size_t rows, double* sums) {
  using Vector = typename Packed<width>::Type;
  constexpr std::size_t next = fp16_depth;
  Vector s00{}, s01{}, s10{}, s11{}, s20{}, s21{}, s30{}, s31{};
  for (std::size_t k = 0; k < rows; ++k) {
    Vector w0, w1;
    std::memcpy(&w0, panel + k * panel_lanes, sizeof w0);
    std::memcpy(&w1, panel + k * panel_lanes + width, sizeof w1);
    const double* a = activations + k;
    s00 += a[0] * w0;
    s01 += a[0] * w1;
    s10 += a[next] * w0;
    s11 += a[next] * w1;
    s20 += a[2 * next] * w0;
    s21 += a[2 * next] * w1;
    s30 += a[3 * next] * w0;
    s31 += a[3 * next] * w1;
  }
  std::memcpy(sums, &s00, sizeof s00);
  std::memcpy(sums + width, &s01, sizeof s01);
  std::memcpy(sums + panel_lanes, &s10, sizeof s10);
  std::memcpy(sums + panel_lanes + width, &s11, sizeof s11);
  std::memcpy(sums + 2 * panel_lanes, &s20, sizeof s20);
  std::memcpy(sums + 2 * panel_lanes + width, &s21, sizeof s21);
  std::memcpy(sums + 3 * panel_lanes, &s30, sizeof s30);
  std::memcpy(sums + 3 * panel_lanes + width, &s31, sizeof s31);
}

void fp16_tile_plain(const double* activations, const double* panel, std::size_t rows,
                     double* sums) {
  for (std::size_t n = 0; n < panel_lanes; n += 4) {
    fp16_tile<2>(activations, panel + n, rows, sums + n);
  }
}
#if WEFT_HAS_AVX2
WEFT_FOR_AVX2 void fp16_tile_avx2(const double* activations, const double* panel, std::size_t rows,
                                  double* sums) {
  fp16_tile<4>(activations, panel, rows, sums);
}
#endif

// One element by a panel, added exactly: sums and what they lost, in vectors of `width` lanes.
template <int width>
[[gnu::always_inline]] inline void exact_tile(const double* activations, const double* panel,
                                              std::size_t rows, double* sums, double* lost) {
  using Vector = typename Packed<width>::Type;
  constexpr std::size_t both = 2 * width;  // two chains of additions at a time
  for (std::size_t n = 0; n < panel_lanes; n += both) {
    ExactSum<Vector> first;
    ExactSum<Vector> second;
    for (std::size_t k = 0; k < rows; ++k) {
      Vector w0, w1;
      std::memcpy(&w0, panel + k * panel_lanes + n, sizeof w0);
      std::memcpy(&w1, panel + k * panel_lanes + n + width, sizeof w1);
      first.add(activations[k] * w0);
      second.add(activations[k] * w1);
    }
    std::memcpy(sums + n, &first.sum, sizeof(Vector));
    std::memcpy(sums + n + width, &second.sum, sizeof(Vector));
    std::memcpy(lost + n, &first.lost, sizeof(Vector));
    std::memcpy(lost + n + width, &second.lost, sizeof(Vector));
  }
}

void exact_tile_plain(const double* activations, const double* panel, std::size_t rows,
                      double* sums, double* lost) {
  exact_tile<2>(activations, panel, rows, sums, lost);
}
#if WEFT_HAS_AVX2
WEFT_FOR_AVX2 void exact_tile_avx2(const double* activations, const double* panel, std::size_t rows,
                                   double* sums, double* lost) {
  exact_tile<4>(activations, panel, rows, sums, lost);
}
#endif

struct Fp16Tiles {
  void (*sums)(const double* activations, const double* panel, std::size_t rows, double* sums);
  void (*exact)(const double* activations, const double* panel, std::size_t rows, double* sums,
                double* lost);
};

Fp16Tiles chosen_fp16_tiles() {
#if WEFT_HAS_AVX2
  if (host_has_avx2()) return {fp16_tile_avx2, exact_tile_avx2};
#endif
  return {fp16_tile_plain, exact_tile_plain};
}

struct Activations {
  std::array<double, block_elements * fp16_depth> values{};
  std::array<Spread, block_elements> spreads{};
  double most_steps = 0;
};

void widen(const Fp16Block& block, Activations& out) {
  Half halves[fp16_depth];
  for (std::size_t i = 0; i < block.elements; ++i) {
    double* values = out.values.data() + i * fp16_depth;
    load_lanes<fp16_depth>(block.activations + i * 2 * lane_count, 0, halves);
    SpreadOf spread;
    for (std::size_t k = 0; k < block.rows; ++k) spread.add(halves[k]);
    for (std::size_t k = 0; k < block.rows; ++k) {
      values[k] = static_cast<double>(float_from_half(halves[k]));
    }
    out.spreads[i] = spread.by_largest();
    out.most_steps = std::max(out.most_steps, out.spreads[i].steps);
  }
}

double most_steps_of(const Spread* panel) {
  double most = 0;
  for (std::size_t n = 0; n < panel_lanes; ++n) most = std::max(most, panel[n].steps);
  return most;
}

/// Rounds the fp64 sums of an element in a panel, all of them exact.
template <Sums mode>
void round_exact(const double* fp64, float* sums) {
  for (std::size_t n = 0; n < panel_lanes; ++n) {
    sums[n] = settled(sums[n], static_cast<float>(fp64[n]), mode);
  }
}

/// Rounds the fp64 sums of an element in a panel; where they don't tell, the panel is added again,
/// exactly.
void round_any(const Fp16Block& block, const Fp16Tiles& tiles, const Activations& activations,
               std::size_t i, std::size_t first_lane, const double* fp64, BlockCounts& counts) {
  const Spread mine = activations.spreads[i];
  float dots[panel_lanes];
  bool told[panel_lanes];
  bool all_told = true;
  for (std::size_t n = 0; n < panel_lanes; ++n) {
    const Spread other = block.spreads[first_lane + n];
    told[n] = fp64_tells(fp64[n], mine, other, dots[n]);
    all_told = all_told && told[n];
    counts[told[n] ? (mine.steps * other.steps < 0x1p53 ? 0 : 1) : 2] += 1;
  }
  if (!all_told) {
    double sums[panel_lanes];
    double lost[panel_lanes];
    tiles.exact(activations.values.data() + i * fp16_depth, block.panels + first_lane * fp16_depth,
                block.rows, sums, lost);
    for (std::size_t n = 0; n < panel_lanes; ++n) {
      if (!told[n]) dots[n] = round_exact_sum(sums[n], lost[n]);
    }
  }
  float* sums = block.sums + i * lane_count + first_lane;
  for (std::size_t n = 0; n < panel_lanes; ++n) sums[n] = settled(sums[n], dots[n], block.mode);
}

}  // namespace

void int8_block(const Int8Block& block) {
  // An odd last element is followed by one of zeros; lanes without weights stay zero.
  std::array<std::int16_t, block_elements * int8_depth> wide{};
  std::array<std::int32_t, block_elements * lane_count> products{};
  for (std::size_t at = 0; at < block.elements * lane_count; ++at) {
    wide[at] = static_cast<std::int8_t>(block.activations[at]);
  }
  int8_tiles_chosen({wide.data(), block.transposed, block.used, (block.rows + 15) / 16 * 16,
                     (block.elements + 1) / 2 * 2, products.data()});
  if (block.mode == Sums::replace) {
    std::copy_n(products.data(), block.elements * lane_count, block.sums);
  } else {
    for (std::size_t at = 0; at < block.elements * lane_count; ++at) {
      block.sums[at] = add_wrapping(block.sums[at], products[at]);
    }
  }
}

BlockCounts fp16_block(const Fp16Block& block) {
  const Fp16Tiles tiles = chosen_fp16_tiles();
  const auto round_all =
      block.mode == Sums::add ? round_exact<Sums::add> : round_exact<Sums::replace>;
  Activations activations;
  widen(block, activations);
  BlockCounts counts{};
  TileSums fp64{};
  for (std::size_t lane = 0; lane < lane_count; lane += panel_lanes) {
    // Weights that are all zero have no steps, and give +0 where activations are finite.
    const double steps = activations.most_steps * most_steps_of(block.spreads + lane);
    if (steps == 0) fp64.fill(0);
    for (std::size_t first = 0; first < block.elements; first += tile_elements) {
      if (steps != 0) {
        tiles.sums(activations.values.data() + first * fp16_depth, block.panels + lane * fp16_depth,
                   block.rows, fp64.data());
      }
      const std::size_t end = std::min(first + tile_elements, block.elements);
      for (std::size_t i = first; i < end; ++i) {
        const double* sums = fp64.data() + (i - first) * panel_lanes;
        if (steps < 0x1p53) {
          round_all(sums, block.sums + i * lane_count + lane);
          counts[0] += panel_lanes;
        } else {
          round_any(block, tiles, activations, i, lane, sums, counts);
        }
      }
    }
  }
  return counts;
}

}  // namespace weft::numerics::tsp
