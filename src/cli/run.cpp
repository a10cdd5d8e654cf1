// SPDX-License-Identifier: Apache-2.0
// `weft run JOB`: emulates a job and checks its results.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/job/job_options.hpp"
#include "cli/job/job_pictures.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/job_summary.hpp"
#include "cli/json_output.hpp"
#include "engine/session.hpp"

namespace weft::cli {

namespace {

struct RunOptions {
  JobOptions job;
  std::string trace;
  std::string level;
  std::optional<std::uint64_t> max_cycles;
  JsonOutput json;

  /// The job's overrides, with the options that stand for keys.
  std::vector<std::string> overrides() const {
    std::vector<std::string> out = job.overrides;
    const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
    if (!trace.empty()) out.push_back("trace.path=" + quoted(trace));
    if (!level.empty()) out.push_back("trace.level=" + quoted(level));
    if (max_cycles) out.push_back("limits.max_cycles=" + std::to_string(*max_cycles));
    return out;
  }
};

std::string progress_line(const engine::Progress& now) {
  char text[160];
  std::snprintf(text, sizeof text, "cycle %llu, %.3g s emulated, %.3g M tile-cycles/s",
                static_cast<unsigned long long>(now.cycle), now.emulated_seconds,
                now.tile_cycles_per_second / 1e6);
  return text;
}

/// Rank 0, after the run: checks, files, summary. Returns the exit code.
int conclude(const RunOptions& options, const comm::Communicator& world, const PreparedJob& job,
             const engine::Result& result) {
  const bool ended = result.stop == engine::Stop::done || result.stop == engine::Stop::host_wait;
  std::vector<CheckResult> checks;
  if (ended) checks = evaluate_checks(job.job(), job.outcome());
  if (ended) job.write_outputs();
  write_pictures(job.job());
  log::say(summary_text(job, result, checks));
  options.json.write(world, [&] { return summary_json(job, result, checks); });
  if (!ended) fail(engine::category_of(result.stop), result.message);
  for (const CheckResult& check : checks) {
    if (!check.passed)
      fail(Category::check, "check '" + check.name + "' did not hold: " + check.text);
  }
  return 0;
}

int run_job(const RunOptions& options, const comm::Communicator& world) {
  std::optional<PreparedJob> job;
  log::Progress progress;
  const auto make_plan = [&] {
    if (options.json.wanted()) options.json.require_writable();
    job.emplace(read_job(options.job.job, options.overrides()));
    engine::Plan plan = job->plan(options.job.chosen_cut());
    plan.progress = [&progress](const engine::Progress& now) {
      if (progress.due()) progress.show(progress_line(now));
    };
    return plan;
  };
  const engine::Result result =
      engine::run_session(world, make_plan, [&](engine::Session& session) { job->drive(session); });
  return world.is_root() ? conclude(options, world, *job, result) : 0;
}

}  // namespace

void register_run(CLI::App& app, Context& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Emulate a job, check its results");
  options->job.add_to(*command);
  command->add_option("--trace", options->trace, "Write the trace to this file");
  command->add_option("--level", options->level, "off, summary, phases, runs or full");
  command->add_option("--max-cycles", options->max_cycles, "Stop before this cycle");
  options->json.add_option(*command);
  command->callback([options, &context] {
    context.action = [options, &context] { return run_job(*options, context.world); };
  });
}

}  // namespace weft::cli
