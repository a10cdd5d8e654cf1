// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   subtitle
//   legend
//   name | cells
//          names of columns, written downwards, or cycles
#include "analysis/cell_picture.hpp"

#include <algorithm>

namespace weft::analysis {
namespace {

constexpr int picture_margin = 18;
constexpr int name_gap = 8;

int longest(const std::vector<std::string>& names) {
  int most = 0;
  for (const std::string& name : names) {
    most = std::max(most, Image::text_width(name, text_scale));
  }
  return most;
}

/// Letters one below the other, so that names of narrow columns do not meet.
void text_downwards(Image& image, int centre, int top, const std::string& name) {
  int y = top;
  for (const char letter : name) {
    text_centred(image, centre, y, std::string(1, letter));
    y += text_line - text_scale;
  }
}

int downwards_height(const std::vector<std::string>& names) {
  std::size_t most = 0;
  for (const std::string& name : names) most = std::max(most, name.size());
  return static_cast<int>(most) * (text_line - text_scale);
}

}  // namespace

Image draw(const CellPicture& picture) {
  const int rows = static_cast<int>(picture.rows.size());
  const int columns = rows == 0 ? 0 : static_cast<int>(picture.cells.size()) / rows;
  Panel panel;
  panel.left = picture_margin + longest(picture.rows) + name_gap;
  panel.width = columns * picture.cell_width;
  panel.height = rows * picture.cell_height;
  const int heads = std::max(Image::text_width(picture.title, text_scale),
                             Image::text_width(picture.subtitle, text_scale));
  const int width = std::max(panel.right(), picture_margin + heads) + picture_margin;
  const int legend = legend_height(width - 2 * picture_margin, picture.legend);
  panel.top = picture_margin + 2 * text_line + legend + name_gap;
  const bool cycles = picture.columns.empty();
  const int below = cycles ? 2 * text_line + 12 : downwards_height(picture.columns) + name_gap;
  Image image(width, panel.bottom() + below + picture_margin, white);
  image.text(picture_margin, picture_margin, picture.title, text_scale, ink);
  image.text(picture_margin, picture_margin + text_line, picture.subtitle, text_scale, ink);
  draw_legend(image, picture_margin, picture_margin + 2 * text_line, width - 2 * picture_margin,
              picture.legend);
  for (int row = 0; row < rows; ++row) {
    const int top = panel.top + row * picture.cell_height;
    for (int column = 0; column < columns; ++column) {
      const auto cell = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                        static_cast<std::size_t>(column);
      image.fill(panel.left + column * picture.cell_width, top, picture.cell_width,
                 picture.cell_height, picture.cells[cell]);
    }
    const std::string& name = picture.rows[static_cast<std::size_t>(row)];
    if (!name.empty()) {
      text_to_left(image, panel.left - name_gap, top + picture.cell_height / 2, name);
    }
  }
  frame(image, panel);
  if (cycles) {
    draw_cycle_axis(image, panel, picture.begin, picture.end, "cycle");
    return image;
  }
  for (int column = 0; column < static_cast<int>(picture.columns.size()); ++column) {
    text_downwards(image, panel.left + column * picture.cell_width + picture.cell_width / 2,
                   panel.bottom() + name_gap, picture.columns[static_cast<std::size_t>(column)]);
  }
  return image;
}

}  // namespace weft::analysis
