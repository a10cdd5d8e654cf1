// SPDX-License-Identifier: Apache-2.0
// Elementwise operations that go through a TSP's mesh of ALUs in one pass.
#pragma once

#include <array>
#include <cstdint>
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
/// What the scheduler places one after the other: each chain makes a tensor that goes to memory.
std::vector<Chain> fuse(const TensorProgram& program);
/// The tensor whose words hold it: reshapes that keep the last axis are nothing.
TensorId resolve(const TensorProgram& program, TensorId id);

}  // namespace weft::program::tsp
