// SPDX-License-Identifier: Apache-2.0
// A trace in one screen of text.
#pragma once

#include <string>

#include "trace/reader.hpp"

namespace weft::analysis {

/// What `weft trace info` prints: machine, cycles, streams, counters, phases, results, hash.
std::string describe(const trace::Reader& reader);

/// Sum and maximum of a counter, and the tile of the (first) maximum.
struct GridExtremes {
  std::uint64_t sum = 0;
  std::uint64_t max = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::size_t channel = 0;
};
GridExtremes extremes(const trace::CounterGrid& grid);

}  // namespace weft::analysis
