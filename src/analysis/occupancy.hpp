// SPDX-License-Identifier: Apache-2.0
// What the ids of a stream's rows (queues, ports ...) are busy with over time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/export.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// Busy shares of ids in boxes of time, [id][column], 0 to 1. A row of the stream makes its id busy
/// for as many cycles as it has events, evenly over its duration: events are the low 32 bits of its
/// argument where the stream's argument begins with "count", and one a cycle otherwise.
struct Occupancy {
  CycleRange range;
  std::vector<std::string> names;  ///< [id]
  int columns = 0;
  std::vector<double> shares;
  double at(std::size_t id, int column) const {
    return shares[id * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)];
  }
};

struct OccupancyQuery {
  std::string stream;
  std::string names;  ///< table of /definitions that names the ids; others go by their number.
                      ///< Empty: "queues", if the trace has that
  CycleRange range;   ///< all of it: from the first row's begin to the last one's end
  std::uint32_t first_tile = 0;  ///< rows of these tiles only
  std::uint32_t last_tile = 0;
  int columns = 1;  ///< at most
};

/// Category::input where the trace has no such stream or table, or does not keep its rows, and for
/// a range without cycles.
Occupancy read_occupancy(const trace::Reader& reader, const OccupancyQuery& query);

}  // namespace weft::analysis
