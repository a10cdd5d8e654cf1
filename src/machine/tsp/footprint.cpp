// SPDX-License-Identifier: Apache-2.0
// What a slice will hold, counted in the program before anything is allocated.
#include <algorithm>
#include <utility>
#include <vector>

#include "machine/tsp/build.hpp"
#include "machine/tsp/counts.hpp"
#include "machine/tsp/flow.hpp"
#include "machine/tsp/state.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

/// Values a tile of Tsp::counters(): those of the columns, busy, schedule and corrected.
constexpr std::uint64_t counter_values = columns + 3;

/// How long a result is held, at most, beyond the cycle in which it is computed: a way across the
/// chip.
constexpr Cycle held_cycles = 2 * Cycle{form::stops};

/// The most bytes of results that are on their way at once.
std::uint64_t results_bytes(const form::Schedule& schedule) {
  std::vector<std::pair<Cycle, std::int64_t>> changes;
  for (const form::Instruction& i : schedule.instructions) {
    const std::uint64_t whole = result_width(i) * std::uint64_t{i.count} * vector_bytes;
    if (whole == 0) continue;
    // A long run's tasks follow each other: the next begins when the last is still held.
    const bool is_long = whole > form::most_task_bytes;
    const auto bytes =
        static_cast<std::int64_t>(is_long ? std::min(whole, 2 * form::most_task_bytes) : whole);
    changes.emplace_back(i.cycle, bytes);
    changes.emplace_back((is_long ? i.last_cycle() : i.cycle) + held_cycles, -bytes);
  }
  std::sort(changes.begin(), changes.end());
  std::int64_t now = 0;
  std::int64_t most = 0;
  for (const auto& [cycle, bytes] : changes) most = std::max(most, now += bytes);
  return static_cast<std::uint64_t>(most);
}

}  // namespace

Footprint footprint_of(const form::Program& program, std::uint64_t program_bytes,
                       const form::Timing& timing, const Slice& slice) {
  Footprint footprint;
  if (slice.tiles.empty()) return footprint;
  const std::uint64_t plane_bytes =
      array_bytes + std::uint64_t{timing.mxm_accumulator_rows} * 4 * vector_bytes;
  for (const form::Schedule& schedule : program.schedules) {
    // An edge or two and a task an instruction, as a rule.
    footprint.state_bytes +=
        schedule.instructions.size() *
        (sizeof(form::Instruction) + 2 * sizeof(form::Edge) + sizeof(form::Task));
  }
  for (std::uint32_t chip = slice.tiles.y0;
       chip < std::min(slice.tiles.y1(), program.chips()) && !program.timing_only; ++chip) {
    footprint.state_bytes += pages_of(program, chip, slice.tiles).bytes();
    const std::uint32_t schedule = program.schedule_of_chip[chip];
    if (schedule == form::none) continue;
    footprint.state_bytes += planes_of(program, chip, slice.tiles).size() * plane_bytes;
    footprint.building_bytes += results_bytes(program.schedules.at(schedule));
  }
  footprint.program_bytes =
      program_bytes - std::min<std::uint64_t>(program_bytes, program.bytes.size());
  footprint.building_bytes += 2 * program_bytes;
  footprint.counter_values = counter_values;
  return footprint;
}

}  // namespace weft::machine::tsp
