// SPDX-License-Identifier: Apache-2.0
// `weft advise [MODEL]`: what porting a model to each machine takes, or what is known of a machine.
#include "advice/advise.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "advice/difference.hpp"
#include "advice/page.hpp"
#include "advice/text.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/output_paths.hpp"
#include "cli/advise/apply.hpp"
#include "cli/advise/emulate.hpp"
#include "cli/advise/host_time.hpp"
#include "cli/advise/json.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"
#include "engine/agreement.hpp"
#include "engine/signals.hpp"
#include "frontends/onnx/import.hpp"
#include "machine/machine.hpp"
#include "machine/typical.hpp"

namespace weft::cli {
namespace {

constexpr int default_baseline_seconds = 60;
constexpr double most_baseline_seconds = 86400;

struct AdviseOptions {
  std::string model, newer, html, out;
  std::vector<std::string> targets, shapes, dims;
  std::string task = "inference", precision;
  double baseline_seconds = 0;  ///< 0: this host does not time the model
  std::int64_t evaluated_millions = 50'000;
  bool emulate = false, whole = false, quick = false, large = false;
  JsonOutput json;
};

std::vector<std::string> target_names(const AdviseOptions& options) {
  std::vector<std::string> names;
  for (const std::string& name : options.targets) {
    if (name == "all") {
      const auto& all = machine::typical_topologies();
      names.insert(names.end(), all.begin(), all.end());
    } else {
      names.push_back(name);
    }
  }
  return names.empty() ? machine::typical_topologies() : names;
}

std::vector<advice::Target> targets_of(const AdviseOptions& options) {
  std::vector<advice::Target> targets;
  for (const std::string& name : target_names(options)) {
    targets.push_back(
        {name, std::make_shared<const topology::Topology>(machine::load_topology(name))});
  }
  return targets;
}

onnx::Options import_options(const AdviseOptions& options) {
  onnx::Options import;
  for (const std::string& text : options.shapes) add_input_option(import, text);
  for (const std::string& text : options.dims) add_dim_option(import, text);
  return import;
}

advice::Question question_of(const AdviseOptions& options) {
  advice::Question question;
  question.task = options.task == "training" ? advice::Task::training : advice::Task::inference;
  question.precision = options.precision;
  return question;
}

int show_cards(const advice::Tables& tables, const std::vector<advice::Target>& targets,
               const AdviseOptions& options) {
  if (options.json.wanted() || !options.html.empty()) {
    fail(Category::input, "--json and --html want a model to advise about");
  }
  std::string out;
  for (const advice::Target& target : targets) {
    out += (out.empty() ? "" : "\n") + advice::card_text(tables, target);
  }
  log::say(out);
  return 0;
}

/// Puts the time of this host in place of what is published, where it is asked for and there is
/// one.
void add_host_time(const graph::SourceModel& model, const AdviseOptions& options,
                   advice::Report& to) {
  if (options.baseline_seconds <= 0) return;
  advising::HostTime time = advising::host_time(model, options.baseline_seconds);
  to.why_not_timed = time.why_not;
  if (time.baseline) to.baselines = {*time.baseline};
}

advice::Report report_on(const graph::SourceModel& model, const AdviseOptions& options,
                         const advice::Tables& tables, const std::vector<advice::Target>& targets) {
  advice::Report report = advice::advise(tables, model, targets, question_of(options));
  add_host_time(model, options, report);
  return report;
}

advice::Report report_on(const std::string& path, const onnx::Options& import,
                         const AdviseOptions& options, const advice::Tables& tables,
                         const std::vector<advice::Target>& targets) {
  return report_on(onnx::list_model(path, import), options, tables, targets);
}

/// A changed model replaces nothing, the weights of the one that it is made of least of all.
void require_new(const std::string& out) {
  for (const std::string& path : {out, out + ".data"}) {
    std::error_code ignored;
    if (std::filesystem::symlink_status(path, ignored).type() ==
        std::filesystem::file_type::not_found) {
      continue;
    }
    fail(Category::input, "--apply: '" + path + "' would be replaced: name a new file");
  }
}

/// What is said about one model, and what it is said of.
struct Advised {
  std::shared_ptr<const graph::SourceModel> model;
  advice::Tables tables;
  advice::Report report;
  std::optional<advising::Applied> applied;
};

Advised advised(std::shared_ptr<const graph::SourceModel> model, advice::Tables tables,
                const std::vector<advice::Target>& targets, const AdviseOptions& options) {
  Advised out{std::move(model), std::move(tables), {}, {}};
  out.report = report_on(*out.model, options, out.tables, targets);
  return out;
}

std::shared_ptr<const graph::SourceModel> listed(const std::string& path,
                                                 const onnx::Options& import) {
  return std::make_shared<const graph::SourceModel>(onnx::list_model(path, import));
}

/// Advice about the model, or with --apply about the file that it became.
Advised advise_about(const AdviseOptions& options, advice::Tables tables,
                     const std::vector<advice::Target>& targets) {
  const onnx::Options import = import_options(options);
  if (options.out.empty()) {
    return advised(listed(options.model, import), std::move(tables), targets, options);
  }
  constexpr std::int64_t million = 1'000'000;
  const advising::ApplyAsked asked{targets, question_of(options),
                                   options.evaluated_millions * million};
  advising::Applied applied =
      advising::apply(onnx::list_model(options.model, import), import, options.out, tables, asked);
  Advised out = advised(listed(options.out, {}), std::move(tables), targets, options);
  out.applied = std::move(applied);
  return out;
}

std::string page_about(const Advised& advised, const AdviseOptions& options) {
  if (!advised.applied) return advice::page_of(advised.report, advised.tables);
  const advice::AppliedChanges changes{options.out, &advised.applied->result,
                                       advising::text_of(advised.applied->equality)};
  return advice::page_of(advised.report, advised.tables, {&changes, nullptr});
}

int tell(const Advised& advised, const AdviseOptions& options, const Context& context) {
  const advice::Tables& tables = advised.tables;
  const std::string changes =
      advised.applied ? advising::applied_text(*advised.applied, tables) : "";
  log::say(changes + advice::report_text(advised.report, tables));
  options.json.write(context.world, [&] {
    Json out = advising::json_of(advised.report, tables);
    if (advised.applied) out["applied"] = advising::applied_json(*advised.applied);
    return out;
  });
  if (!options.html.empty()) write_file(options.html, page_about(advised, options));
  return exit_code_of(advised.report.verdict);
}

/// Category::input where an option names what neither model has.
void require_named(const advice::Report& report, const advice::Report& newer,
                   const onnx::Options& import) {
  std::set<std::string> extents;
  std::set<std::string> inputs;
  for (const advice::Report* one : {&report, &newer}) {
    for (const auto& open : one->profile.open_extents) extents.insert(open.name);
    for (const std::string& text : one->profile.inputs)
      inputs.insert(text.substr(0, text.rfind(' ')));
  }
  for (const auto& [name, extent] : import.dims) {
    if (!extents.contains(name)) {
      fail(Category::input, "--dim names '" + name + "', an open extent of neither model");
    }
  }
  for (const auto& [name, shape] : import.inputs) {
    if (!inputs.contains(name)) {
      fail(Category::input, "--input names '" + name + "', an input of neither model");
    }
  }
}

/// What a newer version of the model changes.
int tell_difference(const AdviseOptions& options, const Context& context,
                    const advice::Tables& tables, const std::vector<advice::Target>& targets) {
  onnx::Options import = import_options(options);
  import.may_name_others = true;
  const advice::Report report = report_on(options.model, import, options, tables, targets);
  const advice::Report newer = report_on(options.newer, import, options, tables, targets);
  require_named(report, newer, import);
  log::say(advice::difference_text(report, newer));
  options.json.write(context.world,
                     [&] { return advising::difference_json(report, newer, tables); });
  if (!options.html.empty()) {
    write_file(options.html, advice::page_of(newer, tables, {nullptr, &report}));
  }
  return exit_code_of(newer.verdict);
}

/// What is written in one call are files of their own, and no model that is read.
void require_apart(const AdviseOptions& options) {
  OutputPaths paths;
  paths.reads(options.model, "the model");
  paths.reads(options.newer, "the newer model");
  paths.writes(options.out, "--apply");
  if (!options.out.empty()) paths.writes(options.out + ".data", "--apply");
  paths.writes(options.json.path(), "--json");
  paths.writes(options.html, "--html");
}

/// Before long work.
void require_sense(const AdviseOptions& options) {
  require_apart(options);
  options.json.require_writable();
  if (!options.html.empty()) {
    require_kind(options.html, {"<!DOCTYPE html"}, "a page");
    require_writable(options.html);
  }
  if (options.emulate && (options.model.empty() || !options.newer.empty())) {
    fail(Category::input, "--emulate wants one model to run");
  }
  if (options.emulate && options.task == "training") {
    fail(Category::input, "--emulate runs a model as it stands in its file: for inference");
  }
  if (options.out.empty()) return;
  if (options.model.empty() || !options.newer.empty()) {
    fail(Category::input, "--apply wants one model to change");
  }
  require_new(options.out);
  require_writable(options.out);
}

/// Collective: rank 0 advises, all of them run layers.
int advise_emulated(const AdviseOptions& options, const Context& context) {
  const comm::Communicator& world = context.world;
  const engine::SignalGuard signals;
  engine::know_ranks(world.size(), world.is_root());
  std::optional<Advised> found;
  engine::together(world, [&] {
    if (!world.is_root()) return;
    require_sense(options);
    found = advise_about(options, advice::load_tables(), targets_of(options));
  });
  advising::EmulateOptions emulation;
  emulation.model.model = options.out.empty() ? options.model : options.out;
  emulation.model.precision = options.precision;
  emulation.model.calibrate_by_pattern = true;
  if (options.out.empty()) {
    emulation.model.shapes = options.shapes;
    emulation.model.dims = options.dims;
  }
  emulation.targets = target_names(options);
  emulation.whole = options.whole;
  emulation.choices = !options.quick;
  emulation.large = options.large;
  std::vector<advice::Emulation> emulations = advising::emulate(world, emulation);
  if (!world.is_root()) return 0;
  advice::attach(*found->model, std::move(emulations), found->report);
  return tell(*found, options, context);
}

int advise(const AdviseOptions& options, const Context& context) {
  if (options.emulate) return advise_emulated(options, context);
  if (!context.world.is_root()) return 0;
  require_sense(options);
  advice::Tables tables = advice::load_tables();
  const std::vector<advice::Target> targets = targets_of(options);
  if (options.model.empty()) return show_cards(tables, targets, options);
  if (!options.newer.empty()) return tell_difference(options, context, tables, targets);
  return tell(advise_about(options, std::move(tables), targets), options, context);
}

}  // namespace

void register_advise(CLI::App& app, Context& context) {
  auto options = std::make_shared<AdviseOptions>();
  CLI::App* command = app.add_subcommand(
      "advise", "Tell what porting a model to each machine takes, with the evidence for it");
  command->add_option("model", options->model, "Model (ONNX); without: what is known of a target");
  command->add_option("newer", options->newer,
                      "A newer version of the model: what got better, and what worse");
  command
      ->add_option("--targets", options->targets,
                   "Machines, separated by commas; all: one of each kind (default)")
      ->delimiter(',')
      ->allow_extra_args(false);  // what follows may be the model
  command->add_option("--task", options->task, "What the model is for")
      ->check(CLI::IsMember({"inference", "training"}))
      ->capture_default_str();
  command->add_option("--precision", options->precision,
                      "What targets compute floats in (default: each its own)");
  command->add_option("--input", options->shapes, "Shape of an input: NAME=1x3x224x224")
      ->take_all();
  command->add_option("--dim", options->dims, "Extent of a dimension by its name: N=1")->take_all();
  command->add_option("--apply", options->out,
                      "Write the model (ONNX) with the changes that weft makes itself, compare "
                      "both, and advise about it");
  command
      ->add_flag("--baseline{" + std::to_string(default_baseline_seconds) + "}",
                 options->baseline_seconds,
                 "Time the model on this host, too, by the onnxruntime of its python3, in so many "
                 "seconds at most (--baseline=SECONDS; " +
                     std::to_string(default_baseline_seconds) + " where none are said)")
      ->check(CLI::Range(1.0, most_baseline_seconds));
  command
      ->add_option("--evaluate-limit", options->evaluated_millions,
                   "Million multiplications of a model up to which --apply compares; 0: never")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  CLI::Option* emulate = command->add_flag(
      "--emulate", options->emulate,
      "Run one layer of each kind on each machine, and put figures beside published ones");
  command->add_flag("--whole", options->whole, "Run the whole model too")->needs(emulate);
  command->add_flag("--large", options->large, "Run layers too that take minutes here")
      ->needs(emulate);
  command
      ->add_flag("--quick", options->quick,
                 "Leave out the second run, which tells what the cycles rest on")
      ->needs(emulate);
  command->add_option("--html", options->html, "A page of the same, in one file");
  options->json.add_option(*command);
  command->callback([options, &context] {
    context.action = [options, &context] { return advise(*options, context); };
  });
}

}  // namespace weft::cli
