// SPDX-License-Identifier: Apache-2.0
// A metapipeline: its stages' iterations over time, from a trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/export.hpp"
#include "analysis/image.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// One iteration in a stage.
struct StageBar {
  std::uint64_t number = 0;
  Cycle begin = 0;
  Cycle end = 0;  ///< first cycle after it
  std::uint64_t firings = 0;
};

/// A context, and its iterations in the order of time: those that the trace has.
struct Stage {
  std::string name;
  std::string source;  ///< "GDA.scala:66"; may be empty
  std::vector<StageBar> bars;

  double mean_cycles() const;
  /// Median of the cycles from one iteration's begin to the next one's: its initiation interval; 0
  /// of one alone.
  Cycle interval_cycles() const;
  /// Firings in a cycle of its iterations, in percent.
  double busy_percent() const;
};

struct Metapipeline {
  std::uint32_t depth = 0;    ///< counters around an iteration; 0: goes through all of them
  std::vector<Stage> stages;  ///< by source, then as the contexts are
  std::uint32_t busiest = 0;  ///< stage of the context that fired most of them
};

/// `depth`: that asked for, or the deepest at which the busiest context's iterations take
/// `least_cycles` on average. Category::input where the trace has no such rows.
Metapipeline read_metapipeline(const trace::Reader& reader, std::optional<std::uint32_t> depth,
                               Cycle least_cycles = 64);

/// Around the first `iterations` of the busiest stage, or what of the run was asked for.
CycleRange range_of(const Metapipeline& pipeline, const CycleRange& asked,
                    std::uint32_t iterations);

/// The same with only those stages that have an iteration in the range, if any has.
Metapipeline seen_in(Metapipeline pipeline, const CycleRange& range);

/// A table of the stages, and a line a stage over `columns` boxes of time: the last digit of the
/// iteration's number, . where there is none.
std::string describe(const Metapipeline& pipeline, const CycleRange& range, int columns);

std::string csv_of(const Metapipeline& pipeline);

/// A row a stage, a bar an iteration.
Image draw_metapipeline(const Metapipeline& pipeline, const CycleRange& range,
                        const std::string& machine);

}  // namespace weft::analysis
