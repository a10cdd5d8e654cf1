// SPDX-License-Identifier: Apache-2.0
// Supersteps and tiles' time of a made-up run against sums done by hand, and how they are drawn.
// WEFT_PICTURES=DIRECTORY keeps the pictures for looking at.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "analysis/axis.hpp"
#include "analysis/timeline.hpp"
#include "analysis/timeline_parts.hpp"
#include "base/error.hpp"
#include "support/bsp_trace.hpp"
#include "support/picture.hpp"
#include "support/scratch.hpp"

namespace weft::analysis {
namespace {

using test::BspRun;
using test::count_pixels;
using trace::Reader;

class Timeline : public test::Scratch {
 protected:
  /// A trace of this run, for rank 0; the other ranks get nothing.
  std::unique_ptr<Reader> open(const BspRun& run, TraceLevel level = TraceLevel::runs) {
    const std::string file = path("bsp.h5");
    test::write_bsp_trace(test::world(), file, level, run);
    return test::world().is_root() ? std::make_unique<Reader>(file) : nullptr;
  }
};

/// Words of the error that `body` throws.
template <typename Body>
std::string refusal(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "";
}

TEST(Axis, NumbersAsPeopleReadThem) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(percent(1, 3), "33.3");
  EXPECT_EQ(percent(2, 3), "66.7");
  EXPECT_EQ(percent(5, 0), "0.0");
  EXPECT_EQ(mean_text(10'000, 4), "2,500.0");
  EXPECT_EQ(round_ticks(0, 100, 6), (std::vector<std::uint64_t>{0, 50, 100}));
  EXPECT_EQ(round_ticks(990, 1020, 5), (std::vector<std::uint64_t>{990, 1000, 1010, 1020}));
  EXPECT_EQ(round_ticks(7, 7, 4), (std::vector<std::uint64_t>{7}));
  EXPECT_EQ(round_ticks(0, never, 4).size(), 2U);
}

TEST_F(Timeline, SuperstepsAreThoseOfTheRun) {
  const BspRun run;
  const auto reader = open(run);
  if (!reader) return;
  const Bsp all = read_bsp(*reader, {});
  ASSERT_EQ(all.steps.size(), 5U);
  // The slowest tile is 6, an even one: 70 + 40 cycles, 5 more each superstep.
  EXPECT_EQ(bsp_csv(all).substr(0, bsp_csv(all).find('\n', 60) + 1),
            "superstep,begin,compute,sync,exchange,host\n0,0,110,20,100,770\n");
  EXPECT_EQ(all.steps[4].cycles, (std::array<Cycle, 4>{130, 20, 100, 750}));
  EXPECT_EQ(all.range.end, 5000U);

  const Bsp part = read_bsp(*reader, {2100, 3050});
  EXPECT_EQ(part.first, 2U);
  ASSERT_EQ(part.steps.size(), 2U);
  EXPECT_EQ(part.steps[0].begin, 2000U);
  EXPECT_EQ(part.steps[1].end, 4000U);
  EXPECT_NE(refusal([&] {
              read_bsp(*reader, {9000, 9001});
            }).find("no superstep"),
            std::string::npos);
}

TEST_F(Timeline, TilesComputeCopyWaitReceive) {
  const BspRun run;
  const auto reader = open(run);
  if (!reader) return;
  const Bsp bsp = read_bsp(*reader, {0, 1000});
  const TileTime time = read_tile_time(*reader, bsp, {0, 8}, 10, 100);
  ASSERT_EQ(time.rows, 8);
  ASSERT_EQ(time.columns, 10);
  // Tile 0: 10 cycles of compute, 40 of copies, then it waits: all within the first 100 cycles.
  EXPECT_EQ(time.at(0, 0, TilePhase::compute), 10U);
  EXPECT_EQ(time.at(0, 0, TilePhase::copy), 40U);
  EXPECT_EQ(time.at(0, 0, TilePhase::sync), 50U);
  // Tile 6 is the slowest: 30 copied in the first column, 10 in the second, 20 of sync.
  EXPECT_EQ(time.at(6, 0, TilePhase::copy), 30U);
  EXPECT_EQ(time.at(6, 1, TilePhase::copy), 10U);
  EXPECT_EQ(time.at(6, 1, TilePhase::sync), 20U);
  // Odd tiles receive from 130 to 230; the others have no row and are in the exchange all the same.
  EXPECT_EQ(time.at(3, 1, TilePhase::exchange), 70U);
  EXPECT_EQ(time.at(4, 1, TilePhase::exchange), 70U);
  EXPECT_EQ(time.at(4, 5, TilePhase::host), 100U);
  for (int r = 0; r < time.rows; ++r) {
    for (int c = 0; c < time.columns; ++c) {
      std::uint64_t sum = 0;
      for (std::size_t p = 0; p < tile_phases; ++p) sum += time.at(r, c, static_cast<TilePhase>(p));
      EXPECT_EQ(sum, 100U) << r << ", " << c;
      EXPECT_EQ(time.at(r, c, TilePhase::idle), 0U) << r << ", " << c;
    }
  }
  // Two tiles a row, all of the time in one column.
  const TileTime coarse = read_tile_time(*reader, bsp, {2, 4}, 1, 2);
  EXPECT_EQ(coarse.at(0, 0, TilePhase::compute), 30U + 40U);
  EXPECT_EQ(coarse.at(1, 0, TilePhase::exchange), 100U + 100U);
}

std::vector<std::string> words_of(const Image& image) {
  std::vector<std::string> out;
  for (const Image::Text& text : image.texts()) out.push_back(text.line);
  return out;
}

// Tiles 0 and 2 compute 10 and 20 cycles of 1000 and copy 40 each, tiles 1 and 3 compute alone.
TEST_F(Timeline, TheLegendHasTheShareOfEveryPhase) {
  const auto reader = open({4, 1, 1});
  if (!reader) return;
  const auto legend = words_of(draw_timeline(*reader, read_bsp(*reader, {}), {}));
  const auto has = [&legend](const std::string& words) {
    return std::find(legend.begin(), legend.end(), words) != legend.end();
  };
  EXPECT_TRUE(has("on-tile copy 2.0 % of the tiles' time"));
  EXPECT_TRUE(has("idle 0.0 %"));
  // As many cycles again in which nothing ran.
  const auto later = words_of(draw_timeline(*reader, read_bsp(*reader, {0, 2000}), {}));
  EXPECT_NE(std::find(later.begin(), later.end(), "idle 50.0 %"), later.end());
}

TEST_F(Timeline, PicturesHoldEveryPhase) {
  const auto reader = open({16, 1, 40});
  if (!reader) return;
  const Bsp bsp = read_bsp(*reader, {0, 4000});
  const Image image = draw_timeline(*reader, bsp, {});
  for (const BspPhase phase :
       {BspPhase::compute, BspPhase::sync, BspPhase::exchange, BspPhase::host}) {
    EXPECT_GT(count_pixels(image, color_of(phase)), 2000) << name_of(phase);
  }
  EXPECT_GT(count_pixels(image, color_of(TilePhase::copy)), 1000);
  EXPECT_LT(image.width(), 1500);
  EXPECT_LT(image.height(), 1200);
  test::keep_picture(image, "timeline_small.png");
  // A bar's parts have the height that their cycles have: of 1000, 770 are the host's.
  const int host =
      count_pixels(draw_timeline(bsp, nullptr, {"made-up", 0}), color_of(BspPhase::host));
  EXPECT_GT(host, 100'000);
}

// Where a pixel holds several phases or tiles, it shows the longest, never a mixture.
TEST_F(Timeline, PicturesHaveTheLegendsColorsAlone) {
  const auto reader = open({64, 8, 60});  // more tiles than rows of pixels, many steps a column
  if (!reader) return;
  const Image image = draw_timeline(*reader, read_bsp(*reader, {}), {});
  std::vector<Color> known{white, black, ink, grid_line};
  for (const Color color : tile_phase_colors()) known.push_back(color);
  for (const Image::Box& box : image.boxes()) {
    ASSERT_NE(std::find(known.begin(), known.end(), box.color), known.end())
        << int{box.color.red} << " " << int{box.color.green} << " " << int{box.color.blue};
  }
  test::keep_picture(image, "timeline_tiles.png");
}

TEST_F(Timeline, ManySuperstepsBecomeMeans) {
  const auto reader = open({8, 1, 3000}, TraceLevel::phases);
  if (!reader) return;
  const Bsp bsp = read_bsp(*reader, {});
  EXPECT_EQ(bsp.steps.size(), 3000U);
  const Image image = draw_timeline(*reader, bsp, {});
  EXPECT_LT(image.width(), 1500);
  test::keep_picture(image, "timeline_many.png");
}

TEST_F(Timeline, SaysWhatATraceLacks) {
  auto reader = open({}, TraceLevel::phases);
  if (reader) {
    const Bsp bsp = read_bsp(*reader, {});
    EXPECT_NE(refusal([&] {
                read_tile_time(*reader, bsp, {0, 8}, 10, 10);
              }).find("level phases"),
              std::string::npos);
    EXPECT_GT(draw_timeline(*reader, bsp, {}).height(), 100);
  }
  reader = open({}, TraceLevel::summary);
  if (reader) {
    EXPECT_NE(refusal([&] { read_bsp(*reader, {}); }).find("from level phases on"),
              std::string::npos);
  }
  const std::string file = path("wafer.h5");
  test::write_sample(test::world(), test::sample_settings(file, TraceLevel::full), 40);
  if (test::world().is_root()) {
    const Reader wafer(file);
    EXPECT_NE(refusal([&] { read_bsp(wafer, {}); }).find("has no supersteps"), std::string::npos);
  }
}

}  // namespace
}  // namespace weft::analysis
