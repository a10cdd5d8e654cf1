// SPDX-License-Identifier: Apache-2.0
// What was emulated, in a report: whose cycles they are, and what was published.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "advice/advise.hpp"
#include "advice/beside.hpp"
#include "advice/judge.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNodeId;

/// A node of a graph by where it comes from: a node of the file.
using OriginKey = std::tuple<std::string, std::string, std::string, std::string>;
OriginKey key_of(const graph::Origin& origin) {
  return {origin.node, origin.operation, origin.module, origin.result};
}
using NodesByOrigin = std::map<OriginKey, std::vector<SourceNodeId>>;

NodesByOrigin nodes_by_origin(const SourceModel& model) {
  NodesByOrigin out;
  for (const SourceNodeId id : model.work()) out[key_of(model[id].origin)].push_back(id);
  return out;
}

/// Adds a layer's cycles to the nodes of the file that it is made of: by their multiplications, of
/// those without any by their bytes.
void add_cycles(const NodesByOrigin& nodes, const Profile& profile,
                const std::vector<graph::Origin>& origins, double cycles,
                std::vector<double>& by_node) {
  std::vector<SourceNodeId> made_of;
  for (const graph::Origin& origin : origins) {
    const auto found = nodes.find(key_of(origin));
    if (found == nodes.end()) continue;
    made_of.insert(made_of.end(), found->second.begin(), found->second.end());
  }
  Work all;
  for (const SourceNodeId id : made_of) all += profile.by_node[index(id)];
  for (const SourceNodeId id : made_of) {
    const Work& one = profile.by_node[index(id)];
    double part = 1 / static_cast<double>(made_of.size());
    if (all.multiplications > 0) {
      part = static_cast<double>(one.multiplications) / static_cast<double>(all.multiplications);
    } else if (all.bytes > 0) {
      part = static_cast<double>(one.bytes) / static_cast<double>(all.bytes);
    }
    by_node[index(id)] += part * cycles;
  }
}

/// Findings' shares become those of the cycles, where all of these are known.
void set_shares(const NodesByOrigin& nodes, const Profile& profile, TargetReport& report) {
  const LayerSum sum = sum_of(*report.emulation);
  if (!sum.is_whole() || sum.cost.cycles == 0) return;
  std::vector<double> by_node(profile.by_node.size(), 0);
  for (const EmulatedLayer& layer : report.emulation->layers) {
    for (const auto& origins : layer.nodes) {
      add_cycles(nodes, profile, origins, static_cast<double>(layer.cost.cycles), by_node);
    }
  }
  for (Finding& finding : report.findings) {
    if (finding.ids.empty()) continue;
    double cycles = 0;
    for (const SourceNodeId id : finding.ids) cycles += by_node[index(id)];
    finding.share = cycles / static_cast<double>(sum.cost.cycles);
    finding.share_of = "cycles";
  }
  sort_findings(report.findings);
}

}  // namespace

void attach(const SourceModel& model, std::vector<Emulation> emulations, Report& to) {
  const NodesByOrigin nodes = nodes_by_origin(model);
  for (std::size_t t = 0; t < to.targets.size(); ++t) {
    TargetReport& report = to.targets[t];
    report.emulation = std::move(emulations.at(t));
    set_shares(nodes, to.profile, report);
    set_beside(to.profile, to.task, report);
  }
}

}  // namespace weft::advice
