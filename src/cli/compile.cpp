// SPDX-License-Identifier: Apache-2.0
// `weft compile MODEL`: a model as a program in a machine's own language, its data and its jobs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/commands.hpp"
#include "cli/compile/arrays.hpp"
#include "cli/compile/folder.hpp"
#include "cli/compile/job_text.hpp"
#include "cli/json_output.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/passes.hpp"
#include "lower/registry.hpp"
#include "machine/machine.hpp"
#include "trace/tensors.hpp"

namespace weft::cli {

namespace {

struct CompileOptions {
  std::string model, target, folder, precision, inputs, calibrate;
  std::vector<std::string> shapes, dims;
  JsonOutput json;
};

const std::vector<std::string> precisions{"fp32", "fp16", "bf16", "int8"};

lower::Precision chosen_precision(const CompileOptions& options, const lower::Lowering& lowering) {
  if (options.precision.empty()) return lowering.precision;
  const auto found = std::find(precisions.begin(), precisions.end(), options.precision);
  return static_cast<lower::Precision>(found - precisions.begin());
}

std::shared_ptr<const graph::Graph> read_model(const CompileOptions& options) {
  onnx::Options import;
  for (const std::string& text : options.shapes) add_input_option(import, text);
  for (const std::string& text : options.dims) add_dim_option(import, text);
  auto model = std::make_shared<graph::Graph>(onnx::import_model(options.model, import));
  simplify(*model);
  return model;
}

ModelInputs inputs_of(const CompileOptions& options, const lower::Lowered& lowered,
                      const graph::Graph& model) {
  if (options.inputs.empty()) return pattern_inputs(lowered);
  if (options.inputs.ends_with(".npz")) {
    fail(Category::unsupported, "--inputs " + options.inputs +
                                    ": archives of NumPy are not read yet; HDF5 files are (.h5)");
  }
  return read_inputs(options.inputs, lowered, model);
}

/// The bits of a NaN say nothing, and no check compares them.
void require_numbers(const graph::Tensor& value, const std::string& name) {
  if (!graph::is_floating(value.type().element)) return;
  const std::vector<double> numbers = graph::numbers_of(value).floats;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!std::isnan(numbers[i])) continue;
    fail(Category::input, "'" + name + "' has NaN in element " + std::to_string(i) +
                              ": no check of a run can compare it");
  }
}

/// All results of all runs, an axis of runs in front. Category::internal where the arithmetic that
/// the program has does not keep a node's bounds: then the lowering is wrong, not the machine.
std::vector<trace::NamedTensor> expected_values(const lower::Lowered& lowered,
                                                const ModelInputs& inputs, std::size_t& judged) {
  std::vector<trace::Tensor> whole;
  for (std::uint64_t run = 0; run < inputs.runs; ++run) {
    const std::vector<graph::Tensor> given = inputs.of_run(run);
    for (std::size_t i = 0; i < given.size(); ++i) {
      require_numbers(given[i], lowered.inputs[i].name);
    }
    const lower::Evaluated evaluated = lowered.evaluate(given);
    judged = evaluated.judgement.nodes;
    for (std::size_t i = 0; i < evaluated.values.size(); ++i) {
      require_numbers(evaluated.values[i], lowered.results[i].name);
    }
    if (!evaluated.judgement.outside.empty()) {
      fail(Category::internal, "node bounds do not hold: " + evaluated.judgement.outside.front());
    }
    for (std::size_t i = 0; i < evaluated.values.size(); ++i) {
      trace::Tensor one = stored(evaluated.values[i]);
      if (run == 0) {
        one.shape.insert(one.shape.begin(), inputs.runs);
        whole.push_back(std::move(one));
      } else {
        whole[i].bytes.insert(whole[i].bytes.end(), one.bytes.begin(), one.bytes.end());
      }
    }
  }
  std::vector<trace::NamedTensor> out;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    out.emplace_back(lowered.results[i].name, std::move(whole[i]));
  }
  return out;
}

/// What of a compilation is told: runs of the model, nodes held against their bounds.
struct Written {
  std::uint64_t runs = 1;
  std::size_t judged = 0;
};

