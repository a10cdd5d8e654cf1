// SPDX-License-Identifier: Apache-2.0
// `weft spatial FILE [CLASS] [ARGUMENTS...]`: a Spatial program, its main() as the host.
#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/job/doors/spatial_run.hpp"
#include "cli/job/job_read.hpp"
#include "cli/job/job_rests_on.hpp"
#include "cli/job/wall_time.hpp"
#include "cli/json_output.hpp"
#include "cli/spatial/report.hpp"
#include "engine/signals.hpp"
#include "program/rdu_tree_interpret.hpp"

namespace weft::cli {

namespace {

struct SpatialOptions {
  std::string file;
  std::string class_name;
  std::vector<std::string> arguments;
  std::string machine = "plasticine";
  std::vector<std::string> overrides;
  std::string cut;
  std::string trace;
  std::string level;
  std::optional<std::uint64_t> max_cycles;
  std::string wall_time;
  bool interpret = false;
  bool timing = false;
  JsonOutput json;

  /// As the job that the options stand for: what is said of it names the file.
  Job as_job() const;
};

Job SpatialOptions::as_job() const {
  const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
  std::string text =
      "[job]\nname = " + quoted(class_name) + "\n[machine]\ntopology = " + quoted(machine);
  text += "\n[program]\nspatial = " + quoted(std::filesystem::path(file).filename().string()) +
          "\nclass = " + quoted(class_name) + "\narguments = [";
  for (const std::string& each : arguments) text += quoted(each) + ", ";
  text += "]\n";
  if (timing) text += "mode = \"timing\"\n";
  if (!trace.empty()) {
    text += "[trace]\npath = " + quoted(std::filesystem::absolute(trace).string()) +
            "\nlevel = " + quoted(level.empty() ? "phases" : level) + "\n";
  }
  if (max_cycles || !wall_time.empty()) text += "[limits]\n";
  if (max_cycles) text += "max_cycles = " + std::to_string(*max_cycles) + "\n";
  if (!wall_time.empty()) {
    text += "wall_seconds = " + nlohmann::json(read_wall_time(wall_time)).dump() + "\n";
  }
  Job job = read_job(topology::Document::parse_text(text, file));
  job.constants = {overrides.begin(), overrides.end()};
  return job;
}

int list_classes(const SpatialOptions& options) {
  const auto classes = spatial::class_places(options.file, spatial_options(options.file));
  for (const spatial::ClassPlace& each : classes) {
    log::say(each.name + " " + std::to_string(each.line));
  }
  if (classes.empty()) log::note(options.file + ": no class with a main() that could be run");
  return 0;
}

/// What a program came to.
struct Ending {
  const spatial::Outcome& said;
  std::optional<Error> failure;
  const SpatialJob* on_machine = nullptr;  ///< none: interpreted
};

/// What is to be said, on rank 0. Of a program that could not run nothing is: the error says it.
void tell_ending(const SpatialOptions& options, const Context& context, const Ending& ending) {
  const int code = ending.failure ? ending.failure->code() : 0;
  if (code == exit_code(Category::input)) return;
  const Verdict verdict = ending.failure ? Verdict::failed : verdict_of(ending.said);
  options.json.write(context.world, [&] {
    Json out = spatial_json_head(options.file, options.class_name, verdict,
                                 ending.failure ? ending.failure->what() : "");
    if (ending.on_machine != nullptr) add_spatial_launches(out, *ending.on_machine);
    return out;
  });
  std::string how = "interpreted, no machine and no cycles";
  if (ending.on_machine != nullptr) {
    how = "on " + ending.on_machine->machine().name();
    log::say(spatial_summary(*ending.on_machine));
  }
  const bool judged = code == 0 || code == exit_code(Category::check);
  if (options.timing && code == 0) {
    log::say(options.class_name + ": " + ending.on_machine->left_out() +
             "; main() was ended behind its first Accel");
  } else if (judged) {
    log::say(spatial_verdict(options.class_name, how, verdict, ending.said.assertions));
  }
}

int interpret(const SpatialOptions& options, const Context& context) {
  spatial::Options program = spatial_options(options.file);
  program.accelerate = [](const program::rdu_tree::Tree& tree,
                          program::rdu_tree::HostContents& contents) {
    program::rdu_tree::interpret(tree, contents);
  };
  spatial::Outcome outcome;
  Ending ending{outcome, {}, nullptr};
  try {
    const engine::HostProgram running;
    spatial::run_program(options.file, options.class_name, options.arguments, program, outcome);
    require_verdict({options.file, options.class_name, {}}, outcome);
  } catch (const Error& error) {
    ending.failure = error;
  }
  log::print(outcome.printed);
  tell_ending(options, context, ending);
  if (ending.failure) throw Error(*ending.failure);
  return 0;
}

/// On rank 0; nothing on the others, and where `failure` says why not.
std::optional<Job> prepared(const SpatialOptions& options, const Context& context,
                            std::exception_ptr& failure) {
  if (!context.world.is_root()) return std::nullopt;
  try {
    options.json.require_writable();
    return options.as_job();
  } catch (...) {
    failure = std::current_exception();
  }
  return std::nullopt;
}

int run_on_machine(const SpatialOptions& options, const Context& context) {
  const engine::SignalGuard signals;
  engine::know_ranks(context.world.size(), context.world.is_root());
  std::exception_ptr failure;
  std::optional<Job> job = prepared(options, context, failure);
  const bool goes_on = context.world.broadcast_value(std::int32_t{failure ? 0 : 1}) != 0;
  if (failure) std::rethrow_exception(failure);
  if (!goes_on) return 0;
  RunSettings settings;
  if (!options.cut.empty()) settings.cut = partition::cut_from_name(options.cut);
  settings.progress = [](const engine::Progress& now) {
    if (log::progress_due()) log::progress(text_of(now));
  };
  const auto done = run_spatial_job(context.world, std::move(job), settings);
  if (!done) return 0;
  Ending ending{done->said(), done->failure(), done.get()};
  const engine::Result& result = done->result();
  const bool ended = result.stop == engine::Stop::done || result.stop == engine::Stop::host_wait;
  if (!ended) ending.failure = Error(engine::category_of(result.stop), result.message);
  tell_ending(options, context, ending);
  if (ending.failure) throw Error(*ending.failure);
  return 0;
}

int act(const SpatialOptions& options, const Context& context) {
  const bool alone = options.class_name.empty() || options.interpret;
  if (!alone) return run_on_machine(options, context);
  if (!context.world.is_root()) return 0;  // one reader and one voice are enough
  options.json.require_writable();
  return options.class_name.empty() ? list_classes(options) : interpret(options, context);
}

}  // namespace

void register_spatial(CLI::App& app, Context& context) {
  auto options = std::make_shared<SpatialOptions>();
  CLI::App* command =
      app.add_subcommand("spatial", "Run a Spatial program on an RDU, or list those of a file");
  command->add_option("file", options->file, "Scala file (see docs/spatial.md)")->required();
  CLI::Option* name =
      command->add_option("class", options->class_name, "Class to run; without: list them");
  command->add_option("arguments", options->arguments, "Arguments of its main()")->needs(name);
  command->add_option("--machine", options->machine, "Machine (see weft machines)")
      ->capture_default_str();
  command->add_option("--set", options->overrides, "Change a constant of the machine: a.b=c")
      ->take_all()
      ->expected(1);
  command
      ->add_option("--cut", options->cut,
                   "How units are cut between ranks; else as the machine likes")
      ->check(CLI::IsMember({"rectangles", "blocks", "chips"}));
  CLI::Option* trace =
      command->add_option("--trace", options->trace, "Write the trace to this file");
  command->add_option("--level", options->level, "summary, phases, runs or full")
      ->needs(trace)
      ->check(CLI::IsMember({"summary", "phases", "runs", "full"}));
  command->add_option("--max-cycles", options->max_cycles, "Stop an Accel before this cycle")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 50));
  command->add_option("--wall-time", options->wall_time,
                      "End the run in good order after this time: seconds, 30m, 2h or hh:mm:ss");
  CLI::Option* interpreted =
      command->add_flag("--interpret", options->interpret,
                        "Compute values by the tree's interpreter: no machine, no cycles");
  interpreted->excludes(trace);
  command
      ->add_flag("--timing", options->timing,
                 "Cycles of the first Accel, of values only those that decide them")
      ->needs(name)
      ->excludes(interpreted);
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return act(*options, context); }; });
}

}  // namespace weft::cli
