// SPDX-License-Identifier: Apache-2.0
// What each chip makes of a tensor program that several compute, and what goes from chip to chip.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// A chip's nodes, as a program of their own. What another chip makes is a result here that no node
/// makes; what another chip reads is an output.
struct ChipPart {
  std::uint32_t chip = 0;
  TensorProgram program;
  std::vector<TensorId> whole;         ///< [tensor]: its number in the whole program
  std::map<TensorId, TensorId> local;  ///< by number in the whole program
  std::vector<TensorId> leaving;       ///< outputs only because another chip reads them
};

/// A tensor of the whole program that a chip makes and another one reads.
struct Transfer {
  TensorId tensor = 0;
  std::size_t from = 0;  ///< parts
  std::size_t to = 0;
};

struct ChipParts {
  std::deque<ChipPart> parts;  ///< by chip; nodes' addresses stay
  std::vector<Transfer> transfers;
};
/// Inputs and constants are with every chip that reads them.
ChipParts parts_of(const TensorProgram& program);

}  // namespace weft::program::tsp
