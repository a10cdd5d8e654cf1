// SPDX-License-Identifier: Apache-2.0
// Layers shared out among ranks, run as `weft compare` runs models, and gathered.
#include "cli/advise/emulate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/compare/model_run.hpp"
#include "engine/agreement.hpp"
#include "graph/layers.hpp"
#include "graph/products.hpp"
#include "lower/registry.hpp"
#include "machine/machine.hpp"

namespace weft::cli::advising {
namespace {

using advice::EmulatedLayer;
using advice::EmulatedWhole;
using advice::Emulation;
using advice::RunCost;
using compare::ModelRun;
using compare::Subject;

/// One layer on one machine.
struct LayerTask {
  std::size_t target = 0, kind = 0;
};

/// What a rank tells of a run.
struct Told {
  RunCost cost;
  std::string precision;
  bool of_layer = false;             ///< `cost` is of the layer, without its ways in and out
  std::vector<std::string> changes;  ///< that the second run makes to the machine
};

Told told_of(const ModelRun& run) {
  Told out;
  out.cost.refused = run.refused;
  if (run.exit_code != 0) {
    const std::string first = run.refused.substr(0, run.refused.find('\n'));
    out.cost.refused = "a defect of weft, whose program ended so: " + first;
  }
  if (!run.refused.empty()) return out;
  out.precision = run.precision;
  out.cost.cycles = run.cycles;
  out.cost.seconds = run.seconds;
  if (run.choices.share) out.cost.slower_cycles = run.choices.cycles;
  out.changes = run.choices.changes;
  out.cost.why_not = run.choices.why;
  return out;
}

/// Of a layer's own cycles where the machine tells them.
Told told_of_layer(const ModelRun& run) {
  Told out = told_of(run);
  if (!run.layer_cycles) return out;
  out.of_layer = true;
  out.cost.cycles = *run.layer_cycles;
  out.cost.seconds = run.layer_seconds;
  return out;
}

Json json_of(const Told& told) {
  return Json::array({told.cost.refused, told.cost.cycles, told.cost.seconds, told.precision,
                      told.of_layer, told.changes});
}

Told told_from(const Json& json) {
  Told out;
  json.at(0).get_to(out.cost.refused);
  json.at(1).get_to(out.cost.cycles);
  json.at(2).get_to(out.cost.seconds);
  json.at(3).get_to(out.precision);
  json.at(4).get_to(out.of_layer);
  json.at(5).get_to(out.changes);
  return out;
}

/// What a rank tells of a layer's second run: cycles of all of it and of the layer, or why not.
Json json_of(const compare::Choices& slower) {
  const auto& layer = slower.layer_cycles;
  return Json::array({slower.why, slower.cycles, layer ? Json(*layer) : Json()});
}

void add_slower(const Json& json, Told& told) {
  json.at(0).get_to(told.cost.why_not);
  const Json& cycles = json.at(told.of_layer ? 2 : 1);
  if (told.cost.why_not.empty() && !cycles.is_null()) {
    told.cost.slower_cycles = cycles.get<std::uint64_t>();
  }
}

/// What a run of a node takes here, about: multiply-adds, and elements that are moved.
double cost_of(const graph::Graph& graph, const graph::Node& node) {
  constexpr double cost_of_any = 5e7;  // compiling
  double cost = cost_of_any + graph::products_of(graph, node);
  for (const auto* ids : {&node.inputs, &node.outputs}) {
    for (const graph::ValueId id : *ids) {
      if (id != graph::no_value) cost += static_cast<double>(graph::count_of(graph[id].type.shape));
    }
  }
  return cost;
}

/// Elements of values, weights apart, that go into a node and out of it.
std::int64_t elements_of(const graph::Graph& graph, const graph::Node& node) {
  std::int64_t elements = 0;
  for (const auto* ids : {&node.inputs, &node.outputs}) {
    for (const graph::ValueId id : *ids) {
      if (id == graph::no_value || graph[id].constant) continue;
      elements += graph::count_of(graph[id].type.shape);
    }
  }
  return elements;
}

/// "" of a layer whose run does not take long.
std::string too_large(const graph::Graph& graph, const graph::Node& node,
                      const std::string& target) {
  const topology::Topology machine = machine::load_topology(target);
  for (const lower::Lowering& one : lower::lowerings()) {
    if (one.family != machine.family() || one.elements_in_seconds == 0) continue;
    const std::int64_t elements = elements_of(graph, node);
    if (elements <= one.elements_in_seconds) continue;
    return "not run: " + grouped(static_cast<std::uint64_t>(elements), "element") +
           " go in and out, and its run takes minutes (--large runs it)";
  }
  return "";
}

double relative_seconds(const std::string& target) {
  const topology::Topology machine = machine::load_topology(target);
  for (const lower::Lowering& one : lower::lowerings()) {
    if (one.family == machine.family()) return one.relative_seconds;
  }
  return 1;
}

Subject subject_of(const EmulateOptions& options, std::shared_ptr<const graph::Graph> graph,
                   bool choices) {
  Subject out;
  out.options = options.model;
  out.products = graph::products_of(*graph);
  out.graph = std::move(graph);
  out.checked = false;
  out.choices = choices;
  return out;
}

class Emulator {
 public:
  Emulator(const comm::Communicator& world, const EmulateOptions& options,
           std::shared_ptr<const graph::Graph> graph)
      : world_(world),
        options_(options),
        graph_(std::move(graph)),
        kinds_(graph::layer_kinds(*graph_)) {
    for (std::size_t target = 0; target < options_.targets.size(); ++target) {
      for (std::size_t kind = 0; kind < kinds_.size(); ++kind) tasks_.push_back({target, kind});
    }
  }

