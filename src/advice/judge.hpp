// SPDX-License-Identifier: Apache-2.0
// Operators of a model on one target; private to this room.
#pragma once

#include <vector>

#include "advice/needs.hpp"
#include "advice/report.hpp"
#include "advice/tables.hpp"

namespace weft::advice {

/// One thing that a node meets: its row as a whole, or a need of it that is not met.
struct Judgement {
  Support support = Support::full;
  Severity severity = Severity::note;
  Evidence evidence = Evidence::none;
  SourceKeys sources;
  std::string date;
  std::string reason;
  std::string rewrite;
};

/// What a node meets on a target; nothing where it is taken as it stands.
std::vector<Judgement> judged(const Tables& tables, const TargetFacts& target,
                              const graph::SourceModel& model, const graph::SourceNode& node,
                              const Modules& modules, const Setting& setting);

/// Adds findings, the matrix of operators and its counts to a report.
void judge_operators(const Tables& tables, const TargetFacts& target,
                     const graph::SourceModel& model, const Profile& profile,
                     const Setting& setting, TargetReport& to);

/// Of the multiplications where the finding's nodes have any, else of the bytes.
void set_share(Finding& finding, const Work& work, const Work& whole);

/// The most deciding first, then by share.
void sort_findings(std::vector<Finding>& findings);

}  // namespace weft::advice
