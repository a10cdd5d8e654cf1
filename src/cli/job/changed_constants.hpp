// SPDX-License-Identifier: Apache-2.0
// Which constants of its machine a job has changed, and from what.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/job/job.hpp"

namespace weft::cli {

struct ChangedConstant {
  std::string key;
  std::string value;          ///< as one writes it in TOML, strings without quotes
  std::string default_value;  ///< of the topology as it stands
  std::string unit;
};

/// Those that machine.constants and --set name, by key; `machine` is what the job ran on. Loads the
/// job's topology once more.
std::vector<ChangedConstant> changed_constants(const Job& job, const topology::Topology& machine);

/// [`key`, `value`, `default`, `unit`].
nlohmann::ordered_json json_of(const std::vector<ChangedConstant>& constants);

/// The dotted keys of machine.constants and --set, sorted.
std::vector<std::string> constant_keys(const Job& job);

}  // namespace weft::cli
