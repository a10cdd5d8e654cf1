// SPDX-License-Identifier: Apache-2.0
// `weft check JOB`: everything that `weft run` does before the run.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_options.hpp"

namespace weft::cli {

namespace {

struct CheckOptions {
  JobOptions job;
  int ranks = 1;
};

/// Rank 0 only: nothing here needs the others.
int check_job(const CheckOptions& options) {
  Job read = read_job(options.job.job, options.job.assignments());
  const Door& door = *read.door;
  door.check(std::move(read), options.job.chosen_cut(), options.ranks);
  return 0;
}

}  // namespace

void register_check(CLI::App& app, Context& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("check", "Parse, resolve and place a job; no run");
  options->job.add_to(*command);
  command->add_option("--ranks", options->ranks, "Show the cut for this many ranks")
      ->check(CLI::Range(1, 1 << 20));
  command->callback([options, &context] {
    context.action = [options, &context] {
      return context.world.is_root() ? check_job(*options) : 0;
    };
  });
}

}  // namespace weft::cli
