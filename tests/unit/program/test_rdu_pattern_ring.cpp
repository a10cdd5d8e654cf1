// SPDX-License-Identifier: Apache-2.0
// Rings of rows: whoever writes is never a row too far, and never waits for what waits for him.
#include <gtest/gtest.h>

#include <vector>

#include "program/rdu_pattern_ring.hpp"

namespace weft::program::rdu {
namespace {

/// A writer and a reader of a ring, step by step, as far as tokens and credits let each of them go.
class RingRun {
 public:
  explicit RingRun(const RowRing& ring)
      : ring_(ring), place_(ring.held, none), credits_(ring.credits) {
    chunks_ = ring.chunks_of_image();
    rows_ = ring.rows_of_image();
  }

  /// Whether anything was done: one row is written.
  bool write() {
    if (written_ == rows_ * ring_.images) return false;
    const std::uint32_t row = written_ % rows_;
    const bool begins = row % ring_.rows_of_chunk() == 0 && row / ring_.rows_of_chunk() < chunks_;
    if (begins) {
      if (credits_ == 0) return false;
      --credits_;
    }
    place_[written_ % ring_.held] = written_;
    for (std::uint32_t chunk = 0; chunk < chunks_; ++chunk) {
      if (ring_.last_row(chunk) == row) ++tokens_;
    }
    ++written_;
    return true;
  }
  /// One chunk is read; false where a row of it is another one's, too.
  bool read() {
    if (tokens_ == 0) return false;
    --tokens_;
    const std::uint32_t chunk = read_ % chunks_;
    const std::uint32_t first = read_ / chunks_ * rows_;
    for (std::uint32_t row = chunk * ring_.rows_of_chunk(); row <= ring_.last_row(chunk); ++row) {
      right_ = right_ && place_[(first + row) % ring_.held] == first + row;
    }
    ++read_;
    ++credits_;
    return true;
  }
  bool right() const { return right_; }
  bool done() const {
    return written_ == rows_ * ring_.images && read_ == chunks_ * ring_.images && tokens_ == 0 &&
           credits_ == ring_.credits;
  }

 private:
  RowRing ring_;
  std::vector<std::uint32_t> place_;  ///< [place]: row of all images
  std::uint32_t chunks_ = 0, rows_ = 0;
  std::uint32_t written_ = 0, read_ = 0, tokens_ = 0, credits_ = 0;
  bool right_ = true;
};

/// Each goes on as long as it can before the other does.
bool holds(const RowRing& ring, bool writer_first) {
  RingRun run(ring);
  for (bool moved = true; moved;) {
    moved = false;
    if (writer_first) {
      while (run.write()) moved = true;
      moved = run.read() || moved;
    } else {
      while (run.read()) moved = true;
      moved = run.write() || moved;
    }
  }
  return run.right() && run.done();
}

std::vector<Window> windows() {
  std::vector<Window> out;
  for (const std::uint32_t height : {1U, 2U, 7U, 20U}) {
    for (const std::uint32_t places : {1U, 2U, 3U, 7U}) {
      for (const std::uint32_t stride : {1U, 2U, 5U}) {
        for (const std::uint32_t before : {0U, 1U, 3U}) {
          Window window;
          window.height = height;
          window.window_height = places;
          window.down = {stride, 1 + (height + places) % 2, before, before / 2};
          if (before < window.down.reach(places) && window.rows() > 0) out.push_back(window);
        }
      }
    }
  }
  return out;
}

TEST(RduPatternRing, NothingIsOverwrittenBeforeItIsRead) {
  std::size_t turned = 0;
  for (const Window& window : windows()) {
    for (const std::uint32_t images : {1U, 2U, 5U}) {
      for (const std::uint32_t chunk : {1U, 2U, 6U}) {
        const std::uint32_t fewest = fewest_rows(window, images, chunk);
        for (const std::uint32_t rows : {fewest, fewest + 1, fewest + 4, 1000U}) {
          const RowRing ring = row_ring(window, images, chunk, rows);
          ASSERT_GT(ring.credits, 0U);
          ASSERT_TRUE(holds(ring, true) && holds(ring, false))
              << images << " images of " << window.height << ", windows of " << window.window_height
              << " by " << window.down.stride << ", " << rows << " rows";
          turned += ring.held < ring.rows_of_image() ? 1U : 0U;
        }
        EXPECT_EQ(fewest == 1 ? 0U : row_ring(window, images, chunk, fewest - 1).credits, 0U);
      }
    }
  }
  EXPECT_GT(turned, 200U);
}

TEST(RduPatternRing, OneCreditMoreOverwrites) {
  for (const Window& window : windows()) {
    RowRing ring = row_ring(window, 2, 1, fewest_rows(window, 2, 1));
    if (ring.held >= ring.rows_of_image()) continue;
    ++ring.credits;
    EXPECT_FALSE(holds(ring, true)) << window.height << ", " << window.window_height;
  }
}

}  // namespace
}  // namespace weft::program::rdu
