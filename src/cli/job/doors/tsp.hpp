// SPDX-License-Identifier: Apache-2.0
// What the TSP's door keeps of a job, and what `weft check` says of a schedule.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"

namespace weft::cli {

/// [program] of a job for TSPs.
struct TspSource {
  std::string path;   ///< of a schedule or a tensor program; of one that weft builds its name
  std::string place;  ///< of [program] in the job's file, for messages
  bool timing_only = false;
  std::optional<std::uint64_t> link_seed;
  std::optional<std::uint64_t> published_cycles;  ///< of the same work elsewhere
  /// A program that weft builds, for a system and its delays; throws Category::input and
  /// Category::limit as its builder does.
  std::function<program::tsp::Program(const program::tsp::System&, const program::tsp::Timing&)>
      build;
};

/// Runs, cycles, when each output stands in memory, what the queues and planes do: lines without
/// the last one's end. `clock_hz` for times.
std::string describe_tsp(const program::tsp::Program& program, const program::tsp::Checked& checked,
                         const program::tsp::Timing& timing, std::uint64_t clock_hz);

/// A line an operation of a tensor program: first dispatch, last result, how much later that is
/// than all results before, the least that a schedule takes; and the whole, beside what is
/// published.
std::string describe_operations(const std::vector<program::tsp::ScheduledOperation>& operations,
                                Cycle cycles, std::optional<std::uint64_t> published_cycles);

}  // namespace weft::cli
