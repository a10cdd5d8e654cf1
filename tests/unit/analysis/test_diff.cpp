// SPDX-License-Identifier: Apache-2.0
// Two runs that part at a known place are said to part there.
#include <gtest/gtest.h>

#include <sstream>

#include "analysis/diff.hpp"
#include "analysis/export.hpp"
#include "analysis/info.hpp"
#include "analysis/sides.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {
namespace {

using namespace weft::test;
using trace::Reader;

/// What one run does that the usual one does not.
struct Change {
  EventRow* row = nullptr;    ///< one row more
  std::uint64_t counter = 0;  ///< more in the counter of tile 9
  bool result = false;        ///< another result
  std::string job;            ///< another job
};

class DiffTest : public Scratch {
 protected:
  void write(const std::string& name, TraceLevel level, const Change& change) const {
    const MachineInfo machine = sample_machine(world());
    Settings settings = sample_settings(path(name), level);
    settings.epoch_cycles = 1000;
    Recorder recorder(level, sample_streams());
    trace::Writer writer(world(), settings, machine, sample_streams());
    for (std::uint32_t tile = 0; tile < region_width * region_height; ++tile) {
      if (!machine.slice.contains(tile % region_width, tile / region_width)) continue;
      for (Cycle cycle = 0; cycle < 50; ++cycle) record_tile(recorder, tile, cycle);
    }
    if (world().is_root() && change.row != nullptr) recorder.append(1, *change.row);
    auto counters = sample_counters(machine.slice, 50);
    // Tile 9 is at (2, 1).
    if (machine.slice.contains(2, 1)) {
      counters[0].values[machine.slice.width + 2 - machine.slice.x0] += change.counter;
    }
    Summary summary = sample_summary(50);
    if (change.result) {
      trace::Tensor other = *summary.results.back().tensor;
      other.bytes[5] = std::byte{200};
      summary.results.back() = {"y", std::move(other)};
    }
    summary.hashed_config += change.job;
    writer.close(recorder, summary, counters);
    world().barrier();
  }
  std::optional<Difference> compare(const std::string& a, const std::string& b) const {
    const auto found = all(a, b);
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  std::vector<Difference> all(const std::string& a, const std::string& b) const {
    return differences(Reader(path(a)), Reader(path(b)));
  }
};

TEST_F(DiffTest, SameRunAtOtherLevelsIsEqual) {
  write("runs.h5", TraceLevel::runs, {});
  write("full.h5", TraceLevel::full, {});
  write("summary.h5", TraceLevel::summary, {});
  if (!world().is_root()) return;
  EXPECT_FALSE(compare("runs.h5", "runs.h5"));
  EXPECT_FALSE(compare("runs.h5", "full.h5"));
  EXPECT_FALSE(compare("summary.h5", "runs.h5"));
}

TEST_F(DiffTest, NamesStreamRowTileAndCycle) {
  EventRow more{20, TileId{9}, 77, 0, 4, 1, 0, 5};
  write("a.h5", TraceLevel::runs, {});
  write("b.h5", TraceLevel::runs, {&more, 0, false, ""});
  write("c.h5", TraceLevel::summary, {&more, 0, false, ""});
  if (!world().is_root()) return;
  const auto found = compare("a.h5", "b.h5");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, "stream");
  EXPECT_EQ(found->name, "flows");
  EXPECT_EQ(found->cycle, 20U);
  EXPECT_EQ(found->tile, 9U);
  EXPECT_EQ(found->x, 2U);
  EXPECT_EQ(found->y, 1U);
  const Reader reader(path("b.h5"));
  EXPECT_EQ(reader.rows("flows", *found->row, 1).at(0), more);
  EXPECT_NE(describe(*found).find("stream 'flows', row "), std::string::npos);
  // Without rows the digests tell the stream.
  const auto blind = compare("a.h5", "c.h5");
  ASSERT_TRUE(blind);
  EXPECT_EQ(blind->name, "flows");
  EXPECT_FALSE(blind->row);
}

TEST_F(DiffTest, NamesCounterResultAndJob) {
  write("a.h5", TraceLevel::summary, {});
  write("counter.h5", TraceLevel::summary, {nullptr, 3, false, ""});
  write("result.h5", TraceLevel::summary, {nullptr, 0, true, ""});
  write("job.h5", TraceLevel::summary, {nullptr, 0, false, "x = 1\n"});
  if (!world().is_root()) return;
  const auto counter = compare("a.h5", "counter.h5");
  ASSERT_TRUE(counter);
  EXPECT_EQ(counter->what, "counter");
  EXPECT_EQ(counter->name, "tile_busy");
  EXPECT_EQ(counter->tile, 9U);
  const auto result = compare("a.h5", "result.h5");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->what, "result");
  EXPECT_EQ(result->row, 2U);  // byte 5 of u16
  const auto job = compare("a.h5", "job.h5");
  ASSERT_TRUE(job);
  EXPECT_EQ(job->what, "job");
  EXPECT_EQ(job->name, "x");
  EXPECT_EQ(job->left, "not given");
  EXPECT_EQ(job->right, "1");
}

