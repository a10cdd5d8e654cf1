// SPDX-License-Identifier: Apache-2.0
// What is written on any number of ranks reads back as the one run it was.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"
#include "trace/reader.hpp"
#include "trace/writer.hpp"

namespace weft::trace {
namespace {

using namespace weft::test;

class TraceFile : public weft::test::Scratch {
 protected:
  std::string write(const std::string& name, TraceLevel level, Cycle cycles = 100) const {
    return write_sample(world(), sample_settings(path(name), level), cycles);
  }
  /// The hash of the same run on one rank, uncut.
  std::string write_alone(const std::string& name, TraceLevel level, Cycle cycles = 100) const {
    const comm::Communicator self = world().split(world().rank(), 0);
    if (!world().is_root()) return "";
    return write_sample(self, sample_settings(path(name), level), cycles);
  }
};

std::vector<EventRow> expected_rows(std::uint32_t stream, Cycle cycles) {
  Recorder recorder(TraceLevel::full, sample_streams());
  for (Cycle cycle = 0; cycle < cycles; ++cycle) {
    for (std::uint32_t tile = 0; tile < region_width * region_height; ++tile) {
      record_tile(recorder, tile, cycle);
    }
  }
  return recorder.drain(stream, never);
}

TEST_F(TraceFile, HoldsTheRowsOfAllRanksInOrder) {
  write("a.h5", TraceLevel::full);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  EXPECT_TRUE(reader.header().complete);
  EXPECT_EQ(reader.header().cycles, 100U);
  EXPECT_EQ(reader.header().epochs, 5U);
  EXPECT_EQ(reader.header().stop, "done");
  ASSERT_EQ(reader.streams().size(), 3U);
  for (std::uint32_t s = 0; s < 3; ++s) {
    const StreamRecord& stream = reader.streams()[s];
    EXPECT_EQ(stream.info.name, sample_streams()[s].name);
    EXPECT_EQ(stream.info.kinds, sample_streams()[s].kinds);
    const auto expected = expected_rows(s, 100);
    ASSERT_GT(expected.size(), 500U);
    EXPECT_EQ(stream.rows, expected.size());
    EXPECT_EQ(stream.rows_hashed, expected.size());
    EXPECT_EQ(reader.rows(stream.info.name, 0, never), expected);
  }
}

TEST_F(TraceFile, RowsReadInPartsAndBySeek) {
  write("a.h5", TraceLevel::runs);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  const auto all = expected_rows(1, 100);
  const auto part = reader.rows("flows", 100, 50);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 100));
  EXPECT_TRUE(reader.rows("flows", all.size() + 5, 10).empty());
  const std::uint64_t at = reader.seek("flows", 40);
  EXPECT_GE(all[at].cycle, 40U);
  EXPECT_LT(all[at - 1].cycle, 40U);
  EXPECT_EQ(reader.seek("flows", 0), 0U);
  EXPECT_EQ(reader.seek("flows", 1000), all.size());
  EXPECT_THROW(reader.rows("words", 0, 1), Error);  // level runs keeps no words
}

TEST_F(TraceFile, SameHashOnAnyRanksAndAtAnyLevel) {
  const std::string hash = write("a.h5", TraceLevel::runs);
  EXPECT_EQ(hash.size(), 32U);
  for (const auto level :
       {TraceLevel::off, TraceLevel::summary, TraceLevel::phases, TraceLevel::full}) {
    EXPECT_EQ(write("b.h5", level), hash) << static_cast<int>(level);
  }
  const std::string alone = write_alone("c.h5", TraceLevel::runs);
  if (world().is_root()) {
    EXPECT_EQ(alone, hash);
    EXPECT_EQ(Reader(path("a.h5")).header().hash, hash);
  }
}

TEST_F(TraceFile, HashSeesOneCycleMore) {
  EXPECT_NE(write("a.h5", TraceLevel::off), write("a.h5", TraceLevel::off, 101));
}

TEST_F(TraceFile, LevelOffLeavesNoFile) {
  write("a.h5", TraceLevel::off);
  world().barrier();
  EXPECT_FALSE(std::filesystem::exists(path("a.h5")));
  EXPECT_FALSE(std::filesystem::exists(path("a.h5.tmp")));
}

TEST_F(TraceFile, CountersAreShapedLikeTheMachine) {
  write("a.h5", TraceLevel::summary);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  EXPECT_EQ(reader.counter_names(), (std::vector<std::string>{"link_words", "tile_busy"}));
  const auto expected = sample_counters({0, 0, region_width, region_height}, 100);
  const CounterGrid busy = reader.counter("tile_busy");
  EXPECT_EQ(busy.values, expected[0].values);
  EXPECT_EQ(busy.unit, "cycle");
  EXPECT_EQ(busy.width, region_width);
  EXPECT_TRUE(busy.channels.empty());
  const CounterGrid words = reader.counter("link_words");
  EXPECT_EQ(words.values, expected[1].values);
  EXPECT_EQ(words.channels, expected[1].channels);
  EXPECT_EQ(reader.timeline_bins(), 0U);
  EXPECT_THROW(reader.counter("tile_bus"), Error);
}

