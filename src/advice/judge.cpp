// SPDX-License-Identifier: Apache-2.0
// Rows and their needs for each node; nodes that meet the same become one finding.
#include "advice/judge.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;

/// What is not supported is a change where the catalogue says how, else the end.
Severity severity_of(const Tables& tables, Support support, const std::string& rewrite) {
  switch (support) {
    case Support::full:
      return Severity::note;
    case Support::partial:
      return Severity::change;
    case Support::unknown:
      return Severity::unknown;
    case Support::none:
      break;
  }
  const auto found = tables.rewrites.find(rewrite);
  const bool is_settled = found != tables.rewrites.end() && found->second.settles;
  return is_settled ? Severity::change : Severity::blocked;
}

/// What is taken in part, and of which no row names a change, has limits to keep within.
constexpr std::string_view within_limits = "within-limits";

std::string change_for(Severity severity, const std::string& rewrite) {
  const bool lacks_one = severity == Severity::change && rewrite.empty();
  return lacks_one ? std::string(within_limits) : rewrite;
}

Judgement judgement_of(const Tables& tables, const Row& row, Support support,
                       const std::string& reason, const std::string& rewrite) {
  const Severity severity = severity_of(tables, support, rewrite);
  return {support,
          severity,
          support == Support::unknown ? Evidence::none : row.evidence,
          row.sources,
          row.date,
          reason,
          change_for(severity, rewrite)};
}

/// The worst of what a node meets, in the order full, partial, unknown, none.
int rank_of(Support support) {
  constexpr int ranks[] = {0, 1, 3, 2};
  return ranks[static_cast<std::size_t>(support)];
}

struct Met {
  Support support = Support::full;
  Evidence evidence = Evidence::none;
};

Met worst_of(const std::vector<Judgement>& all, const Row* row) {
  Met met{Support::full, row == nullptr ? Evidence::none : row->evidence};
  for (const Judgement& one : all) {
    if (rank_of(one.support) > rank_of(met.support)) met = {one.support, one.evidence};
  }
  return met;
}

using Key = std::tuple<std::string, std::string, std::string, std::uint32_t, std::string>;

/// Findings in the making: by operator, reason, line and module.
class Findings {
 public:
  Findings(const SourceModel& model, const Profile& profile) : model_(model), profile_(profile) {}

  void add(SourceNodeId id, const Judgement& met) {
    const SourceNode& node = model_[id];
    const Place place = place_of(node);
    // Without a line modules of a name a layer would make a finding each.
    const std::string module = place.line == 0 ? "" : place.module;
    const Key key{operation_of(node), met.reason, place.file, place.line, module};
    const auto [found, fresh] = places_.try_emplace(key, all_.size());
    if (fresh) {
      all_.push_back({met.severity,
                      operation_of(node),
                      {},
                      place,
                      {},
                      met.reason,
                      met.support,
                      met.evidence,
                      met.sources,
                      met.date,
                      0,
                      "",
                      met.rewrite,
                      {}});
      work_.emplace_back();
    }
    Finding& finding = all_[found->second];
    finding.nodes.push_back(name_of(node));
    finding.ids.push_back(id);
    finding.modules.insert(place.module);
    if (finding.modules.size() > 1) finding.place.module.clear();
    work_[found->second] += profile_.by_node[index(id)];
  }

  std::vector<Finding> take() {
    for (std::size_t i = 0; i < all_.size(); ++i) set_share(all_[i], work_[i], profile_.work);
    return std::move(all_);
  }

 private:
  const SourceModel& model_;
  const Profile& profile_;
  std::vector<Finding> all_;
  std::vector<Work> work_;
  std::map<Key, std::size_t> places_;
};

}  // namespace

void set_share(Finding& finding, const Work& work, const Work& whole) {
  if (work.multiplications > 0) {
    finding.share_of = "multiplications";
    finding.share =
        static_cast<double>(work.multiplications) / static_cast<double>(whole.multiplications);
  } else if (whole.bytes > 0) {
    finding.share_of = "bytes";
    finding.share = static_cast<double>(work.bytes) / static_cast<double>(whole.bytes);
  }
}

void sort_findings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.share > b.share;
  });
}

std::vector<Judgement> judged(const Tables& tables, const TargetFacts& target,
                              const SourceModel& model, const SourceNode& node,
                              const Modules& modules, const Setting& setting) {
  const Row* row = target.operators.find(node.domain, node.operation);
  if (row == nullptr) {
    Judgement none;
    none.support = Support::unknown;
    none.severity = Severity::unknown;
    none.reason = "the table of support has no row of it";
    return {none};
  }
  std::vector<Judgement> out;
  for (const Need& need : row->needs) {
    const auto met = is_met(need, model, node, modules, setting);
    if (!met) {
      out.push_back(judgement_of(tables, *row, Support::unknown,
                                 "hangs on a shape that is not known: " + need.reason, ""));
    } else if (!*met) {
      out.push_back(judgement_of(tables, *row, need.otherwise, need.reason, need.rewrite));
    }
  }
  // What is limited without a limit to hold it against stays so.
  const bool is_within = row->support == Support::partial && !row->needs.empty();
  if (out.empty() && row->support != Support::full && !is_within) {
    out.push_back(judgement_of(tables, *row, row->support, row->reason, row->rewrite));
  }
  return out;
}

void judge_operators(const Tables& tables, const TargetFacts& target, const SourceModel& model,
                     const Profile& profile, const Setting& setting, TargetReport& to) {
  const Modules modules(model);
  Findings findings(model, profile);
  std::map<std::string, OperatorUse> uses;
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    const std::vector<Judgement> all = judged(tables, target, model, node, modules, setting);
    for (const Judgement& one : all) findings.add(id, one);
    const Met met = worst_of(all, target.operators.find(node.domain, node.operation));
    ++to.nodes_by_support[static_cast<std::size_t>(met.support)];
    OperatorUse& use = uses[operation_of(node)];
    if (use.nodes == 0 || rank_of(met.support) > rank_of(use.support)) {
      use.support = met.support;
      use.evidence = met.evidence;
    }
    ++use.nodes;
  }
  for (auto& [name, use] : uses) {
    use.operation = name;
    to.operators.push_back(use);
  }
  for (Finding& one : findings.take()) to.findings.push_back(std::move(one));
}

}  // namespace weft::advice
