// SPDX-License-Identifier: Apache-2.0
// How much of a TSP's memory a tensor program takes, beside what the chip has.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "program/tsp_schedule_memory.hpp"
#include "program/tsp_schedule_parts.hpp"

namespace weft::program::tsp {

/// Found by an attempt whose banks have no end.
struct MemoryNeed {
  SliceWords given{};  ///< by weights, constants and benches, for which words must be kept
  std::map<std::string, std::uint64_t> given_by_name;  ///< words, of all slices
  std::uint64_t most_words = 0;                        ///< taken at once, those of `given` too

  /// What is taken at present is added.
  void note(const Memory& memory);
  /// Whether weights and constants alone have room where they must lie.
  bool fits() const;
  /// Words to keep for them.
  SliceWords reserved() const;
};

/// "weights and constants take 96.1 MiB, and all together 210.0 MiB at once, of the chip's 200.0
/// MiB beside program text; the largest: 'w1' 10.1 MiB, 'w2' 4.0 MiB, 'w3' 4.0 MiB"
std::string describe(const MemoryNeed& need, const Timing& timing);

/// Category::limit where a chip does not hold what the host gives the part, each element once:
/// before an attempt, which of a large model takes minutes.
void require_given_room(const ChipPart& part, bool several, const Timing& timing);

}  // namespace weft::program::tsp
