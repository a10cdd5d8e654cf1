// SPDX-License-Identifier: Apache-2.0
// What every stream register of a TSP holds in one cycle, found from its schedule.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// A register's value: which instruction drove it, which of its elements, and which byte of the
/// result. `instruction` none: nothing was ever driven there that is still on its way.
struct StreamValue {
  std::uint32_t instruction = none;
  std::uint32_t element = 0;
  std::uint8_t byte = 0;
};

/// Values that leave the stops in a cycle: [direction][stream][stop].
struct StreamMap {
  std::array<std::array<std::array<StreamValue, stops>, streams_a_direction>, 2> values;
  const StreamValue& at(Direction direction, std::uint32_t stream, std::uint32_t stop) const {
    return values.at(static_cast<std::size_t>(direction)).at(stream).at(stop);
  }
};

/// `cycle` counts from the start of the schedule, which must be sound.
StreamMap stream_map(const Schedule& schedule, const Timing& timing, Cycle cycle);

}  // namespace weft::program::tsp
