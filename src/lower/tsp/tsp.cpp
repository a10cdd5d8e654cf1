// SPDX-License-Identifier: Apache-2.0
// From a model to program, data, job and the values that must come out.
#include "lower/tsp/tsp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "graph/arithmetic.hpp"
#include "graph/evaluate.hpp"
#include "graph/evaluation_bytes.hpp"
#include "lower/judge.hpp"
#include "lower/tsp/writer.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_tensor_values.hpp"
#include "program/tsp_timing.hpp"

namespace weft::lower::tsp {

using graph::Element;
using graph::Numbers;

namespace {

/// A model as it was written.
struct Model {
  graph::Graph graph;  ///< floats are f16
  std::unique_ptr<Writer> writer;
  program::tsp::TensorProgram program;  ///< every node's value is an output
};

/// Constants in fp16: what stands for the end of fp32's range becomes the end of fp16's; other
/// numbers beyond it are refused.
void fit_constants(graph::Graph& graph, const std::string& target) {
  constexpr double largest = 65504.0;
  constexpr double end = std::numeric_limits<float>::max();
  Lacks lacks;
  for (graph::Value& value : graph.values) {
    if (!value.constant || !is_floating(value.type.element)) continue;
    Numbers numbers = graph::numbers_of(*value.constant);
    bool moved = false;
    for (double& number : numbers.floats) {
      if (!std::isfinite(number) || std::abs(number) <= largest) continue;
      if (std::abs(number) != end) {
        lacks.add("'" + value.name + "' has numbers that fp16 does not hold");
        break;
      }
      number = std::copysign(largest, number);
      moved = true;
    }
    if (moved) value.constant = tensor_of(numbers);
  }
  lacks.raise(target);
}

std::string command(const std::string& verb, const std::string& tensor,
                    const std::string& more = "") {
  return "\n[[command]]\n" + verb + " = " + quoted(tensor) + "\n" + more;
}

/// Weights once; then for each run inputs, launch and results, which stand behind each other.
std::string job_text(const Writer& writer, std::uint64_t runs, bool nodes) {
  std::string out =
      std::string("[program]\ntsp_tensors = \"model") + (nodes ? "-nodes" : "") + ".tensors\"\n";
  for (const auto& [tensor, array] : writer.weights()) {
    out += command("copy_in", tensor, "data = " + quoted("weights.h5:" + array.name) + "\n");
  }
  for (const Writer::Input& one : writer.inputs()) {
    if (one.tensor.empty()) out += unread_text(one.input.name);
  }
  for (std::uint64_t run = 0; run < runs; ++run) {
    const std::string number = runs == 1 ? "" : ", run " + std::to_string(run);
    const auto name = [&](const std::string& what) {
      return runs == 1 ? "" : "name = " + quoted(what + number) + "\n";
    };
    for (const Writer::Input& one : writer.inputs()) {
      if (one.tensor.empty()) continue;
      out += command("copy_in", one.tensor,
                     name(one.input.name) + "data = " + quoted("inputs.h5:" + one.input.name) +
                         "\nitems = [" + std::to_string(run) + ", 1]\n");
    }
    out += command("launch", "run", name("model"));
    for (const Writer::Made& made : writer.results()) {
      if (!nodes && !made.result.output) continue;
      out += command("copy_out", made.tensor,
                     name(made.result.name) + "result = " + quoted(made.result.name) +
                         (runs == 1 ? "\n" : "\nappends = true\n"));
    }
  }
  return out;
}

graph::Tensor tensor_of_bytes(const graph::TensorType& type, const std::vector<std::byte>& bytes) {
  return {type, bytes};
}

/// A tensor's numbers with the value's own axes.
Numbers numbers_of_held(const graph::Tensor& tensor, const Held& held,
                        const graph::TensorType& type) {
  Numbers out = graph::numbers_of(tensor);
  Order back(held.order.size());
  bool moves = false;
  for (std::size_t i = 0; i < held.order.size(); ++i) {
    back[static_cast<std::size_t>(held.order[i])] = static_cast<std::int64_t>(i);
    moves = moves || held.order[i] != static_cast<std::int64_t>(i);
  }
  if (moves) out = graph::evaluate(graph::Transpose{back}, {&out})[0];
  out.type = type;
  return out;
}

/// Numbers of a value as its tensor has them.
graph::Tensor lying(Numbers numbers, const Writer::Made& made) {
  bool moves = false;
  for (std::size_t i = 0; i < made.held.order.size(); ++i) {
    moves = moves || made.held.order[i] != static_cast<std::int64_t>(i);
  }
  if (moves) numbers = graph::evaluate(graph::Transpose{made.held.order}, {&numbers})[0];
  numbers.type = made.result.type;
  return graph::tensor_of(numbers);
}

/// Sums are f32 and results f16. What attention multiplies values by is f16 too, and the functions
/// of gelu are approximations (docs/compile.md).
graph::Formats formats_of(const graph::Node& node) {
  graph::Formats formats;
  formats.result = Element::f16;
  formats.arithmetic = Element::f32;
  if (std::holds_alternative<graph::Attention>(node.what)) formats.arithmetic = Element::f16;
  const auto* unary = std::get_if<graph::Unary>(&node.what);
  constexpr double approximation_units = 8;
  if (unary != nullptr && unary->function == graph::UnaryFunction::gelu) {
    formats.function_units = approximation_units;
  }
  return formats;
}

/// A product's operands as the MXM has them in i8: whole steps.
std::pair<Numbers, Numbers> in_steps(const graph::Node& node, const Writer::Scales& scales,
                                     const std::vector<Numbers>& values) {
  constexpr double largest = 127.0;
  Numbers left = values[index(node.inputs[0])];
  for (double& number : left.floats) {
    const float steps = std::nearbyint(static_cast<float>(number) * scales.steps);
    const double held = std::clamp(static_cast<double>(steps), -largest - 1, largest);
    number = held * static_cast<double>(scales.operand);
  }
  Numbers weights = values[index(node.inputs[1])];
  const bool window = std::holds_alternative<graph::Convolution>(node.what);
  const auto* product = std::get_if<graph::MatMul>(&node.what);
  const std::size_t columns = scales.of_column.size();
  const std::size_t each = weights.floats.size() / columns;
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    const bool by_rows = window || product->transpose_b;  // a column's weights are a row
    const auto step = static_cast<double>(scales.of_column[by_rows ? i / each : i % columns]);
    weights.floats[i] =
        std::clamp(std::nearbyint(weights.floats[i] / step), -largest, largest) * step;
  }
  return {std::move(left), std::move(weights)};
}

Evaluated evaluate(const Model& model, const std::vector<graph::Tensor>& inputs) {
  const graph::Graph& graph = model.graph;
  std::vector<Numbers> values(graph.values.size());
  program::tsp::TensorInputs given;
  for (const auto& [tensor, array] : model.writer->weights()) {
    given[tensor].assign(array.data.bytes().begin(), array.data.bytes().end());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string& tensor = model.writer->inputs()[i].tensor;
    if (!tensor.empty()) given[tensor].assign(inputs[i].bytes().begin(), inputs[i].bytes().end());
    const graph::ValueId id = graph.inputs[i];
    values[index(id)] = graph::numbers_of(inputs[i]);
    values[index(id)].type.element = graph[id].type.element;
  }
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].constant) values[i] = graph::numbers_of(*graph.values[i].constant);
  }
  const auto bytes = program::tsp::evaluate(model.program, given);
  Evaluated out;
  for (const Writer::Made& made : model.writer->results()) {
    out.values.push_back(tensor_of_bytes(made.result.type, bytes[made.held.id]));
    values[index(made.result.value)] =
        numbers_of_held(out.values.back(), made.held, graph[made.result.value].type);
  }
  Judge judge(graph);
  for (const graph::Node& node : graph.nodes) {
    graph::Operands operands;
    for (const graph::ValueId id : node.inputs) {
      operands.push_back(id == graph::no_value ? nullptr : &values[index(id)]);
    }
    graph::Operands results;  // what nothing reads is not made
    for (const graph::ValueId id : node.outputs) {
      results.push_back(values[index(id)].type.shape == graph[id].type.shape ? &values[index(id)]
                                                                             : nullptr);
    }
    const auto scales = model.writer->scales().find(index(node.outputs[0]));
    if (scales == model.writer->scales().end()) {
      judge.node(node, operands, results, formats_of(node));
      continue;
    }
    const auto [left, weights] = in_steps(node, scales->second, values);
    operands[0] = &left;
    operands[1] = &weights;
    judge.node(node, operands, results, formats_of(node));
  }
  out.judgement = judge.judgement();
  for (const Writer::Made& made : model.writer->results()) {
    const auto found = out.judgement.limits.find(made.result.value);
    if (found == out.judgement.limits.end()) {
      out.limits.emplace_back();
      continue;
    }
    out.limits.push_back(
        Evaluated::Between{lying(found->second.low, made), lying(found->second.high, made)});
  }
  out.judgement.limits.clear();
  return out;
}

