// SPDX-License-Identifier: Apache-2.0
// Supersteps of a bulk-synchronous machine, as its trace has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/export.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// Phases of the whole machine, in the order in which a superstep has them.
enum class BspPhase : std::uint8_t { compute, sync, exchange, host };
inline constexpr std::size_t bsp_phases = 4;
std::string_view name_of(BspPhase phase);

/// A stretch of time in which the machine is in one phase.
struct BspSpan {
  Cycle begin = 0;
  Cycle end = 0;
  BspPhase phase = BspPhase::compute;
};

struct Superstep {
  Cycle begin = 0;
  Cycle end = 0;
  std::array<Cycle, bsp_phases> cycles{};
  Cycle total() const;
};

/// The supersteps of a stretch of the run.
struct Bsp {
  CycleRange range;
  std::uint64_t first = 0;       ///< number of steps[0] in the run, by rows of syncs before it
  std::vector<Superstep> steps;  ///< whole ones, all that touch the range
  /// In order of time, not cut to the range; with the host's commands between supersteps.
  std::vector<BspSpan> spans;
  Cycle host_between = 0;  ///< of those commands, inside the range
};

/// From stream "supersteps". A range without end ends with the run. Category::input where the trace
/// has no such stream, does not keep its rows, or has none in the range.
Bsp read_bsp(const trace::Reader& reader, const CycleRange& range);

/// "superstep,begin,compute,sync,exchange,host", a line a superstep.
std::string bsp_csv(const Bsp& bsp);

}  // namespace weft::analysis
