// SPDX-License-Identifier: Apache-2.0
// The naive RDU: every context and transfer is looked at in every cycle. Slow, and obviously right.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "program/rdu.hpp"
#include "program/rdu_stop.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu::oracle {

/// Lane l of a vector is there where bit l of `mask` is set. Words and bits: lane 0.
struct Token {
  std::uint32_t mask = 1;
  std::array<std::uint32_t, lanes_most> words{};
  friend bool operator==(const Token&, const Token&) = default;
};

/// A token that left its producer.
struct Sent {
  Cycle cycle = 0;
  Token token;
  friend bool operator==(const Sent&, const Sent&) = default;
};

/// Cycles of one context. What it waited is counted when it fires at last; between its goes through
/// the counters, with an input missing, it waits for nothing.
struct Tally {
  std::uint64_t firings = 0;
  std::uint64_t starved = 0;  ///< an input was missing: the first of them tells which of the two
  std::uint64_t dram = 0;     ///< likewise, and a transfer was to bring it
  std::uint64_t blocked = 0;  ///< no room
  std::uint64_t busy = 0;     ///< that firings took
  Cycle first = never;        ///< firing
  Cycle last = 0;
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// Cycles in which somebody waited on a channel, counted when it fires at last: for the first of
/// the inputs that are missing, or the first of the outputs without room.
struct Waited {
  std::uint64_t tokens = 0;   ///< that were sent
  std::uint64_t starved = 0;  ///< the consumer, for a token
  std::uint64_t rested = 0;   ///< likewise, between its goes through the counters
  std::uint64_t blocked = 0;  ///< the producer, for room
  friend bool operator==(const Waited&, const Waited&) = default;
};

/// What lies between two firings of a context at a level from 1 on.
struct Iteration {
  std::uint32_t context = 0;
  std::uint32_t level = 0;
  Cycle begin = 0;  ///< first firing
  Cycle end = 0;    ///< last firing
  std::uint64_t firings = 0;
};

using Arrays = std::map<std::string, std::vector<std::uint32_t>>;

struct Result {
  std::optional<Fault> fault;           ///< the first; what follows it is then of no use
  Cycle last_activity = 0;              ///< a firing, a burst, or a token's arrival
  std::vector<Wait> waits;              ///< of whoever has work left, by context, transfer, flow
  std::vector<std::vector<Sent>> sent;  ///< [channel]
  std::vector<Tally> tallies;           ///< [context]
  std::vector<Waited> waited;           ///< [channel]
  std::vector<Iteration> iterations;    ///< by their last cycle, then context and level
  Arrays arrays;                        ///< all, after the run
};

/// One launch in cycle 0 of a graph that validate() takes; arrays that are not given are 0. Stops
/// in cycle `limit` at the latest (Category::limit).
Result run(const Program& program, const Timing& timing, const Arrays& arrays = {},
           Cycle limit = 100'000'000);

}  // namespace weft::program::rdu::oracle
