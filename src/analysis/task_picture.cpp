// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   facts
//   issued: legend
//   tile | bins
//   tasks: legend
//   tile | boxes of tiles and cycles
//   ...
//          cycle
#include "analysis/task_picture.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "analysis/timeline_parts.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::analysis {
namespace {

constexpr int lane_margin = 18;
constexpr int lane_gap = 12;
constexpr int lane_axis = 10;
constexpr int row_pixels_most = 24;
constexpr Color nothing{240, 240, 240};

// A hue a lane, and within it apart in lightness: no color means two things, and each lane can be
// read by those who see fewer hues.
constexpr std::array<Color, 2> issue_colors{Color{47, 16, 138}, Color{19, 122, 122}};
constexpr std::array<Color, 4> task_colors{Color{90, 26, 84}, Color{153, 69, 137},
                                           Color{206, 120, 190}, Color{243, 186, 236}};
constexpr std::array<Color, 4> operation_colors{Color{16, 33, 108}, Color{58, 105, 155},
                                                Color{63, 180, 132}, Color{170, 245, 164}};
constexpr std::array<Color, 5> stall_colors{Color{214, 128, 30}, Color{110, 30, 20},
                                            Color{180, 60, 30}, Color{237, 178, 108},
                                            Color{222, 197, 171}};

int lane_height(const TimeLane& lane) {
  return lane.grid.rows * std::clamp(task_rows_most / lane.grid.rows, 1, row_pixels_most);
}

/// "scalar 12.0 %", of the lane's tile-cycles.
std::vector<LegendEntry> legend_of_lane(const TimeLane& lane) {
  const std::vector<std::uint64_t> sums = lane.sums();
  std::uint64_t all = 0;
  for (int c = 0; c < lane.grid.columns; ++c) {
    all += lane.cycles_of_column(c) * lane.grid.tiles.count;
  }
  const std::vector<Color> colors = colors_of_lane(lane);
  std::vector<LegendEntry> legend;
  for (std::size_t p = 0; p < lane.width(); ++p) {
    const std::string& name = p < lane.parts.size() ? lane.parts[p] : lane.none;
    legend.push_back({colors[p], name + " " + percent(sums[p], all) + " %"});
  }
  return legend;
}

void draw_lane(Image& image, const Panel& panel, const CycleRange& range, const TimeLane& lane) {
  const std::vector<Color> colors = colors_of_lane(lane);
  const auto rows = static_cast<std::uint64_t>(lane.grid.rows);
  for (int r = 0; r < lane.grid.rows; ++r) {
    const auto row = static_cast<std::uint64_t>(r);
    const int top = panel.top + pixel_of(row, 0, rows, panel.height);
    const int next = panel.top + pixel_of(row + 1, 0, rows, panel.height);
    for (int c = 0; c < lane.grid.columns; ++c) {
      const int left =
          panel.left + pixel_of(lane.grid.column_begin(c), range.begin, range.end, panel.width);
      const int right =
          panel.left + pixel_of(lane.grid.column_begin(c + 1), range.begin, range.end, panel.width);
      fill_shares(image, {left, top, right - left, next - top}, {lane.at(r, c), lane.width()},
                  colors);
    }
  }
  frame(image, panel);
}

std::string tile_text(std::uint32_t tile, const trace::Header& header) {
  return std::to_string(tile % header.width) + ", " + std::to_string(tile / header.width);
}

/// Those that get a label, counted from the first: of whole rows of the region their first ones.
std::vector<std::uint64_t> labelled_tiles(const TileRange& tiles, const trace::Header& header) {
  constexpr std::uint64_t most = 5;
  const bool whole_rows = tiles.first % header.width == 0 && tiles.count >= 2 * header.width;
  if (!whole_rows) return round_ticks(0, tiles.count - 1, most);
  std::vector<std::uint64_t> list = round_ticks(0, (tiles.count - 1) / header.width, most);
  for (std::uint64_t& row : list) row *= header.width;
  return list;
}

void draw_tile_axis(Image& image, const Panel& panel, const TileRange& tiles,
                    const trace::Header& header) {
  for (const std::uint64_t n : labelled_tiles(tiles, header)) {
    const int y = panel.top + pixel_of(2 * n + 1, 0, 2 * std::uint64_t{tiles.count}, panel.height);
    image.fill(panel.left - 6, y, 5, 1, ink);
    text_to_left(image, panel.left - lane_axis, y,
                 tile_text(tiles.first + static_cast<std::uint32_t>(n), header));
  }
}

int axis_width(const TileRange& tiles, const trace::Header& header) {
  int width = Image::text_width("x, y", text_height);
  for (const std::uint64_t n : labelled_tiles(tiles, header)) {
    const auto tile = tiles.first + static_cast<std::uint32_t>(n);
    width = std::max(width, Image::text_width(tile_text(tile, header), text_height));
  }
  return width;
}

std::string facts_of_tasks(const TaskTime& time, const trace::Header& header) {
  std::string facts =
      header.machine + ", cycles " + grouped(time.range.begin) + " to " + grouped(time.range.end);
  if (header.clock_hz != 0) {
    facts += " (" + microseconds(time.range.end - time.range.begin, header.clock_hz) + " us)";
  }
  const std::uint32_t last = time.tiles.first + time.tiles.count - 1;
  facts +=
      ", " + grouped(time.tiles.count, "tile") + ", (" + tile_text(time.tiles.first, header) + ")";
  if (time.tiles.count > 1) facts += " to (" + tile_text(last, header) + ")";
  return facts + "; shares of their cycles";
}

}  // namespace

