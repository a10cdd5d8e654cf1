// SPDX-License-Identifier: Apache-2.0
// `weft sweep JOB --set a.b=1,2,4`: a job once for each combination of values, as one table.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_paths.hpp"
#include "cli/commands.hpp"
#include "cli/job/changed_constants.hpp"
#include "cli/job/door.hpp"
#include "cli/job/job_options.hpp"
#include "cli/sweep/run_variant.hpp"
#include "cli/sweep/table.hpp"
#include "engine/agreement.hpp"
#include "engine/signals.hpp"

namespace weft::cli {

namespace {

struct SweepOptions {
  JobOptions job;
  std::vector<std::string> constants;
  sweep::TableFiles files;
};

/// A constant that the machine does not have is a mistake in every row; one out of its range is a
/// variant that fails.
void require_known_constants(const Job& job, std::map<std::string, topology::Topology>& machines) {
  auto machine = machines.find(job.topology);
  if (machine == machines.end()) {
    machine = machines.emplace(job.topology, topology::load_topology(job.topology)).first;
  }
  for (const std::string& key : constant_keys(job)) {
    if (!machine->second.has(key)) load_machine(job);  // says so
  }
}

/// Rank 0: what is to be run, all of it read once.
class SweepPlan {
 public:
  explicit SweepPlan(const SweepOptions& options) : options_(options), axes_(axes_of(options)) {
    if (options.files.prints() && options.files.csv == options.files.json) {
      fail(Category::input, "sweep: --csv and --json cannot both be standard output");
    }
    OutputPaths paths("sweep: ");
    paths.reads(options.job.job, "the job");
    paths.writes(options.files.csv, "--csv");
    paths.writes(options.files.json, "--json");
    std::map<std::string, topology::Topology> machines;
    std::string name;
    for (const sweep::Values& values : sweep::variants_of(axes_)) {
      const Job job = read(values);
      require_known_constants(job, machines);
      require_named(job);
      name = job.name;
    }
    table_.emplace(options.files, axes_, name);
  }

  Job read(const sweep::Values& values) const {
    Job job = read_job(options_.job.job, sweep::assignments_of(axes_, values));
    job.trace.level = TraceLevel::off;
    return job;
  }
  sweep::Table& table() { return *table_; }

 private:
  static std::vector<sweep::Axis> axes_of(const SweepOptions& options) {
    std::vector<sweep::Axis> out;
    for (const std::string& text : options.job.overrides) {
      out.push_back(sweep::parse_axis(text, "--set"));
    }
    for (const std::string& text : options.constants) {
      out.push_back(sweep::parse_axis(text, "--constant"));
    }
    if (out.empty()) {
      fail(Category::input, "sweep: nothing changes: give --set a.b=1,2,4 or --constant c.d=1,2,4");
    }
    return out;
  }

  /// What --constant names is one of the machine's and no key of the job.
  void require_named(const Job& job) const {
    const std::vector<std::string> keys = constant_keys(job);
    for (const std::string& text : options_.constants) {
      const std::string key = sweep::parse_axis(text, "--constant").key;
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      fail(Category::input, "--constant " + text + ": is a key of the job; --set changes those");
    }
  }

  const SweepOptions& options_;
  std::vector<sweep::Axis> axes_;
  std::optional<sweep::Table> table_;
};

/// Collective: what of variant `number` rank 0 has to do, and the others with it.
void run_numbered(const comm::Communicator& world, const SweepOptions& options, SweepPlan* plan,
                  std::size_t number) {
  sweep::Variant variant;
  variant.cut = options.job.chosen_cut();
  std::string what;
  std::optional<Error> other_job;
  if (plan != nullptr) {
    sweep::Table& table = plan->table();
    what = "variant " + std::to_string(number + 1) + " of " +
           std::to_string(table.variants().size()) + ", " + table.describe(number);
    variant.read = [&, number] { return plan->read(table.variants()[number]); };
    variant.is_done = [&, number](const std::string& identity) {
      try {
        return table.has(number, identity);
      } catch (const Error& error) {  // no fault of the variant's
        other_job = error;
        throw;
      }
    };
  }
  variant.what = what;
  const auto row = sweep::run_variant(world, variant);
  engine::together(world, [&] {
    if (other_job) throw Error(*other_job);
    if (plan == nullptr) return;
    log::note(what + ": " + (row ? row->end : "is in the table"));
    if (row) plan->table().put(number, *row);
  });
}

/// Rank 0: what there is, when all has run or a signal has ended it.
void tell_table(const SweepOptions& options, const sweep::Table& table) {
  table.finish();
  if (!options.files.prints()) log::print(table.text());
}

int judge_table(const sweep::Table& table) {
  const auto& rows = table.rows();
  const auto failed = std::count_if(
      rows.begin(), rows.end(),
      [](const std::optional<sweep::Row>& row) { return !row || row->exit_status != 0; });
  if (failed == 0) return 0;
  const auto all = static_cast<std::uint64_t>(rows.size());
  log::note(std::to_string(failed) + " of " + counted(all, "variant") + " failed");
  if (static_cast<std::uint64_t>(failed) < all) return 0;
  fail(Category::program, "sweep: no variant ran to a good end; the first: " +
                              rows.front().value_or(sweep::Row{}).reason);
}

int run_sweep(const SweepOptions& options, const comm::Communicator& world) {
  const engine::SignalGuard signals;
  engine::know_ranks(world.size(), world.is_root());
  std::optional<SweepPlan> plan;
  engine::together(world, [&] {
    if (world.is_root()) plan.emplace(options);
  });
  SweepPlan* const here = plan ? &*plan : nullptr;
  const std::uint64_t count = world.broadcast_value(
      here == nullptr ? std::uint64_t{0} : std::uint64_t{here->table().variants().size()});
  try {
    for (std::uint64_t number = 0; number < count; ++number) {
      if (world.min(engine::signalled() ? 0 : 1) == 0) {
        fail(Category::interrupted, "sweep: ended by a signal");
      }
      run_numbered(world, options, here, number);
    }
  } catch (const Error& error) {  // the same on every rank
    if (error.category() == Category::interrupted && here != nullptr)
      tell_table(options, here->table());
    throw;
  }
  int code = 0;
  engine::together(world, [&] {
    if (here == nullptr) return;
    tell_table(options, here->table());
    code = judge_table(here->table());
  });
  return code;
}

}  // namespace

void register_sweep(CLI::App& app, Context& context) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* command =
      app.add_subcommand("sweep", "Emulate a job for every combination of values, as one table");
  options->job.add_to(*command);
  command->get_option("--set")->description(
      "A key of the job, or a constant of its machine, and its values: a.b=1,2,4");
  command->add_option("--constant", options->constants, "A constant of the machine and its values")
      ->take_all()
      ->expected(1);
  command->add_option("--csv", options->files.csv,
                      "The table: a file, in which a sweep that was ended goes on; - prints it");
  command->add_option("--json", options->files.json, "The same as JSON");
  command->add_flag("--anew", options->files.anew, "Begin the files anew");
  command->callback([options, &context] {
    context.action = [options, &context] { return run_sweep(*options, context.world); };
  });
}

}  // namespace weft::cli
