// SPDX-License-Identifier: Apache-2.0
// How many replicas of a graph there are.
#pragma once

namespace poplar {

struct replication_factor {
  explicit replication_factor(unsigned factor) : value(factor) {}
  unsigned value;
  operator unsigned() const { return value; }
};

}  // namespace poplar
