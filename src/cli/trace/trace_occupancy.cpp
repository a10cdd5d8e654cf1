// SPDX-License-Identifier: Apache-2.0
// `weft trace occupancy`: what queues, or whatever a stream's rows are of, are busy with over time.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/cell_picture.hpp"
#include "analysis/colormap.hpp"
#include "analysis/occupancy.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr int picture_columns = 1120;
constexpr int row_pixels = 8;
constexpr std::size_t rows_a_name = 2;  // a name is higher than a row

analysis::CellPicture picture_of(const analysis::Occupancy& busy, const std::string& stream,
                                 const trace::Header& header) {
  analysis::CellPicture picture;
  picture.title = stream + " by queue over time";
  picture.subtitle = header.machine + ", share of cycles with one";
  picture.cell_width = std::max(1, picture_columns / busy.columns);
  picture.cell_height = row_pixels;
  picture.begin = busy.range.begin;
  picture.end = busy.range.end;
  for (std::size_t id = 0; id < busy.names.size(); ++id) {
    picture.rows.push_back(id % rows_a_name == 0 ? busy.names[id] : "");
    for (int column = 0; column < busy.columns; ++column) {
      const double share = busy.at(id, column);
      picture.cells.push_back(share == 0 ? analysis::Color{238, 238, 238}
                                         : analysis::heat_color(std::min(1.0, share)));
    }
  }
  picture.legend.push_back({{238, 238, 238}, "none"});
  for (const int percent : {1, 25, 50, 75, 100}) {
    picture.legend.push_back(
        {analysis::heat_color(percent / 100.0), std::to_string(percent) + " %"});
  }
  return picture;
}

std::string csv_of(const analysis::Occupancy& busy) {
  std::string text = "name,column,share\n";
  for (std::size_t id = 0; id < busy.names.size(); ++id) {
    for (int column = 0; column < busy.columns; ++column) {
      if (busy.at(id, column) == 0) continue;
      text += busy.names[id] + "," + std::to_string(column) + "," + fixed(busy.at(id, column), 6) +
              "\n";
    }
  }
  return text;
}

int occupancy(const Context& context, const TraceOptions& options) {
  if (options.output.empty() && options.csv.empty()) {
    fail(Category::input, "occupancy: give -o PICTURE.png, --csv FILE, or both");
  }
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  const std::uint32_t tiles = header.width * header.height;
  const analysis::TileRange chosen = parse_tiles(options.tiles, tiles);
  analysis::OccupancyQuery query;
  query.stream = options.name;
  query.names = options.other;
  query.range = {options.from_cycle, options.to_cycle};
  query.first_tile = chosen.first;
  query.last_tile = chosen.count == 0 ? tiles - 1 : chosen.first + chosen.count - 1;
  query.columns = picture_columns;
  const analysis::Occupancy busy = analysis::read_occupancy(reader, query);
  if (!options.output.empty()) {
    analysis::draw(picture_of(busy, options.name, header)).write_png(options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, csv_of(busy));
  options.json.write(context.world, [&] {
    Json shares;
    for (std::size_t id = 0; id < busy.names.size(); ++id) {
      double sum = 0;
      for (int column = 0; column < busy.columns; ++column) sum += busy.at(id, column);
      shares[busy.names[id]] = sum / busy.columns;
    }
    return Json{{"stream", options.name}, {"busy", shares}};
  });
  return 0;
}

}  // namespace

void add_trace_occupancy(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  options->name = "instructions";
  options->other = "queues";
  CLI::App* command = add_trace_command(trace, context, options, occupancy, "occupancy",
                                        "How busy instruction queues are over time, as a picture");
  command->add_option("stream", options->name, "Stream of rows; instructions");
  command->add_option("--names", options->other, "Table of names of the rows' ids; queues");
  command->add_option("-o,--output", options->output, "PNG file");
  command->add_option("--csv", options->csv, "The shares as text");
  command->add_option("--from", options->from_cycle, "First cycle; of the first row");
  command->add_option("--to", options->to_cycle, "First cycle no longer shown");
  command->add_option("--tiles", options->tiles, "FIRST:LAST tile whose rows are shown; all");
}

}  // namespace weft::cli
