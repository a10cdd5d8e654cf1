// SPDX-License-Identifier: Apache-2.0
// A register holds what the nearest stop upstream drove so many cycles ago as it is hops away.
#include "program/tsp_stream_map.hpp"

namespace weft::program::tsp {
namespace {

/// Element that is driven in `cycle`; none where no element is.
std::uint32_t driven_in(const Instruction& one, Cycle first, Cycle cycle) {
  if (cycle < first || (cycle - first) % one.interval_cycles != 0) return none;
  const Cycle element = (cycle - first) / one.interval_cycles;
  return element < one.count ? static_cast<std::uint32_t>(element) : none;
}

}  // namespace

StreamMap stream_map(const Schedule& schedule, const Timing& timing, Cycle cycle) {
  StreamMap map;
  std::array<std::array<std::array<std::uint32_t, stops>, streams_a_direction>, 2> distance{};
  for (auto& direction : distance) {
    for (auto& stream : direction) stream.fill(stops);
  }
  for (std::uint32_t i = 0; i < schedule.instructions.size(); ++i) {
    const Instruction& one = schedule.instructions[i];
    if (one.result.width == 0) continue;
    const Cycle first = one.cycle + result_delay_cycles(timing, one);
    const std::uint32_t from = stop_of(queue_of(one.queue));
    const bool east = one.result.direction == Direction::east;
    const std::uint32_t way = east ? stops - from : from + 1;
    for (std::uint32_t d = 0; d < way && d <= cycle; ++d) {
      const std::uint32_t element = driven_in(one, first, cycle - d);
      if (element == none) continue;
      const std::uint32_t stop = east ? from + d : from - d;
      for (std::uint8_t byte = 0; byte < one.result.width; ++byte) {
        const auto side = static_cast<std::size_t>(one.result.direction);
        const std::size_t stream = std::size_t{one.result.first} + byte;
        if (distance.at(side).at(stream).at(stop) <= d) continue;
        distance.at(side).at(stream).at(stop) = d;
        map.values.at(side).at(stream).at(stop) = {i, element, byte};
      }
    }
  }
  return map;
}

}  // namespace weft::program::tsp
