// SPDX-License-Identifier: Apache-2.0
// A made-up run whose rows and counters are a function of tile and cycle, so that any cut of it
// must give the same trace.
//
//   region 7 x 5, cut into columns, one slice a rank:   0 0 1 1 1 2 2
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"
#include "trace/types.hpp"
#include "trace/writer.hpp"

namespace weft::test {

using trace::MachineInfo;
using trace::Settings;
using trace::Summary;

inline constexpr std::uint32_t region_width = 7;
inline constexpr std::uint32_t region_height = 5;

inline std::vector<StreamInfo> sample_streams() {
  return {{"tasks", "task ends", "task", "instructions", {"data", "local"}, TraceLevel::runs},
          {"flows", "runs of words on a link", "color", "words", {"out", "in"}, TraceLevel::runs},
          {"words", "single words", "color", "value", {"word"}, TraceLevel::full}};
}

inline Rectangle slice_of(int rank, int size) {
  const auto edge = [&](int r) {
    return static_cast<std::uint32_t>(static_cast<int>(region_width) * r / size);
  };
  return {edge(rank), 0, edge(rank + 1) - edge(rank), region_height};
}

inline MachineInfo sample_machine(const comm::Communicator& world) {
  MachineInfo machine;
  machine.family = "toy";
  machine.name = "made-up";
  machine.clock_hz = 850'000'000;
  machine.region = {0, 0, region_width, region_height};
  machine.slice = slice_of(world.rank(), world.size());
  machine.link_directions = {"west", "east", "south", "north"};
  machine.definitions = {{"colors", {"red", "green"}}, {"nothing", {}}};
  return machine;
}

/// Rows of one tile in one cycle.
inline void record_tile(Recorder& recorder, std::uint32_t tile, Cycle cycle) {
  const auto mixed = static_cast<std::uint32_t>((cycle * 2654435761U + tile * 40503U) >> 3U);
  if (mixed % 3 == 0) {
    recorder.append(0, {cycle, TileId{tile}, 0, mixed % 2, mixed % 5, mixed % 9, 0, mixed});
  }
  for (std::uint32_t s = 0; s < mixed % 4; ++s) {
    recorder.append(1, {cycle, TileId{tile}, s, s % 2, s, 1, 0, cycle + s});
  }
  recorder.append(2, {cycle, TileId{tile}, 0, 0, 0, 0, 0, mixed});
}

/// Counters after cycles 0 .. end - 1.
inline std::vector<CounterArray> sample_counters(const Rectangle& slice, Cycle end) {
  std::vector<CounterArray> counters{
      {"tile_busy", "cycle", "cycles in which the tile did something", {}, {}},
      {"link_words", "1", "words sent", {"west", "east", "south", "north"}, {}}};
  for (std::uint32_t y = slice.y0; y < slice.y1(); ++y) {
    for (std::uint32_t x = slice.x0; x < slice.x1(); ++x) {
      counters[0].values.push_back(end * (x + 1) + y);
      for (std::uint64_t c = 0; c < 4; ++c) counters[1].values.push_back(end * c + x * 10 + y);
    }
  }
  return counters;
}

inline Summary sample_summary(Cycle cycles) {
  Summary summary;
  summary.cycles = cycles;
  summary.stop = "done";
  summary.hashed_config = "[machine]\nname = 'made-up'\n";
  summary.phases = {{"copy a", "copy_in", 0, 3}, {"main", "launch", 3, cycles}};
  trace::Tensor tensor{trace::ElementType::u16, {2, 3}, {}};
  for (int i = 0; i < 12; ++i) tensor.bytes.push_back(static_cast<std::byte>(i * 7));
  // Every half there is: NaNs and subnormals too.
  trace::Tensor halves{trace::ElementType::f16, {2, 32768}, {}};
  for (int i = 0; i < 65536; ++i) {
    halves.bytes.push_back(static_cast<std::byte>(i % 256));
    halves.bytes.push_back(static_cast<std::byte>(i / 256));
  }
  summary.results = {{"halves", halves},
                     {"none", trace::Tensor{trace::ElementType::f32, {0, 3}, {}}},
                     {"y", tensor}};
  return summary;
}

inline Settings sample_settings(const std::string& path, TraceLevel level) {
  Settings settings;
  settings.path = path;
  settings.level = level;
  settings.epoch_cycles = 20;
  settings.chunk_rows = 256;  // so that rows fill several chunks
  settings.timeline_bins = 4;
  settings.bin_cycles = 20;
  settings.config = "[machine]\nname = 'made-up'\n[run]\nranks = 'any'\n";
  return settings;
}

/// Runs and writes; returns the hash. Rows are also written at every multiple of `part_cycles`, and
/// the file is sealed at every multiple of `seal_cycles`.
inline std::string write_sample(const comm::Communicator& world, const Settings& settings,
                                Cycle cycles, Cycle part_cycles = 1000, Cycle seal_cycles = 1000) {
  const MachineInfo machine = sample_machine(world);
  Recorder recorder(settings.level, sample_streams());
  trace::Writer writer(world, settings, machine, sample_streams());
  Cycle due = writer.next_epoch(0);
  for (Cycle cycle = 0; cycle < cycles; ++cycle) {
    // Rows come by column, which is not the order of the file.
    for (std::uint32_t x = machine.slice.x0; x < machine.slice.x1(); ++x) {
      for (std::uint32_t y = 0; y < region_height; ++y) {
        record_tile(recorder, y * region_width + x, cycle);
      }
    }
    if (cycle + 1 == writer.bin_due()) {
      writer.write_bin(cycle + 1, sample_counters(machine.slice, cycle + 1));
    }
    if (cycle + 1 == due) {
      writer.write_epoch(recorder, due, sample_counters(machine.slice, due));
      due = writer.next_epoch(due);
    } else if ((cycle + 1) % seal_cycles == 0) {
      writer.seal(recorder, cycle + 1, sample_counters(machine.slice, cycle + 1));
    } else if ((cycle + 1) % part_cycles == 0) {
      writer.write_part(recorder, cycle + 1);
    }
  }
  const Summary summary = world.is_root() ? sample_summary(cycles) : Summary{};
  return writer.close(recorder, summary, sample_counters(machine.slice, cycles));
}

}  // namespace weft::test
