// SPDX-License-Identifier: Apache-2.0
// What the steps of compiling a graph share.
#pragma once

#include <string>

#include "frontends/poplar/lower.hpp"
#include "frontends/poplar/machine_constants.hpp"
#include "frontends/poplar/move_sets.hpp"
#include "frontends/poplar/placement.hpp"

namespace weft::frontends::poplar {

struct LowerContext {
  explicit LowerContext(const LowerInput& in);

  const LowerInput& input;
  const GraphModel& graph;
  MachineConstants machine;
  Lowered result;
  program::ipu::Program& program;  ///< of result
  MemoryCount memory;
  Placement placement;
  MoveSets moves;
};

/// A GraphError of Category::input.
[[noreturn]] void complain(Complaint complaint, const std::string& message);

/// Runs `body`; a GraphError out of it gets `where()` and a colon before its message.
template <typename Where, typename Body>
auto at(const Where& where, const Body& body) {
  try {
    return body();
  } catch (const GraphError& error) {
    throw GraphError(error.complaint(), error.category(), where() + ": " + error.what());
  }
}

}  // namespace weft::frontends::poplar
