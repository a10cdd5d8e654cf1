// SPDX-License-Identifier: Apache-2.0
// Which rows of a product each plane makes, pass by pass.
#pragma once

#include <cstdint>
#include <vector>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

/// Rows of a result tile that a plane makes.
struct PlanePart {
  std::uint32_t plane = 0;
  std::uint32_t tile = 0;
  std::uint64_t batch = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t accumulator = 0;  ///< of the first row
  bool keeps = false;             ///< the weights that are installed
};
/// What a hemisphere's planes make at the same time.
using PlaneWork = std::vector<PlanePart>;

/// A hemisphere's, in the order of passes: tiles in rounds, rows in chunks that the accumulators
/// hold.
std::vector<PlaneWork> work_of(const Product& product, const Division& division,
                               std::uint32_t tiles, Hemisphere hemisphere, const Timing& timing,
                               const ScheduleOptions& options);

}  // namespace weft::program::tsp
