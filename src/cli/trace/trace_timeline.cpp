// SPDX-License-Identifier: Apache-2.0
// `weft trace timeline`: what a machine and its tiles do over time, as picture, CSV and JSON.
#include <nlohmann/json.hpp>

#include "analysis/bsp.hpp"
#include "analysis/picture_file.hpp"
#include "analysis/task_picture.hpp"
#include "analysis/timeline.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

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

/// Tiles of --tiles or of --row; all of the region without.
analysis::TileRange chosen_tiles(const trace::Header& header, const TraceOptions& options) {
  if (options.row) {
    if (!options.tiles.empty()) fail(Category::input, "give --tiles or --row, not both");
    if (*options.row >= header.height) {
      fail(Category::input, "--row " + std::to_string(*options.row) + ": the region has " +
                                counted(header.height, "row") + ", 0 to " +
                                std::to_string(header.height - 1));
    }
    return {*options.row * header.width, header.width};
  }
  return parse_tiles(options.tiles, header.width * header.height);
}

int timeline_of_steps(const Context& context, const trace::Reader& reader,
                      const TraceOptions& options) {
  const auto tiles = chosen_tiles(reader.header(), options);
  const analysis::Bsp bsp = analysis::read_bsp(reader, {options.from_cycle, options.to_cycle});
  if (!options.output.empty()) {
    analysis::write_picture(analysis::draw_timeline(reader, bsp, tiles), options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, analysis::bsp_csv(bsp));
  options.json.write(context.world, [&] { return json_of(bsp); });
  return 0;
}

/// By lane, the tile-cycles of each part.
Json json_of(const analysis::TaskTime& time) {
  Json json{{"begin", time.range.begin},
            {"end", time.range.end},
            {"first_tile", time.tiles.first},
            {"tiles", time.tiles.count}};
  for (const analysis::TimeLane& lane : time.lanes) {
    const std::vector<std::uint64_t> sums = lane.sums();
    for (std::size_t p = 0; p < lane.width(); ++p) {
      json[lane.name][p < lane.parts.size() ? lane.parts[p] : lane.none] = sums[p];
    }
  }
  return json;
}

int timeline_of_tasks(const Context& context, const trace::Reader& reader,
                      const TraceOptions& options) {
  const trace::Header& header = reader.header();
  auto tiles = chosen_tiles(header, options);
  if (tiles.count == 0) tiles = {0, header.width * header.height};
  const analysis::CycleRange range{options.from_cycle, options.to_cycle};
  const analysis::TaskTime time = analysis::read_task_time(
      reader, range, tiles, analysis::task_pixels, analysis::task_rows_most);
  if (!options.output.empty()) {
    analysis::write_picture(analysis::draw_task_time(time, header), options.output);
  }
  if (!options.csv.empty()) {
    OutputFile file(options.csv);
    analysis::write_task_csv(reader, range, tiles, file.stream());
    file.commit();
  }
  options.json.write(context.world, [&] { return json_of(time); });
  return 0;
}

int timeline(const Context& context, const TraceOptions& options) {
  require_output(options, "timeline");
  if (options.from_cycle >= options.to_cycle) {
    fail(Category::input, "timeline: --from is not before --to");
  }
  options.json.require_writable();
  const trace::Reader reader(options.file);
  if (analysis::has_task_time(reader)) return timeline_of_tasks(context, reader, options);
  return timeline_of_steps(context, reader, options);
}

}  // namespace

void add_trace_timeline(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, timeline, "timeline",
                        "Over time: supersteps and tiles; tasks, vector operations and stalls");
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--csv", options->csv,
                      "The supersteps' cycles as text; of tasks a line a tile and bin");
  command->add_option("--from", options->from_cycle, "First cycle");
  command->add_option("--to", options->to_cycle, "First cycle no longer shown");
  command->add_option("--tiles", options->tiles, "FIRST:LAST tile shown; all");
  command->add_option("--row", options->row, "The tiles of one row of the region");
}

}  // namespace weft::cli
