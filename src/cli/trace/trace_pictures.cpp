// SPDX-License-Identifier: Apache-2.0
// `weft trace heatmap|timeline`: pictures of a trace.
#include <charconv>
#include <nlohmann/json.hpp>

#include "analysis/bsp.hpp"
#include "analysis/heatmap.hpp"
#include "analysis/info.hpp"
#include "analysis/timeline.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "cli/tile_shape.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

void require_output(const TraceOptions& options, const std::string& command) {
  if (options.output.empty() && options.csv.empty()) {
    fail(Category::input, command + ": give -o PICTURE.png, --csv FILE, or both");
  }
}

int heatmap(const Context& context, const TraceOptions& options) {
  require_output(options, "heatmap");
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  trace::CounterGrid grid;
  std::string subtitle = header.machine;
  if (options.bin) {
    grid = reader.timeline(options.name, *options.bin);
    const Cycle length = reader.timeline_bin_cycles();
    subtitle += ", cycles " + std::to_string(*options.bin * length) + " to " +
                std::to_string((*options.bin + 1) * length);
  } else {
    grid = reader.counter(options.name);
    subtitle += ", " + counted(header.cycles, "cycle");
  }
  if (!options.output.empty()) {
    analysis::draw_heatmap(grid, subtitle, tile_shape(header)).write_png(options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, analysis::heatmap_csv(grid));
  options.json.write(context.world, [&] {
    const analysis::GridExtremes found = analysis::extremes(grid);
    return Json{{"counter", grid.name}, {"unit", grid.unit}, {"sum", found.sum},
                {"max", found.max},     {"x", found.x},      {"y", found.y}};
  });
  return 0;
}

Json json_of(const analysis::Bsp& bsp) {
  analysis::Superstep sums;
  for (const analysis::Superstep& step : bsp.steps) {
    for (std::size_t p = 0; p < analysis::bsp_phases; ++p) sums.cycles[p] += step.cycles[p];
  }
  Json json{{"supersteps", bsp.steps.size()}, {"begin", bsp.range.begin}, {"end", bsp.range.end}};
  for (std::size_t p = 0; p < analysis::bsp_phases; ++p) {
    json[std::string(name_of(static_cast<analysis::BspPhase>(p))) + "_cycles"] = sums.cycles[p];
  }
  json["host_between_cycles"] = bsp.host_between;
  return json;
}

int timeline(const Context& context, const TraceOptions& options) {
  require_output(options, "timeline");
  if (options.from_cycle >= options.to_cycle) {
    fail(Category::input, "timeline: --from is not before --to");
  }
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  const auto tiles = parse_tiles(options.tiles, header.width * header.height);
  const analysis::Bsp bsp = analysis::read_bsp(reader, {options.from_cycle, options.to_cycle});
  if (!options.output.empty()) {
    analysis::draw_timeline(reader, bsp, tiles).write_png(options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, analysis::bsp_csv(bsp));
  options.json.write(context.world, [&] { return json_of(bsp); });
  return 0;
}

}  // namespace

analysis::TileRange parse_tiles(const std::string& text, std::uint32_t tiles) {
  if (text.empty()) return {};
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint32_t first = 0;
  auto read = std::from_chars(at, end, first);
  std::uint32_t last = first;
  if (read.ec == std::errc{} && read.ptr != end && *read.ptr == ':') {
    read = std::from_chars(read.ptr + 1, end, last);
  }
  if (read.ec != std::errc{} || read.ptr != end || first > last || last >= tiles) {
    fail(Category::input,
         "--tiles '" + text + "': wanted is FIRST:LAST, tiles 0 to " + std::to_string(tiles - 1));
  }
  return {first, last - first + 1};
}

void add_trace_pictures(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, heatmap, "heatmap", "A counter as a picture");
  command->add_option("counter", options->name, "Counter, as `weft trace info` names it")
      ->required();
  command->add_option("-o,--output", options->output, "PNG file");
  command->add_option("--csv", options->csv, "The numbers as text");
  command->add_option("--bin", options->bin, "A bin of the timeline instead of the whole run");

  options = std::make_shared<TraceOptions>();
  command = add_trace_command(trace, context, options, timeline, "timeline",
                              "Supersteps as a picture: compute, sync, exchange, host; tiles");
  command->add_option("-o,--output", options->output, "PNG file");
  command->add_option("--csv", options->csv, "The supersteps' cycles as text");
  command->add_option("--from", options->from_cycle, "First cycle");
  command->add_option("--to", options->to_cycle, "First cycle no longer shown");
  command->add_option("--tiles", options->tiles,
                      "FIRST:LAST tile shown by itself; all, where the trace has their phases");
}

}  // namespace weft::cli
