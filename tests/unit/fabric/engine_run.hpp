// SPDX-License-Identifier: Apache-2.0
// Runs a scenario on the queued engine, whole or cut into slices, with or without a stop.
#pragma once

#include <vector>

#include "base/geometry.hpp"
#include "scenario.hpp"

namespace weft::fabric::test {

struct RunOptions {
  std::vector<Rectangle> slices;  ///< empty: one
  Cycle save_at = never;          ///< before this cycle every slice is saved and loaded afresh
  bool jump = true;               ///< skip cycles in which nobody has something to do
  bool check_bounds = false;      ///< every departure is held against departure_bound
};

struct EngineOutcome {
  Outcome outcome;
  Cycle last_activity = 0;
  std::vector<std::uint64_t> link_wavelets;  ///< region tile * 5 + port
  std::uint64_t cut_records = 0;
  std::uint64_t skipped_cycles = 0;
  std::uint64_t lookahead_cycles = 0;  ///< sum of finite promises beyond their cycle
};

EngineOutcome run_engine(const Scenario& scenario, const RunOptions& options = {});

}  // namespace weft::fabric::test
