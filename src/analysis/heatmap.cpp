// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   subtitle
//   panel  panel   scale bar
//   panel  panel   with labels
#include "analysis/heatmap.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "analysis/colormap.hpp"
#include "analysis/info.hpp"
#include "analysis/line_picture.hpp"

namespace weft::analysis {
namespace {

constexpr int border = 16;
constexpr int bar_width = 24;
constexpr int side_pixels = 512;            ///< what the longer side of a panel aims at
constexpr int chip_side_pixels = 768;       ///< likewise, of chips
constexpr int gap = 10;                     ///< between chips
constexpr int name_height = text_line + 6;  ///< below a chip where there are several
constexpr Color pen{40, 40, 40};
constexpr Color no_tile{225, 225, 225};  ///< where a chip's last row has no more tiles

struct Layout {
  explicit Layout(const TileLayout& where) : tiles(where) {}
  TileLayout tiles;
  int cell = 1;
  int panel_width = 0;
  int panel_height = 0;
  int axis_width = 0;  ///< left of a panel, for y labels
  int columns = 1;
  int rows = 1;
  int top = 0;
  int stride_x() const { return axis_width + panel_width + border; }
  int stride_y() const { return text_line + panel_height + 2 * text_line + border; }
  int block_width() const { return static_cast<int>(tiles.block_columns()) * cell; }
  int block_height() const { return static_cast<int>(tiles.block_rows()) * cell; }
  /// Left and top pixel of a block in its panel.
  int block_x(std::uint32_t block) const {
    return static_cast<int>(block % tiles.blocks_across()) * (block_width() + gap);
  }
  int block_y(std::uint32_t block) const {
    return static_cast<int>(block / tiles.blocks_across()) * (block_height() + name_height);
  }
};

Layout lay_out(const trace::CounterGrid& grid, const TileShape& shape) {
  Layout layout(TileLayout(shape, grid.width, grid.height));
  const TileLayout& tiles = layout.tiles;
  const auto across = static_cast<int>(tiles.blocks_across());
  const auto down = static_cast<int>(tiles.blocks_down());
  const auto longer = static_cast<int>(std::max(tiles.blocks_across() * tiles.block_columns(),
                                                tiles.blocks_down() * tiles.block_rows()));
  const int channels = static_cast<int>(std::max<std::size_t>(1, grid.channels.size()));
  layout.columns = channels == 1 ? 1 : static_cast<int>(std::ceil(std::sqrt(channels)));
  layout.rows = (channels + layout.columns - 1) / layout.columns;
  const int aim = shape.is_plane() ? side_pixels : chip_side_pixels;
  layout.cell = std::max(1, aim / longer / (channels == 1 ? 1 : 2));
  layout.panel_width = across * (layout.block_width() + gap) - gap;
  layout.panel_height =
      tiles.blocks() == 1 ? layout.block_height() : down * (layout.block_height() + name_height);
  const std::uint32_t last = shape.is_plane() ? grid.height - 1 : grid.width - 1;
  layout.axis_width = text_line + Image::text_width(std::to_string(last), text_height) + 6;
  layout.top = border + 2 * text_line + border / 2;
  return layout;
}

/// Coordinates that get a label: 0, the last one, and round ones with room between.
std::vector<std::uint32_t> ticks(std::uint32_t count, int cell, int room) {
  std::uint32_t step = 1;
  for (std::uint32_t factor = 1; static_cast<int>(step) * cell < room; ++factor) {
    static constexpr std::uint32_t round[] = {2, 5, 10};
    step = round[(factor - 1) % 3];
    for (std::uint32_t tens = (factor - 1) / 3; tens > 0; --tens) step *= 10;
  }
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t at = 0; at < count; at += step) chosen.push_back(at);
  return chosen;
}

void label_below(Image& image, int centre, int bottom, std::uint32_t number) {
  const std::string label = std::to_string(number);
  image.text(centre - Image::text_width(label, text_height) / 2, bottom + 4, label, text_height,
             pen);
}

void label_left(Image& image, int right, int top, int centre, std::uint32_t number) {
  const std::string label = std::to_string(number);
  image.text(right - 4 - Image::text_width(label, text_height),
             std::max(top, centre - text_height / 2), label, text_height, pen);
}

/// What the numbers below a panel and left of it are.
void name_axes(Image& image, const Layout& layout, int left, int top, std::string_view below,
               std::string_view beside) {
  image.text(left + (layout.panel_width - Image::text_width(below, text_height)) / 2,
             top + layout.panel_height + 4 + text_line, below, text_height, pen);
  const int room = layout.panel_height - Image::text_width(beside, text_height);
  if (room < -text_line) return;  // it would run into the title
  image.text_upwards(left - layout.axis_width, top + layout.panel_height - std::max(0, room / 2),
                     beside, text_height, pen);
}

void draw_axes(Image& image, const Layout& layout, const trace::CounterGrid& grid, int left,
               int top) {
  const int wide = Image::text_width(std::to_string(grid.width), text_height) + 8;
  for (const std::uint32_t x : ticks(grid.width, layout.cell, wide)) {
    label_below(image, left + static_cast<int>(x) * layout.cell + layout.cell / 2,
                top + layout.panel_height, x);
  }
  for (const std::uint32_t y : ticks(grid.height, layout.cell, 2 * text_line)) {
    label_left(image, left, top, top + static_cast<int>(y) * layout.cell + layout.cell / 2, y);
  }
  name_axes(image, layout, left, top, "x (tile)", "y (tile)");
}

/// Left of the first chip the first tile of a row, below the last chip what to add to it; names
/// below chips where there are several.
void draw_chip_axes(Image& image, const Layout& layout, int left, int top) {
  const TileLayout& tiles = layout.tiles;
  for (const std::uint32_t y : ticks(tiles.block_rows(), layout.cell, 3 * text_line / 2)) {
    label_left(image, left, top, top + static_cast<int>(y) * layout.cell + layout.cell / 2,
               y * tiles.block_columns());
  }
  const int wide = Image::text_width("000", text_height) + 8;
  for (const std::uint32_t x : ticks(tiles.block_columns(), layout.cell, wide)) {
    label_below(image, left + static_cast<int>(x) * layout.cell + layout.cell / 2,
                top + layout.panel_height, x);
  }
  name_axes(image, layout, left, top, "tile of the row", "first tile");
  if (tiles.blocks() == 1) return;
  for (std::uint32_t chip = 0; chip < tiles.blocks(); ++chip) {
    image.text(left + layout.block_x(chip), top + layout.block_y(chip) + layout.block_height() + 4,
               tiles.shape().chip + " " + std::to_string(chip), text_height, pen);
  }
}

void draw_panel(Image& image, const Layout& layout, const trace::CounterGrid& grid,
                std::size_t channel, std::uint64_t largest) {
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  const int column = static_cast<int>(channel) % layout.columns;
  const int row = static_cast<int>(channel) / layout.columns;
  const int left = border + layout.axis_width + column * layout.stride_x();
  const int top = layout.top + row * layout.stride_y() + text_line;
  if (!grid.channels.empty()) {
    image.text(left, top - text_line + 2, grid.channels[channel], text_height, pen);
  }
  const TileLayout& tiles = layout.tiles;
  for (std::uint32_t block = 0; block < tiles.blocks(); ++block) {
    const int x = left + layout.block_x(block);
    const int y = top + layout.block_y(block);
    image.fill(x - 1, y - 1, layout.block_width() + 2, layout.block_height() + 2, pen);
    image.fill(x, y, layout.block_width(), layout.block_height(), no_tile);
  }
  for (std::size_t tile = 0; tile < grid.values.size() / channels; ++tile) {
    const double share = largest == 0
                             ? 0.0
                             : static_cast<double>(grid.values[tile * channels + channel]) /
                                   static_cast<double>(largest);
    const auto number = static_cast<std::uint32_t>(tile);
    const int x = layout.block_x(tiles.block_of(number)) +
                  static_cast<int>(tiles.column_in_block(number)) * layout.cell;
    const int y = layout.block_y(tiles.block_of(number)) +
                  static_cast<int>(tiles.row_in_block(number)) * layout.cell;
    image.fill(left + x, top + y, layout.cell, layout.cell, heat_color(share));
  }
  if (tiles.shape().is_plane()) {
    draw_axes(image, layout, grid, left, top);
  } else {
    draw_chip_axes(image, layout, left, top);
  }
}

/// Values beside the bar: quarters of the largest, without repeats.
std::vector<std::uint64_t> bar_labels(std::uint64_t largest) {
  std::vector<std::uint64_t> labels{0};
  for (std::uint64_t quarter = 1; quarter <= 4; ++quarter) {
    const std::uint64_t value = largest / 4 * quarter + largest % 4 * quarter / 4;
    if (value != labels.back()) labels.push_back(value);
  }
  return labels;
}

void draw_bar(Image& image, int left, int top, int height, std::uint64_t largest,
              const std::string& unit) {
  image.text(left, top - text_line + 2, unit == "1" ? "count" : unit, text_height, pen);
  image.fill(left - 1, top - 1, bar_width + 2, height + 2, pen);
  for (int y = 0; y < height; ++y) {
    const double share = height == 1 ? 1.0 : 1.0 - static_cast<double>(y) / (height - 1);
    image.fill(left, top + y, bar_width, 1, heat_color(share));
  }
  for (const std::uint64_t value : bar_labels(largest)) {
    const double share =
        largest == 0 ? 0.0 : static_cast<double>(value) / static_cast<double>(largest);
    const int y = top + static_cast<int>(std::lround((1.0 - share) * (height - 1)));
    image.fill(left + bar_width + 1, y, 5, 1, pen);
    image.text(left + bar_width + 10, std::max(top, y - text_height / 2), std::to_string(value),
               text_height, pen);
  }
}

}  // namespace

