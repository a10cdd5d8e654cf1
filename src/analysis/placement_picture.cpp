// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   facts
//   legend
//   sides | checkerboard | sides    list of units
//   others
#include "analysis/placement_picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "analysis/colormap.hpp"
#include "analysis/timeline_parts.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr int board_margin = 18;
constexpr int board_cell = 30;
constexpr int memory_inset = 5;  ///< a memory unit is drawn smaller than a compute unit
constexpr int side_gap = 12;
constexpr Color unused_unit{232, 232, 232};

using BoardKind = BoardUnit::Kind;

/// The busier the darker, on light ground.
Color color_of_busy(double share) {
  constexpr double lightest = 0.9;
  return heat_color(lightest * (1.0 - std::clamp(share, 0.0, 1.0)));
}

bool is_dark_cell(Color color) { return 3 * color.red + 6 * color.green + color.blue < 10 * 128; }

/// What stands there where nothing was placed: checkerboard cells beyond the units' count are bare.
BoardKind kind_at(const Board& board, std::int32_t column, std::int32_t row) {
  const auto columns = static_cast<std::int32_t>(board.columns());
  if (column < 0 || column >= columns) {
    const auto side = static_cast<std::int32_t>(board.side_columns());
    const std::int32_t across = column < 0 ? column + side : column - columns + side;
    const auto number = static_cast<std::uint32_t>(row * 2 * side + across);
    return number < board.address ? BoardKind::address : BoardKind::other;
  }
  const bool compute = (column + row) % 2 == 0;
  // Cells of the same kind before this one, in rows.
  const std::int32_t before = row * columns + column;
  const auto number =
      static_cast<std::uint32_t>(columns % 2 == 0 ? before / 2 : (before + (compute ? 1 : 0)) / 2);
  if (compute) return number < board.compute ? BoardKind::compute : BoardKind::other;
  return number < board.memory ? BoardKind::memory : BoardKind::other;
}

struct BoardLayout {
  BoardLayout(const Board& board, const std::vector<LegendEntry>& legend, int list_width,
              int least_width) {
    side = static_cast<int>(board.side_columns());
    const int sides = side * board_cell + (side > 0 ? side_gap : 0);
    panel.left = board_margin + sides;
    panel.width = static_cast<int>(board.columns()) * board_cell;
    panel.height = static_cast<int>(board.rows()) * board_cell;
    list_left = panel.right() + sides + 2 * side_gap;
    width = std::max(list_left + list_width, least_width) + board_margin;
    legend_top = board_margin + 2 * text_line + 6;
    panel.top = legend_top + legend_height(width - 2 * board_margin, legend) + side_gap;
    height = panel.bottom() + side_gap + board_cell + board_margin;
  }
  /// Left top of a cell.
  std::pair<int, int> at(const Board& board, std::int32_t column, std::int32_t row) const {
    int x = panel.left + column * board_cell;
    if (column < 0) x -= side_gap;
    if (column >= static_cast<std::int32_t>(board.columns())) x += side_gap;
    return {x, panel.top + row * board_cell};
  }
  Panel panel;
  int side = 0;
  int list_left = 0;
  int legend_top = 0;
  int width = 0;
  int height = 0;
};

void draw_unit(Image& image, int x, int y, BoardKind kind, Color color, const std::string& word) {
  const int inset = kind == BoardKind::memory ? memory_inset : 1;
  const int wide = board_cell - 2 * inset;
  image.fill(x + inset, y + inset, wide, wide, color);
  if (kind == BoardKind::address) {  // a notch tells it from a compute unit
    image.fill(x + inset, y + inset, 6, 6, white);
    image.fill(x + board_cell - inset - 6, y + board_cell - inset - 6, 6, 6, white);
  }
  image.text(x + (board_cell - Image::text_width(word, small_text_height)) / 2,
             y + (board_cell - small_text_height) / 2, word, small_text_height,
             is_dark_cell(color) ? white : black);
}

void draw_unused(Image& image, const Board& board, const BoardLayout& layout) {
  const auto columns = static_cast<std::int32_t>(board.columns());
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(board.rows()); ++row) {
    for (std::int32_t column = -layout.side; column < columns + layout.side; ++column) {
      const BoardKind kind = kind_at(board, column, row);
      if (kind == BoardKind::other) continue;
      const auto [x, y] = layout.at(board, column, row);
      draw_unit(image, x, y, kind, unused_unit, "");
    }
  }
}

std::string percent_text(double share) { return fixed(100.0 * share, 1) + " %"; }

