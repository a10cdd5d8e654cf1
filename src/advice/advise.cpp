// SPDX-License-Identifier: Apache-2.0
// One target after the other: operators, rules, fit, what is published, the verdict.
#include "advice/advise.hpp"

#include <algorithm>
#include <utility>

#include "advice/beside.hpp"
#include "advice/cut.hpp"
#include "advice/fit.hpp"
#include "advice/judge.hpp"
#include "advice/rules.hpp"
#include "base/error.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;

std::string known_formats(const TargetFacts& facts) {
  std::string known;
  for (const Format& one : facts.formats) known += (known.empty() ? "" : ", ") + one.name;
  return known;
}

/// What is asked for, or the target's own where it is not asked or has it not.
const Format& format_of(const TargetFacts& facts, const std::string& precision) {
  const Format* asked = facts.format(precision);
  return asked != nullptr ? *asked : *facts.format(facts.default_format);
}

/// Category::input, naming what they compute in, where no target has the precision.
void require_known(const Tables& tables, const std::vector<Target>& targets,
                   const std::string& precision) {
  std::string known;
  for (const Target& target : targets) {
    const TargetFacts& facts = tables.of_family(target.machine->family(), target.name);
    if (precision.empty() || facts.format(precision) != nullptr) return;
    known += (known.empty() ? "" : "; ") + target.name + " computes in " + known_formats(facts);
  }
  if (!known.empty()) fail(Category::input, "--precision " + precision + ": " + known);
}

/// Of several targets one may lack what others have.
void add_precision(const Tables& tables, const TargetFacts& facts, const std::string& precision,
                   TargetReport& to) {
  if (precision.empty() || facts.format(precision) != nullptr) return;
  Finding finding;
  finding.severity = Severity::change;
  finding.support = Support::none;
  finding.evidence = Evidence::documented;
  finding.reason = "computes in " + known_formats(facts) + ", not in " + precision +
                   ": what else is said is of " + facts.default_format;
  finding.rewrite = "native-precision";
  finding.sources = facts.format_sources;
  finding.date = tables.newest_date(facts.format_sources);
  to.findings.push_back(std::move(finding));
}

/// A model that computes nothing is no use of any operator.
void add_empty(const Tables& tables, const SourceModel& model, TargetReport& to) {
  for (const graph::SourceValueId id : model.inputs) {
    if (!model[id].type || graph::count_of(model[id].type->shape) > 0) continue;
    Finding finding;
    finding.severity = Severity::unknown;
    finding.support = Support::unknown;
    finding.evidence = Evidence::none;
    finding.reason = "input " + model[id].name + " " + text_of(*model[id].type) +
                     " has no elements: no source says whether it goes";
    finding.sources = to.fit.sources;
    finding.date = tables.newest_date(finding.sources);
    to.findings.push_back(std::move(finding));
  }
}

/// A model that does not fit is a finding like any other.
void add_fit(const Tables& tables, TargetReport& to) {
  if (to.fit.fits) return;
  Finding finding;
  const bool is_unknown = to.fit.lack == Severity::unknown;
  finding.severity = to.fit.lack;
  finding.support = is_unknown ? Support::unknown : Support::none;
  finding.evidence = is_unknown ? Evidence::none : Evidence::documented;
  finding.reason = "does not fit: " + to.fit.reason;
  finding.rewrite = to.fit.rewrite;
  finding.sources = to.fit.sources;
  finding.date = tables.newest_date(to.fit.sources);
  finding.share = 1;
  finding.share_of = to.fit.lack == Severity::blocked ? "parameters" : "bytes";
  to.findings.push_back(std::move(finding));
}

void judge(const Tables& tables, const TargetFacts& facts, const SourceModel& model,
           const Profile& profile, const Target& target, const Question& question,
           TargetReport& to) {
  const Format& format = format_of(facts, question.precision);
  judge_operators(tables, facts, model, profile, {question.task, format.element}, to);
  for (Finding& one :
       findings_by_rules(tables, facts, model, profile, question.task, *target.machine)) {
    to.findings.push_back(std::move(one));
  }
  to.fit = fit_of(facts, profile, format.bytes, question.task, *target.machine);
  add_fit(tables, to);
  add_empty(tables, model, to);
  add_precision(tables, facts, question.precision, to);
  sort_findings(to.findings);
  if (!to.findings.empty()) to.verdict = verdict_of(to.findings.front().severity);
}

/// What the target says of the model in front of the cut.
void judge_body(const Tables& tables, const TargetFacts& facts, const SourceModel& model,
                const Target& target, const Question& question, Cut& cut) {
  const SourceModel body = without_tail(model, tail_of(tables, facts, model));
  TargetReport report;
  judge(tables, facts, body, profile_of(body), target, question, report);
  cut.body = report.verdict;
  cut.findings = std::move(report.findings);
}

TargetReport report_of(const Tables& tables, const SourceModel& model, const Profile& profile,
                       const Target& target, const Question& question) {
  TargetReport report;
  report.target = target.name;
  report.family = target.machine->family();
  const TargetFacts& facts = tables.of_family(report.family, target.name);
  report.flow = facts.flow;
  report.precision = format_of(facts, question.precision).name;
  judge(tables, facts, model, profile, target, question, report);
  report.cut = cut_of(tables, facts, model);
  if (report.cut) judge_body(tables, facts, model, target, question, *report.cut);
  add_published(tables, profile, question.task, report);
  return report;
}

}  // namespace

Report advise(const Tables& tables, const SourceModel& model, const std::vector<Target>& targets,
              const Question& question) {
  require_known(tables, targets, question.precision);
  Report report;
  report.path = model.path;
  report.task = question.task;
  report.profile = profile_of(model);
  add_baselines(tables, report);
  for (const Target& target : targets) {
    report.targets.push_back(report_of(tables, model, report.profile, target, question));
    report.verdict = std::max(report.verdict, report.targets.back().verdict);
  }
  return report;
}

}  // namespace weft::advice
