// SPDX-License-Identifier: Apache-2.0
// `weft trace occupancy`: what queues, or whatever a stream's rows are of, are busy with over time.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/cell_picture.hpp"
#include "analysis/colormap.hpp"
#include "analysis/occupancy.hpp"
#include "analysis/picture_file.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/output_file.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr int picture_pixels = 1120;
constexpr int least_pixels = 2;  // a column: one instruction is seen
constexpr int picture_columns = picture_pixels / least_pixels;
constexpr analysis::Color nothing{244, 244, 244};

/// The more the darker, on light ground: a single instruction is far from it.
analysis::Color color_of_share(double share) {
  constexpr double lightest = 0.82;
  return analysis::heat_color(lightest * (1.0 - std::clamp(share, 0.0, 1.0)));
}

/// What a name has in common with its kind: "mem.w" of mem.w12, "mxm.e0" of mxm.e0.weights.
std::string kind_of_name(const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  std::string kind = name.substr(0, digits < name.size() ? digits : name.rfind('.'));
  while (!kind.empty() && kind.back() == '.') kind.pop_back();
  return kind;
}

double mean_share(const analysis::Occupancy& busy, std::size_t id) {
  double sum = 0;
  for (int column = 0; column < busy.columns; ++column) sum += busy.at(id, column);
  return busy.columns == 0 ? 0 : sum / busy.columns;
}

analysis::CellPicture picture_of(const analysis::Occupancy& busy, const std::string& stream,
                                 const std::string& what, const trace::Header& header) {
  analysis::CellPicture picture;
  picture.title = stream + " by " + what + " over time";
  picture.cell_width = std::max(1, picture_pixels / busy.columns);
  picture.begin = busy.range.begin;
  picture.end = busy.range.end;
  picture.notes_title = "busy";
  std::size_t idle = 0;
  for (std::size_t id = 0; id < busy.names.size(); ++id) {
    const double mean = mean_share(busy, id);
    if (mean == 0) {
      ++idle;
      continue;
    }
    const std::string kind = kind_of_name(busy.names[id]);
    if (picture.groups.empty() || picture.groups.back().name != kind) {
      picture.groups.push_back({picture.rows.size(), kind});
    }
    picture.rows.push_back(busy.names[id]);
    picture.notes.push_back(fixed(100 * mean, 1) + " %");
    for (int column = 0; column < busy.columns; ++column) {
      const double share = busy.at(id, column);
      picture.cells.push_back(share == 0 ? nothing : color_of_share(share));
    }
  }
  picture.cell_height = analysis::cell_height_for(picture.rows.size());
  picture.subtitle =
      header.machine + ", rows a cycle in percent: where two may begin in one cycle, up to 200";
  if (idle > 0) picture.subtitle += "; " + std::to_string(idle) + " without any are left out";
  picture.legend.push_back({nothing, "none"});
  for (const int percent : {1, 25, 50, 75, 100}) {
    picture.legend.push_back({color_of_share(percent / 100.0), std::to_string(percent) + " %"});
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
  require_output(options, "occupancy");
  if (options.from_cycle >= options.to_cycle) {
    fail(Category::input, "occupancy: --from is not before --to");
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
  if (std::all_of(busy.shares.begin(), busy.shares.end(), [](double one) { return one == 0; })) {
    fail(Category::input, options.file + ": no rows of '" + options.name + "' in cycles " +
                              std::to_string(busy.range.begin) + " to " +
                              std::to_string(busy.range.end) +
                              (options.tiles.empty() ? "" : " on tiles " + options.tiles));
  }
  if (!options.output.empty()) {
    const std::string what = options.other.empty() ? "queues" : options.other;
    const auto picture = picture_of(busy, options.name, what, header);
    analysis::write_picture(analysis::draw(picture), options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, csv_of(busy));
  options.json.write(context.world, [&] {
    Json shares;
    for (std::size_t id = 0; id < busy.names.size(); ++id) {
      shares[busy.names[id]] = mean_share(busy, id);
    }
    return Json{{"stream", options.name}, {"busy", shares}};
  });
  return 0;
}

}  // namespace

void add_trace_occupancy(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  options->name = "instructions";
  CLI::App* command = add_trace_command(trace, context, options, occupancy, "occupancy",
                                        "How busy instruction queues are over time, as a picture");
  command->add_option("stream", options->name, "Stream of rows; instructions");
  command->add_option("--names", options->other,
                      "Table of /definitions that names the rows' ids; queues");
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--csv", options->csv, "The shares as text");
  command->add_option("--from", options->from_cycle, "First cycle; of the first row");
  command->add_option("--to", options->to_cycle, "First cycle no longer shown");
  command->add_option("--tiles", options->tiles, "FIRST:LAST tile whose rows are shown; all");
}

}  // namespace weft::cli
