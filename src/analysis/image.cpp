// SPDX-License-Identifier: Apache-2.0
// Plain loops over pixels, and a list of what was drawn.
#include "analysis/image.hpp"

#include <algorithm>

#include "analysis/font.hpp"

namespace weft::analysis {

Image::Image(int width, int height, Color background)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
  fill(0, 0, width, height, background);
}

Color Image::at(int x, int y) const {
  const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                   static_cast<std::size_t>(x)) *
                  3;
  return {pixels_.at(at), pixels_.at(at + 1), pixels_.at(at + 2)};
}

void Image::fill(int x, int y, int width, int height, Color color) {
  const int x0 = std::max(x, 0);
  const int y0 = std::max(y, 0);
  const int x1 = std::min(x + width, width_);
  const int y1 = std::min(y + height, height_);
  if (x0 >= x1 || y0 >= y1) return;
  for (int row = y0; row < y1; ++row) {
    auto* pixel =
        pixels_.data() + (static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                          static_cast<std::size_t>(x0)) *
                             3;
    for (int column = x0; column < x1; ++column) {
      *pixel++ = color.red;
      *pixel++ = color.green;
      *pixel++ = color.blue;
    }
  }
  note({x0, y0, x1 - x0, y1 - y0, color});
}

// Cells are drawn from left to right, shares of a cell from below.
void Image::note(const Box& box) {
  if (!boxes_.empty() && boxes_.back().color == box.color) {
    Box& last = boxes_.back();
    if (last.y == box.y && last.height == box.height && last.x + last.width == box.x) {
      last.width += box.width;
      return;
    }
  }
  boxes_.push_back(box);
}

void Image::text(int x, int y, std::string_view line, int height, Color color) {
  if (!line.empty()) texts_.push_back({x, y, height, false, color, shown_text(line)});
}

void Image::text_upwards(int x, int y, std::string_view line, int height, Color color) {
  if (!line.empty()) texts_.push_back({x, y, height, true, color, shown_text(line)});
}

int Image::text_width(std::string_view line, int height) {
  return font_width(shown_text(line), height);
}

}  // namespace weft::analysis
