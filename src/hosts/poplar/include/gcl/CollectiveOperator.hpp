// SPDX-License-Identifier: Apache-2.0
// What a collective operation does with the replicas' elements.
#pragma once

#include <iosfwd>

namespace gcl {

enum class CollectiveOperator {
  ADD,
  MEAN,
  MUL,
  MIN,
  MAX,
  LOGICAL_AND,
  LOGICAL_OR,
  SQUARE_ADD,
  LOCAL
};

std::ostream& operator<<(std::ostream& os, const CollectiveOperator& op);

}  // namespace gcl
