// SPDX-License-Identifier: Apache-2.0
// Whether a model fits, and on how many chips: the rules of the targets' tools as formulas.
#pragma once

#include <cstdint>

#include "advice/report.hpp"
#include "advice/target.hpp"
#include "topology/topology.hpp"

namespace weft::advice {

/// The power of two of units that is not below parameters / parameters_a_unit; 1 without
/// parameters.
std::int64_t units_by_parameters(std::int64_t parameters, std::int64_t parameters_a_unit);

/// Seconds of a call of a program that takes `cycles` on each of `units` that follow each other,
/// with so many bytes in and out.
double call_seconds(const CallRule& rule, double cycles, std::int64_t units, std::int64_t bytes);

/// `bytes_a_float`: of the format that the target computes in. Category::input, naming the table's
/// key, where the topology has not the constants of a level of memory.
Fit fit_of(const TargetFacts& target, const Profile& profile, std::int64_t bytes_a_float, Task task,
           const topology::Topology& machine);

}  // namespace weft::advice
