// SPDX-License-Identifier: Apache-2.0
// `weft machines [NAME]`: what is modelled, and every constant with its origin.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/build_info.hpp"
#include "base/counted.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"
#include "machine/machine.hpp"
#include "topology/about.hpp"
#include "topology/topology.hpp"

namespace weft::cli {
namespace {

struct MachinesOptions {
  std::string name;
  std::vector<std::string> overrides;
  bool assumed_only = false;
  JsonOutput json;
};

using Line = std::vector<std::string>;

// Columns as wide as their widest cell; the last is not padded.
void print_columns(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const Line& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) text.append(widths[i] - line[i].size() + 2, ' ');
    }
    log::say(text);
  }
}

std::string tiles_text(const Rectangle& region) {
  return std::to_string(region.width) + " x " + std::to_string(region.height);
}

std::string clock_text(const topology::Topology& machine) {
  return general(static_cast<double>(machine.clock_hz()) / 1e6, 6) + " MHz";
}

Json json_value(const topology::Value& value) {
  switch (value.kind) {
    case topology::Kind::boolean:
      return value.boolean;
    case topology::Kind::integer:
      return value.integer;
    case topology::Kind::array: {
      Json out = Json::array();
      for (const topology::Value& item : value.items) out.push_back(item.integer);
      return out;
    }
    default:
      return value.text;
  }
}

std::string kernel_space(machine::KernelSpace kernels) {
  return kernels == machine::KernelSpace::device ? kokkos_device() : kokkos_backend();
}

Json json_head(const topology::Topology& machine) {
  return {{"name", machine.name()},
          {"family", machine.family()},
          {"description", machine.description()},
          {"clock_hz", machine.clock_hz()},
          {"max_width_tiles", machine.max_region().width},
          {"max_height_tiles", machine.max_region().height}};
}

int list_machines(const Context& context, const MachinesOptions& options) {
  std::vector<Line> lines{{"NAME", "FAMILY", "LARGEST REGION", "CLOCK", "DESCRIPTION"}};
  Json machines = Json::array();
  for (const std::string& name : topology::known_topologies()) {
    const topology::Topology machine = topology::load_topology(name);
    lines.push_back({name, machine.family(), tiles_text(machine.max_region()), clock_text(machine),
                     machine.description()});
    machines.push_back(json_head(machine));
  }
  print_columns(lines);
  options.json.write(context.world, [&] { return Json{{"machines", machines}}; });
  return 0;
}

using FromCases = std::map<std::string, std::vector<std::string>>;

Json json_constant(const topology::Constant& constant, const FromCases& from_cases) {
  Json out{{"key", constant.key},
           {"value", json_value(constant.value)},
           {"unit", constant.unit},
           {"origin", name_of(constant.origin)},
           {"source", constant.source}};
  if (!constant.fitted_to.empty()) out["fitted_to"] = constant.fitted_to;
  const auto cases = from_cases.find(constant.key);
  if (cases != from_cases.end()) out["from_cases"] = cases->second;
  return out;
}

/// What no model reads, below the constants; the same for JSON.
Json show_facts(const topology::Topology& machine) {
  Json all = Json::array();
  if (machine.facts().empty()) return all;
  std::vector<Line> lines{{"FACT", "VALUE", "UNIT", "ORIGIN", "SOURCE"}};
  for (const topology::Constant& c : machine.facts()) {
    lines.push_back({c.key, c.value_text(), c.unit, name_of(c.origin), c.source});
    all.push_back(json_constant(c, {}));
  }
  log::say("\nFacts, which no model reads:\n");
  print_columns(lines);
  return all;
}

int show_machine(const Context& context, const MachinesOptions& options) {
  const topology::Topology machine =
      machine::load_topology(options.name, {options.overrides.begin(), options.overrides.end()});
  std::vector<Line> lines{{"CONSTANT", "VALUE", "UNIT", "ORIGIN", "SOURCE"}};
  std::map<std::string, int> counts;
  Json constants = Json::array();
  const FromCases from_cases = topology::from_cases(machine);
  for (const topology::Constant& c : machine.constants()) {
    ++counts[name_of(c.origin)];
    const bool supported =
        c.origin != topology::Origin::assumed && c.origin != topology::Origin::fitted;
    if (options.assumed_only && supported) continue;
    const std::string fit = c.fitted_to.empty() ? "" : "fitted to " + c.fitted_to + "; ";
    lines.push_back({c.key, c.value_text(), c.unit, name_of(c.origin), fit + c.source});
    constants.push_back(json_constant(c, from_cases));
  }
  log::say(machine.name() + " (" + machine.family() + "): " + machine.description() + "\n");
  print_columns(lines);
  std::string summary;
  for (const auto& [origin, count] : counts) {
    summary += (summary.empty() ? "" : ", ") + std::to_string(count) + " " + origin;
  }
  log::say("\n" + counted(machine.constants().size(), "constant") + ": " + summary);
  const machine::KernelSpace kernels = machine::family(machine.family()).kernels;
  log::say("Its kernels run in Kokkos' space " + kernel_space(kernels) +
           (kernels == machine::KernelSpace::host ? "; no device runs them." : "."));
  const Json facts = options.assumed_only ? Json::array() : show_facts(machine);
  options.json.write(context.world, [&] {
    Json out = json_head(machine);
    out["kernel_space"] = kernel_space(kernels);
    out["constants"] = constants;
    out["facts"] = facts;
    return out;
  });
  return 0;
}

// Every rank could read the files, but one reader and one voice are enough.
int machines(const Context& context, const MachinesOptions& options) {
  if (!context.world.is_root()) return 0;
  options.json.require_writable();
  return options.name.empty() ? list_machines(context, options) : show_machine(context, options);
}

}  // namespace

void register_machines(CLI::App& app, Context& context) {
  auto options = std::make_shared<MachinesOptions>();
  CLI::App* command = app.add_subcommand(
      "machines", "List the machines, or one machine's constants with their origins");
  CLI::Option* name = command->add_option("name", options->name, "A listed name, or a .toml file");
  command->add_option("--set", options->overrides, "Change a constant: a.b=c")
      ->allow_extra_args(false)  // what follows may be the name
      ->needs(name);
  command->add_flag("--assumed", options->assumed_only, "Only what no source supports")
      ->needs(name);
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return machines(context, *options); }; });
}

}  // namespace weft::cli
