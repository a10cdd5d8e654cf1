// SPDX-License-Identifier: Apache-2.0
// `weft trace diff`: two runs side by side, and where their content parts.
#include <nlohmann/json.hpp>

#include "analysis/diff.hpp"
#include "analysis/sides.hpp"
#include "base/log.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr int traces_differ = 1;

template <typename T>
void set_if(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

Json json_of(const analysis::Difference& difference) {
  Json json{{"what", difference.what}, {"name", difference.name}};
  set_if(json, "row", difference.row);
  set_if(json, "tile", difference.tile);
  set_if(json, "x", difference.x);
  set_if(json, "y", difference.y);
  set_if(json, "cycle", difference.cycle);
  json["left"] = difference.left;
  json["right"] = difference.right;
  return json;
}

Json json_of(const analysis::SideTotal& total) {
  Json json{{"name", total.name}, {"unit", total.unit}};
  json["left"] = total.left;
  json["right"] = total.right;
  return json;
}

/// All of it, in the order of the tables.
void add_sides(Json& json, const analysis::Sides& sides) {
  json["totals"] = Json::array();
  for (const analysis::SideTotal& total : sides.totals) json["totals"].push_back(json_of(total));
  json["stages"] = Json::array();
  for (const analysis::SideStage& stage : sides.stages) {
    json["stages"].push_back({{"stream", stage.stream},
                              {"kind", stage.kind},
                              {"name", stage.name},
                              {"left_cycles", stage.cycles.left},
                              {"right_cycles", stage.cycles.right},
                              {"left_rows", stage.rows_left},
                              {"right_rows", stage.rows_right}});
  }
  json["tiles"] = Json::array();
  for (const analysis::SideTile& tile : sides.tiles) {
    json["tiles"].push_back({{"counter", tile.counter.name},
                             {"unit", tile.counter.unit},
                             {"tile", tile.tile},
                             {"x", tile.x},
                             {"y", tile.y},
                             {"left", tile.counter.left},
                             {"right", tile.counter.right},
                             {"tiles", tile.tiles}});
  }
}

int diff(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader left(options.file);
  const trace::Reader right(options.other);
  const auto found = analysis::differences(left, right);
  if (found.empty()) {
    log::say("the traces hold the same content: hash " + left.header().hash);
  }
  const analysis::Sides sides = analysis::side_by_side(left, right);
  if (!found.empty()) {
    log::say("left:  " + options.file + "\nright: " + options.other);
    log::print(analysis::describe(sides, options.top));
  }
  // The tables have the others.
  const auto says_more = [](const analysis::Difference& one) {
    return one.what != "counter" && one.what != "cycles";
  };
  if (!found.empty()) log::say("the traces differ; the first place of each stream and result:");
  for (const auto& difference : found) {
    if (says_more(difference)) log::say("  " + analysis::describe(difference));
  }
  options.json.write(context.world, [&] {
    Json json{{"left", options.file}, {"right", options.other}, {"equal", found.empty()}};
    if (!found.empty()) json["difference"] = json_of(found.front());
    json["differences"] = Json::array();
    for (const auto& difference : found) json["differences"].push_back(json_of(difference));
    add_sides(json, sides);
    return json;
  });
  return found.empty() ? 0 : traces_differ;
}

}  // namespace

void add_trace_diff(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, diff, "diff",
                        "Two runs side by side; exit 1 and what differs, if anything does");
  command->add_option("other", options->other, "Trace to compare with")->required();
  command
      ->add_option("--top", options->top, "Stages, and tiles, of the largest differences to print")
      ->capture_default_str();
}

}  // namespace weft::cli
