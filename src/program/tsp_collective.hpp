// SPDX-License-Identifier: Apache-2.0
// Programs of several TSP chips that sum what each of them holds.
#pragma once

#include <cstdint>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// Every chip holds `vectors` vectors of 320 numbers, and has the sum of all chips' at the end.
struct AllReduce {
  VectorType type = VectorType::f32;  ///< f32 or i32
  std::uint32_t vectors = 0;          ///< at most a bank's words
};

/// On a node: a reduce-scatter, in which chip i sums the i-th eighth of the vectors, and an
/// all-gather, each over the seven direct links at once. The sum of chip i's eighth is
///   ((x_i + x_i+1) + (x_i+2 + x_i+3)) + ((x_i+4 + x_i+5) + (x_i+6 + x_i+7)), indices modulo 8.
/// Tensors: "x", input, and "y", output, both [8 chips, vectors, 320]. Category::input for another
/// type, no vectors or too many.
Program all_reduce_node(const Timing& timing, const AllReduce& what);

/// On the first 32 nodes of a dragonfly of 33: local, global, local, and back. Chip (a, c) of node
/// a sums, over its node, the 32nds of the vectors that belong to the nodes it has links to; each
/// goes to its node, is summed there (four parts a chip, then eight chips, each an eighth of it),
/// and comes back the same way. The 33rd node is the spare that ISCA 2022 tells of. Tensors as
/// above, [256 chips, vectors, 320]. `vectors` must be a multiple of 256.
Program all_reduce_dragonfly(const Timing& timing, const AllReduce& what);

}  // namespace weft::program::tsp
