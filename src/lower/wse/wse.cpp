// SPDX-License-Identifier: Apache-2.0
// From a model to program, data, job and the values that must come out.
#include "lower/wse/wse.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "graph/evaluation_bytes.hpp"
#include "graph/shapes.hpp"
#include "lower/judge.hpp"
#include "lower/names.hpp"
#include "lower/wse/model.hpp"
#include "lower/wse/plan.hpp"
#include "lower/wse/support.hpp"
#include "lower/wse/templates.hpp"
#include "lower/wse/writer.hpp"

namespace weft::lower::wse {

using graph::Element;
using graph::ValueId;

Machine machine_of(const topology::Topology& topology, bool half) {
  Machine out;
  out.name = topology.name();
  out.architecture = topology.text("pe.data_task_ids") == "color" ? "wse2" : "wse3";
  out.rules.flush_subnormals = topology.boolean("pe.float.flush_subnormals");
  out.rules.canonical_nan = topology.boolean("pe.float.canonical_nan");
  out.rules.fused_f32 = topology.boolean("pe.float.fmacs_fused");
  out.rules.fused_f16 = topology.boolean("pe.float.fmach_fused");
  out.rules.exact_mixed_product = topology.boolean("pe.float.fmachs_product_exact");
  constexpr std::int64_t code_bytes = 8192;  // kept for instructions and the runtime
  out.data_bytes = topology.integer("pe.sram_bytes") - code_bytes;
  const Rectangle region = topology.max_region();
  out.width = region.width;
  out.height = region.height;
  out.half = half;
  return out;
}

namespace {

/// A model, lowered, and what evaluating it takes.
struct Model {
  graph::Graph graph;
  Machine machine;
  Plan plan;
  Written written;
  std::size_t nodes = 0;  ///< of the model as it was given
};

Element machine_element(const Model& model, Element element) {
  if (is_floating(element)) return model.machine.element();
  return Element::i32;
}

/// The wafer is wide once for all strips: where they are too wide, each gets fewer columns and, as
/// it must hold the same weights, more rows.
void make_plan(Model& model, const Lacks& lacks) {
  Machine& machine = model.machine;
  for (;; machine.most_columns /= 2) {
    model.plan = plan_of(model.graph, machine, lacks);
    if (model.plan.width <= machine.width && model.plan.height <= machine.height) return;
    if (machine.most_columns == 1) break;
  }
  fail(Category::unsupported, "the model needs " + std::to_string(model.plan.width) + " x " +
                                  std::to_string(model.plan.height) + " PEs, and " + machine.name +
                                  " has " + std::to_string(machine.width) + " x " +
                                  std::to_string(machine.height));
}

/// A result under `handle`, of strip `i`.
void add_result(Model& model, std::size_t i, const std::string& handle) {
  const Strip& strip = model.plan.strips[i];
  graph::TensorType type = strip.type;
  type.element = machine_element(model, type.element);
  const std::string& name = model.graph[strip.value].name;
  const std::string node = strip.node == nullptr ? "'" + name + "'" : place_of(*strip.node);
  model.written.results.push_back({strip.value, handle, node, type, strip.to_host});
  model.written.strips.push_back(i);
}

/// Outputs have their own names, even those that a node gives in another order than the host gets.
/// `given`: the model before it was written anew.
void name_values(Model& model, const graph::Graph& given) {
  ValueNames names(given);
  for (const ValueId id : model.graph.inputs) {
    const graph::Value& value = model.graph[id];
    model.written.inputs.push_back(
        {names.of(value.name), {machine_element(model, value.type.element), value.type.shape}});
  }
  std::set<ValueId> to_host;
  for (const Strip& strip : model.plan.strips) {
    if (strip.to_host) to_host.insert(strip.value);
  }
  for (std::size_t i = 0; i < model.plan.strips.size(); ++i) {
    const Strip& strip = model.plan.strips[i];
    if (!strip.to_host && strip.node == nullptr) continue;
    const std::string& name = model.graph[strip.value].name;
    const bool other = !strip.to_host && to_host.count(strip.value) != 0;
    add_result(model, i, other ? names.further(name) : names.of(name));
  }
}

/// As a strip gives it.
graph::Tensor as_given(const graph::Numbers& numbers, const Strip& strip,
                       const graph::TensorType& type) {
  graph::Numbers out = numbers;
  if (strip.channels_last) {
    graph::Transpose turn;
    for (std::int64_t i = 0; i < graph::rank_of(numbers.type.shape); ++i) {
      turn.permutation.push_back(i);
    }
    std::rotate(turn.permutation.begin() + 1, turn.permutation.begin() + 2, turn.permutation.end());
    out = graph::evaluate(graph::Operator{turn}, {&numbers})[0];
  }
  out.type = type;
  return tensor_of(out);
}

Evaluated evaluated(const Model& model, const std::vector<graph::Tensor>& inputs) {
  std::vector<graph::Numbers> given;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    given.push_back(numbers_of(inputs[i]));
    given.back().type = model.graph[model.graph.inputs[i]].type;
    for (double& x : given.back().floats) x = graph::rounded_to(given.back().type.element, x);
  }
  const auto values = graph::evaluate(model.graph, given, Arithmetic(model.machine));
  Evaluated out;
  for (std::size_t i = 0; i < model.written.results.size(); ++i) {
    const Result& result = model.written.results[i];
    const Strip& strip = model.plan.strips[model.written.strips[i]];
    out.values.push_back(as_given(values[index(result.value)], strip, result.type));
  }
  graph::Formats formats;
  formats.result = model.machine.element();
  formats.arithmetic = Element::f32;
  constexpr double units = 4;  // of the last place, of functions made of several operations
  formats.function_units = units;
  Judge judge(model.graph);
  for (const graph::Node& node : model.graph.nodes) judge.node(node, values, formats);
  out.judgement = judge.judgement();
  out.judgement.nodes = model.nodes;  // one that was taken apart is one
  for (std::size_t i = 0; i < model.written.results.size(); ++i) {
    const Result& result = model.written.results[i];
    const Strip& strip = model.plan.strips[model.written.strips[i]];
    const auto found = out.judgement.limits.find(result.value);
    out.limits.emplace_back();
    if (found == out.judgement.limits.end()) continue;
    out.limits.back() = {as_given(found->second.low, strip, result.type),
                         as_given(found->second.high, strip, result.type)};
  }
  out.judgement.limits.clear();
  return out;
}

}  // namespace

