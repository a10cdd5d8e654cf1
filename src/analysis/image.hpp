// SPDX-License-Identifier: Apache-2.0
// A picture in memory: rectangles, text, PNG.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::analysis {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Color&, const Color&) = default;
};

inline constexpr Color black{0, 0, 0};
inline constexpr Color white{255, 255, 255};

/// Width of a glyph's cell and height of a text line, in pixels at scale 1.
inline constexpr int glyph_width = 6;
inline constexpr int glyph_height = 7;

/// Pixels from the top left; drawing outside is cut off.
class Image {
 public:
  Image(int width, int height, Color background);
  int width() const { return width_; }
  int height() const { return height_; }
  Color at(int x, int y) const;
  void fill(int x, int y, int width, int height, Color color);
  /// One line of printable ASCII, its top left corner at (x, y).
  void text(int x, int y, std::string_view line, int scale, Color color);
  /// The same turned a quarter to the left: it begins at (x, y), its bottom left corner.
  void text_upwards(int x, int y, std::string_view line, int scale, Color color);
  static int text_width(std::string_view line, int scale);
  /// Category::system when it cannot be written.
  void write_png(const std::string& path) const;

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;  ///< red, green, blue; row by row
};

}  // namespace weft::analysis
