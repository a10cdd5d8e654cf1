// SPDX-License-Identifier: Apache-2.0
// `weft trace heatmap`: a counter as a picture; what the commands with pictures share.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "analysis/heatmap.hpp"
#include "analysis/info.hpp"
#include "analysis/picture_file.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/tile_shape.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

/// "bin 3 of 32, cycles 3072 to 4096"; the last bin ends with the run. Category::input for a bin
/// that is not there.
std::string range_of_bin(const trace::Reader& reader, std::uint64_t bin) {
  const std::uint64_t bins = reader.timeline_bins();
  if (bin >= bins) {
    fail(Category::input,
         "'" + reader.path() + "': there is no bin " + std::to_string(bin) + ": the timeline has " +
             (bins == 0 ? "none (it is from trace level phases on)"
                        : counted(bins, "bin") + ", 0 to " + std::to_string(bins - 1)));
  }
  const Cycle length = reader.timeline_bin_cycles();
  const Cycle end = std::min((bin + 1) * length, std::max(reader.header().cycles, bin * length));
  return "bin " + std::to_string(bin) + " of " + std::to_string(bins) + ", cycles " +
         std::to_string(bin * length) + " to " + std::to_string(end);
}

int heatmap(const Context& context, const TraceOptions& options) {
  require_output(options, "heatmap");
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  trace::CounterGrid grid;
  std::string subtitle = header.machine;
  if (options.bin) {
    subtitle += ", " + range_of_bin(reader, *options.bin);
    grid = reader.timeline(options.name, *options.bin);
    log::print(range_of_bin(reader, *options.bin) + "\n");
  } else {
    grid = reader.counter(options.name);
    subtitle += ", " + counted(header.cycles, "cycle");
  }
  if (!options.output.empty()) {
    const auto picture = analysis::draw_heatmap(grid, subtitle, tile_shape(header));
    analysis::write_picture(picture, options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, analysis::heatmap_csv(grid));
  options.json.write(context.world, [&] {
    const analysis::GridExtremes found = analysis::extremes(grid);
    return Json{{"counter", grid.name}, {"unit", grid.unit}, {"sum", found.sum},
                {"max", found.max},     {"x", found.x},      {"y", found.y}};
  });
  return 0;
}

}  // namespace

void require_picture(const TraceOptions& options) {
  if (!options.output.empty()) analysis::require_picture_name(options.output, "-o");
}

void require_output(const TraceOptions& options, const std::string& command) {
  if (options.output.empty() && options.csv.empty()) {
    fail(Category::input, command + ": give -o PICTURE.png (.svg, .pdf), --csv FILE, or both");
  }
  require_picture(options);
}

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
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--csv", options->csv, "The numbers as text");
  command->add_option("--bin", options->bin, "A bin of the timeline instead of the whole run");
}

}  // namespace weft::cli
