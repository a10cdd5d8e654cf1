// SPDX-License-Identifier: Apache-2.0
// `weft compare [MACHINE...]`: the cards of machines, side by side.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"
#include "cli/side_by_side.hpp"
#include "machine/machine.hpp"
#include "machine/typical.hpp"
#include "topology/topology.hpp"

namespace weft::cli {
namespace {

struct CompareOptions {
  std::vector<std::string> machines;
  std::size_t width = 120;
  JsonOutput json;
};

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

int compare(const Context& context, const CompareOptions& options) {
  if (!context.world.is_root()) return 0;
  options.json.require_writable();
  const auto& names = options.machines.empty() ? machine::typical_topologies() : options.machines;
  std::vector<Compared> list;
  for (const std::string& name : names) {
    list.push_back(compared(name));
  }
  log::say(table_of(list, options.width));
  log::say(
      "Behind each line how the least certain of its constants is known: published, measured,\n"
      "derived, fitted, assumed; none: how the machine is built. `weft machines NAME` has them.");
  options.json.write(context.world, [&] { return json_of(list); });
  return 0;
}

}  // namespace

void register_compare(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = app.add_subcommand("compare", "Set machines side by side");
  command->add_option("machine", options->machines,
                      "Listed names, or .toml files (without: one of each kind)");
  command->add_option("--width", options->width, "Columns of the table")
      ->check(CLI::Range(60, 1000))
      ->capture_default_str();
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return compare(context, *options); }; });
}

}  // namespace weft::cli
