// SPDX-License-Identifier: Apache-2.0
// What a machine says of its own counters when a run is over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::machine {

/// Sums of counters over all tiles, by "name" or "name.channel".
using CounterSums = std::map<std::string, std::uint64_t>;

/// Beside what a summary tells of every machine: cycles, and cycles in which tiles were busy
/// (counter "tile_busy", which every machine has).
struct CounterWords {
  struct Line {
    std::string label;  ///< "tile-cycles"
    std::string text;   ///< "1200 active, 800 in vector and 400 in scalar instructions"
  };
  std::vector<Line> lines;        ///< for people
  std::vector<std::string> keys;  ///< for programs: names in the sums, in order
};

/// 0 for a counter that is not there.
inline std::uint64_t sum_of(const CounterSums& sums, const std::string& name) {
  const auto found = sums.find(name);
  return found == sums.end() ? 0 : found->second;
}

}  // namespace weft::machine
