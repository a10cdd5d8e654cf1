// SPDX-License-Identifier: Apache-2.0
// Tasks, vector operations and stalls of a made-up run against sums done by hand, as lanes,
// picture, text, and totals with names. WEFT_PICTURES=DIRECTORY keeps the pictures for looking at.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "analysis/export_totals.hpp"
#include "analysis/task_picture.hpp"
#include "analysis/timeline_parts.hpp"
#include "base/error.hpp"
#include "support/picture.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"

namespace weft::analysis {
namespace {

using trace::Reader;

constexpr std::uint32_t wide = 4;
constexpr std::uint32_t high = 2;
constexpr Cycle bin = 100;

std::vector<StreamInfo> task_streams() {
  return {
      {"tasks", "t", "task id", "i", {"data", "local", "control", "launched"}, TraceLevel::runs},
      {"vector_operations",
       "v",
       "operation",
       "e",
       {"memory", "send", "receive", "chain"},
       TraceLevel::runs}};
}

/// Tile 5 (1, 1): task 2 in 10 .. 110, vector operations 1 in 20 .. 60 and 0 in 50 .. 150.
void record_tasks(Recorder& recorder) {
  recorder.append(0, {110, TileId{5}, 0, 1, 2, 100, 0, 7});
  recorder.append(1, {60, TileId{5}, 1, 0, 1, 40, 0, 8});
  recorder.append(1, {150, TileId{5}, 2, 2, 0, 100, 0, 8});
}

/// Tile 5 has issued 30 scalar and 20 vector cycles by 100, 5 and 15 more by 200; it starved for 40
/// and 80, and was blocked for 0 and 100.
std::vector<CounterArray> task_counters(const Rectangle& slice, Cycle end) {
  std::vector<CounterArray> list{{"scalar_cycles", "cycle", "s", {}, {}},
                                 {"vector_cycles", "cycle", "v", {}, {}},
                                 {"stalls", "cycle", "w", {"starved", "blocked"}, {}}};
  const std::uint64_t later = end > bin ? 1 : 0;
  for (std::uint32_t y = 0; y < slice.height; ++y) {
    for (std::uint32_t x = slice.x0; x < slice.x1(); ++x) {
      const std::uint64_t here = x == 1 && y == 1 ? 1 : 0;
      list[0].values.push_back(here * (30 + 5 * later));
      list[1].values.push_back(here * (20 + 15 * later));
      list[2].values.push_back(here * (40 + 80 * later));
      list[2].values.push_back(here * 100 * later);
    }
  }
  return list;
}

class TaskTimes : public test::Scratch {
 protected:
  std::unique_ptr<Reader> open(TraceLevel level = TraceLevel::runs, Cycle cycles = 200) {
    const std::string file = path("tasks.h5");
    const auto& world = test::world();
    trace::MachineInfo machine = test::sample_machine(world);
    machine.region = {0, 0, wide, high};
    const auto edge = [&](int r) {
      return wide * static_cast<std::uint32_t>(r) / static_cast<std::uint32_t>(world.size());
    };
    machine.slice = {edge(world.rank()), 0, edge(world.rank() + 1) - edge(world.rank()), high};
    machine.definitions = {{"tasks", {"", "", "add, carry"}},
                           {"vector_operations", {"fadds", "fmacs"}}};
    trace::Settings settings = test::sample_settings(file, level);
    settings.epoch_cycles = 1000;
    settings.bin_cycles = bin;
    Recorder recorder(level, task_streams());
    trace::Writer writer(world, settings, machine, task_streams());
    if (machine.slice.contains(1, 1)) record_tasks(recorder);
    writer.write_bin(bin, task_counters(machine.slice, bin));
    trace::Summary summary;
    summary.cycles = cycles;
    summary.stop = "done";
    writer.close(recorder, summary, task_counters(machine.slice, cycles));
    return world.is_root() ? std::make_unique<Reader>(file) : nullptr;
  }
};

using Cells = std::vector<std::uint64_t>;

Cells cells(const TimeLane& lane, int row, int column) {
  return {lane.at(row, column), lane.at(row, column) + lane.width()};
}

TEST_F(TaskTimes, AreSummedByTileAndTime) {
  const auto reader = open();
  if (!reader) return;
  ASSERT_TRUE(has_task_time(*reader));
  const TaskTime time = read_task_time(*reader, {}, {4, 4}, 4, 100);
  ASSERT_EQ(time.lanes.size(), 4U);
  EXPECT_EQ(time.range.end, 200U);
  const TimeLane& issued = time.lanes[0];
  EXPECT_EQ(cells(issued, 1, 0), (Cells{30, 20, 50}));
  EXPECT_EQ(cells(issued, 1, 1), (Cells{5, 15, 80}));
  EXPECT_EQ(cells(issued, 0, 0), (Cells{0, 0, 100}));
  const TimeLane& tasks = time.lanes[1];
  EXPECT_EQ(cells(tasks, 1, 0), (Cells{0, 40, 0, 0, 10}));  // columns of 50 cycles
  EXPECT_EQ(cells(tasks, 1, 2), (Cells{0, 10, 0, 0, 40}));
  const TimeLane& operations = time.lanes[2];
  EXPECT_EQ(cells(operations, 1, 1), (Cells{10, 0, 50, 0, 0}));  // two at once
  const TimeLane& stalls = time.lanes[3];
  EXPECT_EQ(cells(stalls, 1, 0), (Cells{40, 0, 60}));
  EXPECT_EQ(cells(stalls, 1, 1), (Cells{80, 100, 0}));
  // All tiles in one row, a part of the run.
  const TaskTime part = read_task_time(*reader, {100, 120}, {0, 8}, 1, 1);
  EXPECT_EQ(cells(part.lanes[1], 0, 0), (Cells{0, 10, 0, 0, 150}));
  EXPECT_EQ(part.lanes[0].grid.columns, 1);
  EXPECT_EQ(cells(part.lanes[0], 0, 0), (Cells{5, 15, 780}));
  EXPECT_THROW(read_task_time(*reader, {200, 300}, {0, 8}, 1, 1), Error);
}

TEST_F(TaskTimes, ALastBinIsAsLongAsTheRunFilledIt) {
  const auto reader = open(TraceLevel::runs, 160);
  if (!reader) return;
  const TaskTime time = read_task_time(*reader, {}, {5, 1}, 4, 100);
  EXPECT_EQ(cells(time.lanes[0], 0, 1), (Cells{5, 15, 40}));
}

TEST_F(TaskTimes, WithoutRowsThereAreBinsAlone) {
  auto reader = open(TraceLevel::phases);
  if (reader) {
    EXPECT_EQ(read_task_time(*reader, {}, {0, 8}, 4, 100).lanes.size(), 2U);
  }
  reader = open(TraceLevel::summary);
  if (!reader) return;
  EXPECT_THROW(read_task_time(*reader, {}, {0, 8}, 4, 100), Error);
}

TEST_F(TaskTimes, PicturesHaveTheLegendsColorsAlone) {
  const auto reader = open();
  if (!reader) return;
  for (const TileRange& tiles : {TileRange{0, 8}, TileRange{5, 1}}) {
    const TaskTime time = read_task_time(*reader, {}, tiles, task_pixels, task_rows_most);
    const Image image = draw_task_time(time, reader->header());
    std::vector<Color> known{white, black, ink};
    for (const TimeLane& lane : time.lanes) {
      const auto colors = colors_of_lane(lane);
      known.insert(known.end(), colors.begin(), colors.end());
      const std::vector<std::uint64_t> sums = lane.sums();
      for (std::size_t p = 0; p < lane.width(); ++p) {
        if (sums[p] == 0) continue;
        EXPECT_GT(test::count_pixels(image, colors[p]), 200) << lane.name << p;
      }
    }
    for (const Image::Box& box : image.boxes()) {
      EXPECT_NE(std::find(known.begin(), known.end(), box.color), known.end());
    }
    test::keep_picture(image, "tasks_" + std::to_string(tiles.count) + ".png");
    EXPECT_NE(svg_of(image).find(">starved "), std::string::npos);
  }
}

TEST_F(TaskTimes, TextHasALineATileAndBin) {
  const auto reader = open();
  if (!reader) return;
  std::ostringstream out;
  write_task_csv(*reader, {}, {5, 1}, out);
  EXPECT_EQ(out.str(),
            "tile,x,y,begin,end,issued.scalar,issued.vector,stalls.starved,stalls.blocked,"
            "tasks.data,tasks.local,tasks.control,tasks.launched,vector_operations.memory,"
            "vector_operations.send,vector_operations.receive,vector_operations.chain\n"
            "5,1,1,0,100,30,20,40,0,0,90,0,0,40,0,50,0\n"
            "5,1,1,100,200,5,15,80,100,0,10,0,0,0,0,50,0\n");
}

TEST_F(TaskTimes, TotalsHaveNames) {
  const auto reader = open();
  if (!reader) return;
  std::ostringstream out;
  EXPECT_EQ(export_totals(*reader, "tasks", {}, {}, out), 1U);
  EXPECT_EQ(out.str(), "tile,x,y,kind,id,name,rows,cycles\n5,1,1,local,2,\"add, carry\",1,100\n");
  std::ostringstream part;  // 90 .. 110 of the first, 90 .. 130 of the other
  export_totals(*reader, "tasks", {90, 130}, {}, part);
  EXPECT_NE(part.str().find(",1,20\n"), std::string::npos) << part.str();
  std::ostringstream operations;
  EXPECT_EQ(export_totals(*reader, "vector_operations", {55, 130}, {5, 1}, operations), 2U);
  EXPECT_EQ(operations.str(),
            "tile,x,y,kind,id,name,rows,cycles\n5,1,1,memory,1,fmacs,1,5\n"
            "5,1,1,receive,0,fadds,1,75\n");
  std::ostringstream none;
  EXPECT_EQ(export_totals(*reader, "tasks", {}, {0, 5}, none), 0U);
  EXPECT_THROW(export_totals(*reader, "task", {}, {}, none), Error);
}

}  // namespace
}  // namespace weft::analysis