  std::vector<Emulation> run() {
    std::vector<std::size_t> all(tasks_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<Told> told(tasks_.size());
    run_layers(all, false, told);
    if (options_.choices) {
      const std::vector<std::size_t> asked = most_cycles(told);
      share_changes(asked, told);
      run_layers(asked, true, told);
    }
    take_views_out(told);
    std::vector<Emulation> out;
    out.resize(options_.targets.size());
    for (std::size_t i = 0; world_.is_root() && i < told.size(); ++i) {
      add(tasks_[i], told[i], out);
    }
    for (Emulation& one : out) advice::sort_layers(one);
    if (options_.whole) run_whole(out);
    return out;
  }

 private:
  /// Runs these tasks, each on one rank, into rank 0's `told`: their second runs with `choices`,
  /// for which `told` has the changes on every rank.
  void run_layers(const std::vector<std::size_t>& which, bool choices, std::vector<Told>& told) {
    std::vector<double> costs;
    for (const std::size_t i : which) {
      const graph::Node& node = (*graph_)[kinds_[tasks_[i].kind].nodes.front()];
      const std::string& target = options_.targets[tasks_[i].target];
      const bool runs = options_.large || too_large(*graph_, node, target).empty();
      costs.push_back(runs ? relative_seconds(target) * cost_of(*graph_, node) : 0);
    }
    const std::vector<int> ranks = shared_out(costs, world_.size());
    const comm::Communicator alone = world_.split(world_.rank(), 0);
    Json mine = Json::array();
    engine::together(world_, [&] {
      for (std::size_t i = 0; i < which.size(); ++i) {
        if (ranks[i] != world_.rank()) continue;
        mine.push_back(Json::array(
            {which[i], choices ? json_of(run_slower(alone, which[i], told[which[i]].changes))
                               : json_of(tell(alone, which[i]))}));
      }
    });
    const std::string text = mine.dump();
    const auto all = world_.gather(std::as_bytes(std::span(text.data(), text.size())));
    for (const comm::Bytes& bytes : all) {
      const auto* letters = reinterpret_cast<const char*>(bytes.data());
      for (const Json& one : Json::parse(letters, letters + bytes.size())) {
        Told& of_task = told[one.at(0).get<std::size_t>()];
        if (choices)
          add_slower(one.at(1), of_task);
        else
          of_task = told_from(one.at(1));
      }
    }
  }

  /// Collective: of each target the tasks with the most cycles, of which it takes `asked_share` of
  /// all that are known. What they rest on is asked by a second run, which others are spared.
  std::vector<std::size_t> most_cycles(const std::vector<Told>& told) const {
    constexpr double asked_share = 0.5;
    std::vector<std::size_t> out;
    for (std::size_t target = 0; target < options_.targets.size(); ++target) {
      std::vector<std::pair<std::uint64_t, std::size_t>> by_cycles;
      double all = 0;
      for (std::size_t i = 0; i < told.size(); ++i) {
        if (tasks_[i].target != target || !told[i].cost.is_known()) continue;
        by_cycles.emplace_back(told[i].cost.cycles * kinds_[tasks_[i].kind].nodes.size(), i);
        all += static_cast<double>(by_cycles.back().first);
      }
      std::stable_sort(by_cycles.begin(), by_cycles.end(),
                       [](const auto& a, const auto& b) { return a.first > b.first; });
      double asked = 0;
      for (const auto& [cycles, i] : by_cycles) {
        if (cycles == 0 || asked >= asked_share * all) break;
        asked += static_cast<double>(cycles);
        out.push_back(i);
      }
    }
    const std::uint64_t count = world_.broadcast_value(static_cast<std::uint64_t>(out.size()));
    out.resize(count);
    world_.broadcast(std::as_writable_bytes(std::span(out)));
    return out;
  }

  /// Collective: what the second runs change goes from rank 0 to all.
  void share_changes(const std::vector<std::size_t>& which, std::vector<Told>& told) const {
    Json changes = Json::array();
    for (const std::size_t i : which) changes.push_back(told[i].changes);
    const std::string text = changes.dump();
    const auto letters = std::as_bytes(std::span(text.data(), text.size()));
    comm::Bytes bytes(letters.begin(), letters.end());
    world_.broadcast(bytes);
    const auto* begin = reinterpret_cast<const char*>(bytes.data());
    const Json all = Json::parse(begin, begin + bytes.size());
    for (std::size_t i = 0; i < which.size(); ++i) all.at(i).get_to(told[which[i]].changes);
  }

  /// A machine that tells the cycles of layers tells none of a node that only looks at its operand
  /// in another way: it does nothing for it.
  void take_views_out(std::vector<Told>& told) const {
    std::vector<bool> tells(options_.targets.size(), false);
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (told[i].of_layer) tells[tasks_[i].target] = true;
    }
    for (std::size_t i = 0; i < told.size(); ++i) {
      RunCost& cost = told[i].cost;
      if (!tells[tasks_[i].target] || told[i].of_layer || !cost.is_known()) continue;
      cost.cycles = 0;
      cost.seconds = 0;
      if (cost.slower_cycles) cost.slower_cycles = 0;
    }
  }

