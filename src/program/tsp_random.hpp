// SPDX-License-Identifier: Apache-2.0
// Random schedules of one TSP chip, by seed: for tests and measurements.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/mix.hpp"
#include "program/tsp.hpp"
#include "program/tsp_oracle.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp::random {

/// Numbers that depend on the seed alone.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(mix(seed)) {}
  std::uint64_t next() { return state_ = mix(state_); }
  /// From 0 to count - 1.
  std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>((next() >> 32U) * count >> 32U);
  }
  /// From first to last.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + below(static_cast<std::uint32_t>(last - first + 1));
  }
  /// True once in `of`.
  bool once_in(std::uint32_t of) { return below(of) == 0; }
  template <typename List>
  const auto& one_of(const List& list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }

 private:
  std::uint64_t state_;
};

struct Case {
  Program program;  ///< of one chip
  Timing timing;
  oracle::Memory memory;  ///< before the run
  const Schedule& schedule() const { return program.schedules.front(); }
  Schedule& schedule() { return program.schedules.front(); }
};

/// The usual delays, or any from a cycle up.
Timing timing(Numbers& numbers);

/// A schedule that the oracle finds nothing wrong with: copies from slice to slice, gathers and
/// scatters, chains of ALUs, products of several passes, lane maps, barriers, all at once, named or
/// not; some of its delays are not the usual ones. 1 to about 90 instructions.
Case legal(std::uint64_t seed);

/// The same with something else in one place: validate() takes it, the oracle may or may not.
Case changed(const Case& from, std::uint64_t seed);

/// Changed once or more, until the oracle finds something wrong.
Case illegal(std::uint64_t seed);

}  // namespace weft::program::tsp::random
