// SPDX-License-Identifier: Apache-2.0
// The part of a split product that a chip computes by itself.
#include "program/tsp_gemm_chip.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

// Complete rows leave while the next ones are computed: few at a time, but so many that weights are
// loaded under them.
constexpr std::uint64_t rows_a_block = 100;
constexpr std::uint64_t load_cycles = 20;  // of 160 rows of weights

std::uint64_t tiles_over(std::uint64_t columns) { return (columns + lanes - 1) / lanes; }

/// Matmuls over `columns` columns of weights: as many tiles as both hemispheres share evenly, then
/// the last one, whose rows they share.
void add_parts(TensorProgram& program, TensorId activations, bool transposed, std::uint64_t columns,
               std::vector<GemmPart>& parts) {
  const std::uint64_t even = columns <= lanes ? 0 : tiles_over(columns) / 2 * 2 * lanes;
  const std::uint64_t bounds[] = {0, std::min(even, columns), columns};
  for (std::size_t i = 0; i < 2; ++i) {
    if (bounds[i] == bounds[i + 1]) continue;
    const std::string number = std::to_string(parts.size());
    GemmPart part{transposed, bounds[i], bounds[i + 1] - bounds[i], {}, "w" + number, "y" + number};
    part.activations = program.at(activations).name;
    const TensorShape& shape = program.at(activations).shape;
    const TensorId weights =
        program.input(part.weights, VectorType::f16, {shape.back(), part.columns});
    program.output(program.matmul(activations, weights, part.result));
    parts.push_back(std::move(part));
  }
}

GemmLocal try_schedule(const Timing& timing, const Gemm& what, std::uint64_t whole) {
  const std::uint64_t depth = what.k / what.rows;
  const std::uint64_t left = what.n / what.columns - whole;
  TensorProgram program;
  GemmLocal out;
  out.whole = whole;
  if (whole > 0) {
    const TensorId a = program.input("a", VectorType::f16, {what.m, depth});
    add_parts(program, a, false, whole, out.parts);
  }
  if (left > 0) {
    const TensorId columns = program.input("b", VectorType::f16, {left, depth});
    add_parts(program, columns, true, what.m, out.parts);
  }
  ScheduleOptions options;
  options.timing_only = true;  // there are no constants
  options.weights_once = true;
  if (what.rows > 1) options.rows_at_once = rows_a_block;
  out.scheduled = schedule(program, timing, options);
  return out;
}

/// The scheduler keeps off slices that hold program text; here it keeps off some more.
Timing with_free_slices(const Gemm& what, Timing timing) {
  for (std::uint32_t slice = 0; slice < gemm_groups(what.rows) * slices_a_group; ++slice) {
    timing.text_slices_west.push_back(slice);
    timing.text_slices_east.push_back(slice);
  }
  return timing;
}

std::int64_t whole_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// First row of the chip's share of k, first column of its share of n.
std::int64_t first_row(const Gemm& what, std::uint32_t chip) {
  return chip % what.rows * whole_number(what.k / what.rows);
}
std::int64_t first_column(const Gemm& what, std::uint32_t chip) {
  return chip / what.rows * whole_number(what.n / what.columns);
}

}  // namespace

Piece GemmAxes::moved(const Piece& piece, std::uint32_t chip) const {
  Piece out = piece;
  out.chip = chip;
  out.first = base + piece.first / columns * row_step + piece.first % columns * column_step;
  if (piece.words > 1 && piece.word_step % columns != 0) {
    fail(Category::internal, "tsp: words of a product's piece do not follow its rows");
  }
  out.word_step = piece.word_step / columns * row_step;
  out.lane_step = piece.lane_step * column_step;
  return out;
}

const Tensor& GemmLocal::find(const std::string& name) const {
  for (const Tensor& tensor : scheduled.program.tensors) {
    if (tensor.name == name) return tensor;
  }
  fail(Category::internal, "tsp: a product without tensor " + name);
}

GemmLocal schedule_gemm(const Timing& timing, const Gemm& what) {
  const std::uint64_t n = what.n / what.columns;
  const std::uint64_t left = n % lanes;
  const Timing free = with_free_slices(what, timing);
  // A pass of few rows takes as long as its weights are loaded, in each hemisphere.
  const std::uint64_t exchanged = tiles_over(what.m) * std::max(left, 2 * load_cycles);
  if (left > 0 && exchanged < what.m) {
    try {
      return try_schedule(free, what, n - left);
    } catch (const Error& error) {
      if (error.category() != Category::limit) throw;
    }
  }
  return try_schedule(free, what, n);
}

GemmAxes activation_axes(const Gemm& what, const GemmLocal& local, const GemmPart& part,
                         std::uint32_t chip) {
  const std::int64_t depth = whole_number(what.k / what.rows);
  const std::int64_t n = whole_number(what.n);
  const std::int64_t row = first_row(what, chip);
  if (!part.transposed) return {depth, row, whole_number(what.k), 1};
  return {depth, row * n + first_column(what, chip) + whole_number(local.whole), 1, n};
}

GemmAxes weight_axes(const Gemm& what, const GemmPart& part, std::uint32_t chip) {
  const std::int64_t k = whole_number(what.k);
  const std::int64_t n = whole_number(what.n);
  const std::int64_t columns = whole_number(part.columns);
  const std::int64_t first = whole_number(part.first);
  const std::int64_t row = first_row(what, chip);
  if (part.transposed) return {columns, row + first * k, 1, k};
  return {columns, row * n + first_column(what, chip) + first, n, 1};
}

GemmAxes result_axes(const Gemm& what, const GemmLocal& local, const GemmPart& part,
                     std::uint32_t chip) {
  const std::int64_t n = whole_number(what.n);
  const std::int64_t columns = whole_number(part.columns);
  const std::int64_t first = whole_number(part.first);
  const std::int64_t column = first_column(what, chip);
  if (!part.transposed) return {columns, column + first, n, 1};
  return {columns, column + whole_number(local.whole) + first * n, 1, n};
}

}  // namespace weft::program::tsp
