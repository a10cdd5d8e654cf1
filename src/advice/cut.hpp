// SPDX-License-Identifier: Apache-2.0
// Where a graph may be cut in front of a tail that a target does not take.
#pragma once

#include <optional>

#include "advice/report.hpp"
#include "advice/tables.hpp"
#include "graph/source_model.hpp"

namespace weft::advice {

/// Nodes that a cut leaves to the host: those that only a cut settles, and all behind them.
std::vector<bool> tail_of(const Tables& tables, const TargetFacts& target,
                          const graph::SourceModel& model);

/// Nothing where no operator of the model asks for a cut.
std::optional<Cut> cut_of(const Tables& tables, const TargetFacts& target,
                          const graph::SourceModel& model);

/// The model in front of the cut: its values at the cut are its outputs.
graph::SourceModel without_tail(const graph::SourceModel& model, const std::vector<bool>& tail);

}  // namespace weft::advice
