// SPDX-License-Identifier: Apache-2.0
// The options that `weft run` and `weft check` share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "partition/partition.hpp"
#include "topology/topology.hpp"

namespace CLI {
class App;
}

namespace weft::cli {

struct JobOptions {
  std::string job;
  std::vector<std::string> overrides;  ///< --set
  std::string cut;                     ///< empty: the machine's own

  std::vector<topology::Assignment> assignments() const {
    return {overrides.begin(), overrides.end()};
  }

  /// Adds the job, --set and --cut to a subcommand; lives until the arguments are parsed.
  void add_to(CLI::App& command);
  std::optional<partition::Cut> chosen_cut() const;
};

}  // namespace weft::cli
