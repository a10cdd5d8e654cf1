// SPDX-License-Identifier: Apache-2.0
// What one asks of a run first, of runs whose answers can be told by heart.
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/bottleneck.hpp"
#include "analysis/busy_time.hpp"
#include "analysis/exchanges.hpp"
#include "analysis/host_calls.hpp"
#include "base/error.hpp"
#include "support/bsp_trace.hpp"
#include "support/scratch.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {
namespace {

using namespace weft::test;
using trace::Reader;

class Questions : public Scratch {
 protected:
  Reader bsp(TraceLevel level) {
    write_bsp_trace(world(), path("bsp.h5"), level, BspRun{});
    world().barrier();
    return Reader(path("bsp.h5"));
  }
};

TEST_F(Questions, TheBusiestTileIsTheBottleneckAndSaysWhatItDoesMoreOf) {
  const Reader reader = bsp(TraceLevel::runs);
  const auto busy = reader.counter("tile_busy").values;
  const Bottleneck found = read_bottleneck(reader, 3);
  ASSERT_EQ(found.busiest.size(), 3U);
  const std::uint32_t first = found.busiest[0].tile;
  EXPECT_EQ(busy[first], *std::max_element(busy.begin(), busy.end()));
  EXPECT_GE(found.busiest[0].busy_cycles, found.busiest[1].busy_cycles);
  EXPECT_EQ(found.tiles, 8U);
  // The last superstep's compute is the longest: 10 (t + 1) + 20 of tile t, 65 of the mean one.
  const auto longest = std::find_if(found.shares.begin(), found.shares.end(), [](const auto& one) {
    return one.what == "phases compute '4'";
  });
  ASSERT_NE(longest, found.shares.end());
  EXPECT_EQ(longest->cycles, 10U * (first + 1) + 20);
  EXPECT_DOUBLE_EQ(longest->mean, 65);
  const std::string text = describe(found, TileLayout({"IPU", {}}, 8, 1), 3);
  EXPECT_NE(text.find("tile " + std::to_string(first) + " is the bottleneck"), std::string::npos)
      << text;
}

TEST_F(Questions, ExchangesAreCountedFromOne) {
  const Reader reader = bsp(TraceLevel::phases);
  const auto all = read_exchanges(reader);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[2].number, 3U);
  EXPECT_EQ(all[2].begin, 2000 + bsp_slowest(BspRun{}, 2) + 20);
  EXPECT_EQ(all[2].end, all[2].begin + 100);
  EXPECT_EQ(all[2].bytes, 4U);
  EXPECT_NE(describe(all, 2).find("5 exchanges, 20 bytes"), std::string::npos);
}

TEST_F(Questions, TilesOverTimeComeFromRows) {
  const Reader reader = bsp(TraceLevel::runs);
  const BusyTime busy = read_busy_time(reader, {}, 8, 5);
  ASSERT_EQ(busy.rows(), 8U);
  ASSERT_EQ(busy.columns(), 5U);
  for (std::uint32_t tile = 0; tile < 8; ++tile) {
    for (std::uint64_t step = 0; step < 5; ++step) {
      const Cycle cycles = bsp_compute(tile, step) + (tile % 2 == 0 ? 40 : 0);
      EXPECT_DOUBLE_EQ(busy.at(tile, step), static_cast<double>(cycles) / 1000);
    }
  }
  EXPECT_NE(csv_of(busy).find("\n7,4000,5000,0.100000\n"), std::string::npos) << csv_of(busy);
  const BusyTime few = read_busy_time(reader, {2, 4}, 2, 1);
  EXPECT_EQ(few.tiles, (std::vector<std::uint32_t>{2, 4, 6}));
}

TEST_F(Questions, TilesOverTimeComeFromBinsWhereThereAreNoRows) {
  write_sample(world(), sample_settings(path("bins.h5"), TraceLevel::phases), 80);
  world().barrier();
  const Reader reader(path("bins.h5"));
  const BusyTime busy = read_busy_time(reader, {}, 35, 4);
  ASSERT_EQ(busy.rows(), 35U);
  for (std::size_t column = 0; column < busy.columns(); ++column) {
    EXPECT_DOUBLE_EQ(busy.at(0, column), 1);  // tile (x, 0) counts x + 1 a cycle
    EXPECT_DOUBLE_EQ(busy.at(3, column), 4);
  }
  EXPECT_NE(describe(busy, TileLayout({}, 7, 5)).find("(3, 0)"), std::string::npos);
}

TEST_F(Questions, TheLongestCallStandsFirst) {
  write_sample(world(), sample_settings(path("calls.h5"), TraceLevel::phases), 80);
  world().barrier();
  const auto calls = read_host_calls(Reader(path("calls.h5")));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].name, "main");
  EXPECT_EQ(calls[1].name, "copy a");
  EXPECT_NE(describe(calls, 80, 1).find("and 1 shorter call"), std::string::npos);
}

TEST_F(Questions, WhatATraceDoesNotTellIsRefused) {
  const Reader reader = bsp(TraceLevel::summary);
  const auto words = [](const auto& ask) -> std::string {
    try {
      ask();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(words([&] { read_exchanges(reader); }).find("level"), std::string::npos);
  EXPECT_NE(words([&] { read_busy_time(reader, {}, 8, 8); }).find("level 'phases'"),
            std::string::npos);
  EXPECT_NE(words([&] { read_host_calls(reader); }).find("level 'phases'"), std::string::npos);
}

}  // namespace
}  // namespace weft::analysis
