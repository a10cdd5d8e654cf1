// SPDX-License-Identifier: Apache-2.0
// What the trace of a run on an RDU says of its unit graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_critical.hpp"
#include "program/rdu_timing.hpp"
#include "trace/reader.hpp"

namespace weft::cli {

/// Of a context, in cycles of the whole run.
struct ContextTime {
  std::uint64_t firings = 0;
  std::uint64_t busy = 0;
  Cycle first = 0;  ///< firing
  Cycle last = 0;
  std::uint64_t input = 0;  ///< without a token of another context
  std::uint64_t dram = 0;   ///< without one of a transfer
  std::uint64_t room = 0;
  std::uint64_t rest = 0;  ///< without one, between goes through its counters
};

/// Of a channel: cycles that its consumer waited for tokens, and its producer for room.
struct ChannelTime {
  std::uint64_t tokens = 0;
  std::uint64_t input = 0;
  std::uint64_t rest = 0;
  std::uint64_t room = 0;
};

/// A run's graph, and the machine that it ran on.
struct RduGraph {
  program::rdu::Program program;
  program::rdu::Timing timing;
};

/// A run: its graph and what came of it.
struct RduRun : RduGraph {
  std::vector<program::rdu::Ends> ends;
  std::vector<ContextTime> contexts;
  std::vector<ChannelTime> channels;
  std::vector<std::string> places;  ///< [context]: "GDA.scala:66"; may be empty
  Cycle begin = 0;                  ///< first firing of all
  Cycle end = 0;                    ///< behind the last one

  Cycle cycles() const { return end - begin; }
  program::rdu::Rates rates() const;
  const std::string& unit_name(std::uint32_t context) const;
  /// Category::input with what is near.
  std::uint32_t context_named(const std::string& name) const;
};

/// Category::input where the trace is of another machine, or holds no graph.
RduGraph read_rdu_graph(const trace::Reader& reader);

/// Likewise, and where it does not hold what contexts waited for, saying which level has it.
RduRun read_rdu_run(const trace::Reader& reader);

}  // namespace weft::cli
