// SPDX-License-Identifier: Apache-2.0
// `weft compare [MACHINE...]`: the cards of machines, side by side; with a model, its runs on them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/output_paths.hpp"
#include "cli/commands.hpp"
#include "cli/compare/model.hpp"
#include "cli/json_output.hpp"
#include "cli/side_by_side.hpp"
#include "machine/machine.hpp"
#include "machine/typical.hpp"
#include "topology/topology.hpp"

namespace weft::cli {
namespace {

struct CompareOptions {
  std::vector<std::string> names;  ///< a model, machines
  std::vector<std::string> machines;
  bool quick = false;
  std::size_t width = 120;
  ModelOptions model;
  std::string html;
  JsonOutput json;
};

bool is_model(const std::string& name) { return name.ends_with(".onnx"); }

/// The machines that are named, or one of each kind.
std::vector<std::string> machines_of(const CompareOptions& options) {
  std::vector<std::string> out;
  for (const std::string& name : options.names) {
    if (!is_model(name)) out.push_back(name);
  }
  out.insert(out.end(), options.machines.begin(), options.machines.end());
  return out.empty() ? machine::typical_topologies() : out;
}

/// The model that is named; empty where none is.
std::string model_of(const CompareOptions& options) {
  std::string out;
  for (const std::string& name : options.names) {
    if (!is_model(name)) continue;
    if (!out.empty()) {
      fail(Category::input, "two models, '" + out + "' and '" + name + "': one at a time");
    }
    out = name;
  }
  return out;
}

struct Compared {
  std::string name;
  std::string family;
  machine::Card card;
};

Compared compared(const std::string& name) {
  const topology::Topology topology = machine::load_topology(name);
  const machine::Family& family = machine::family(topology.family());
  if (family.card == nullptr) {
    fail(Category::input,
         topology.name() + " is made up for tests: there is nothing of it to " + "compare");
  }
  return {topology.name(), family.name, family.card(topology)};
}

// "p": the first letter of the least certain origin; none where it follows from no constant.
std::string mark_of(const machine::CardLine& line) {
  return line.origin ? std::string(" (") + topology::name_of(*line.origin)[0] + ")" : "";
}

std::string table_of(const std::vector<Compared>& list, std::size_t width) {
  std::vector<std::vector<std::string>> rows(1, {""});
  for (const Compared& one : list) rows[0].push_back(one.name);
  for (std::size_t i = 0; i < list.front().card.size(); ++i) {
    rows.push_back({std::string(name_of(list.front().card[i].feature))});
    for (const Compared& one : list) {
      rows.back().push_back(one.card[i].text + mark_of(one.card[i]));
    }
  }
  return side_by_side(rows, width);
}

Json json_of(const std::vector<Compared>& list) {
  Json machines = Json::array();
  for (const Compared& one : list) {
    Json lines = Json::array();
    for (const machine::CardLine& line : one.card) {
      lines.push_back({{"feature", name_of(line.feature)},
                       {"text", line.text},
                       {"origin", line.origin ? Json(topology::name_of(*line.origin)) : Json()},
                       {"constants", line.keys}});
    }
    machines.push_back({{"name", one.name}, {"family", one.family}, {"card", lines}});
  }
  return {{"machines", machines}};
}

int compare_cards(const Context& context, const CompareOptions& options) {
  if (!context.world.is_root()) return 0;
  options.json.require_writable();
  std::vector<Compared> list;
  for (const std::string& name : machines_of(options)) {
    list.push_back(compared(name));
  }
  log::say(table_of(list, options.width));
  log::say(
      "Behind each line how the least certain of its constants is known: published, measured,\n"
      "derived, fitted, assumed; none: how the machine is built. `weft machines NAME` has them.");
  options.json.write(context.world, [&] { return json_of(list); });
  return 0;
}

int compare_all(const Context& context, const CompareOptions& options) {
  compare::ModelComparison comparison;
  comparison.model = options.model;
  comparison.model.model = model_of(options);
  if (comparison.model.model.empty()) {
    if (!options.html.empty()) fail(Category::input, "--html wants a model to compare machines by");
    return compare_cards(context, options);
  }
  comparison.machines = machines_of(options);
  comparison.choices = !options.quick;
  comparison.width = options.width;
  comparison.html = options.html;
  OutputPaths paths;
  paths.reads(comparison.model.model, "the model");
  paths.writes(options.json.path(), "--json");
  paths.writes(options.html, "--html");
  return compare::compare_model(context, comparison, options.json);
}

}  // namespace

void register_compare(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command =
      app.add_subcommand("compare", "Set machines side by side, by their cards or by a model");
  command->footer(
      "Exit code: 0 where a machine ran the model, 2 where none has words and room for it; where "
      "a\n"
      "program that weft wrote is wrong, that fault's.");
  command->add_option("name", options->names,
                      "Machines: listed names, or .toml files (without: one of each kind); and a "
                      "model to run on each (.onnx)");
  command->add_option("--machines", options->machines, "Machines as well, separated by commas")
      ->delimiter(',');
  options->model.add_to(*command);
  command->add_flag("--quick", options->quick,
                    "Leave out the second run, which tells what the cycles rest on");
  command->add_option("--html", options->html, "A page of the same, in one file");
  command->add_option("--width", options->width, "Columns of the table")
      ->check(CLI::Range(60, 1000))
      ->capture_default_str();
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return compare_all(context, *options); }; });
}

}  // namespace weft::cli