TEST_F(DiffTest, GoesOnAfterTheFirstDifference) {
  EventRow more{20, TileId{9}, 77, 0, 4, 1, 0, 5};
  write("a.h5", TraceLevel::runs, {nullptr, 0, false, "same = 1\nx = 1\n"});
  write("b.h5", TraceLevel::runs, {&more, 3, true, "same = 1\nx = 2\n"});
  if (!world().is_root()) return;
  std::string text;
  for (const Difference& one : all("a.h5", "b.h5")) text += one.what + " " + one.name + ", ";
  EXPECT_EQ(text, "stream flows, counter tile_busy, result y, job x, ");
}

TEST_F(DiffTest, PutsTotalsStagesAndTilesBesideEachOther) {
  EventRow more{20, TileId{9}, 77, 0, 1, 30, 0, 5};
  write("a.h5", TraceLevel::runs, {});
  write("b.h5", TraceLevel::runs, {&more, 3, false, ""});
  if (!world().is_root()) return;
  const Sides sides = side_by_side(Reader(path("a.h5")), Reader(path("b.h5")));
  ASSERT_EQ(sides.totals.size(), 6U);
  EXPECT_EQ(sides.totals[0].name, "cycles");
  EXPECT_EQ(sides.totals[0].gap(), 0U);
  EXPECT_EQ(sides.totals[1].name, "link_words.west");
  EXPECT_EQ(sides.totals[5].name, "tile_busy");
  EXPECT_EQ(sides.totals[5].right, sides.totals[5].left + 3);
  ASSERT_EQ(sides.stages.size(), 1U);
  EXPECT_EQ(sides.stages[0].name, "green");
  EXPECT_EQ(sides.stages[0].kind, "out");
  EXPECT_EQ(sides.stages[0].rows_right, sides.stages[0].rows_left + 1);
  EXPECT_EQ(sides.stages[0].cycles.gap(), 30U);
  ASSERT_EQ(sides.tiles.size(), 1U);
  EXPECT_EQ(sides.tiles[0].tile, 9U);
  EXPECT_EQ(sides.tiles[0].tiles, 1U);
  const std::string text = describe(sides, 8);
  for (const char* part :
       {"tile_busy (cycle)", "4 counters with the same sum", "flows out 'green'", "9 (x 2, y 1)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST_F(DiffTest, AStageThatOneTraceDoesNotKeepIsNoDifference) {
  write("a.h5", TraceLevel::runs, {});
  write("b.h5", TraceLevel::summary, {});
  if (!world().is_root()) return;
  const Sides sides = side_by_side(Reader(path("a.h5")), Reader(path("b.h5")));
  EXPECT_TRUE(sides.stages.empty());
}

TEST_F(DiffTest, InfoAndExportShowWhatIsThere) {
  write("a.h5", TraceLevel::runs, {});
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  const std::string text = describe(reader);
  for (const char* part :
       {"complete  yes", reader.header().hash.c_str(), "toy, made-up, region 7 x 5", "flows",
        "tile_busy", "launch", "u16 [2, 3]", "stopped: done"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  std::ostringstream csv;
  const std::uint64_t rows = export_csv(reader, "flows", {10, 20}, csv);
  EXPECT_EQ(rows, reader.seek("flows", 20) - reader.seek("flows", 10));
  EXPECT_GT(rows, 100U);
  const std::string lines = csv.str();
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n')), rows + 1);
  EXPECT_NE(lines.find("\n10,"), std::string::npos);
  EXPECT_EQ(lines.find("\n20,"), std::string::npos);
}

}  // namespace
}  // namespace weft::analysis
