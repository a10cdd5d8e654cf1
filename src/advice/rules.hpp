// SPDX-License-Identifier: Apache-2.0
// What a target's tools ask of a model as a whole.
#pragma once

#include <vector>

#include "advice/report.hpp"
#include "advice/tables.hpp"
#include "graph/source_model.hpp"
#include "topology/topology.hpp"

namespace weft::advice {

/// A finding for each place where a rule of `target` speaks of the model.
std::vector<Finding> findings_by_rules(const Tables& tables, const TargetFacts& target,
                                       const graph::SourceModel& model, const Profile& profile,
                                       Task task, const topology::Topology& machine);

/// Inputs that nodes join with what is computed: a cache that grows.
std::vector<graph::SourceNodeId> cache_joins(const graph::SourceModel& model);
/// Nodes that multiply by a table which another looks up in, however it is turned in between.
std::vector<graph::SourceNodeId> tied_products(const graph::SourceModel& model);

}  // namespace weft::advice