Image draw_heatmap(const trace::CounterGrid& grid, const std::string& subtitle,
                   const TileShape& shape) {
  if (shape.columns.size() == grid.width) return draw_lines(grid, subtitle, shape);
  const Layout layout = lay_out(grid, shape);
  const GridExtremes found = extremes(grid);
  const std::string unit = grid.unit == "1" ? "" : " " + grid.unit;
  const std::string title = grid.name + ": " + grid.long_name;
  const std::string facts = "max " + std::to_string(found.max) + unit + " at " +
                            layout.tiles.name(found.x, found.y) +
                            (grid.channels.empty() ? "" : " " + grid.channels[found.channel]) +
                            (subtitle.empty() ? "" : "; " + subtitle);
  const int bar_left = border + layout.columns * layout.stride_x() + border;
  const int bar_room =
      bar_width + 10 +
      std::max(Image::text_width(std::to_string(found.max), text_height),
               Image::text_width(grid.unit == "1" ? "count" : grid.unit, text_height) - bar_width);
  const int text_room =
      std::max(Image::text_width(title, text_height), Image::text_width(facts, text_height)) +
      2 * border;
  const int panels_height = layout.rows * layout.stride_y() - 2 * text_line - border;
  Image image(std::max(bar_left + bar_room + border, text_room),
              layout.top + layout.rows * layout.stride_y(), white);
  image.text(border, border, title, text_height, black);
  image.text(border, border + text_line, facts, text_height, pen);
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  for (std::size_t c = 0; c < channels; ++c) draw_panel(image, layout, grid, c, found.max);
  draw_bar(image, bar_left, layout.top + text_line, panels_height - text_line, found.max,
           grid.unit);
  return image;
}

std::string heatmap_csv(const trace::CounterGrid& grid) {
  std::string text = "x,y";
  for (const auto& channel : grid.channels) text += "," + channel;
  if (grid.channels.empty()) text += ",value";
  text += "\n";
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  for (std::size_t i = 0; i < grid.values.size(); ++i) {
    if (i % channels == 0) {
      text += std::to_string(i / channels % grid.width) + "," +
              std::to_string(i / channels / grid.width);
    }
    text += "," + std::to_string(grid.values[i]);
    if (i % channels == channels - 1) text += "\n";
  }
  return text;
}

}  // namespace weft::analysis