  Told tell(const comm::Communicator& alone, std::size_t i) const {
    Told out;
    const graph::Node& node = (*graph_)[kinds_[tasks_[i].kind].nodes.front()];
    if (!options_.large) {
      out.cost.refused = too_large(*graph_, node, options_.targets[tasks_[i].target]);
    }
    return out.cost.is_known() ? told_of_layer(run_layer(alone, i)) : out;
  }

  ModelRun run_layer(const comm::Communicator& alone, std::size_t i) const {
    note_step(i, ": ");
    return compare::run_model(alone, layer_of(i), options_.targets[tasks_[i].target]);
  }

  compare::Choices run_slower(const comm::Communicator& alone, std::size_t i,
                              const std::vector<std::string>& changes) const {
    note_step(i, ", for what it rests on: ");
    return compare::run_slower(alone, layer_of(i), options_.targets[tasks_[i].target], changes);
  }

  void note_step(std::size_t i, const std::string& why) const {
    log::step("layer " + std::to_string(i + 1) + " of " + std::to_string(tasks_.size()) + ", on " +
              options_.targets[tasks_[i].target] + why + kinds_[tasks_[i].kind].what);
  }

  Subject layer_of(std::size_t i) const {
    const graph::NodeId node = kinds_[tasks_[i].kind].nodes.front();
    auto layer = std::make_shared<const graph::Graph>(graph::layer_alone(*graph_, node));
    return subject_of(options_, std::move(layer), false);
  }

  void add(const LayerTask& task, const Told& told, std::vector<Emulation>& to) const {
    const graph::LayerKind& kind = kinds_[task.kind];
    EmulatedLayer layer;
    layer.what = kind.what;
    for (const graph::NodeId id : kind.nodes) layer.nodes.push_back((*graph_)[id].origins);
    layer.multiplications = graph::products_of(*graph_, (*graph_)[kind.nodes.front()]);
    layer.cost = told.cost;
    Emulation& emulation = to[task.target];
    if (!told.precision.empty()) emulation.precision = told.precision;
    emulation.layers.push_back(std::move(layer));
  }

  void run_whole(std::vector<Emulation>& to) const {
    for (std::size_t t = 0; t < options_.targets.size(); ++t) {
      log::step("the whole model on " + options_.targets[t]);
      const ModelRun run = compare::run_model(
          world_, subject_of(options_, graph_, options_.choices), options_.targets[t]);
      if (!world_.is_root()) continue;
      const Told told = told_of(run);
      to[t].whole = EmulatedWhole{told.cost, run.chip, run.limits.unit, run.chips, run.tiles_used};
      if (!told.precision.empty()) to[t].precision = told.precision;
    }
  }

  const comm::Communicator& world_;
  const EmulateOptions& options_;
  std::shared_ptr<const graph::Graph> graph_;
  std::vector<graph::LayerKind> kinds_;
  std::vector<LayerTask> tasks_;
};

}  // namespace

std::vector<int> shared_out(const std::vector<double>& costs, int ranks) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<double> loads(static_cast<std::size_t>(ranks), 0);
  std::vector<int> out(costs.size(), 0);
  for (const std::size_t i : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    out[i] = static_cast<int>(least - loads.begin());
    *least += costs[i];
  }
  return out;
}

std::vector<Emulation> emulate(const comm::Communicator& world, const EmulateOptions& options) {
  std::shared_ptr<const graph::Graph> graph;
  try {
    engine::together(world, [&] { graph = read_model(options.model); });
  } catch (const Error& error) {  // the same on every rank
    if (error.category() != Category::unsupported) throw;
    std::vector<Emulation> out;
    out.resize(options.targets.size());
    for (Emulation& one : out) one.refused = error.what();
    return out;
  }
  return Emulator(world, options, std::move(graph)).run();
}

}  // namespace weft::cli::advising
