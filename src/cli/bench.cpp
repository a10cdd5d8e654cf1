// SPDX-License-Identifier: Apache-2.0
// `weft bench [GROUP...]`: how fast weft runs on this machine, as ratios to bundled baselines.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/number_text.hpp"
#include "cli/bench/groups.hpp"
#include "cli/commands.hpp"
#include "cli/json_output.hpp"

namespace weft::cli {
namespace {

struct BenchOptions {
  std::vector<std::string> names;
  std::vector<std::string> graphs, models;
  bool quick = false;
  bool list = false;
  JsonOutput json;
};

std::vector<bench::Group> chosen(const std::vector<std::string>& names) {
  if (names.empty()) return bench::groups();
  std::vector<bench::Group> some;
  for (const std::string& name : names) {
    const auto& all = bench::groups();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const bench::Group& g) { return g.name == name; });
    if (found == all.end()) {
      std::string known;
      for (const bench::Group& g : all) known += (known.empty() ? "" : ", ") + g.name;
      fail(Category::input, "no benchmark '" + name + "'; known: " + known);
    }
    some.push_back(*found);
  }
  return some;
}

Json json_of(const std::vector<bench::Row>& rows) {
  Json list = Json::array();
  for (const bench::Row& row : rows) {
    Json entry = {{"name", row.name}, {"value", row.value}, {"unit", row.unit}};
    entry["against"] = row.against.empty() ? Json() : Json(row.against);
    entry["ratio"] = row.ratio == 0 ? Json() : Json(row.ratio);
    list.push_back(entry);
  }
  return {{"rows", list}};
}

std::string padded(const std::string& text, std::size_t width, bool right = false) {
  const std::string space(text.size() < width ? width - text.size() : 0, ' ');
  return right ? space + text : text + space;
}

void print(const bench::Row& row) {
  const std::string head = padded(row.name, 34) + " " + padded(general(row.value, 4), 12, true);
  if (row.ratio == 0) {
    log::say(head + " " + row.unit);
  } else {
    log::say(head + " " + padded(row.unit, 18) + " " + padded(general(row.ratio, 3), 8, true) +
             " x " + row.against);
  }
}

int run_bench(const Context& context, const BenchOptions& options) {
  const bool root = context.world.rank() == 0;
  if (options.list) {
    for (const bench::Group& group : bench::groups()) {
      log::say(padded(group.name, 12) + " " + group.summary);
    }
    return 0;
  }
  options.json.require_writable();
  std::vector<bench::Row> rows;
  bench::Context given{context.world, options.quick, options.graphs, options.models};
  for (const bench::Group& group : chosen(options.names)) {
    if (root) log::note("benchmark " + group.name + ": " + group.summary);
    for (const bench::Row& row : group.run(given)) {
      if (root) print(row);
      rows.push_back(row);
    }
  }
  options.json.write(context.world, [&] { return json_of(rows); });
  return 0;
}

}  // namespace

void register_bench(CLI::App& app, Context& context) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command =
      app.add_subcommand("bench", "Measure speed, as ratios to baselines of the same run");
  command->add_option("group", options->names, "What to measure (default: all)");
  command->add_flag("--quick", options->quick, "Small sizes that take seconds");
  command->add_option("--graph", options->graphs,
                      "File to measure in place of its group's own: a unit graph");
  command->add_option("--model", options->models, "Model to measure besides");
  command->add_flag("--list", options->list, "List the groups and stop");
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return run_bench(context, *options); }; });
}

}  // namespace weft::cli
