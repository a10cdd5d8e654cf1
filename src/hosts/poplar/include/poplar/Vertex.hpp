// SPDX-License-Identifier: Apache-2.0
// What codelets include: vertex classes and the types of their fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "poplar/Loops.hpp"
#include "poplar/codelet/context.hpp"
#include "poplar/codelet/fields.hpp"
#include "poplar/codelet/half.hpp"

namespace poplar {

/// A vertex that one worker computes.
class Vertex {
 public:
  static constexpr unsigned numWorkers() { return 1; }
};

/// A vertex that all workers of its tile compute together: compute(worker), worker from 0 on.
class MultiVertex {
 public:
  /// Workers of the tile that runs it: six of an IPU's, one of a CPU device.
  static unsigned numWorkers() { return weft::codelet::context->workers; }
};

/// A vertex of the tile's supervisor.
class SupervisorVertex {};

}  // namespace poplar