std::vector<Color> colors_of_lane(const TimeLane& lane) {
  std::span<const Color> known = stall_colors;
  if (lane.name == "issued") known = issue_colors;
  if (lane.name == "tasks") known = task_colors;
  if (lane.name == "vector operations") known = operation_colors;
  if (lane.parts.size() > known.size()) {
    fail(Category::input, "'" + lane.name + "' has more kinds than there are colors");
  }
  std::vector<Color> colors(known.begin(),
                            known.begin() + static_cast<std::ptrdiff_t>(lane.parts.size()));
  colors.push_back(nothing);
  return colors;
}

Image draw_task_time(const TaskTime& time, const trace::Header& header) {
  const std::string facts = facts_of_tasks(time, header);
  const int left = lane_margin + axis_width(time.tiles, header) + lane_axis;
  const int width = left + task_pixels + lane_margin + 40;
  std::vector<std::vector<LegendEntry>> legends;
  std::vector<Panel> panels;
  int y = lane_margin + 2 * text_line + lane_gap;
  for (const TimeLane& lane : time.lanes) {
    legends.push_back(legend_of_lane(lane));
    legends.back().insert(legends.back().begin(), LegendEntry{white, lane.name + ":"});
    const int words = legend_height(task_pixels, legends.back());
    panels.push_back({left, y + words + 4, task_pixels, lane_height(lane)});
    y = panels.back().bottom() + lane_gap;
  }
  Image image(std::max(width, 2 * lane_margin + Image::text_width(facts, text_height)),
              y + 2 * text_line + lane_margin, white);
  image.text(lane_margin, lane_margin, "what tiles issue, run and wait for", text_height, black);
  image.text(lane_margin, lane_margin + text_line, facts, text_height, ink);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const int words = legend_height(task_pixels, legends[i]);
    draw_legend(image, left, panels[i].top - 4 - words, task_pixels, legends[i]);
    draw_lane(image, panels[i], time.range, time.lanes[i]);
    draw_tile_axis(image, panels[i], time.tiles, header);
  }
  image.text(lane_margin, panels.front().top - 4 - text_line, "x, y", text_height, ink);
  draw_cycle_axis(image, panels.back(), time.range.begin, time.range.end, "cycle");
  return image;
}

}  // namespace weft::analysis