Lowered lower(const Request& request) {
  const auto model = std::make_shared<Model>();
  model->machine = machine_of(*request.machine, request.precision == Precision::fp16);
  model->nodes = request.graph->nodes.size();
  model->graph = prepared(*request.graph, model->machine);
  require_sizes(model->graph, model->machine);
  make_plan(*model, other_roundings(*request.graph, model->machine));
  model->written.title = request.model;
  name_values(*model, *request.graph);
  Lowered out;
  out.files.push_back({"layout.csl", layout_text(model->plan, model->machine, request.model)});
  std::set<std::string> templates;
  out.files.push_back({"idle.csl", template_text("idle.csl")});
  for (const Strip& strip : model->plan.strips) {
    for (const std::string& file : strip.files) {
      if (!templates.insert(file).second) continue;
      out.files.push_back({file, template_text(file)});
    }
    for (const Part& part : strip.parts) out.weights.push_back(part.array);
  }
  out.files.push_back({"run.py", script_text(model->plan, model->machine, model->written)});
  out.files.push_back({"commands_" + model->machine.architecture + ".sh",
                       commands_text(model->plan, model->machine)});
  out.inputs = model->written.inputs;
  out.results = model->written.results;
  out.job = [model](std::uint64_t runs, bool nodes) {
    return job_text(model->plan, model->machine, model->written, runs, nodes);
  };
  out.evaluation_bytes = graph::evaluation_bytes(model->graph);
  out.evaluate = [model](const std::vector<graph::Tensor>& inputs) {
    return evaluated(*model, inputs);
  };
  return out;
}

}  // namespace weft::lower::wse
