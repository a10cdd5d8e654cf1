// SPDX-License-Identifier: Apache-2.0
// One attempt at a schedule of all chips, in the order of the tensor program.
#pragma once

#include <cstddef>
#include <vector>

#include "program/tsp_schedule.hpp"
#include "program/tsp_schedule_chain.hpp"
#include "program/tsp_schedule_need.hpp"
#include "program/tsp_schedule_parts.hpp"

namespace weft::program::tsp {

/// A tensor program taken apart; chains point into the parts.
struct DividedProgram {
  const TensorProgram* whole = nullptr;
  ChipParts chips;
  std::vector<std::vector<Chain>> chains;  ///< [part]
};

/// How an attempt is made, and how far it came.
struct Attempt {
  ScheduleOptions options;
  std::vector<SliceWords> reserved{};  ///< [part]; none: nothing is
  bool boundless = false;              ///< banks have no end: for `needs`
  std::size_t placed = 0;              ///< chains
  std::vector<MemoryNeed> needs{};     ///< [part], where boundless
};

/// Errors are those of schedule().
ScheduledProgram attempt_schedule(const DividedProgram& divided, const Timing& timing,
                                  Attempt& attempt);

/// "a.tensors:14: ", for messages; empty where it is not known.
std::string place_text(const TensorProgram& program, const TensorValue& value);

}  // namespace weft::program::tsp