/// Takes as many chips as the memory of one is too small, cut between the model's nodes: the
/// scheduler's word for what it refuses.
void fit(Writer& writer, const topology::Topology& machine) {
  program::tsp::ScheduleOptions options;
  options.timing_only = true;
  options.system = program::tsp::read_system(machine);
  const program::tsp::Timing timing = program::tsp::read_timing(machine);
  // Chips of a node have cables to each other.
  const std::uint32_t most = std::min(options.system.chips, program::tsp::chips_a_node);
  const auto& results = writer.results();
  const bool all_are_outputs = std::all_of(
      results.begin(), results.end(), [](const Writer::Made& made) { return made.result.output; });
  for (std::uint32_t chips = 1;; ++chips) {
    writer.cut(chips);
    try {
      schedule(writer.program(false), timing, options);
      // With all values of nodes: the same program where all of them are the model's outputs.
      if (!all_are_outputs) schedule(writer.program(true), timing, options);
      return;
    } catch (const Error& error) {
      if (error.category() == Category::internal) throw;
      if (error.category() == Category::limit && chips < most) continue;
      fail(Category::unsupported, "no program for " + machine.name() + ": " + error.what());
    }
  }
}

}  // namespace

Lowered lower(const Request& request) {
  const std::string target = request.machine->name();
  const auto model = std::make_shared<Model>();
  model->graph = *request.graph;
  fit_constants(model->graph, target);
  graph::change_format(model->graph, Element::f32, Element::f16);
  model->writer = std::make_unique<Writer>(
      model->graph, request.model,
      request.precision == Precision::int8 ? request.magnitudes : std::vector<double>());
  Writer& writer = *model->writer;
  writer.write(target);
  fit(writer, *request.machine);
  model->program = writer.program(true);
  Lowered out;
  out.files.push_back({"model.tensors", writer.text(false)});
  out.files.push_back({"model-nodes.tensors", writer.text(true)});
  for (const auto& [tensor, array] : writer.weights()) out.weights.push_back(array);
  for (const Writer::Input& one : writer.inputs()) out.inputs.push_back(one.input);
  for (const Writer::Made& made : writer.results()) out.results.push_back(made.result);
  out.without_data = "program.mode=\"timing\"";
  out.job = [model](std::uint64_t runs, bool nodes) {
    return job_text(*model->writer, runs, nodes);
  };
  out.evaluation_bytes = graph::evaluation_bytes(model->graph);
  out.evaluate = [model](const std::vector<graph::Tensor>& inputs) {
    return evaluate(*model, inputs);
  };
  return out;
}

}  // namespace weft::lower::tsp
