// SPDX-License-Identifier: Apache-2.0
// How far a machine's outputs lie from the model's in fp64.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/graph.hpp"

namespace weft::cli::compare {

/// Of all floating outputs of all runs of the model together.
struct Rounding {
  double largest = 0;            ///< largest difference
  double of_largest = 0;         ///< largest magnitude of the exact values
  double squares = 0;            ///< sum of squared differences
  double of_squares = 0;         ///< of the exact values
  std::uint64_t rows = 0;        ///< along the last axis, of outputs that have one of two or more
  std::uint64_t same_top = 0;    ///< of these, with the largest element at the same place
  bool floats = false;           ///< there are floating outputs
  std::uint64_t whole = 0;       ///< elements of the other outputs
  std::uint64_t whole_same = 0;  ///< of these, the right ones

  double l2() const;             ///< of the difference, by that of the exact values
  double largest_share() const;  ///< by the largest magnitude
};

/// Adds one output of one run: `exact` and what the machine gave, of one shape.
void add_output(Rounding& rounding, const graph::Numbers& exact, const graph::Numbers& machine);

}  // namespace weft::cli::compare
