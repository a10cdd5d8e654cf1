// SPDX-License-Identifier: Apache-2.0
// A unit graph run by slices in one process, and what of it an oracle can be held against.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "program/rdu.hpp"
#include "program/rdu_oracle.hpp"
#include "program/rdu_timing.hpp"

namespace weft::test {

struct RduRun {
  Cycle last_activity = 0;
  std::string error;
  std::vector<program::rdu::Wait> waits;  ///< by context, then transfer
  std::vector<program::rdu::oracle::Tally> tallies;
  std::vector<program::rdu::oracle::Waited> waited;  ///< [channel]
  program::rdu::oracle::Arrays arrays;
  std::vector<EventRow> tokens;                             ///< by (cycle, channel)
  std::vector<program::rdu::oracle::Iteration> iterations;  ///< recorded ones, as the oracle's
  std::uint64_t records = 0;                                ///< that crossed cuts
};

/// One launch on `ranks` slices, in windows of at most `most` cycles. With `reloads` others go on
/// behind every fourth, with nothing but the saved bytes of those before.
RduRun run_slices(const program::rdu::Program& program, const program::rdu::Timing& timing,
                  const program::rdu::oracle::Arrays& arrays, int ranks, Cycle most,
                  bool reloads = false);

/// The oracle's in the same form.
RduRun run_oracle(const program::rdu::Program& program, const program::rdu::Timing& timing,
                  const program::rdu::oracle::Arrays& arrays);

/// Empty where both are alike, else the first difference.
std::string difference(const RduRun& ours, const RduRun& oracle);

}  // namespace weft::test
