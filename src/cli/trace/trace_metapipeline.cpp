// SPDX-License-Identifier: Apache-2.0
// `weft trace metapipeline`: stages over iterations and time, as text, picture and CSV.
#include <nlohmann/json.hpp>

#include "analysis/picture_file.hpp"
#include "analysis/stages.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr int text_columns = 64;
constexpr std::uint32_t shown_iterations = 8;

Json json_of_stages(const analysis::Metapipeline& pipeline) {
  Json stages = Json::array();
  for (const analysis::Stage& stage : pipeline.stages) {
    stages.push_back({{"stage", stage.name},
                      {"source", stage.source},
                      {"iterations", stage.bars.size()},
                      {"mean_cycles", stage.mean_cycles()},
                      {"interval_cycles", stage.interval_cycles()},
                      {"busy_percent", stage.busy_percent()}});
  }
  return {{"depth", pipeline.depth},
          {"busiest", pipeline.stages[pipeline.busiest].name},
          {"stages", stages}};
}

int metapipeline(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  if (options.from_cycle >= options.to_cycle) {
    fail(Category::input, "metapipeline: --from is not before --to");
  }
  require_picture(options);
  const trace::Reader reader(options.file);
  const analysis::Metapipeline pipeline = analysis::read_metapipeline(reader, options.depth);
  analysis::CycleRange range =
      analysis::range_of(pipeline, {options.from_cycle, options.to_cycle}, shown_iterations);
  range.end = std::min(range.end, reader.header().cycles);
  if (range.begin >= range.end) {
    fail(Category::input,
         options.file + ": the run has " + counted(reader.header().cycles, "cycle"));
  }
  const analysis::Metapipeline seen = analysis::seen_in(pipeline, range);
  log::print(analysis::describe(seen, range, text_columns));
  if (!options.output.empty()) {
    const auto picture = analysis::draw_metapipeline(seen, range, reader.header().machine);
    analysis::write_picture(picture, options.output);
  }
  if (!options.csv.empty()) write_file(options.csv, analysis::csv_of(pipeline));
  options.json.write(context.world, [&] { return json_of_stages(pipeline); });
  return 0;
}

}  // namespace

void add_trace_metapipeline(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command =
      add_trace_command(trace, context, options, metapipeline, "metapipeline",
                        "Iterations of a unit graph's contexts over time, as text and picture");
  command->add_option("-o,--output", options->output, picture_help);
  command->add_option("--csv", options->csv, "Iterations as text");
  command->add_option("--depth", options->depth,
                      "Counters around an iteration; the deepest whose iterations take 64 cycles");
  command->add_option("--from", options->from_cycle, "First cycle; of the first iterations");
  command->add_option("--to", options->to_cycle, "First cycle no longer shown");
}

}  // namespace weft::cli
