// SPDX-License-Identifier: Apache-2.0
// What the naive TSP computes, a lane at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "program/tsp.hpp"

namespace weft::program::tsp::oracle {

using Vector = std::array<std::uint8_t, lanes>;
/// A value of as many bytes a lane, the least first; a group of streams.
using Vectors = std::vector<Vector>;

/// An ALU's operation; `b` is of no account where it has one operand.
Vectors alu_result(const Instruction& instruction, const Vectors& a, const Vectors& b);

/// What an SXM does with operand 0.
Vectors mapped(const Schedule& schedule, const Instruction& instruction, const Vectors& in);

/// Row of sums, four bytes a lane: i8 in int32; f16 exact, rounded once to fp32. `weights` are rows
/// of one value a lane.
Vectors row_of_sums(const Instruction& activate, const std::vector<Vectors>& weights,
                    const Vectors& activation);
/// Sum of two rows of sums: int32 wraps, fp32 rounds.
Vectors added(VectorType type, const Vectors& a, const Vectors& b);

}  // namespace weft::program::tsp::oracle
