// SPDX-License-Identifier: Apache-2.0
// Which layers have a row, and what their cells say.
#include "cli/compare/layer_rows.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/number_text.hpp"
#include "lower/names.hpp"

namespace weft::cli::compare {
namespace {

using analysis::LayerTime;

constexpr std::size_t most_of_machine = 10;

/// By cycles, the most first; of two alike the earlier one.
std::vector<const LayerTime*> largest_layers(const ModelRun& run) {
  std::vector<const LayerTime*> list;
  for (const LayerTime& layer : run.layers.list) {
    if (layer.cycles > 0) list.push_back(&layer);
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const auto* a, const auto* b) { return a->cycles > b->cycles; });
  if (list.size() > most_of_machine) list.resize(most_of_machine);
  return list;
}

/// Places of layers by name: inputs and nodes as the model has them, others behind in the order in
/// which they run.
std::map<std::string, std::size_t> model_order(const Subject& subject,
                                               const std::vector<ModelRun>& runs) {
  std::map<std::string, std::size_t> out;
  const auto add = [&out](const std::string& name) { out.try_emplace(name, out.size()); };
  const graph::Graph& graph = *subject.graph;
  for (const graph::ValueId id : graph.inputs) add(lower::layer_name(graph[id].name));
  for (const graph::Node& node : graph.nodes) {
    for (const graph::ValueId id : node.outputs) add(lower::layer_name(graph[id].name));
  }
  for (const ModelRun& run : runs) {
    for (const LayerTime& layer : run.layers.list) add(layer.name);
  }
  return out;
}

Cell layer_cell(const ModelRun& run, const std::string& name) {
  const auto& list = run.layers.list;
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const LayerTime& layer) { return layer.name == name; });
  if (found == list.end()) return {"-", {}};
  const auto most = std::max_element(
      list.begin(), list.end(), [](const auto& a, const auto& b) { return a.cycles < b.cycles; });
  std::string text =
      grouped(found->cycles) + " (" + percent(found->cycles, run.layers.run_cycles) + " %)";
  if (most->cycles == 0) return {text, {}};
  return {text, static_cast<double>(found->cycles) / static_cast<double>(most->cycles)};
}

}  // namespace

std::vector<Row> layer_rows_of(const Subject& subject, const std::vector<ModelRun>& runs) {
  const std::map<std::string, std::size_t> order = model_order(subject, runs);
  std::map<std::size_t, const LayerTime*> shown;
  for (const ModelRun& run : runs) {
    for (const LayerTime* layer : largest_layers(run)) {
      const auto [entry, is_new] = shown.try_emplace(order.at(layer->name), layer);
      if (!is_new && entry->second->source.empty()) entry->second = layer;
    }
  }
  std::vector<Row> out;
  for (const auto& [place, layer] : shown) {
    out.push_back({layer->name, layer->source, true, {}});
    for (const ModelRun& run : runs) out.back().cells.push_back(layer_cell(run, layer->name));
  }
  return out;
}

}  // namespace weft::cli::compare
