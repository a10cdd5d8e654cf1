// SPDX-License-Identifier: Apache-2.0
// Random unit graphs, by seed: for tests and measurements.
#pragma once

#include <cstdint>

#include "program/rdu.hpp"
#include "program/rdu_oracle.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu::random {

struct Case {
  Program program;
  Timing timing;
  oracle::Arrays arrays;  ///< before the run
};

/// A graph that validate() takes and whose run ends: with something that waits (three in four), in
/// peace, or with a fault (few). Counters, filters, merges, loops of tokens, buffers in memory that
/// are handed over, loads, stores, gathers, scatters; latencies, depths and stages are any. 4 to
/// about 40 contexts on 1 to 3 chips.
Case graph(std::uint64_t seed);

}  // namespace weft::program::rdu::random