Written write_folder(const CompileOptions& options, const lower::Lowered& lowered,
                     const graph::Graph& model) {
  const ModelInputs inputs = inputs_of(options, lowered, model);
  Written written{inputs.runs, 0};
  NewFolder folder(options.folder);
  for (const lower::TextFile& file : lowered.files) write_file(folder.file(file.path), file.text);
  std::vector<trace::NamedTensor> weights;
  for (const lower::Array& array : lowered.weights) {
    weights.emplace_back(array.name, stored(array.data));
  }
  trace::write_tensors(folder.file("weights.h5"), weights);
  std::vector<trace::NamedTensor> given;
  for (std::size_t i = 0; i < lowered.inputs.size(); ++i) {
    given.emplace_back(lowered.inputs[i].name, stored(inputs.whole[i]));
  }
  trace::write_tensors(folder.file("inputs.h5"), given);
  trace::write_tensors(folder.file("expected.h5"),
                       expected_values(lowered, inputs, written.judged));
  const JobFacts facts{options.model, options.target, inputs.runs};
  write_file(folder.file("job.toml"), job_text(facts, lowered, false));
  write_file(folder.file("job-nodes.toml"), job_text(facts, lowered, true));
  folder.put_in_place();
  return written;
}

std::size_t weight_bytes(const lower::Lowered& lowered) {
  std::size_t bytes = 0;
  for (const lower::Array& array : lowered.weights) bytes += array.data.bytes().size();
  return bytes;
}

int compile(const CompileOptions& options, const comm::Communicator& world) {
  if (!world.is_root()) return 0;
  if (!options.calibrate.empty()) {
    fail(Category::unsupported, "--calibrate: int8 models are not written yet");
  }
  options.json.require_writable();
  lower::Request request;
  request.machine =
      std::make_shared<const topology::Topology>(machine::load_topology(options.target, {}));
  const lower::Lowering& lowering = lower::lowering_for(*request.machine);
  request.precision = chosen_precision(options, lowering);
  request.graph = read_model(options);
  request.model = std::filesystem::path(options.model).filename().string();
  const lower::Lowered lowered = lowering.lower(request);
  const Written written = write_folder(options, lowered, *request.graph);
  log::say(options.folder + ": " + std::to_string(request.graph->nodes.size()) + " nodes, " +
           std::to_string(lowered.weights.size()) + " weights of " +
           std::to_string(weight_bytes(lowered)) + " bytes in " +
           std::string(name_of(request.precision)) + "; " + std::to_string(written.judged) +
           " nodes within their bounds; weft run " + options.folder + "/job.toml");
  options.json.write(world, [&] {
    Json out;
    out["model"] = options.model;
    out["target"] = options.target;
    out["precision"] = name_of(request.precision);
    out["folder"] = options.folder;
    out["runs"] = written.runs;
    out["nodes"] = request.graph->nodes.size();
    out["nodes_within_bounds"] = written.judged;
    out["weights"] = lowered.weights.size();
    out["weight_bytes"] = weight_bytes(lowered);
    for (const lower::Result& result : lowered.results) {
      if (result.output) out["outputs"].push_back(result.name);
    }
    return out;
  });
  return 0;
}

}  // namespace

void register_compile(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* command = app.add_subcommand(
      "compile", "Write an ONNX model as a program in a machine's own language, with its job");
  command->add_option("model", options->model, "Model (ONNX)")->required();
  command->add_option("--target", options->target, "Machine: a topology's name or file")
      ->required();
  command->add_option("-o,--output", options->folder, "Folder to make")->required();
  command->add_option("--precision", options->precision, "fp32, fp16, bf16 or int8")
      ->check(CLI::IsMember(precisions));
  command->add_option("--inputs", options->inputs, "Inputs, a dataset each (HDF5)");
  command->add_option("--calibrate", options->calibrate, "Inputs to choose int8 scales by");
  command->add_option("--input", options->shapes, "Shape of an input: NAME=1x3x224x224")
      ->take_all();
  command->add_option("--dim", options->dims, "Extent of a dimension by its name: N=1")->take_all();
  options->json.add_option(*command);
  command->callback([options, &context] {
    context.action = [options, &context] { return compile(*options, context.world); };
  });
}

}  // namespace weft::cli
