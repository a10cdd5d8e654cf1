// SPDX-License-Identifier: Apache-2.0
// What a recorder keeps, hashes and gives out, by level and window.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/recorder.hpp"

namespace weft {
namespace {

std::vector<StreamInfo> streams() {
  return {{"tasks", "", "", "", {"a"}, TraceLevel::runs},
          {"hops", "", "", "", {"a"}, TraceLevel::full}};
}

EventRow row(Cycle cycle, std::uint32_t tile, std::uint32_t sequence = 0) {
  return {cycle, TileId{tile}, sequence, 0, 0, 0, 0, 0};
}

TEST(Recorder, DrainsInOrderWhateverTheOrderOfArrival) {
  Recorder recorder(TraceLevel::runs, streams());
  const std::vector<EventRow> ordered{row(3, 1), row(3, 2, 0), row(3, 2, 1), row(4, 0), row(9, 0)};
  for (auto r = ordered.rbegin(); r != ordered.rend(); ++r) recorder.append(0, *r);
  EXPECT_EQ(recorder.pending_rows(), 5U);
  EXPECT_EQ(recorder.drain(0, 9), std::vector<EventRow>(ordered.begin(), ordered.end() - 1));
  EXPECT_EQ(recorder.pending_rows(), 1U);
  EXPECT_EQ(recorder.drain(0, never), std::vector<EventRow>{ordered.back()});
}

TEST(Recorder, DigestDependsOnRowsNotOnTheirOrderOrTheLevel) {
  Recorder forward(TraceLevel::full, streams());
  Recorder backward(TraceLevel::off, streams());
  for (std::uint32_t i = 0; i < 50; ++i) forward.append(0, row(i, i % 7));
  for (std::uint32_t i = 50; i-- > 0;) backward.append(0, row(i, i % 7));
  EXPECT_EQ(forward.digest(0), backward.digest(0));
  EXPECT_EQ(backward.row_count(0), 50U);
  EXPECT_EQ(backward.pending_rows(), 0U);
  backward.append(0, row(50, 0));
  EXPECT_NE(forward.digest(0).low, backward.digest(0).low);
  // Exchanging the cycles of two tiles is another run.
  Recorder exchanged(TraceLevel::off, streams());
  for (std::uint32_t i = 0; i < 50; ++i) exchanged.append(0, row(i ^ 1U, i % 7));
  EXPECT_FALSE(exchanged.digest(0) == forward.digest(0));
}

TEST(Recorder, EveryMemberButThePadEntersTheHash) {
  const EventRow base{1, TileId{2}, 3, 4, 5, 6, 7, 8};
  std::vector<EventRow> others(7, base);
  others[0].cycle = 2;
  others[1].tile = TileId{3};
  others[2].sequence = 4;
  others[3].kind = 5;
  others[4].id = 6;
  others[5].duration_cycles = 7;
  others[6].argument = 9;
  for (const EventRow& other : others) EXPECT_FALSE(hash_row(0, other) == hash_row(0, base));
  EXPECT_FALSE(hash_row(1, base) == hash_row(0, base));
  EventRow padded = base;
  padded.pad = 99;
  EXPECT_EQ(hash_row(0, padded), hash_row(0, base));
}

TEST(Recorder, WindowLimitsStreamsOfLevelFullAlone) {
  const TraceWindow window{10, 20, {1, 0, 2, 1}};  // tiles (1, 0) and (2, 0) of a 4 x 2 region
  Recorder recorder(TraceLevel::full, streams(), window, 4);
  for (Cycle cycle = 0; cycle < 30; ++cycle) {
    for (std::uint32_t tile = 0; tile < 8; ++tile) {
      recorder.append(0, row(cycle, tile));
      recorder.append(1, row(cycle, tile));
    }
  }
  EXPECT_EQ(recorder.row_count(0), 240U);
  const auto kept = recorder.drain(1, never);
  ASSERT_EQ(kept.size(), 20U);
  EXPECT_EQ(kept.front(), row(10, 1));
  EXPECT_EQ(kept.back(), row(19, 2));
}

TEST(Recorder, SavedAndLoadedGoesOnWithTheSameDigest) {
  Recorder whole(TraceLevel::runs, streams());
  Recorder first(TraceLevel::runs, streams());
  Recorder second(TraceLevel::runs, streams());
  for (std::uint32_t i = 0; i < 20; ++i) {
    whole.append(0, row(i, 0));
    if (i == 10) second.load(first.save());
    (i < 10 ? first : second).append(0, row(i, 0));
  }
  EXPECT_EQ(whole.digest(0), second.digest(0));
  EXPECT_EQ(whole.drain(0, never), second.drain(0, never));
}

}  // namespace
}  // namespace weft
