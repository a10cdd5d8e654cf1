// SPDX-License-Identifier: Apache-2.0
// What codelets include: vertex classes and the types of their fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "poplar/codelet/fields.hpp"
#include "poplar/codelet/half.hpp"

namespace poplar {

/// A vertex that one worker computes.
class Vertex {
 public:
  static constexpr unsigned numWorkers() { return 1; }
};

/// A vertex that all workers of its tile compute together: compute(worker), worker 0 .. 5.
class MultiVertex {
 public:
  static constexpr unsigned numWorkers() { return 6; }
};

/// A vertex of the tile's supervisor.
class SupervisorVertex {};

}  // namespace poplar
