// SPDX-License-Identifier: Apache-2.0
// Profiles of compiled and run graphs, for people and as trees of values.
//
// The room profile reads a compiled graph and what the machine has counted, and changes neither:
// sums.hpp adds the counters up, the parts of a profile (graph, memory, execution, steps) write
// them for people, value.cpp is the tree that programs read. The engine brings what was counted.
#pragma once

#include <ostream>
#include <poplar/OptionFlags.hpp>
#include <poplar/ProfileValue.hpp>

#include "hosts/poplar/graph/executable.hpp"
#include "hosts/poplar/profile/sums.hpp"

namespace poplar::core {

/// Target, graph and memory; then what ran, if something did.
void print_profile_summary(std::ostream& out, const ExecutableImpl& executable,
                           const ExecutionTotals& totals, const OptionFlags& options);
ProfileValue graph_profile(const ExecutableImpl& executable);
ProfileValue execution_profile(const ExecutableImpl& executable, const ExecutionTotals& totals);

}  // namespace poplar::core
