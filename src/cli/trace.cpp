// SPDX-License-Identifier: Apache-2.0
// `weft trace info|diff|export`, and the other questions to a trace, answered by rank 0.
#include <nlohmann/json.hpp>
#include <string>

#include "analysis/export.hpp"
#include "analysis/export_totals.hpp"
#include "analysis/info.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "base/output_paths.hpp"
#include "cli/commands.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

Json json_of(const trace::Reader& reader) {
  const trace::Header& header = reader.header();
  Json streams = Json::array();
  for (const auto& s : reader.streams()) {
    streams.push_back({{"name", s.info.name},
                       {"kept", s.kept},
                       {"rows", s.rows},
                       {"rows_hashed", s.rows_hashed},
                       {"digest", s.digest}});
  }
  Json counters = Json::array();
  for (const auto& name : reader.counter_names()) {
    const trace::CounterGrid grid = reader.counter(name);
    const analysis::GridExtremes found = analysis::extremes(grid);
    counters.push_back({{"name", name},
                        {"unit", grid.unit},
                        {"channels", grid.channels},
                        {"sum", found.sum},
                        {"max", found.max},
                        {"x", found.x},
                        {"y", found.y}});
  }
  Json phases = Json::array();
  for (const auto& p : reader.phases()) {
    phases.push_back({{"name", p.name}, {"kind", p.kind}, {"begin", p.begin}, {"end", p.end}});
  }
  Json results = Json::array();
  for (const auto& name : reader.result_names()) {
    const trace::Tensor tensor = reader.result(name);
    results.push_back({{"name", name}, {"type", name_of(tensor.type)}, {"shape", tensor.shape}});
  }
  return {{"file", reader.path()},
          {"format_version", header.format_version},
          {"software_version", header.software_version},
          {"complete", header.complete},
          {"trace_hash", header.hash},
          {"stop", header.stop},
          {"family", header.family},
          {"machine", header.machine},
          {"width", header.width},
          {"height", header.height},
          {"clock_hz", header.clock_hz},
          {"cycles", header.cycles},
          {"level", header.level},
          {"epoch_cycles", header.epoch_cycles},
          {"epochs", header.epochs},
          {"streams", streams},
          {"counters", counters},
          {"phases", phases},
          {"results", results}};
}

int info(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  log::print(analysis::describe(reader));
  options.json.write(context.world, [&] { return json_of(reader); });
  return 0;
}

/// The program's text as the trace keeps it.
int export_schedule(const Context& context, const TraceOptions& options) {
  if (!options.name.empty()) {
    fail(Category::input, "--schedule writes the schedule; it takes no stream");
  }
  const trace::Reader reader(options.file);
  const std::string text = reader.program();
  if (text.empty()) {
    fail(Category::input, options.file +
                              ": holds no schedule: its machine runs none, or it is older "
                              "than schedules in traces");
  }
  OutputFile file(options.output);
  file.stream() << text;
  file.commit();
  options.json.write(context.world, [&] { return Json{{"bytes", text.size()}}; });
  return 0;
}

int export_rows(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  if (options.schedule) return export_schedule(context, options);
  if (options.name.empty()) {
    fail(Category::input, "name a stream, as `weft trace info` names it, or --schedule");
  }
  if (!options.totals && !options.tiles.empty()) fail(Category::input, "--tiles is for --totals");
  const trace::Reader reader(options.file);
  const trace::Header& header = reader.header();
  const auto tiles = parse_tiles(options.tiles, header.width * header.height);
  OutputFile file(options.output);
  const analysis::CycleRange range{options.from_cycle, options.to_cycle};
  const std::uint64_t rows =
      options.totals ? analysis::export_totals(reader, options.name, range, tiles, file.stream())
                     : analysis::export_csv(reader, options.name, range, file.stream());
  file.commit();
  options.json.write(context.world, [&] { return Json{{"stream", options.name}, {"rows", rows}}; });
  return 0;
}

/// What is written in one call are files of their own, and not the trace.
void require_apart(const TraceOptions& options) {
  OutputPaths paths;
  paths.reads(options.file, "the trace");
  paths.writes(options.output, "-o");
  paths.writes(options.csv, "--csv");
  paths.writes(options.json.path(), "--json");
}

}  // namespace

CLI::App* add_trace_command(CLI::App& trace, Context& context, const TraceOptionsPointer& options,
                            TraceAction action, const char* name, const char* description) {
  CLI::App* command = trace.add_subcommand(name, description);
  command->add_option("file", options->file, "Trace (HDF5)")->required();
  options->json.add_option(*command);
  command->callback([=, &context] {
    context.action = [=, &context] {
      if (!context.world.is_root()) return 0;
      require_apart(*options);
      return action(context, *options);
    };
  });
  return command;
}

void register_trace(CLI::App& app, Context& context) {
  CLI::App* trace = app.add_subcommand(
      "trace", "Look into traces: what they hold, what was waited for, pictures, export");
  trace->require_subcommand(1);
  const auto fresh = [] { return std::make_shared<TraceOptions>(); };

  add_trace_command(*trace, context, fresh(), info, "info",
                    "What a trace holds; also of a killed run (.tmp)");

  add_trace_diff(*trace, context);
  add_trace_questions(*trace, context);
  add_trace_pictures(*trace, context);
  add_trace_timeline(*trace, context);
  add_trace_occupancy(*trace, context);
  add_trace_streams(*trace, context);
  add_trace_layers(*trace, context);
  add_trace_memory(*trace, context);
  add_trace_sections(*trace, context);
  add_trace_waits(*trace, context);
  add_trace_metapipeline(*trace, context);
  add_trace_critical(*trace, context);
  add_trace_placement(*trace, context);

  TraceOptionsPointer options = fresh();
  CLI::App* command = add_trace_command(*trace, context, options, export_rows, "export",
                                        "A stream's rows as CSV, or the schedule that ran");
  command->add_option("stream", options->name, "Stream, as `weft trace info` names it");
  command->add_flag("--schedule", options->schedule, "The schedule, as a job reads it");
  options->output = "-";
  command->add_option("-o,--output", options->output, "File; - is standard output")
      ->capture_default_str();
  command->add_flag("--totals", options->totals,
                    "Each tile's rows and cycles by kind and id, with names");
  command->add_option("--tiles", options->tiles, "FIRST:LAST tile of the totals; all");
  command->add_option("--from-cycle", options->from_cycle, "First cycle");
  command->add_option("--to-cycle", options->to_cycle, "First cycle no longer written");
}

}  // namespace weft::cli
