// SPDX-License-Identifier: Apache-2.0
// The options that `weft run` and `weft check` share.
#include "cli/job/job_options.hpp"

#include <CLI/CLI.hpp>

namespace weft::cli {

void JobOptions::add_to(CLI::App& command) {
  command.add_option("job", job, "Job file (TOML, see docs/jobs.md)")->required();
  command.add_option("--set", overrides, "Override a key of the job: a.b=c; command.0.data=...")
      ->take_all()
      ->expected(1);
  command.add_option("--cut", cut, "How the tiles are cut between ranks")
      ->check(CLI::IsMember({"rectangles", "blocks"}));
}

partition::Cut JobOptions::chosen_cut() const {
  return cut == "blocks" ? partition::Cut::blocks : partition::Cut::rectangles;
}

}  // namespace weft::cli
