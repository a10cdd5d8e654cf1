// SPDX-License-Identifier: Apache-2.0
// `weft trace memory`: what fills the tiles' memories, from the counters.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/memory.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

constexpr const char* used = "memory_bytes";
constexpr const char* unused = "memory_free";

bool has_counter(const trace::Reader& reader, const std::string& name) {
  const auto names = reader.counter_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What a tile has: its bytes in use and those left, where some are left. 0: not known.
std::uint64_t tile_bytes(const trace::Reader& reader, const trace::CounterGrid& memory) {
  if (!has_counter(reader, unused)) return 0;
  const trace::CounterGrid rest = reader.counter(unused);
  for (std::uint32_t t = 0; t < rest.values.size(); ++t) {
    if (rest.values[t] == 0) continue;
    return rest.values[t] + analysis::tile_memory(memory.channels, memory.values, t).bytes;
  }
  return 0;
}

Json json_of(const std::vector<std::string>& uses, const analysis::TileBytes& tile) {
  Json json{{"tile", tile.tile}, {"bytes", tile.bytes}};
  for (std::size_t u = 0; u < uses.size(); ++u) json["uses"][uses[u]] = tile.by_use[u];
  return json;
}

Json json_of(const std::vector<std::string>& uses, const analysis::MemoryReport& report) {
  Json json{{"tiles", report.tiles},
            {"tile_bytes", report.tile_bytes},
            {"total", report.all.total},
            {"fullest", Json::array()}};
  for (const auto& use : report.uses) {
    json["uses"][use.use] = {
        {"total", use.total}, {"least", use.least}, {"most", use.most}, {"fullest", use.fullest}};
  }
  for (const auto& tile : report.fullest) json["fullest"].push_back(json_of(uses, tile));
  return json;
}

int memory(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  if (!has_counter(reader, used)) {
    fail(Category::input,
         "'" + options.file + "': it says nothing about memory (no counter '" + used + "')");
  }
  const trace::CounterGrid grid = reader.counter(used);
  const std::uint64_t whole = tile_bytes(reader, grid);
  const auto report = analysis::memory_report(grid.channels, grid.values, whole, options.top);
  if (!options.tile) {
    log::print(describe(report));
    options.json.write(context.world, [&] { return json_of(grid.channels, report); });
    return 0;
  }
  if (*options.tile >= report.tiles) {
    fail(Category::input, "--tile " + std::to_string(*options.tile) +
                              ": the machine has tiles 0 to " + std::to_string(report.tiles - 1));
  }
  const auto tile = analysis::tile_memory(grid.channels, grid.values, *options.tile);
  log::print(describe(tile, grid.channels, whole));
  options.json.write(context.world, [&] { return json_of(grid.channels, tile); });
  return 0;
}

}  // namespace

void add_trace_memory(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command = add_trace_command(trace, context, options, memory, "memory",
                                        "What fills the tiles' memories, by use and by tile");
  command->add_option("--tile", options->tile, "One tile instead of all");
  command->add_option("--top", options->top, "How many of the fullest tiles")
      ->capture_default_str();
}

}  // namespace weft::cli
