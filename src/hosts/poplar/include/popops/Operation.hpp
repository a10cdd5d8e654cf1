// SPDX-License-Identifier: Apache-2.0
// Operations that reductions and scatters combine with.
#pragma once

#include <iosfwd>

namespace popops {

enum class Operation {
  ADD,
  MUL,
  MIN,
  MAX,
  LOGICAL_AND,
  LOGICAL_OR,
  SQUARE_ADD,  ///< sum of squares
  LOG_ADD      ///< log of the sum of exponentials
};

std::ostream& operator<<(std::ostream& os, const Operation& op);

}  // namespace popops
