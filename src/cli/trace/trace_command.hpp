// SPDX-License-Identifier: Apache-2.0
// What the subcommands of `weft trace` share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "analysis/tile_time.hpp"
#include "base/ids.hpp"
#include "cli/context.hpp"
#include "cli/json_output.hpp"

namespace weft::cli {

struct TraceOptions {
  std::string file;
  std::string other;
  std::string name;  ///< of a counter or a stream
  std::string output;
  std::string csv;
  std::string tiles;  ///< "FIRST:LAST"
  bool schedule = false;
  bool totals = false;
  std::optional<std::uint64_t> bin;
  std::optional<std::uint64_t> number;
  std::optional<std::uint32_t> tile;
  std::optional<std::uint32_t> depth;
  std::optional<std::uint32_t> row;
  std::size_t top = 8;
  Cycle from_cycle = 0;
  Cycle to_cycle = never;
  JsonOutput json;
};
using TraceOptionsPointer = std::shared_ptr<TraceOptions>;
using TraceAction = int (*)(const Context&, const TraceOptions&);

/// Adds a subcommand that takes a trace; `action` runs on rank 0 only.
CLI::App* add_trace_command(CLI::App& trace, Context& context, const TraceOptionsPointer& options,
                            TraceAction action, const char* name, const char* description);

/// What -o says where it takes a picture.
inline constexpr const char* picture_help = "Picture: .png, .svg or .pdf";
/// Category::input for -o with another ending: before the trace is read.
void require_picture(const TraceOptions& options);
/// The same, and where neither -o nor --csv is given.
void require_output(const TraceOptions& options, const std::string& command);

/// "FIRST:LAST" or "TILE"; empty: all. Category::input for others, and beyond `tiles`.
analysis::TileRange parse_tiles(const std::string& text, std::uint32_t tiles);

/// `diff` (trace_diff.cpp).
void add_trace_diff(CLI::App& trace, Context& context);
/// `bottleneck`, `busy`, `exchanges`, `calls` (trace_questions.cpp).
void add_trace_questions(CLI::App& trace, Context& context);
/// `heatmap` (trace_pictures.cpp).
void add_trace_pictures(CLI::App& trace, Context& context);
/// `timeline` (trace_timeline.cpp).
void add_trace_timeline(CLI::App& trace, Context& context);
/// `occupancy` (trace_occupancy.cpp).
void add_trace_occupancy(CLI::App& trace, Context& context);
/// `streams` (job/doors/tsp_streams.cpp): of the one family that has them.
void add_trace_streams(CLI::App& trace, Context& context);
/// `waits`, `critical`, `placement`, `sections` (job/doors/rdu_waits.cpp and so on): of the one
/// family that has unit graphs.
void add_trace_waits(CLI::App& trace, Context& context);
void add_trace_critical(CLI::App& trace, Context& context);
void add_trace_placement(CLI::App& trace, Context& context);
void add_trace_sections(CLI::App& trace, Context& context);
/// `metapipeline` (trace_metapipeline.cpp).
void add_trace_metapipeline(CLI::App& trace, Context& context);
/// `layers` (trace_layers.cpp).
void add_trace_layers(CLI::App& trace, Context& context);
/// `memory` (trace_memory.cpp).
void add_trace_memory(CLI::App& trace, Context& context);

}  // namespace weft::cli
