// SPDX-License-Identifier: Apache-2.0
// The values that a controller tree computes: one iteration after the other, no machine, no time.
// What a machine computes is compared with it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {

/// What the host sees of the memories, one entry a memory: DRAMs row by row, arguments one number,
/// streams token by token, all fields of a token in turn. Others are empty.
using HostContents = std::vector<std::vector<Raw>>;

struct InterpretLimits {
  std::uint64_t steps = ~0ULL;  ///< nodes evaluated; more fail with Category::limit
};

/// What a program did that no machine does, and where: `message` is without the place.
class RunError : public Error {
 public:
  RunError(const std::string& what, SourcePlace at, std::string bare)
      : Error(Category::program, what), place(at), message(std::move(bare)) {}
  SourcePlace place;
  std::string message;
};

/// Runs the tree once. On-chip memories begin with zeros, registers with their initial value, and
/// hold what was written until it is written again. A FIFO's depth and the order of parallel
/// iterations are the machine's business: iterations of the lanes of a controller follow each
/// other, and a reduction combines the lanes of an iteration as a balanced tree, then adds to the
/// accumulator.
///
/// Throws RunError naming file, line and memory for an index out of range, a FIFO that
/// is empty, a step of 0.
void interpret(const Tree& tree, HostContents& contents, InterpretLimits limits = {});

}  // namespace weft::program::rdu_tree