TEST_F(TraceFile, TimelineBinsDoubleAndAddUpToTheCounters) {
  write("a.h5", TraceLevel::phases);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  // 100 cycles in bins of 20 are 5; at most 4 bins: one doubling.
  EXPECT_EQ(reader.timeline_bin_cycles(), 40U);
  ASSERT_EQ(reader.timeline_bins(), 3U);
  const CounterGrid total = reader.counter("link_words");
  std::vector<std::uint64_t> sum(total.values.size());
  for (std::uint64_t bin = 0; bin < 3; ++bin) {
    const auto grid = reader.timeline("link_words", bin);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += grid.values[i];
  }
  EXPECT_EQ(sum, total.values);
  const auto at = [](Cycle end) { return sample_counters({0, 0, 7, 5}, end)[0].values; };
  const auto second = reader.timeline("tile_busy", 1).values;
  for (std::size_t i = 0; i < second.size(); ++i) EXPECT_EQ(second[i], at(80)[i] - at(40)[i]);
}

TEST_F(TraceFile, TimelineSurvivesManyDoublings) {
  Settings settings = sample_settings(path("a.h5"), TraceLevel::phases);
  settings.bin_cycles = 2;
  settings.epoch_cycles = 6;
  write_sample(world(), settings, 80);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  EXPECT_EQ(reader.timeline_bin_cycles(), 32U);  // 40 bins of 2 in at most 4
  const CounterGrid total = reader.counter("tile_busy");
  std::vector<std::uint64_t> sum(total.values.size());
  for (std::uint64_t bin = 0; bin < reader.timeline_bins(); ++bin) {
    const auto grid = reader.timeline("tile_busy", bin);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += grid.values[i];
  }
  EXPECT_EQ(sum, total.values);
}

TEST_F(TraceFile, PartsAndSealsWithinAnEpochLeaveTheSameFile) {
  for (const bool crash_safe : {true, false}) {
    Settings whole = sample_settings(path("whole.h5"), TraceLevel::full);
    Settings parts = sample_settings(path("parts.h5"), TraceLevel::full);
    whole.crash_safe = parts.crash_safe = crash_safe;
    const std::string hash = write_sample(world(), whole, 110);
    EXPECT_EQ(write_sample(world(), parts, 110, 3, 7), hash);
    if (!world().is_root()) continue;
    const Reader a(path("whole.h5"));
    const Reader b(path("parts.h5"));
    EXPECT_EQ(b.header().epochs, a.header().epochs);
    for (const StreamRecord& stream : a.streams()) {
      EXPECT_EQ(b.rows(stream.info.name, 0, never), a.rows(stream.info.name, 0, never));
      for (Cycle cycle = 0; cycle < 110; cycle += 7) {
        EXPECT_EQ(b.seek(stream.info.name, cycle), a.seek(stream.info.name, cycle));
      }
    }
    ASSERT_EQ(b.timeline_bins(), a.timeline_bins());
    for (std::uint64_t bin = 0; bin < a.timeline_bins(); ++bin) {
      EXPECT_EQ(b.timeline("link_words", bin).values, a.timeline("link_words", bin).values);
    }
  }
}

TEST_F(TraceFile, ASealHoldsRowsAndCountersUpToItAndNothingReserved) {
  const Settings settings = sample_settings(path("sealed.h5"), TraceLevel::full);
  const MachineInfo machine = sample_machine(world());
  Recorder recorder(settings.level, sample_streams());
  trace::Writer writer(world(), settings, machine, sample_streams());
  for (const Cycle until : {7U, 13U, 20U, 33U}) {
    for (Cycle cycle = until == 7    ? 0
                       : until == 13 ? 7
                       : until == 20 ? 13
                                     : 20;
         cycle < until; ++cycle) {
      for (std::uint32_t tile = 0; tile < region_width * region_height; ++tile) {
        const std::uint32_t x = tile % region_width;
        if (x >= machine.slice.x0 && x < machine.slice.x1()) record_tile(recorder, tile, cycle);
      }
    }
    if (until == 20) {
      writer.write_epoch(recorder, until, sample_counters(machine.slice, until));
    } else {
      writer.seal(recorder, until, sample_counters(machine.slice, until));
    }
    if (!world().is_root()) continue;
    const std::string left = path("sealed.h5.tmp");
    const Reader reader(left);
    EXPECT_FALSE(reader.header().complete);
    EXPECT_EQ(reader.header().cycles, until);
    EXPECT_EQ(reader.header().epochs, until < 20 ? 0U : 1U);
    EXPECT_EQ(reader.rows("flows", 0, never).back().cycle, until - 1);
    EXPECT_EQ(reader.counter("tile_busy").values,
              sample_counters({0, 0, region_width, region_height}, until)[0].values);
    struct stat status {};
    ASSERT_EQ(::stat(left.c_str(), &status), 0);
    EXPECT_LE(status.st_blocks * 512, status.st_size + 65536) << "reserved blocks are left";
  }
}

