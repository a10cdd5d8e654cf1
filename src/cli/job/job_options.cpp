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
  command
      .add_option("--cut", cut, "How the tiles are cut between ranks; else as the machine likes")
      ->check(CLI::IsMember({"rectangles", "blocks", "chips"}));
}

std::optional<partition::Cut> JobOptions::chosen_cut() const {
  if (cut.empty()) return std::nullopt;
  return partition::cut_from_name(cut);
}

}  // namespace weft::cli
