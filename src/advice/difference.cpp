// SPDX-License-Identifier: Apache-2.0
// Findings of two reports, matched by operator and reason.
#include "advice/difference.hpp"

#include <algorithm>
#include <map>

#include "advice/columns.hpp"
#include "advice/text.hpp"

namespace weft::advice {
namespace {

using MergeKey = std::pair<std::string, std::string>;

/// Findings of one operator and reason, of all lines, as one.
std::map<MergeKey, Finding> merged(const std::vector<Finding>& all) {
  std::map<MergeKey, Finding> out;
  for (const Finding& one : all) {
    const auto [found, fresh] = out.try_emplace({one.operation, one.reason}, one);
    if (fresh) continue;
    found->second.nodes.insert(found->second.nodes.end(), one.nodes.begin(), one.nodes.end());
    found->second.share += one.share;
  }
  return out;
}

int serious(const std::vector<Finding>& all) {
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [](const Finding& one) { return one.severity != Severity::note; }));
}

TargetDifference difference_of(const TargetReport& was, const TargetReport& is) {
  TargetDifference out;
  out.target = is.target;
  out.was = was.verdict;
  out.is = is.verdict;
  out.chips_were = was.fit.units;
  out.chips_are = is.fit.units;
  out.chip = is.fit.unit;
  const auto before = merged(was.findings);
  const auto after = merged(is.findings);
  for (const auto& [key, finding] : before) {
    const auto found = after.find(key);
    if (found == after.end()) {
      out.gone.push_back(finding);
    } else if (found->second.nodes.size() != finding.nodes.size()) {
      out.other.emplace_back(finding, found->second);
    }
  }
  for (const auto& [key, finding] : after) {
    if (!before.contains(key)) out.added.push_back(finding);
  }
  return out;
}

std::string finding_line(const std::string& mark, const Finding& finding) {
  return wrapped("  " + mark + " ", std::string(name_of(finding.severity)) + ": " +
                                        headline_of(finding) + ": " + finding.reason);
}

}  // namespace

int TargetDifference::direction() const {
  if (was != is) return is > was ? 1 : -1;
  if (chips_were != chips_are) return chips_are > chips_were ? 1 : -1;
  int more = serious(added) - serious(gone);
  for (const auto& [before, after] : other) {
    if (before.severity == Severity::note) continue;
    more += after.nodes.size() > before.nodes.size() ? 1 : -1;
  }
  return more == 0 ? 0 : (more > 0 ? 1 : -1);
}

std::string_view direction_text(const TargetDifference& difference) {
  const int direction = difference.direction();
  return direction == 0 ? "same" : (direction < 0 ? "better" : "worse");
}

std::vector<TargetDifference> difference_of(const Report& was, const Report& is) {
  std::vector<TargetDifference> out;
  for (std::size_t i = 0; i < is.targets.size(); ++i) {
    out.push_back(difference_of(was.targets[i], is.targets[i]));
  }
  return out;
}

std::string difference_text(const Report& was, const Report& is) {
  std::string out =
      wrapped("", was.path + " -> " + is.path + ": " + count_text(was.profile.work.parameters) +
                      " -> " + count_text(is.profile.work.parameters) + " parameters, " +
                      count_text(was.profile.work.multiplications) + " -> " +
                      count_text(is.profile.work.multiplications) + " multiply-adds");
  for (const TargetDifference& one : difference_of(was, is)) {
    out += "\n" + one.target + ": " + std::string(direction_text(one)) + ", " +
           std::string(name_of(one.was)) + " -> " + std::string(name_of(one.is)) + ", " +
           number(one.chips_were) + " -> " + number(one.chips_are) + " " + one.chip +
           (one.chips_are == 1 ? "" : "s") + "\n";
    for (const Finding& finding : one.gone) out += finding_line("gone ", finding);
    for (const Finding& finding : one.added) out += finding_line("new  ", finding);
    for (const auto& [before, after] : one.other) {
      out += finding_line(after.nodes.size() > before.nodes.size() ? "more " : "fewer", after);
    }
  }
  return out + "\n" + std::string(name_of(is.verdict)) + "\n";
}

}  // namespace weft::advice
