// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   subtitle
//   legend
//   group | name | cells                          | note
//                  names of columns, written upwards, or cycles
#include "analysis/cell_picture.hpp"

#include <algorithm>

namespace weft::analysis {
namespace {

constexpr int picture_margin = 18;
constexpr int name_gap = 8;
constexpr Color group_line{120, 120, 120};

int longest(const std::vector<std::string>& names, int tall) {
  int most = 0;
  for (const std::string& name : names) {
    most = std::max(most, Image::text_width(name, tall));
  }
  return most;
}

/// Of names of rows: large, where a row has the room.
int row_text_height(const CellPicture& picture) {
  return picture.cell_height >= text_height + 2 ? text_height : small_text_height;
}

bool is_dark(Color color) { return 3 * color.red + 6 * color.green + color.blue < 10 * 128; }

struct CellLayout {
  explicit CellLayout(const CellPicture& picture)
      : rows(static_cast<int>(picture.rows.size())),
        columns(rows == 0 ? 0 : static_cast<int>(picture.cells.size()) / rows) {
    std::vector<std::string> group_names;
    for (const CellGroup& group : picture.groups) group_names.push_back(group.name);
    const int tall = row_text_height(picture);
    groups_width = picture.groups.empty() ? 0 : longest(group_names, text_height) + 2 * name_gap;
    panel.left = picture_margin + groups_width + longest(picture.rows, tall) + name_gap;
    panel.width = columns * picture.cell_width;
    panel.height = rows * picture.cell_height;
    notes_width =
        std::max(longest(picture.notes, tall), Image::text_width(picture.notes_title, text_height));
    if (notes_width > 0) notes_width += name_gap;
    const int heads = std::max(Image::text_width(picture.title, text_height),
                               Image::text_width(picture.subtitle, text_height));
    width = std::max(panel.right() + notes_width, picture_margin + heads) + picture_margin;
    const int legend = legend_height(width - 2 * picture_margin, picture.legend);
    const int head = picture.notes_title.empty() ? 0 : text_line;
    panel.top = picture_margin + 2 * text_line + legend + name_gap + head;
    const int below = picture.columns.empty() ? 2 * text_line + 12
                                              : longest(picture.columns, text_height) + name_gap;
    height = panel.bottom() + below + picture_margin;
  }
  int rows;
  int columns;
  Panel panel;
  int groups_width = 0;
  int notes_width = 0;
  int width = 0;
  int height = 0;
};

void draw_cells(Image& image, const CellPicture& picture, const CellLayout& at) {
  const int gap = picture.gaps ? 1 : 0;
  std::size_t cell = 0;
  for (int row = 0; row < at.rows; ++row) {
    const int top = at.panel.top + row * picture.cell_height;
    for (int column = 0; column < at.columns; ++column, ++cell) {
      image.fill(at.panel.left + column * picture.cell_width, top, picture.cell_width - gap,
                 picture.cell_height - gap, picture.cells[cell]);
    }
  }
  if (picture.words.empty() || picture.cell_height < small_text_height + 2) return;
  cell = 0;
  for (int row = 0; row < at.rows; ++row) {  // over all cells, as a word may be longer than one
    const int top =
        at.panel.top + row * picture.cell_height + (picture.cell_height - small_text_height) / 2;
    for (int column = 0; column < at.columns; ++column, ++cell) {
      image.text(at.panel.left + column * picture.cell_width + 3, top, picture.words[cell],
                 small_text_height, is_dark(picture.cells[cell]) ? white : black);
    }
  }
}

/// Names beside their rows, without those that would run into the one above.
void draw_row_names(Image& image, const CellPicture& picture, const CellLayout& at) {
  const int tall = row_text_height(picture);
  int free_from = 0;
  for (int row = 0; row < at.rows; ++row) {
    const int top = at.panel.top + row * picture.cell_height + (picture.cell_height - tall) / 2;
    const std::string& name = picture.rows[static_cast<std::size_t>(row)];
    if (name.empty() || top < free_from) continue;
    image.text(at.panel.left - name_gap - Image::text_width(name, tall), top, name, tall, ink);
    if (!picture.notes.empty()) {
      image.text(at.panel.right() + name_gap, top, picture.notes[static_cast<std::size_t>(row)],
                 tall, ink);
    }
    free_from = top + tall + 2;
  }
  image.text(at.panel.right() + name_gap, at.panel.top - text_line, picture.notes_title,
             text_height, ink);
}

void draw_groups(Image& image, const CellPicture& picture, const CellLayout& at) {
  int free_from = 0;
  for (std::size_t g = 0; g < picture.groups.size(); ++g) {
    const auto first = static_cast<int>(picture.groups[g].row);
    const int end =
        g + 1 < picture.groups.size() ? static_cast<int>(picture.groups[g + 1].row) : at.rows;
    const int top = at.panel.top + first * picture.cell_height;
    const int tall = (end - first) * picture.cell_height;
    if (g > 0) {
      image.fill(picture_margin, top, at.panel.right() - picture_margin, 1, group_line);
    }
    const int text_top = std::max(free_from, top + (tall - text_height) / 2);
    if (text_top + text_height > top + tall + picture.cell_height) continue;
    image.text(picture_margin, text_top, picture.groups[g].name, text_height, ink);
    free_from = text_top + text_height + 2;
  }
}

}  // namespace

int cell_height_for(std::size_t rows) {
  constexpr std::size_t page = 48;
  return rows <= page ? text_height + 4 : small_text_height + 2;
}

Image draw(const CellPicture& picture) {
  const CellLayout at(picture);
  Image image(at.width, at.height, white);
  image.text(picture_margin, picture_margin, picture.title, text_height, ink);
  image.text(picture_margin, picture_margin + text_line, picture.subtitle, text_height, ink);
  draw_legend(image, picture_margin, picture_margin + 2 * text_line, at.width - 2 * picture_margin,
              picture.legend);
  draw_cells(image, picture, at);
  draw_row_names(image, picture, at);
  draw_groups(image, picture, at);
  frame(image, at.panel);
  if (picture.columns.empty()) {
    draw_cycle_axis(image, at.panel, picture.begin, picture.end, "cycle");
    return image;
  }
  const int end = at.panel.bottom() + name_gap;
  for (int column = 0; column < static_cast<int>(picture.columns.size()); ++column) {
    const std::string& name = picture.columns[static_cast<std::size_t>(column)];
    const int centre = at.panel.left + column * picture.cell_width + picture.cell_width / 2;
    image.text_upwards(centre - text_height / 2, end + Image::text_width(name, text_height), name,
                       text_height, ink);
  }
  return image;
}

}  // namespace weft::analysis
