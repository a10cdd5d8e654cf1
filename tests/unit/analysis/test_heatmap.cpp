// SPDX-License-Identifier: Apache-2.0
// Pictures: the right color at the right place, sizes within bounds, files that read back.
// WEFT_PICTURES=DIRECTORY keeps the pictures for looking at.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <utility>

#include "analysis/colormap.hpp"
#include "analysis/heatmap.hpp"
#include "base/error.hpp"
#include "base/text_file.hpp"
#include "support/picture.hpp"
#include "support/scratch.hpp"

namespace weft::analysis {
namespace {

using Pictures = test::Scratch;
using test::count_pixels;

trace::CounterGrid grid_of(std::uint32_t width, std::uint32_t height,
                           const std::vector<std::string>& channels) {
  trace::CounterGrid grid{
      "tile_busy", "cycle", "cycles in which the tile did something", width, height, channels, {}};
  const std::size_t count = std::max<std::size_t>(1, channels.size());
  for (std::uint64_t i = 0; i < std::uint64_t{width} * height * count; ++i) {
    const std::uint64_t tile = i / count;
    grid.values.push_back((tile % width) * (tile / width + (height == 1 ? 1 : 0)) * 1000 /
                          (i % count + 1));
  }
  return grid;
}

/// Relative luminance after IEC 61966-2-1, as lightness L* of CIE 15.
double lightness(Color color) {
  const auto linear = [](std::uint8_t c) {
    const double v = c / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y =
      0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
  return 116.0 * std::cbrt(y) - 16.0;
}

TEST(Colormap, LightnessGrowsEvenly) {
  const double first = lightness(heat_color(0.0));
  const double last = lightness(heat_color(1.0));
  EXPECT_GT(last - first, 75.0);
  for (int i = 1; i <= 16; ++i) {
    EXPECT_NEAR(lightness(heat_color(i / 16.0)), first + (last - first) * i / 16.0, 1.5) << i;
  }
  EXPECT_EQ(heat_color(-1.0), heat_color(0.0));
  EXPECT_EQ(heat_color(2.0), heat_color(1.0));
}

TEST(Heatmap, ATileIsASquareOfItsColor) {
  trace::CounterGrid grid{"c", "1", "one tile of four", 2, 2, {}, {0, 0, 100, 0}};
  const Image image = draw_heatmap(grid, "");
  // 512 / 2 pixels a side; the bar adds a few lines of the same color.
  EXPECT_GE(count_pixels(image, heat_color(1.0)), 256 * 256);
  EXPECT_LT(count_pixels(image, heat_color(1.0)), 256 * 256 + 2000);
  EXPECT_GE(count_pixels(image, heat_color(0.0)), 3 * 256 * 256);
}

TEST(Heatmap, ChipsOfNamedTilesAreLinesOfThem) {
  const TileShape shape{"chip", {"MXM", "MEM", "VXM"}};
  const trace::CounterGrid plain{"c", "B", "two chips", 3, 2, {}, {0, 10, 0, 0, 5, 0}};
  const Image image = draw_heatmap(plain, "", shape);
  // A cell is 34 x 30 with a gap of one; the value inside hides some, the legend adds a swatch.
  const int cell = 33 * 29;
  EXPECT_NEAR(count_pixels(image, heat_color(0.0)), cell, 300);
  EXPECT_NEAR(count_pixels(image, heat_color(0.95 * 0.5)), cell, 300);
  EXPECT_GE(image.width(), 3 * 34);
  // Of one chip a line a channel, but none of zeros.
  const trace::CounterGrid channels{
      "c", "1", "three kinds", 3, 1, {"first", "never", "last"}, {8, 0, 0, 0, 0, 8, 0, 0, 8}};
  const Image lines = draw_heatmap(channels, "", shape);
  EXPECT_NEAR(count_pixels(lines, heat_color(0.0)), 3 * cell, 900);
  EXPECT_EQ(lines.height(), image.height());
  const trace::CounterGrid zeros{"c", "1", "nothing", 3, 1, {"a", "b"}, {0, 0, 0, 0, 0, 0}};
  draw_heatmap(zeros, "", shape);
}

TEST(TileLayout, FoldsChipsIntoBlocks) {
  const TileLayout one(TileShape{"IPU"}, 1472, 1);
  EXPECT_EQ(one.block_columns(), 64U);
  EXPECT_EQ(one.block_rows(), 23U);
  EXPECT_EQ(one.column_in_block(65), 1U);
  EXPECT_EQ(one.row_in_block(65), 1U);
  EXPECT_EQ(one.name(65, 0), "tile 65");
  const TileLayout pod(TileShape{"IPU"}, 1472, 16);
  EXPECT_EQ(pod.blocks(), 16U);
  EXPECT_EQ(pod.blocks_across(), 2U);
  EXPECT_EQ(pod.blocks_down(), 8U);
  EXPECT_EQ(pod.block_of(2 * 1472 + 64), 2U);
  EXPECT_EQ(pod.row_in_block(2 * 1472 + 64), 1U);
  EXPECT_EQ(pod.name(3, 2), "tile 3 of IPU 2");
  // As the region where it is a plane.
  const TileLayout plane({}, 7, 5);
  EXPECT_EQ(plane.blocks(), 1U);
  EXPECT_EQ(plane.column_in_block(9), 2U);
  EXPECT_EQ(plane.row_in_block(9), 1U);
  EXPECT_EQ(plane.name(2, 1), "(2, 1)");
}

TEST(Heatmap, ChipsStandApart) {
  trace::CounterGrid grid{"c", "1", "two chips", 8, 2, {}, std::vector<std::uint64_t>(16, 1)};
  grid.values[3] = 0;
  const Image image = draw_heatmap(grid, "", TileShape{"IPU"});
  // 15 of 16 tiles, each a square of 768 / 4 pixels; the bar adds a few lines.
  EXPECT_GE(count_pixels(image, heat_color(1.0)), 15 * 192 * 192);
  EXPECT_LT(count_pixels(image, heat_color(1.0)), 16 * 192 * 192);
}

TEST(Heatmap, CsvHasALineATile) {
  const trace::CounterGrid grid = grid_of(3, 2, {"west", "east"});
  EXPECT_EQ(heatmap_csv(grid),
            "x,y,west,east\n0,0,0,0\n1,0,0,0\n2,0,0,0\n0,1,0,0\n1,1,1000,500\n2,1,2000,1000\n");
}

/// Width and height that a PNG's header says.
std::pair<int, int> png_size(const std::string& file) {
  const std::string bytes = text_of_file(file);
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      value = value << 8 | static_cast<unsigned char>(bytes.at(i));
    }
    return value;
  };
  return {number(16), number(20)};
}

TEST_F(Pictures, HaveTheirSizeAndStayWithinBounds) {
  if (!test::world().is_root()) return;
  const char* keep = std::getenv("WEFT_PICTURES");
  const std::vector<std::string> directions{"west", "east", "south", "north"};
  struct Case {
    const char* name;
    std::uint32_t width;
    std::uint32_t height;
    bool links;
    TileShape shape{};
  };
  for (const Case& c :
       {Case{"small.png", 8, 8, false}, Case{"links.png", 16, 4, true},
        Case{"wafer.png", 750, 994, false}, Case{"wide.png", 1, 300, false},
        Case{"wafer_links.png", 750, 994, true}, Case{"ipu.png", 1472, 1, false, TileShape{"IPU"}},
        Case{"ipu_memory.png", 1472, 1, true, TileShape{"IPU"}},
        Case{"pod16.png", 1472, 16, false, TileShape{"IPU"}},
        Case{"pod64.png", 1472, 64, false, TileShape{"IPU"}},
        Case{"debug.png", 4, 2, false, TileShape{"IPU"}}}) {
    const auto grid = grid_of(c.width, c.height, c.links ? directions : std::vector<std::string>{});
    const Image image = draw_heatmap(grid, "made-up, 12345 cycles", c.shape);
    EXPECT_LT(image.width(), 2500) << c.name;
    EXPECT_LT(image.height(), 2500) << c.name;
    const std::string file = keep != nullptr ? std::string(keep) + "/" + c.name : path(c.name);
    write_picture(image, file);
    EXPECT_EQ(png_size(file), std::pair(image.width(), image.height())) << c.name;
  }
}

TEST_F(Pictures, UnwritablePathIsOneError) {
  if (!test::world().is_root()) return;
  const Image image(2, 2, white);
  EXPECT_THROW(write_picture(image, path("none/such.png")), Error);
}

}  // namespace
}  // namespace weft::analysis
