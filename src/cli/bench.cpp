// SPDX-License-Identifier: Apache-2.0
// `weft bench [GROUP...]`: how fast weft runs on this machine, as ratios to bundled baselines.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
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

void print(const bench::Row& row) {
  std::printf("%-34s %12s ", row.name.c_str(), general(row.value, 4).c_str());
  if (row.ratio == 0) {
    std::printf("%s\n", row.unit.c_str());
  } else {
    std::printf("%-18s %8s x %s\n", row.unit.c_str(), general(row.ratio, 3).c_str(),
                row.against.c_str());
  }
  std::fflush(stdout);
}

int run_bench(const Context& context, const BenchOptions& options) {
  const bool root = context.world.rank() == 0;
  if (options.list) {
    for (const bench::Group& group : bench::groups()) {
      if (root) std::printf("%-12s %s\n", group.name.c_str(), group.summary.c_str());
    }
    return 0;
  }
  options.json.require_writable();
  std::vector<bench::Row> rows;
  bench::Context given{context.world, options.quick};
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
  command->add_flag("--list", options->list, "List the groups and stop");
  options->json.add_option(*command);
  command->callback(
      [=, &context] { context.action = [=, &context] { return run_bench(context, *options); }; });
}

}  // namespace weft::cli
