// SPDX-License-Identifier: Apache-2.0
// From a model to patterns, data, job and the values that must come out.
#include "lower/rdu/rdu.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "graph/evaluation_bytes.hpp"
#include "lower/judge.hpp"
#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Element;
using graph::Numbers;
using graph::ValueId;
using program::rdu::HostMatrices;
using program::rdu::PatternOptions;

namespace {

constexpr const char* file_name = "model.patterns";

std::string title_of(const std::string& model, const std::string& machine) {
  return "# " + model + " as patterns for " + machine +
         ", written by weft compile. A line a pattern, matrices of bf16:\n"
         "# images lie a row a pixel, a column a channel. docs/sn.md has the language.\n\n";
}

/// What the job says of one run: inputs in, run, results out.
std::string run_text(const Model& model, std::uint64_t run, std::uint64_t runs, bool nodes) {
  const auto command = [&](const std::string& verb, const std::string& what) {
    std::string out = "\n[[command]]\n" + verb + " = " + quoted(what) + "\n";
    if (runs > 1) {
      out += "name = " + quoted(verb + " " + what + " " + std::to_string(run)) + "\n";
    }
    return out;
  };
  std::string out;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    if (!model.input_taken[i]) continue;
    out += command("copy_in", model.input_patterns[i]);
    out += "data = " + quoted("inputs.h5:" + model.inputs[i].name) + "\n";
    if (runs > 1) out += "items = [" + std::to_string(run) + ", 1]\n";
  }
  out += command("launch", "run");
  for (std::size_t i = 0; i < model.results.size(); ++i) {
    if (!nodes && !model.results[i].output) continue;
    std::string text = command("copy_out", model.result_patterns[i]);
    if (runs == 1 && model.results[i].name != model.result_patterns[i]) {
      text += "name = " + quoted("copy_out " + model.results[i].name) + "\n";
    }
    out += text;
    if (model.results[i].name != model.result_patterns[i]) {
      out += "result = " + quoted(model.results[i].name) + "\n";
    }
    if (runs > 1) out += "appends = true\n";
  }
  return out;
}

std::string job_text(const Model& model, std::uint64_t runs, bool nodes) {
  std::string out = "[program]\nrdu_patterns = " + quoted(file_name) +
                    "\n\n[program.parameters]\nfusion = \"o1\"\noutputs = " +
                    (nodes ? "\"nodes\"" : "\"model\"") + "\n";
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    out += "\n[[command]]\ncopy_in = " + quoted(model.weight_patterns[i]) +
           "\ndata = " + quoted("weights.h5:" + model.weights[i].name) + "\n";
  }
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    if (!model.input_taken[i]) out += unread_text(model.inputs[i].name);
  }
  for (std::uint64_t run = 0; run < runs; ++run) out += run_text(model, run, runs, nodes);
  return out;
}

/// All that patterns give, for inputs and weights as bf16 holds them.
HostMatrices values_of(const Model& model, const std::vector<graph::Tensor>& inputs) {
  HostMatrices given(model.given.begin(), model.given.end());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Numbers numbers = numbers_of(inputs[i]);
    auto& to = given[model.input_patterns[i]];
    for (const double number : numbers.floats) to.push_back(static_cast<float>(number));
    for (const std::int64_t number : numbers.whole) to.push_back(static_cast<float>(number));
  }
  program::rdu::Patterns all = model.patterns;
  for (std::uint32_t p = 0; p < all.list().size(); ++p) all.output(p);
  return evaluate_patterns(all, PatternOptions{}, given);
}

class Evaluation {
 public:
  Evaluation(const Model& model, const std::vector<graph::Tensor>& inputs)
      : model_(model), matrices_(values_of(model, inputs)) {
    for (std::size_t id = 0; id < model.graph->values.size(); ++id) {
      values_.push_back(value(ValueId{static_cast<std::uint32_t>(id)}));
    }
  }

  Evaluated result() const {
    Evaluated out;
    for (std::size_t i = 0; i < model_.results.size(); ++i) {
      const std::vector<float>& matrix = matrices_.at(model_.result_patterns[i]);
      Numbers numbers;
      numbers.type = model_.results[i].type;
      numbers.floats.assign(matrix.begin(), matrix.end());
      out.values.push_back(tensor_of(numbers));
    }
    Judge judge(*model_.graph);
    for (const graph::Node& node : model_.graph->nodes) {
      judge.node(node, numbers_of_all(node.inputs), numbers_of_all(node.outputs), formats_of(node));
    }
    out.judgement = judge.judgement();
    for (std::size_t i = 0; i < model_.results.size(); ++i) {
      const auto found = out.judgement.limits.find(model_.results[i].value);
      if (found == out.judgement.limits.end()) {
        out.limits.emplace_back();
        continue;
      }
      out.limits.push_back(
          Evaluated::Between{laid_out(found->second.low, i), laid_out(found->second.high, i)});
    }
    out.judgement.limits.clear();
    return out;
  }

