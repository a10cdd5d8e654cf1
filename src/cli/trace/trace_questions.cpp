// SPDX-License-Identifier: Apache-2.0
// `weft trace bottleneck|busy|exchanges|calls`: what one asks of a run first.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/bottleneck.hpp"
#include "analysis/busy_time.hpp"
#include "analysis/exchanges.hpp"
#include "analysis/host_calls.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/tile_shape.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr std::size_t busy_rows = 32;
constexpr std::size_t busy_columns = 64;
constexpr std::size_t busy_csv_columns = 256;

analysis::TileLayout layout_of(const trace::Header& header) {
  return {tile_shape(header), header.width, header.height};
}

int bottleneck(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const analysis::Bottleneck found = analysis::read_bottleneck(reader, options.top);
  log::print(analysis::describe(found, layout_of(reader.header()), options.top));
  options.json.write(context.world, [&] {
    Json json{{"tiles", found.tiles},
              {"cycles", found.run_cycles},
              {"mean_busy_cycles", found.mean_busy_cycles},
              {"busiest", Json::array()},
              {"shares", Json::array()}};
    if (!found.unit_name.empty()) json["unit"] = found.unit_name;
    for (const analysis::BusyTile& tile : found.busiest) {
      json["busiest"].push_back({{"tile", tile.tile}, {"busy_cycles", tile.busy_cycles}});
    }
    for (const analysis::TileShare& share : found.shares) {
      json["shares"].push_back(
          share.unit == "cycle"
              ? Json{{"what", share.what}, {"cycles", share.cycles}, {"mean_cycles", share.mean}}
              : Json{{"what", share.what},
                     {"value", share.cycles},
                     {"mean", share.mean},
                     {"unit", share.unit}});
    }
    return json;
  });
  return 0;
}

int busy(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  const analysis::TileRange chosen = parse_tiles(options.tiles, header.width * header.height);
  const analysis::BusyTime shown =
      analysis::read_busy_time(reader, chosen, busy_rows, busy_columns);
  if (options.csv != "-") log::print(analysis::describe(shown, layout_of(header)));
  if (!options.csv.empty()) {
    const std::size_t tiles = std::size_t{header.width} * header.height;
    const std::string text =
        analysis::csv_of(analysis::read_busy_time(reader, chosen, tiles, busy_csv_columns));
    write_file(options.csv, text);
  }
  options.json.write(context.world, [&] {
    return Json{{"tiles", shown.tiles}, {"cycles", shown.cycles}, {"shares", shown.shares}};
  });
  return 0;
}

int exchanges(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  std::vector<analysis::ExchangeTime> all = analysis::read_exchanges(reader);
  if (options.number) {
    if (*options.number < 1 || *options.number > all.size()) {
      fail(Category::input, "--number " + std::to_string(*options.number) +
                                ": the run has exchanges 1 to " + std::to_string(all.size()));
    }
    all = {all[*options.number - 1]};
  }
  log::print(analysis::describe(all, options.top));
  options.json.write(context.world, [&] {
    Json json{{"exchanges", Json::array()}};
    for (const analysis::ExchangeTime& one : all) {
      json["exchanges"].push_back({{"number", one.number},
                                   {"name", one.name},
                                   {"begin", one.begin},
                                   {"end", one.end},
                                   {"bytes", one.bytes}});
    }
    return json;
  });
  return 0;
}

int calls(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const std::vector<trace::Phase> all = analysis::read_host_calls(reader);
  log::print(analysis::describe(all, reader.header().cycles, options.top));
  options.json.write(context.world, [&] {
    Json json{{"calls", Json::array()}};
    for (const trace::Phase& call : all) {
      json["calls"].push_back({{"name", call.name},
                               {"kind", call.kind},
                               {"begin", call.begin},
                               {"end", call.end},
                               {"cycles", call.end - std::min(call.begin, call.end)}});
    }
    return json;
  });
  return 0;
}

}  // namespace

void add_trace_questions(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command = add_trace_command(trace, context, options, bottleneck, "bottleneck",
                                        "Which tile a run waits for, and what it does meanwhile");
  command->add_option("--top", options->top, "Tiles, rows and counters to print")
      ->capture_default_str();

  options = std::make_shared<TraceOptions>();
  command = add_trace_command(trace, context, options, busy, "busy",
                              "How busy tiles were over time, as text or CSV");
  command->add_option("--tiles", options->tiles, "FIRST:LAST tile; all");
  command->add_option("--csv", options->csv, "A line a tile and stretch of time; - prints it");

  options = std::make_shared<TraceOptions>();
  command = add_trace_command(trace, context, options, exchanges, "exchanges",
                              "When exchanges were, and the bytes that crossed in each");
  command->add_option("--number", options->number, "One of them, the first being 1");
  options->top = 20;
  command->add_option("--top", options->top, "How many to print")->capture_default_str();

  options = std::make_shared<TraceOptions>();
  command = add_trace_command(trace, context, options, calls, "calls",
                              "What the host asked of the machine, the longest call first");
  options->top = 20;
  command->add_option("--top", options->top, "How many to print")->capture_default_str();
}

}  // namespace weft::cli
