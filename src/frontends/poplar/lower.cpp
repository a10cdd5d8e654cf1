// SPDX-License-Identifier: Apache-2.0
// Compiles a graph and its control program, step by step.
#include "frontends/poplar/lower.hpp"

#include <utility>

#include "frontends/poplar/compute_sets.hpp"
#include "frontends/poplar/control.hpp"
#include "frontends/poplar/copies.hpp"
#include "frontends/poplar/host_arrays.hpp"
#include "frontends/poplar/lower_context.hpp"
#include "frontends/poplar/memory.hpp"
#include "frontends/poplar/used_steps.hpp"

namespace weft::frontends::poplar {

Lowered lower(const LowerInput& input) {
  // 1. What the programs can reach; the rest is left out.
  const UsedSteps used = used_steps(*input.steps, input.graph->compute_sets.size());
  // 2. Variables and constants get their addresses, and what stands there before the run.
  LowerContext context(input);
  context.placement.append_initial_data(context.program.initial, context.program.initial_bytes);
  // 3. So does what is no variable: blocks to fill from, vectors that vertices own.
  Fills fills(context, used.fills);
  ComputeSets sets(context, used.compute_sets);
  // 4. Vertices: their edges direct or through buffers, the moves around them, their cycles.
  sets.lower();
  // 5. Tensors that the host reads and writes by name.
  HostArrays arrays(context);
  // 6. Control code, with its copies and host requests.
  Control(context, sets, fills, arrays).lower(*input.steps);
  // 7. Does it fit?
  account_memory(context, sets);
  check_memory(context);
  return std::move(context.result);
}

}  // namespace weft::frontends::poplar