 private:
  /// nullptr: absent, or made by nobody.
  graph::Operands numbers_of_all(const std::vector<ValueId>& ids) const {
    graph::Operands out;
    for (const ValueId id : ids) {
      const bool is_there = id != graph::no_value &&
                            (!model_.held[index(id)].empty() || (*model_.graph)[id].constant);
      out.push_back(is_there ? &values_[index(id)] : nullptr);
    }
    return out;
  }

  /// Sums and steps are fp32, rounded once; exponents, factors of a batch norm and what stands
  /// between the products of an attention or a recurrence are bf16.
  static graph::Formats formats_of(const graph::Node& node) {
    graph::Formats formats;
    formats.result = Element::bf16;
    const bool rounds_between = std::holds_alternative<graph::Softmax>(node.what) ||
                                std::holds_alternative<graph::BatchNormalise>(node.what) ||
                                std::holds_alternative<graph::Attention>(node.what) ||
                                std::holds_alternative<graph::Recurrent>(node.what);
    formats.arithmetic = rounds_between ? Element::bf16 : Element::f32;
    return formats;
  }

  /// As result `i` lies in its matrix.
  graph::Tensor laid_out(const Numbers& numbers, std::size_t i) const {
    Numbers out;
    out.type = model_.results[i].type;
    const graph::Shape& shape = (*model_.graph)[model_.results[i].value].type.shape;
    const std::vector<std::size_t> places = places_of(shape, model_.result_held[i]);
    out.floats.resize(places.size());
    for (std::size_t e = 0; e < places.size(); ++e) {
      // Conditions are 0 and 1 there.
      out.floats[places[e]] =
          numbers.floats.empty() ? static_cast<double>(numbers.whole[e]) : numbers.floats[e];
    }
    return tensor_of(out);
  }

  Numbers value(ValueId id) const {
    const graph::Value& of = (*model_.graph)[id];
    Numbers out;
    out.type = of.type;
    const bool floats = is_floating(of.type.element);
    if (floats) out.type.element = Element::bf16;
    const auto& held = model_.held[index(id)];
    if (held.empty()) return of.constant ? rounded(*of.constant, out.type) : out;
    const std::string& name = model_.patterns.list()[held.front().pattern].name;
    const std::vector<float>& matrix = matrices_.at(name);
    for (const std::size_t place : places_of(of.type.shape, held.front())) {
      if (floats) {
        out.floats.push_back(static_cast<double>(matrix[place]));
      } else {
        out.whole.push_back(static_cast<std::int64_t>(matrix[place]));
      }
    }
    return out;
  }
  static Numbers rounded(const graph::Tensor& constant, const graph::TensorType& type) {
    Numbers out = numbers_of(constant);
    out.type = type;
    for (double& number : out.floats) number = graph::rounded_to(Element::bf16, number);
    return out;
  }

  const Model& model_;
  HostMatrices matrices_;
  std::vector<Numbers> values_;
};

/// Both fusions, with and without the nodes' values: what a job may say must fit.
void require_room(const Model& model, const program::rdu::Timing& timing,
                  const std::string& machine) {
  for (const bool nodes : {false, true}) {
    program::rdu::Patterns patterns = model.patterns;
    for (const bool output : {false, true}) {  // two results may be one matrix
      for (std::size_t i = 0; !nodes && i < model.results.size(); ++i) {
        if (model.results[i].output == output) {
          patterns.output(model.result_held[i].pattern, output);
        }
      }
    }
    for (const bool fused : {true, false}) {
      PatternOptions options;
      options.fused = fused;
      options.hbm = timing.hbm.has_value();  // as a job that does not say where
      try {
        make_patterns(patterns, timing, options);
      } catch (const Error& error) {
        fail(Category::unsupported, "no program for " + machine + ": " + error.what());
      }
    }
  }
}

}  // namespace

Lowered lower(const Request& request) {
  const program::rdu::Timing timing = program::rdu::read_timing(*request.machine);
  if (!timing.section || timing.body.rows == 0) {
    fail(Category::unsupported,
         "models are lowered to RDUs with sections and output-stationary "
         "bodies; '" +
             request.machine->name() + "' has none");
  }
  require_supported(*request.graph, request.machine->name());
  const auto model = std::make_shared<Model>();
  model->graph = request.graph;
  Writer(*request.graph, *model, timing.memory_words)
      .write(title_of(request.model, request.machine->name()));
  require_room(*model, timing, request.machine->name());
  Lowered out;
  out.files.push_back({file_name, model->text});
  out.weights = model->weights;
  out.inputs = model->inputs;
  out.results = model->results;
  out.without_data = "program.mode=\"timing\"";
  out.job = [model](std::uint64_t runs, bool nodes) { return job_text(*model, runs, nodes); };
  out.evaluation_bytes = graph::evaluation_bytes(*model->graph);
  out.evaluate = [model](const std::vector<graph::Tensor>& inputs) {
    return Evaluation(*model, inputs).result();
  };
  return out;
}

}  // namespace weft::lower::rdu
