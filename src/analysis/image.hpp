// SPDX-License-Identifier: Apache-2.0
// A picture in memory: rectangles and lines of text; picture_file.hpp writes it.
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

/// Heights of a line of text in pixels, from the top of its capitals to the bottom of its g.
inline constexpr int text_height = 14;
inline constexpr int small_text_height = 10;
/// From one line of text to the next.
inline constexpr int text_line = 20;

/// Positions and sizes in pixels from the top left; drawing outside is cut off.
class Image {
 public:
  struct Box {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    Color color;
    friend bool operator==(const Box&, const Box&) = default;
  };
  /// The top left corner of a line; of one that is turned a quarter to the left its bottom left.
  struct Text {
    int x = 0;
    int y = 0;
    int height = text_height;
    bool upwards = false;
    Color color;
    std::string line;
  };

  Image(int width, int height, Color background);
  int width() const { return width_; }
  int height() const { return height_; }
  /// Without texts, which lie above all boxes.
  Color at(int x, int y) const;
  void fill(int x, int y, int width, int height, Color color);
  /// One line in UTF-8 (shown_text()).
  void text(int x, int y, std::string_view line, int height, Color color);
  void text_upwards(int x, int y, std::string_view line, int height, Color color);
  static int text_width(std::string_view line, int height);

  /// Red, green, blue; row by row.
  const std::vector<std::uint8_t>& pixels() const { return pixels_; }
  /// The background, then what was filled, in order; neighbours of one color are one box.
  const std::vector<Box>& boxes() const { return boxes_; }
  const std::vector<Text>& texts() const { return texts_; }

 private:
  void note(const Box& box);

  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;
  std::vector<Box> boxes_;
  std::vector<Text> texts_;
};

}  // namespace weft::analysis
