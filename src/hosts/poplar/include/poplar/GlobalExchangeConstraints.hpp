// SPDX-License-Identifier: Apache-2.0
// Bandwidths between IPUs, as a program may set them for a model.
#pragma once

#include <poplar/ArrayRef.hpp>
#include <vector>

namespace poplar {

/// Data from one IPU to another.
struct GlobalExchangeFlow {
  GlobalExchangeFlow(unsigned source, unsigned destination) : src(source), dst(destination) {}
  unsigned src;
  unsigned dst;
};

/// Flows that together get a bandwidth, in bits a second.
struct GlobalExchangeConstraint {
  GlobalExchangeConstraint(double bitsPerSecond, ArrayRef<GlobalExchangeFlow> list)
      : bandwidth(bitsPerSecond), flows(list.begin(), list.end()) {}
  double bandwidth;
  std::vector<GlobalExchangeFlow> flows;
};

}  // namespace poplar
