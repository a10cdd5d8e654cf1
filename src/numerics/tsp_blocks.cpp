// SPDX-License-Identifier: Apache-2.0
// Register tiles of the products, compiled for the plain instruction set and for AVX2: the same
// operations on the same numbers, so the same bits.
#include "numerics/tsp_blocks.hpp"

#include <algorithm>
#include <cstring>

#include "numerics/integers.hpp"

// WEFT_ALSO_FOR_AVX2(name): a tile function, chosen at run time by what the processor has.
#if defined(__x86_64__) && defined(__GNUC__)
#define WEFT_HAS_AVX2_TILES 1
#else
#define WEFT_HAS_AVX2_TILES 0
#endif

namespace weft::numerics::tsp {
namespace {

#if WEFT_HAS_AVX2_TILES
bool host_has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

// --- int8 ---

struct Int8Tiles {
  const std::int16_t* activations;  ///< [elements, even][320]
  const std::int16_t* weights;      ///< [lane][320]
  std::size_t elements;
  std::int32_t* sums;  ///< [elements][320]
};

// Two elements by four lanes. The sums have names of their own so that compilers keep them in
// registers and multiply pairs of 16-bit numbers.
[[gnu::always_inline]] inline void int8_tile(const std::int16_t* a, const std::int16_t* w,
                                             std::int32_t* sums) {
  constexpr std::size_t depth = int8_depth;
  std::int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  std::int32_t s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (std::size_t k = 0; k < depth; ++k) {
    s00 += a[k] * w[k];
    s01 += a[k] * w[depth + k];
    s02 += a[k] * w[2 * depth + k];
    s03 += a[k] * w[3 * depth + k];
    s10 += a[depth + k] * w[k];
    s11 += a[depth + k] * w[depth + k];
    s12 += a[depth + k] * w[2 * depth + k];
    s13 += a[depth + k] * w[3 * depth + k];
  }
  const std::array<std::int32_t, 4> first{s00, s01, s02, s03};
  const std::array<std::int32_t, 4> second{s10, s11, s12, s13};
  std::memcpy(sums, first.data(), sizeof first);
  std::memcpy(sums + lane_count, second.data(), sizeof second);
}

[[gnu::always_inline]] inline void int8_tiles(const Int8Tiles& t) {
  for (std::size_t n = 0; n < lane_count; n += 4) {
    for (std::size_t i = 0; i < t.elements; i += 2) {
      int8_tile(t.activations + i * int8_depth, t.weights + n * int8_depth,
                t.sums + i * lane_count + n);
    }
  }
}

void int8_tiles_plain(const Int8Tiles& t) { int8_tiles(t); }
#if WEFT_HAS_AVX2_TILES
__attribute__((target("avx2"))) void int8_tiles_avx2(const Int8Tiles& t) { int8_tiles(t); }
#endif

void int8_tiles_chosen(const Int8Tiles& t) {
#if WEFT_HAS_AVX2_TILES
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

// Four elements by two vectors of `width` lanes. A product of two fp16 numbers is exact in fp64,
// so it is of no account whether product and sum are one instruction.
template <int width>
[[gnu::always_inline]] inline void fp16_tile(const double* activations, const double* panel,
                                             double* sums) {
  using Vector = typename Packed<width>::Type;
  Vector sum[tile_elements][2] = {};
  for (std::size_t k = 0; k < fp16_depth; ++k) {
    Vector weights[2];
    std::memcpy(weights, panel + k * panel_lanes, sizeof weights);
    for (std::size_t i = 0; i < tile_elements; ++i) {
      const Vector activation = activations[i * fp16_depth + k] - Vector{};
      sum[i][0] += activation * weights[0];
      sum[i][1] += activation * weights[1];
    }
  }
  for (std::size_t i = 0; i < tile_elements; ++i) {
    std::memcpy(sums + i * panel_lanes, sum[i], sizeof sum[i]);
  }
}

void fp16_tile_plain(const double* activations, const double* panel, double* sums) {
  for (std::size_t n = 0; n < panel_lanes; n += 4) {
    fp16_tile<2>(activations, panel + n, sums + n);
  }
}
#if WEFT_HAS_AVX2_TILES
__attribute__((target("avx2"))) void fp16_tile_avx2(const double* activations, const double* panel,
                                                    double* sums) {
  fp16_tile<4>(activations, panel, sums);
}
#endif

using Fp16Tile = void (*)(const double*, const double*, double*);

Fp16Tile chosen_fp16_tile() {
#if WEFT_HAS_AVX2_TILES
  if (host_has_avx2()) return fp16_tile_avx2;
#endif
  return fp16_tile_plain;
}

struct Activations {
  std::array<double, block_elements * fp16_depth> values{};
  std::array<Spread, block_elements> spreads{};
};

void widen(const Fp16Block& block, Activations& out) {
  for (std::size_t i = 0; i < block.elements; ++i) {
    const std::byte* element = block.activations + i * 2 * lane_count;
    double* values = out.values.data() + i * fp16_depth;
    SpreadOf spread;
    for (std::size_t k = 0; k < fp16_depth; ++k) {
      const Half value = load_lane<Half>(element, k);
      spread.add(value);
      values[k] = static_cast<double>(float_from_half(value));
    }
    out.spreads[i] = spread.by_largest();
  }
}

/// Rounds the fp64 sums of an element in a panel.
void round_panel(const Fp16Block& block, const Activations& activations, std::size_t i,
                 std::size_t first_lane, const double* fp64, BlockCounts& counts) {
  float* sums = block.sums + i * lane_count + first_lane;
  const Spread mine = activations.spreads[i];
  for (std::size_t n = 0; n < panel_lanes; ++n) {
    const std::size_t lane = first_lane + n;
    const Spread other = block.spreads[lane];
    float dot = 0;
    const bool told = fp64_tells(fp64[n], mine, other, dot);
    if (!told) dot = exact_dot(block.activations + i * 2 * lane_count, block.values + lane);
    counts[told ? (mine.steps * other.steps < 0x1p53 ? 0 : 1) : 2] += 1;
    sums[n] = settled(sums[n], dot, block.mode);
  }
}

}  // namespace

void int8_block(const std::int16_t* transposed, const std::byte* activations, std::size_t elements,
                std::int32_t* sums, Sums mode) {
  std::array<std::int16_t, block_elements * int8_depth> wide{};
  std::array<std::int32_t, block_elements * lane_count> products;
  for (std::size_t at = 0; at < elements * lane_count; ++at) {
    wide[at] = static_cast<std::int8_t>(activations[at]);
  }
  int8_tiles_chosen({wide.data(), transposed, (elements + 1) / 2 * 2, products.data()});
  if (mode == Sums::replace) {
    std::copy_n(products.data(), elements * lane_count, sums);
  } else {
    for (std::size_t at = 0; at < elements * lane_count; ++at) {
      sums[at] = add_wrapping(sums[at], products[at]);
    }
  }
}

BlockCounts fp16_block(const Fp16Block& block) {
  const Fp16Tile tile = chosen_fp16_tile();
  Activations activations;
  widen(block, activations);
  BlockCounts counts{};
  TileSums fp64;
  for (std::size_t lane = 0; lane < lane_count; lane += panel_lanes) {
    for (std::size_t first = 0; first < block.elements; first += tile_elements) {
      tile(activations.values.data() + first * fp16_depth, block.panels + lane * fp16_depth,
           fp64.data());
      const std::size_t here = std::min(tile_elements, block.elements - first);
      for (std::size_t i = 0; i < here; ++i) {
        round_panel(block, activations, first + i, lane, fp64.data() + i * panel_lanes, counts);
      }
    }
  }
  return counts;
}

}  // namespace weft::numerics::tsp
