// SPDX-License-Identifier: Apache-2.0
// Reading, lowering, evaluating and writing a model: a step each.
#include "cli/compile/compiled_model.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "cli/compile/job_text.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/passes.hpp"
#include "lower/registry.hpp"
#include "machine/machine.hpp"

namespace weft::cli {

namespace {

const std::vector<std::string> precisions{"fp32", "fp16", "bf16", "int8"};

lower::Precision asked_precision(const ModelOptions& options, const lower::Lowering& lowering) {
  if (options.precision.empty()) {
    return options.calibrate.empty() ? lowering.precisions.front() : lower::Precision::int8;
  }
  const auto found = std::find(precisions.begin(), precisions.end(), options.precision);
  if (found == precisions.end()) {
    fail(Category::unsupported,
         "programs of models compute in fp32, fp16, bf16 or int8, not in " + options.precision);
  }
  return static_cast<lower::Precision>(found - precisions.begin());
}

/// What the machine has not is said before what else a precision needs.
lower::Precision chosen_precision(const ModelOptions& options, const lower::Lowering& lowering) {
  const lower::Precision chosen = asked_precision(options, lowering);
  lowering.require(chosen);
  const bool in_int8 = chosen == lower::Precision::int8;
  if (in_int8 && options.calibrate.empty() && !options.calibrate_by_pattern) {
    fail(Category::input, "--precision int8: scales are chosen by inputs; give --calibrate FILE");
  }
  if (!in_int8 && !options.calibrate.empty()) {
    fail(Category::input, "--calibrate is for int8, not for --precision " + options.precision);
  }
  return chosen;
}

}  // namespace

void ModelOptions::add_to(CLI::App& command) {
  command.add_option("--precision", precision, "fp32, fp16, bf16 or int8")
      ->check(CLI::IsMember(precisions));
  command.add_option("--inputs", inputs, "Inputs, a dataset (HDF5) or array (.npz) each");
  command.add_option("--calibrate", calibrate, "Inputs to choose int8 scales by");
  command.add_option("--input", shapes, "Shape of an input: NAME=1x3x224x224")->take_all();
  command.add_option("--dim", dims, "Extent of a dimension by its name: N=1")->take_all();
}

std::shared_ptr<const graph::Graph> read_model(const ModelOptions& options) {
  onnx::Options import;
  for (const std::string& text : options.shapes) add_input_option(import, text);
  for (const std::string& text : options.dims) add_dim_option(import, text);
  auto model = std::make_shared<graph::Graph>(onnx::import_model(options.model, import));
  simplify(*model);
  return model;
}

std::size_t CompiledModel::weight_bytes() const {
  std::size_t bytes = 0;
  for (const lower::Array& array : lowered.weights) bytes += array.data.bytes().size();
  return bytes;
}

CompiledModel::Int8Weights CompiledModel::int8_weights() const {
  Int8Weights out;
  for (const lower::Array& array : lowered.weights) {
    if (array.data.type().element != graph::Element::i8) continue;
    ++out.count;
    out.bytes += array.data.bytes().size();
  }
  return out;
}

lower::Precision CompiledModel::arithmetic() const {
  const bool none = precision == lower::Precision::int8 && int8_weights().count == 0;
  return none ? lower::Precision::fp16 : precision;
}

std::string weights_text(const CompiledModel& compiled) {
  const std::string all = counted(compiled.lowered.weights.size(), "weight") + " of " +
                          counted(compiled.weight_bytes(), "byte");
  if (compiled.precision != lower::Precision::int8) {
    return all + " in " + std::string(name_of(compiled.precision));
  }
  const CompiledModel::Int8Weights in_int8 = compiled.int8_weights();
  if (in_int8.count == 0) return all + ", none of them in int8: the program is that of fp16";
  return all + ", " + std::to_string(in_int8.count) + " of them in int8 (" +
         counted(in_int8.bytes, "byte") + "), the others as in fp16";
}

CompiledModel compile_model(const ModelOptions& options, std::shared_ptr<const graph::Graph> model,
                            const std::string& target,
                            const std::vector<topology::Assignment>& constants) {
  lower::Request request;
  request.machine =
      std::make_shared<const topology::Topology>(machine::load_topology(target, constants));
  const lower::Lowering& lowering = lower::lowering_for(*request.machine);
  request.precision = chosen_precision(options, lowering);
  request.graph = std::move(model);
  request.model = std::filesystem::path(options.model).filename().string();
  if (request.precision == lower::Precision::int8) {
    request.magnitudes = largest_magnitudes(options.calibrate, *request.graph);
  }
  return {request.graph, request.machine, target, request.precision, lowering.lower(request)};
}

ModelInputs inputs_of(const ModelOptions& options, const lower::Lowered& lowered,
                      const graph::Graph& model) {
  if (options.inputs.empty()) return pattern_inputs(lowered, model);
  return read_inputs(options.inputs, lowered, model);
}

void write_model(const ModelOptions& options, const CompiledModel& compiled,
                 const ModelInputs& inputs, const Expected& expected,
                 const TemporaryFolder& folder) {
  const lower::Lowered& lowered = compiled.lowered;
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
  const JobFacts facts{options.model, compiled.target, inputs.runs, expected.checked,
                       expected.bounded};
  write_file(folder.file("job.toml"), job_text(facts, lowered, false));
  if (!expected.checked) return;
  trace::write_tensors(folder.file("expected.h5"), expected.values);
  trace::write_tensors(folder.file("bounds.h5"), expected.bounds);
  write_file(folder.file("job-nodes.toml"), job_text(facts, lowered, true));
}

}  // namespace weft::cli
