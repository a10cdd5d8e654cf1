// SPDX-License-Identifier: Apache-2.0
// `weft run JOB`: emulates a job and checks its results.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/path_owner.hpp"
#include "cli/commands.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_options.hpp"
#include "cli/job/job_pictures.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/job_start.hpp"
#include "cli/job/job_summary.hpp"
#include "cli/job/wall_time.hpp"
#include "cli/json_output.hpp"
#include "engine/session.hpp"
#include "engine/signals.hpp"
#include "trace/replaceable.hpp"

namespace weft::cli {

namespace {

struct RunOptions {
  JobOptions job;
  std::string trace;
  std::string level;
  std::optional<std::uint64_t> max_cycles;
  std::string wall_time;
  JsonOutput json;

  /// The job's overrides, with the options that stand for keys; errors name what was given.
  std::vector<topology::Assignment> overrides() const {
    std::vector<topology::Assignment> out = job.assignments();
    const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
    if (!trace.empty()) out.emplace_back("trace.path=" + quoted(trace), "--trace " + trace);
    if (!level.empty()) out.emplace_back("trace.level=" + quoted(level), "--level " + level);
    if (max_cycles) {
      const std::string cycles = std::to_string(*max_cycles);
      out.emplace_back("limits.max_cycles=" + cycles, "--max-cycles " + cycles);
    }
    if (!wall_time.empty()) {
      const double seconds = read_wall_time(wall_time);
      out.emplace_back("limits.wall_seconds=" + nlohmann::json(seconds).dump(),
                       "--wall-time " + wall_time);
    }
    return out;
  }
};

/// Rank 0, after the run: checks, files, summary. Returns the exit code.
int conclude(const RunOptions& options, const comm::Communicator& world, const RunFacts& run,
             const engine::Result& result) {
  const bool ended = result.stop == engine::Stop::done || result.stop == engine::Stop::host_wait;
  std::vector<CheckResult> checks;
  if (ended) checks = evaluate_checks(run.job, run.outcome);
  if (ended) write_outputs(run.job, run.outcome);
  write_pictures(run.job);
  log::say(summary_text(run, result, checks));
  options.json.write(world, [&] { return summary_json(run, result, checks); });
  if (!ended) fail(engine::category_of(result.stop), result.message);
  for (const CheckResult& check : checks) {
    if (!check.passed)
      fail(Category::check, "check '" + check.name + "' did not hold: " + check.text);
  }
  return 0;
}

/// Before anything is compiled: of two runs with one trace path the later one is refused at once,
/// and so is a path where a file is that is no trace.
std::shared_ptr<const PathOwner> own_trace(const Job& job) {
  if (job.trace.level == TraceLevel::off) return nullptr;
  const std::string path = require_regular(job.trace.path, "a trace");
  trace::require_replaceable(path);
  return own_path(path);
}

int run_job(const RunOptions& options, const comm::Communicator& world) {
  const engine::SignalGuard signals;
  engine::know_ranks(world.size(), world.is_root());
  std::shared_ptr<const PathOwner> trace_owner;  // until pictures are drawn from the trace
  const auto read = [&] {
    if (options.json.wanted()) options.json.require_writable();
    Job job = read_job(options.job.job, options.overrides());
    job.summary_path = options.json.path();
    trace_owner = own_trace(job);
    return job;
  };
  RunSettings settings;
  settings.cut = options.job.chosen_cut();
  settings.progress = [](const engine::Progress& now) {
    if (log::progress_due()) log::progress(text_of(now));
  };
  const auto done = run_through_door(world, read, settings);
  return done ? conclude(options, world, done->facts(), done->result()) : 0;
}

}  // namespace

void register_run(CLI::App& app, Context& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Emulate a job, check its results");
  options->job.add_to(*command);
  command->add_option("--trace", options->trace, "Write the trace to this file");
  command->add_option("--level", options->level, "off, summary, phases, runs or full");
  command->add_option("--max-cycles", options->max_cycles, "Stop before this cycle");
  command->add_option("--wall-time", options->wall_time,
                      "End the run in good order after this time: seconds, 30m, 2h or hh:mm:ss");
  options->json.add_option(*command);
  command->callback([options, &context] {
    context.action = [options, &context] { return run_job(*options, context.world); };
  });
}

}  // namespace weft::cli
