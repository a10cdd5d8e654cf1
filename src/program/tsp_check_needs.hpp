// SPDX-License-Identifier: Apache-2.0
// What elements of runs come after what other elements: along edges, and through state.
#pragma once

#include <cstdint>
#include <vector>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {

/// Elements [first, first + count) of `consumer` come after elements producer_first + j *
/// producer_step of `producer`.
struct Need {
  std::uint32_t consumer = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t producer = 0;
  std::int64_t producer_first = 0;
  std::int64_t producer_step = 1;
  bool flows = false;  ///< on streams: what is needed travels

  std::uint64_t end() const { return std::uint64_t{first} + count; }
};

/// When an element takes its operands, or changes state: four times the cycle, and between that and
/// the next what comes just before the cycle that sees it. Above those of all that it needs.
std::int64_t time_of(const Work& work, const Instruction& instruction, std::uint32_t element);

/// Of runs that touch the same words or accumulator rows, element by element; by (consumer, first,
/// producer_first).
std::vector<Need> needs_of_hazards(Work& work);

}  // namespace weft::program::tsp::checks
