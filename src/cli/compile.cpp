// SPDX-License-Identifier: Apache-2.0
// `weft compile MODEL`: a model as a program in a machine's own language, its data and its jobs.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/compile/compiled_model.hpp"
#include "cli/compile/operators.hpp"
#include "cli/json_output.hpp"

namespace weft::cli {

namespace {

struct CompileOptions {
  ModelOptions model;
  std::string target, folder;
  bool check = false;
  JsonOutput json;
};

/// What of a compilation is told: runs of the model, nodes held against their bounds.
struct Written {
  std::uint64_t runs = 1;
  std::size_t judged = 0;
};

/// write_model() at a folder in the making; what goes wrong is told of where it would have been.
void write_files(const CompileOptions& options, const CompiledModel& compiled,
                 const ModelInputs& inputs, const Expected& expected, NewFolder& folder) {
  const std::string making = folder.making().path();
  try {
    write_model(options.model, compiled, inputs, expected, folder.making());
  } catch (const Error& error) {
    std::string what = error.what();
    const std::size_t at = what.find(making);
    if (at != std::string::npos) what.replace(at, making.size(), folder.path());
    fail(error.category(), what);
  }
}

Written write_folder(const CompileOptions& options, const CompiledModel& compiled,
                     NewFolder& folder) {
  const ModelInputs inputs = inputs_of(options.model, compiled.lowered, *compiled.graph);
  const Expected expected = expected_values(compiled, inputs);
  write_files(options, compiled, inputs, expected, folder);
  folder.put_in_place("job.toml");
  return {inputs.runs, expected.judged};
}

Json json_of(const CompileOptions& options, const CompiledModel& compiled, const Written& written,
             const std::string& folder) {
  Json out;
  out["model"] = options.model.model;
  out["target"] = options.target;
  out["precision"] = name_of(compiled.precision);
  out["folder"] = folder;
  out["runs"] = written.runs;
  out["nodes"] = compiled.graph->nodes.size();
  out["nodes_within_bounds"] = written.judged;
  out["weights"] = compiled.lowered.weights.size();
  out["weight_bytes"] = compiled.weight_bytes();
  if (compiled.precision == lower::Precision::int8) {
    out["int8_weights"] = compiled.int8_weights().count;
    out["int8_weight_bytes"] = compiled.int8_weights().bytes;
  }
  for (const lower::Result& result : compiled.lowered.results) {
    if (result.output) out["outputs"].push_back(result.name);
  }
  return out;
}

/// Writes nothing: which operators the model has, and which of them the target has not. The exit
/// code is that of a compilation that is refused.
int check_operators(const CompileOptions& options, const comm::Communicator& world) {
  const auto model = read_model(options.model);
  Operators found{operators_of(*model), {}, {}};
  try {
    compile_model(options.model, model, options.target);
  } catch (const Error& error) {
    if (error.category() != Category::unsupported) throw;
    found = with_refusal(found.all, error.what());
    if (found.reasons.empty()) throw;
  }
  std::string said = std::to_string(found.all.size() - found.lacking.size()) + " of " +
                     counted(found.all.size(), "operator is", "operators are") + " there on " +
                     options.target;
  for (const std::string& reason : found.reasons) said += "\n  " + reason;
  log::say(said);
  options.json.write(world, [&] {
    return Json{
        {"operators", found.all}, {"unsupported", found.lacking}, {"reasons", found.reasons}};
  });
  return found.reasons.empty() ? 0 : exit_code(Category::unsupported);
}

int compile(const CompileOptions& options, const comm::Communicator& world) {
  if (!world.is_root()) return 0;
  options.json.require_writable();
  if (options.check) return check_operators(options, world);
  if (options.folder.empty()) fail(Category::input, "-o names the folder to make: there is none");
  NewFolder folder(options.folder);  // refused before work that takes long
  const CompiledModel compiled =
      compile_model(options.model, read_model(options.model), options.target);
  const Written written = write_folder(options, compiled, folder);
  log::say(folder.path() + ": " + counted(compiled.graph->nodes.size(), "node") + ", " +
           weights_text(compiled) + "; " + counted(written.judged, "node") +
           " within their bounds; weft run " + folder.path() + "/job.toml");
  options.json.write(world, [&] { return json_of(options, compiled, written, folder.path()); });
  return 0;
}

}  // namespace

void register_compile(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* command = app.add_subcommand(
      "compile", "Write an ONNX model as a program in a machine's own language, with its job");
  command->add_option("model", options->model.model, "Model (ONNX)")->required();
  command->add_option("--target", options->target, "Machine: a topology's name or file")
      ->required();
  CLI::Option* folder = command->add_option("-o,--output", options->folder, "Folder to make");
  command
      ->add_flag("--check", options->check,
                 "Write nothing: say which of the model's operators the machine has; exit code 2 "
                 "where it lacks any")
      ->excludes(folder);
  options->model.add_to(*command);
  options->json.add_option(*command);
  command->callback([options, &context] {
    context.action = [options, &context] { return compile(*options, context.world); };
  });
}

}  // namespace weft::cli
