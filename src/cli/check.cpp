// SPDX-License-Identifier: Apache-2.0
// `weft check JOB`: everything that `weft run` does before the run.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/job/job_options.hpp"
#include "cli/job/job_report.hpp"
#include "cli/job/job_rests_on.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/poplar_run.hpp"
#include "engine/plan.hpp"

namespace weft::cli {

namespace {

struct CheckOptions {
  JobOptions job;
  int ranks = 1;
};

/// Rank 0 only: nothing here needs the others.
int check_job(const CheckOptions& options) {
  Job read = read_job(options.job.job, options.job.overrides);
  if (read.is_poplar()) {
    log::say(describe_poplar_job(std::move(read), options.job.chosen_cut(), options.ranks));
    return 0;
  }
  const PreparedJob job(std::move(read));
  const engine::Plan plan = job.plan(options.job.chosen_cut());
  log::say(describe_program(job));
  const std::string cut = engine::describe(plan, options.ranks);  // reads constants of the machine
  log::say(describe_rests_on(job.topology()));
  log::say(cut);
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
