// SPDX-License-Identifier: Apache-2.0
// A model held against the tables: what each target takes of it, and what follows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "advice/report.hpp"
#include "advice/tables.hpp"
#include "graph/source_model.hpp"
#include "topology/topology.hpp"

namespace weft::advice {

/// A target as the user names it.
struct Target {
  std::string name;
  std::shared_ptr<const topology::Topology> machine;
};

struct Question {
  Task task = Task::inference;
  std::string precision;  ///< empty: each target's own
};

/// Category::unsupported for a target without tables; Category::input for a precision that none of
/// the targets has.
Report advise(const Tables& tables, const graph::SourceModel& model,
              const std::vector<Target>& targets, const Question& question);

/// Puts what was emulated, a target each, into a report about `model`: findings' shares become
/// those of the cycles where all are known, and figures stand beside published ones.
void attach(const graph::SourceModel& model, std::vector<Emulation> emulations, Report& to);

}  // namespace weft::advice
