// SPDX-License-Identifier: Apache-2.0
// Runs a checked schedule task by task, each as a whole, on data.
#pragma once

#include "program/tsp_check.hpp"
#include "program/tsp_oracle.hpp"

namespace weft::program::tsp::test {

/// Memory after the tasks, in their order: a task takes all that it takes before it changes
/// anything. Operands come along the edges, weights from the one array that a plane has.
oracle::Memory run_tasks(const Schedule& schedule, const CheckedSchedule& checked,
                         const oracle::Memory& before);

}  // namespace weft::program::tsp::test
