// SPDX-License-Identifier: Apache-2.0
// Elementwise operations that go through a TSP's mesh of ALUs in one pass.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

inline constexpr TensorId unused_side = 0xffffffffU;

/// A tree of operations, a column of ALUs a level, with what streams in beside it.
struct Chain {
  enum class From : std::uint8_t { none, primary, step, side };
  struct In {
    From from = From::none;
    std::uint32_t index = 0;
  };
  struct Step {
    VectorOperation operation = VectorOperation::copy;
    VectorType type = VectorType::i8;
    VectorType result_type = VectorType::i8;
    std::array<In, 2> in;
    std::uint32_t column = 0;
  };
  struct Side {
    TensorId tensor = 0;       ///< unused_side: none
    std::uint32_t column = 0;  ///< of the step that takes it
    bool by_rows = false;      ///< a constant too lies as inputs do: its rows are picked
  };
  TensorId result = 0;
  /// Product whose sums stream in, or another operation that is none of the VXM's alone; null:
  /// none.
  const TensorNode* primary = nullptr;
  std::vector<Step> steps;  ///< operands before who takes them; the last makes the result
  std::vector<Side> sides;
  std::uint32_t columns() const { return steps.empty() ? 0 : steps.back().column + 1; }
};

/// Its sums come from the MXM and stream through the chain behind it.
bool is_product(const TensorNode& node);
/// Lanes of a row meet: a softmax or layer norm. What follows may ride in the columns that its last
/// pass leaves.
bool reduces_lanes(const TensorNode& node);
/// What the scheduler places one after the other: each chain makes a tensor that goes to memory.
std::vector<Chain> fuse(const TensorProgram& program);
/// True where the operation moves no element to another lane: it is a reshape or transpose that
/// keeps the last axis.
bool keeps_lanes(const TensorProgram& program, const TensorNode& node);
/// True of a reshape or transpose that is only another order of rows to those who read it.
bool is_view(const TensorProgram& program, const TensorNode& node);
/// The tensor whose words hold it: views are nothing.
TensorId resolve(const TensorProgram& program, TensorId id);
using RowMap = std::function<std::uint64_t(std::uint64_t)>;
/// Row of the operand that row r of a transpose which keeps the last axis is.
RowMap row_of_transpose(const TensorProgram& program, const TensorNode& node);
/// Row of resolve(id) that row r of it is; null: the same.
RowMap resolved_row(const TensorProgram& program, TensorId id);

}  // namespace weft::program::tsp
