// SPDX-License-Identifier: Apache-2.0
// What a chip of a product split over many does by itself, and where its tensors lie in the whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/tsp_gemm.hpp"
#include "program/tsp_schedule.hpp"

namespace weft::program::tsp {

/// Element [i, j] of a chip's matrix of `columns` columns is element base + i * row_step + j *
/// column_step of a tensor.
struct GemmAxes {
  std::int64_t columns = 0;
  std::int64_t base = 0;
  std::int64_t row_step = 0;
  std::int64_t column_step = 0;
  Piece moved(const Piece& piece, std::uint32_t chip) const;
};

/// A matmul of a chip: its activations are rows of a, and its weights columns [first, first +
/// columns) of the chip's share of b; or the other way round, the activations being the chip's last
/// columns and the weights rows [first, first + columns) of a, and the result is transposed.
struct GemmPart {
  bool transposed = false;
  std::uint64_t first = 0;
  std::uint64_t columns = 0;
  std::string activations;
  std::string weights;
  std::string result;
};

struct GemmLocal {
  ScheduledProgram scheduled;
  std::vector<GemmPart> parts;
  std::uint64_t whole = 0;  ///< columns that are not transposed
  const Tensor& find(const std::string& name) const;
};

/// Groups of slices that the chip's own part leaves free, next to the VXM: one for what comes in,
/// whose other bank takes the sums of two parts; sums of more take turns in two others.
constexpr std::uint32_t gemm_groups(std::uint32_t rows) {
  return rows == 1 ? 0 : rows == 2 ? 1 : 3;
}

GemmLocal schedule_gemm(const Timing& timing, const Gemm& what);

/// Where chip `chip` has its activations and weights of a part, in "a" and "b" as the part says,
/// and its result, in "c".
GemmAxes activation_axes(const Gemm& what, const GemmLocal& local, const GemmPart& part,
                         std::uint32_t chip);
GemmAxes weight_axes(const Gemm& what, const GemmPart& part, std::uint32_t chip);
GemmAxes result_axes(const Gemm& what, const GemmLocal& local, const GemmPart& part,
                     std::uint32_t chip);

}  // namespace weft::program::tsp
