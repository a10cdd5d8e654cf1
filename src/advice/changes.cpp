// SPDX-License-Identifier: Apache-2.0
// Findings of all targets, sorted by the change that they ask for.
#include "advice/changes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "advice/columns.hpp"
#include "advice/rewrite.hpp"
#include "advice/text.hpp"
#include "base/counted.hpp"

namespace weft::advice {
namespace {

constexpr std::size_t most_places = 6;
constexpr std::size_t most_nodes = 3;

std::string place_text(const ProposedPlace& place) {
  std::string out = place.headline;
  for (std::size_t i = 0; i < std::min(place.nodes.size(), most_nodes); ++i) {
    out += (i == 0 ? ": " : ", ") + place.nodes[i];
  }
  return place.nodes.size() > most_nodes ? out + ", ..." : out;
}

void add_place(const Finding& finding, ProposedChange& to) {
  ProposedPlace place{headline_of(finding), {}};
  if (finding.place.line == 0) place.nodes = finding.nodes;
  const bool is_known = std::any_of(to.places.begin(), to.places.end(), [&](const auto& one) {
    return one.headline == place.headline && one.nodes == place.nodes;
  });
  if (!is_known) to.places.push_back(std::move(place));
}

/// What of a finding's share is of nodes that no finding before it was about: two reasons at the
/// same nodes ask for one change.
double fresh_share(const Finding& finding, std::set<graph::SourceNodeId>& seen) {
  if (finding.ids.empty()) return finding.share;
  std::size_t fresh = 0;
  for (const graph::SourceNodeId id : finding.ids) fresh += seen.insert(id).second ? 1U : 0U;
  return finding.share * static_cast<double>(fresh) / static_cast<double>(finding.ids.size());
}

/// A change's findings on one target.
void add_target(const TargetReport& target, std::map<std::string, ProposedChange>& changes) {
  std::map<std::string, double> shares;
  std::map<std::string, std::set<graph::SourceNodeId>> seen;
  for (const Finding& one : target.findings) {
    if (one.severity == Severity::note || one.rewrite.empty()) continue;
    ProposedChange& change = changes[one.rewrite];
    change.rewrite = one.rewrite;
    if (change.targets.empty() || change.targets.back() != target.target) {
      change.targets.push_back(target.target);
    }
    add_place(one, change);
    double& share = shares[one.rewrite];
    share = std::min(1.0, share + fresh_share(one, seen[one.rewrite]));
    if (share <= change.share) continue;
    change.share = share;
    change.share_of = one.share_of;
  }
}

}  // namespace

std::vector<ProposedChange> proposed_changes(const Report& report) {
  std::map<std::string, ProposedChange> changes;
  for (const TargetReport& target : report.targets) add_target(target, changes);
  std::vector<ProposedChange> out;
  for (auto& [key, change] : changes) {
    change.is_automatic = is_automatic(key);
    out.push_back(std::move(change));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  return out;
}

std::string proposed_text(const ProposedChange& change, const Tables& tables) {
  std::string out;
  for (const std::string& one : change.targets) out += (out.empty() ? "" : ", ") + one;
  if (change.share > 0) out += ": " + percent_text(change.share) + " of the " + change.share_of;
  return out + (change.is_automatic ? "; weft makes it (--apply)" : "; by hand") +
         "; numbers: " + tables.rewrites.at(change.rewrite).values;
}

std::string proposed_lines(const Report& report, const Tables& tables) {
  std::string out;
  for (const ProposedChange& one : proposed_changes(report)) {
    out += wrapped("  ", one.rewrite + ": " + tables.rewrites.at(one.rewrite).title);
    out += wrapped("    ", proposed_text(one, tables));
    for (std::size_t i = 0; i < std::min(one.places.size(), most_places); ++i) {
      out += wrapped("    ", place_text(one.places[i]));
    }
    if (one.places.size() > most_places) {
      out += "    and " + counted(one.places.size() - most_places, "more place") + "\n";
    }
  }
  return out.empty() ? out : "\nAll of these changes, the largest share first\n" + out;
}

}  // namespace weft::advice
