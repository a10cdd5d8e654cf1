// SPDX-License-Identifier: Apache-2.0
// Plain loops over pixels; libpng's simplified interface for the file.
#include "analysis/image.hpp"

#include <png.h>

#include <algorithm>

#include "analysis/font.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"

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
  const int x1 = std::min(x + width, width_);
  const int y1 = std::min(y + height, height_);
  for (int row = std::max(y, 0); row < y1; ++row) {
    for (int column = std::max(x, 0); column < x1; ++column) {
      auto* pixel =
          pixels_.data() + (static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                            static_cast<std::size_t>(column)) *
                               3;
      pixel[0] = color.red;
      pixel[1] = color.green;
      pixel[2] = color.blue;
    }
  }
}

namespace {

/// dot(column, row) for every dot of a character.
template <typename Dot>
void each_dot(char character, const Dot& dot) {
  const auto& rows = glyph(character);
  for (int row = 0; row < glyph_height; ++row) {
    for (int column = 0; column < 5; ++column) {
      const unsigned bits = rows[static_cast<std::size_t>(row)];
      if ((bits >> static_cast<unsigned>(4 - column) & 1U) != 0) dot(column, row);
    }
  }
}

}  // namespace

void Image::text(int x, int y, std::string_view line, int scale, Color color) {
  for (const char character : line) {
    each_dot(character, [&](int column, int row) {
      fill(x + column * scale, y + row * scale, scale, scale, color);
    });
    x += glyph_width * scale;
  }
}

void Image::text_upwards(int x, int y, std::string_view line, int scale, Color color) {
  for (const char character : line) {
    each_dot(character, [&](int column, int row) {
      fill(x + row * scale, y - (column + 1) * scale, scale, scale, color);
    });
    y -= glyph_width * scale;
  }
}

int Image::text_width(std::string_view line, int scale) {
  return static_cast<int>(line.size()) * glyph_width * scale;
}

void Image::write_png(const std::string& path) const {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width_);
  image.height = static_cast<png_uint_32>(height_);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<char> encoded(size);
  if (png_image_write_to_memory(&image, encoded.data(), &size, 0, pixels_.data(), 0, nullptr) ==
      0) {
    fail(Category::internal, "'" + path + "': libpng cannot encode it: " + image.message);
  }
  write_file(path, {encoded.data(), static_cast<std::size_t>(size)});
}

}  // namespace weft::analysis