std::vector<LegendEntry> placement_legend() {
  std::vector<LegendEntry> legend{{unused_unit, "not used"}};
  for (const int percent : {0, 25, 50, 75, 100}) {
    legend.push_back({color_of_busy(percent / 100.0),
                      std::to_string(percent) + (percent == 0 ? " % busy" : " %")});
  }
  return legend;
}

}  // namespace

std::uint32_t Board::columns() const {
  if (given_columns > 0) return given_columns;
  return static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(compute + memory))));
}

std::uint32_t Board::rows() const {
  const std::uint32_t across = std::max(1U, columns());
  return (compute + memory + across - 1) / across;
}

std::uint32_t Board::side_columns() const {
  const std::uint32_t down = std::max(1U, 2 * rows());
  return (address + down - 1) / down;
}

std::size_t place_units(const Board& board, std::vector<BoardUnit>& units) {
  std::set<std::pair<std::int32_t, std::int32_t>> taken;  // row, column
  for (const BoardUnit& unit : units) {
    if (unit.column && unit.row) taken.insert({*unit.row, *unit.column});
  }
  const auto columns = static_cast<std::int32_t>(board.columns());
  const auto side = static_cast<std::int32_t>(board.side_columns());
  std::size_t placed = 0;
  for (BoardUnit& unit : units) {
    if (unit.kind == BoardKind::other || (unit.column && unit.row)) continue;
    bool found = false;
    for (std::int32_t row = 0; row < static_cast<std::int32_t>(board.rows()) && !found; ++row) {
      for (std::int32_t column = -side; column < columns + side && !found; ++column) {
        if (kind_at(board, column, row) != unit.kind) continue;
        if (!taken.insert({row, column}).second) continue;
        unit.column = column;
        unit.row = row;
        found = true;
        ++placed;
      }
    }
  }
  return placed;
}

Image draw_placement(const Board& board, const std::vector<BoardUnit>& units,
                     const PlacementText& text) {
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&units](std::size_t a, std::size_t b) {
    return units[a].busy > units[b].busy;
  });
  std::vector<std::string> lines;
  const int number_width = Image::text_width(grouped(units.size()) + "  ", text_height);
  int list_width = 0;
  for (std::size_t n = 0; n < order.size(); ++n) {
    const BoardUnit& unit = units[order[n]];
    lines.push_back(unit.name + ", " + unit.kind_name + ", " + percent_text(unit.busy));
    list_width = std::max(list_width, number_width + Image::text_width(lines.back(), text_height));
  }
  const std::vector<LegendEntry> legend = placement_legend();
  const int heads = std::max(Image::text_width(text.title, text_height),
                             Image::text_width(text.facts, text_height));
  const BoardLayout layout(board, legend, list_width, board_margin + heads);
  Image image(layout.width, layout.height, white);
  image.text(board_margin, board_margin, text.title, text_height, black);
  image.text(board_margin, board_margin + text_line, text.facts, text_height, ink);
  draw_legend(image, board_margin, layout.legend_top, layout.width - 2 * board_margin, legend);
  draw_unused(image, board, layout);
  int other = layout.panel.left;
  const std::size_t most =
      static_cast<std::size_t>((layout.panel.height + side_gap + board_cell) / text_line);
  for (std::size_t n = 0; n < order.size(); ++n) {
    const BoardUnit& unit = units[order[n]];
    const std::string number = std::to_string(n + 1);
    if (unit.column && unit.row) {
      const auto [x, y] = layout.at(board, *unit.column, *unit.row);
      draw_unit(image, x, y, unit.kind, color_of_busy(unit.busy), number);
    } else {
      draw_unit(image, other, layout.panel.bottom() + side_gap, BoardKind::other,
                color_of_busy(unit.busy), number);
      image.text(other + board_cell + 4,
                 layout.panel.bottom() + side_gap + (board_cell - text_height) / 2, unit.name,
                 text_height, ink);
      other += board_cell + 16 + Image::text_width(unit.name, text_height);
    }
    if (n + 1 == most && order.size() > most) {
      lines[n] = "and " + grouped(order.size() - n) + " more, less busy";
    }
    if (n >= most) continue;
    const int top = layout.panel.top + static_cast<int>(n) * text_line;
    const bool rest = n + 1 == most && order.size() > most;
    if (!rest) {
      const int right = layout.list_left + number_width - Image::text_width("  ", text_height);
      text_to_left(image, right, top + text_height / 2, number);
    }
    image.text(layout.list_left + number_width, top, lines[n], text_height, ink);
  }
  return image;
}

}  // namespace weft::analysis
