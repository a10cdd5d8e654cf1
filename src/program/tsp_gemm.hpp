// SPDX-License-Identifier: Apache-2.0
// A product of two matrices on many TSP chips, split by columns and by rows of the inner axis.
#pragma once

#include <cstdint>

#include "program/tsp.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// [m, k] x [k, n] of fp16 to fp32. Chip c * rows + r has the r-th share of k, and columns
/// [c * n / columns, (c + 1) * n / columns) of the result: sums over its share.
struct Gemm {
  std::uint64_t m = 0;
  std::uint64_t k = 0;  ///< a multiple of `rows`
  std::uint64_t n = 0;  ///< a multiple of `columns`
  std::uint32_t columns = 1;
  std::uint32_t rows = 1;  ///< 1, 2, 4 or 8: these chips stand in one node
  bool timing_only = false;
};

/// The chips' own parts are scheduled as matmuls, some rows at a time. What is complete goes over
/// the direct links while the rest is computed: of every such block of rows each of the `rows`
/// chips sums an equal part, its own and then the others' by (r + 1, r + 2 ...) modulo `rows`.
/// Where columns fill no whole tile of 320, and the memory has room, they are computed with the
/// operands' roles exchanged: what is k in a pass remains the same, so the sums do too. Chips at
/// the same place of a node run the same schedule. As many chips as whole nodes have; those beyond
/// columns * rows do nothing. Tensors "a" [m, k] and "b" [k, n], inputs, and "c" [m, n], output.
///
/// Category::input where the system has no such chips, shares are not whole or do not divide a
/// node; Category::limit where a chip's memory is too small.
Program gemm(const Timing& timing, const System& system, const Gemm& what);

}  // namespace weft::program::tsp