TEST_F(TraceFile, OneFileMergesItsOwnBins) {
  Settings settings = sample_settings(path("a.h5"), TraceLevel::phases);
  settings.bin_cycles = 2;
  settings.epoch_cycles = 6;
  settings.crash_safe = false;
  write_sample(world(), settings, 80);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  ASSERT_EQ(reader.timeline_bin_cycles(), 32U);
  const auto at = [](Cycle end) { return sample_counters({0, 0, 7, 5}, end)[0].values; };
  const auto second = reader.timeline("tile_busy", 1).values;
  for (std::size_t i = 0; i < second.size(); ++i) EXPECT_EQ(second[i], at(64)[i] - at(32)[i]);
}

// Bins in which nothing grows are not written: what is read there is still 0, after doublings too.
TEST_F(TraceFile, BinsOfNothingStayZero) {
  for (const bool crash_safe : {true, false}) {
    Settings settings = sample_settings(path("a.h5"), TraceLevel::phases);
    settings.bin_cycles = 2;
    settings.epoch_cycles = 6;
    settings.crash_safe = crash_safe;
    const MachineInfo machine = sample_machine(world());
    Recorder recorder(settings.level, sample_streams());
    // All grows from cycle 70 to 74, by the cycles that went by.
    const auto totals = [&](Cycle end) {
      return sample_counters({machine.slice.x0, 0, machine.slice.width, region_height},
                             std::clamp<Cycle>(end, 70, 74) - 70);
    };
    const auto zero = totals(0);
    Writer writer(world(), settings, machine, sample_streams());
    const auto grown = [&](Cycle end) {
      auto list = totals(end);
      for (std::size_t c = 0; c < list.size(); ++c) {
        for (std::size_t i = 0; i < list[c].values.size(); ++i) {
          list[c].values[i] -= zero[c].values[i];
        }
      }
      return list;
    };
    for (Cycle end = 1; end <= 200; ++end) {
      if (end == writer.bin_due()) writer.write_bin(end, grown(end));
      if (end % 6 == 0) writer.write_epoch(recorder, end, grown(end));
    }
    writer.close(recorder, sample_summary(200), grown(200));
    if (!world().is_root()) continue;
    const Reader reader(path("a.h5"));
    ASSERT_EQ(reader.timeline_bin_cycles(), 64U);
    ASSERT_EQ(reader.timeline_bins(), 4U);
    const auto all = reader.counter("tile_busy").values;
    const std::vector<std::uint64_t> none(all.size(), 0);
    EXPECT_EQ(reader.timeline("tile_busy", 0).values, none);
    EXPECT_EQ(reader.timeline("tile_busy", 1).values, all);
    EXPECT_EQ(reader.timeline("tile_busy", 2).values, none);
    EXPECT_EQ(reader.timeline("tile_busy", 3).values, none);
    EXPECT_GT(all.back(), 0U);
  }
}

TEST_F(TraceFile, KeepsConfigPhasesResultsAndDefinitions) {
  write("a.h5", TraceLevel::phases);
  if (!world().is_root()) return;
  const Reader reader(path("a.h5"));
  EXPECT_EQ(reader.config(), sample_settings("", TraceLevel::off).config);
  ASSERT_EQ(reader.phases().size(), 2U);
  EXPECT_EQ(reader.phases()[1].name, "main");
  EXPECT_EQ(reader.phases()[1].end, 100U);
  EXPECT_EQ(reader.result_names(), (std::vector<std::string>{"halves", "none", "y"}));
  for (const auto& [name, tensor] : sample_summary(100).results) {
    EXPECT_EQ(reader.result(name), *tensor) << name;
  }
  const auto tables = reader.definitions();
  ASSERT_EQ(tables.size(), 3U);
  EXPECT_EQ(tables[0].entries, (std::vector<std::string>{"red", "green"}));
  EXPECT_EQ(tables[1].name, "link_words_channel");
  EXPECT_TRUE(tables[2].entries.empty());
}

TEST_F(TraceFile, TemporaryNamesAreGoneAtTheEnd) {
  write("a.h5", TraceLevel::runs);
  world().barrier();
  EXPECT_TRUE(std::filesystem::exists(path("a.h5")));
  EXPECT_FALSE(std::filesystem::exists(path("a.h5.tmp")));
  EXPECT_FALSE(std::filesystem::exists(path("a.h5.tmp.next")));
}

}  // namespace
}  // namespace weft::trace
