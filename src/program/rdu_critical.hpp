// SPDX-License-Identifier: Apache-2.0
// Which loop of tokens and credits bounds how fast a unit graph can go round one of its loops.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// What a run came to.
struct Rates {
  std::vector<std::uint64_t> firings;  ///< [context]
  std::vector<std::uint64_t> busy;     ///< [context]: cycles that they took
  std::vector<std::uint64_t> tokens;   ///< [channel]: that were sent
};

/// A part of a critical loop, in the order of time.
struct CriticalStep {
  End who;                       ///< who fires, or whom the token or credit comes from
  std::uint32_t channel = none;  ///< none: who goes on by itself
  bool is_credit = false;        ///< room that comes back, else a token
  std::uint64_t firings = 0;     ///< of who goes on by itself
  std::int64_t cycles = 0;
  std::int64_t iterations = 0;  ///< that it reaches back
};

/// The loop with most cycles an iteration: no run can be faster.
struct Critical {
  std::uint64_t iterations = 0;  ///< in the run
  std::int64_t cycles = 0;       ///< of the loop
  std::int64_t reach = 0;        ///< iterations that it spans
  std::vector<CriticalStep> steps;
  std::uint32_t actors = 0;     ///< contexts and transfers that take part
  std::uint32_t outside = 0;    ///< those that do not: they don't fire equally often in iterations
  std::uint32_t irregular = 0;  ///< channels left out: data say when tokens pass
  double cycles_an_iteration() const {
    return reach == 0 ? 0 : static_cast<double>(cycles) / static_cast<double>(reach);
  }
};

/// Firings of an iteration of all who take part, at most: they are looked at one by one.
inline constexpr std::uint64_t critical_firings_most = 400'000;

/// Of a run in which something went round `iterations` times. Everybody whose firings are as many
/// in each iteration takes part; when each token comes and room goes follows from how many firings
/// there are for one. DRAM takes its latency: its channels are never crowded, no read joins
/// another's burst; memory that two share without a channel holds nobody. So the loop's cycles are
/// a bound from below. Empty where an iteration has too many firings.
std::optional<Critical> find_critical(const Program& program, const Timing& timing,
                                      const Rates& rates, std::uint64_t iterations);

/// Of each number of a context's counters, from the outermost on: how often their iterations came
/// in the run; [0] are goes through all. Up to the first counter that is bound by a channel.
std::vector<std::uint64_t> iterations_of(const Program& program, const Rates& rates,
                                         std::uint32_t context);

struct Deepest {
  std::uint32_t context = none;
  std::uint32_t depth = 0;
  Critical critical;
};
/// The context that fires most of those that went round counters of constant bounds more than once.
/// Category::input where there is none.
Deepest find_busiest_counted(const Program& program, const Rates& rates);
/// Of its depths the one whose critical loop makes the run longest. Category::input where nothing
/// went round twice.
Deepest find_most_critical(const Program& program, const Timing& timing, const Rates& rates);

}  // namespace weft::program::rdu
