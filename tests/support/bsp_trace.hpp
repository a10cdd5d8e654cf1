// SPDX-License-Identifier: Apache-2.0
// A made-up run of a bulk-synchronous machine whose phases can be told by heart.
//
// Superstep s of `steps` begins at 1000 s: tile t computes 10 (t + 1) + 5 (s mod 50) cycles and
// copies 40 more when it is even; sync 20; exchange 100, in which the odd tiles receive; from then
// on the host.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/sample_trace.hpp"

namespace weft::test {

struct BspRun {
  std::uint32_t tiles = 8;
  std::uint32_t chips = 1;
  std::uint64_t steps = 5;
  std::uint32_t all() const { return tiles * chips; }
};

inline std::vector<StreamInfo> bsp_streams() {
  return {{"phases", "of tiles", "set", "work", {"compute", "copy", "exchange"}, TraceLevel::runs},
          {"supersteps",
           "of the machine",
           "superstep",
           "bytes",
           {"compute", "sync", "exchange", "host"},
           TraceLevel::phases}};
}

inline Cycle bsp_compute(std::uint32_t tile, std::uint64_t step) {
  return 10 * (tile + Cycle{1}) + 5 * (step % 50);
}

/// When the slowest tile is done, counted from the superstep's begin.
inline Cycle bsp_slowest(const BspRun& run, std::uint64_t step) {
  Cycle most = 0;
  for (std::uint32_t t = 0; t < run.all(); ++t) {
    most = std::max(most, bsp_compute(t, step) + (t % 2 == 0 ? 40 : 0));
  }
  return most;
}

inline void record_bsp_step(Recorder& recorder, const BspRun& run, const Rectangle& slice,
                            std::uint64_t step) {
  const Cycle begin = 1000 * step;
  const Cycle done = begin + bsp_slowest(run, step);
  const auto row = [&](Cycle end, std::uint32_t tile, std::uint32_t kind, Cycle duration) {
    return EventRow{end,
                    TileId{tile},
                    kind,
                    kind,
                    static_cast<std::uint32_t>(step),
                    static_cast<std::uint32_t>(duration),
                    0,
                    4};
  };
  for (std::uint32_t t = 0; t < run.all(); ++t) {
    if (!slice.contains(t % run.tiles, t / run.tiles)) continue;
    const Cycle compute = bsp_compute(t, step);
    recorder.append(0, row(begin + compute, t, 0, compute));
    if (t % 2 == 0) recorder.append(0, row(begin + compute + 40, t, 1, 40));
    if (t % 2 == 1) recorder.append(0, row(done + 120, t, 2, 100));
  }
  if (!slice.contains(0, 0)) return;
  recorder.append(1, row(done, 0, 0, done - begin));
  recorder.append(1, row(done + 20, 0, 1, 20));
  recorder.append(1, row(done + 120, 0, 2, 100));
  recorder.append(1, row(begin + 1000, 0, 3, 1000 - (done - begin) - 120));
}

/// Writes the run's trace; collective.
inline void write_bsp_trace(const comm::Communicator& world, const std::string& path,
                            TraceLevel level, const BspRun& run) {
  MachineInfo machine = sample_machine(world);
  machine.family = "ipu";
  machine.clock_hz = 1'000'000'000;
  machine.region = {0, 0, run.tiles, run.chips};
  const auto edge = [&](int r) {
    return run.tiles * static_cast<std::uint32_t>(r) / static_cast<std::uint32_t>(world.size());
  };
  const std::uint32_t x0 = edge(world.rank());
  machine.slice = {x0, 0, edge(world.rank() + 1) - x0, run.chips};
  Settings settings = sample_settings(path, level);
  settings.epoch_cycles = 1000 * run.steps + 1;
  Recorder recorder(level, bsp_streams());
  trace::Writer writer(world, settings, machine, bsp_streams());
  for (std::uint64_t s = 0; s < run.steps; ++s) record_bsp_step(recorder, run, machine.slice, s);
  CounterArray busy{"tile_busy", "cycle", "cycles in compute sets and copies", {}, {}};
  for (std::uint64_t t = 0; t < machine.slice.tiles(); ++t) busy.values.push_back(t);
  Summary summary;
  summary.cycles = 1000 * run.steps;
  summary.stop = "done";
  writer.close(recorder, summary, std::vector<CounterArray>{busy});
}

}  // namespace weft::test
