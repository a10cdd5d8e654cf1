// SPDX-License-Identifier: Apache-2.0
// The job's machine beside the one that its topology describes.
#include "cli/job/changed_constants.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "topology/topology.hpp"

namespace weft::cli {

std::vector<std::string> constant_keys(const Job& job) {
  std::set<std::string> keys;  // a later one of a key overrides
  for (const topology::Assignment& assignment : job.constants) {
    std::string key;
    for (const std::string& part :
         topology::parse_override(assignment.text, assignment.where).path) {
      key += (key.empty() ? "" : ".") + part;
    }
    keys.insert(key);
  }
  return {keys.begin(), keys.end()};
}

std::vector<ChangedConstant> changed_constants(const Job& job, const topology::Topology& machine) {
  std::vector<ChangedConstant> out;
  if (job.constants.empty()) return out;
  const topology::Topology given = topology::load_topology(job.topology);
  // A copy: what is looked up for a report is nothing that the run rests on.
  const topology::Topology used = machine;
  for (const std::string& key : constant_keys(job)) {
    const topology::Constant& now = used.constant(key);
    out.push_back({key, now.value_text(), given.constant(key).value_text(), now.unit});
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<ChangedConstant>& constants) {
  auto out = nlohmann::ordered_json::array();
  for (const ChangedConstant& constant : constants) {
    out.push_back({{"key", constant.key},
                   {"value", constant.value},
                   {"default", constant.default_value},
                   {"unit", constant.unit}});
  }
  return out;
}

}  // namespace weft::cli
