// SPDX-License-Identifier: Apache-2.0
// What the TSP's door keeps of a job, and what `weft check` says of a schedule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "program/tsp.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_timing.hpp"

namespace weft::cli {

/// [program] of a job with a schedule or a tensor program.
struct TspSource {
  std::string path;
  bool timing_only = false;
  std::optional<std::uint64_t> link_seed;
};

/// Runs, cycles, when each output stands in memory, what the queues and planes do: lines without
/// the last one's end. `clock_hz` for times.
std::string describe_tsp(const program::tsp::Program& program, const program::tsp::Checked& checked,
                         const program::tsp::Timing& timing, std::uint64_t clock_hz);

}  // namespace weft::cli
