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
  friend bool operator==(const Tally&, const Tally&) = default;
};

using Arrays = std::map<std::string, std::vector<std::uint32_t>>;

struct Result {
  std::optional<Fault> fault;           ///< the first; what follows it is then of no use
  Cycle last_activity = 0;              ///< a firing, a burst, or a token's arrival
  std::vector<Wait> waits;              ///< of whoever has work left, by context, then transfer
  std::vector<std::vector<Sent>> sent;  ///< [channel]
  std::vector<Tally> tallies;           ///< [context]
  Arrays arrays;                        ///< all, after the run
};

/// One launch in cycle 0 of a graph that validate() takes; arrays that are not given are 0. Stops
/// in cycle `limit` at the latest (Category::limit).
Result run(const Program& program, const Timing& timing, const Arrays& arrays = {},
           Cycle limit = 100'000'000);

}  // namespace weft::program::rdu::oracle
