// SPDX-License-Identifier: Apache-2.0
// The kernel over tiles: in a cycle each reads its spans, then its main thread decides about the
// next cycle.
#include "machine/wse/step.hpp"

#include "machine/wse/tasks.hpp"

namespace weft::machine::wse {
namespace {

/// True when streams took issue slots since the main thread last issued: it is that much later.
bool delayed_by_streams(const Pe& pe) {
  Tile& t = pe.t;
  const std::uint64_t now = pe.ramp.steps_taken(pe.index);
  if (t.steps_seen == steps_unseen) t.steps_seen = now;
  const std::uint64_t taken = now - t.steps_seen;
  if (taken == 0) return false;
  t.steps_seen += taken;
  t.main_time += taken;
  t.stalls[static_cast<unsigned>(Stall::issue)] += taken;
  pe.ramp.set_main_issue(pe.index, t.main_time);
  return true;
}

/// The main thread's part of the cycle: tasks start and instructions issue in the next one.
void run_thread(const Pe& pe) {
  Tile& t = pe.t;
  while (!pe.refused() && t.main != Main::blocked && pe.made.rows + 4 <= rows_per_tile) {
    if (t.main == Main::idle && !pick_task(pe)) return;
    const bool due = t.main_time <= pe.cycle + 1;
    if (due && delayed_by_streams(pe)) continue;
    if (!due && !pe.alone()) return;
    run_main(pe);
    // Still running ahead of the cycle: it stopped at what can only be decided in its time.
    if (t.main == Main::running && t.main_time > pe.cycle + 1) return;
  }
}

/// Next cycle in which the tile has to be run though nothing comes from the fabric.
Cycle next_wake(const Pe& pe) {
  const Tile& t = pe.t;
  if (pe.refused() || t.main == Main::blocked) return never;
  const auto before = [&](Cycle time) { return time > pe.cycle + 2 ? time - 1 : pe.cycle + 1; };
  const bool cut_short = pe.made.rows + 4 > rows_per_tile;
  if (t.main == Main::running || cut_short || t.main_time > pe.cycle + 1) {
    return before(t.main_time);
  }
  return t.launch_pending ? before(t.launch_time) : never;
}

struct StepTile {
  State s;
  fabric::Ramp ramp;
  Cycle cycle;
  const std::uint32_t* list;
  RowBuffer buffer;

  void operator()(std::size_t i) const {
    const std::uint32_t tile = list[i];
    RowCounts used;
    const Pe pe(s, ramp, tile, cycle, buffer.rows.data() + i * row_stride, used);
    take_spans(pe);
    if (!pe.refused()) resume_fifo_threads(pe);
    note_heads(pe);
    note_teardown(pe);
    if (!pe.refused()) run_thread(pe);
    if (!pe.refused()) resume_fifo_threads(pe);
    s.wake.data()[tile] = next_wake(pe);
    buffer.used.data()[i] = used;
  }
};

}  // namespace

void step_tiles(const State& state, const fabric::Ramp& ramp, Cycle cycle,
                const std::uint32_t* list, std::uint32_t count, const RowBuffer& buffer) {
  parallel_for("weft::wse::step_tiles", count, StepTile{state, ramp, cycle, list, buffer});
}

}  // namespace weft::machine::wse
