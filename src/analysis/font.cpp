// SPDX-License-Identifier: Apache-2.0
// Widths from cairo, without hints, so that they are those of every size and form of file.
#include "analysis/font.hpp"

#include <cairo.h>

#include <cmath>

#include "analysis/cairo_font.hpp"

namespace weft::analysis {
namespace {

constexpr double size_of_height = 1.0;
constexpr double rise_of_size = 0.78;  ///< capitals and digits are 0.73 of the size high

/// A pen whose widths do not hang on what it draws on.
cairo_t* measuring_pen() {
  static cairo_t* const pen = [] {  // for good: cairo may be gone when others end
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    cairo_t* made = cairo_create(surface);
    cairo_surface_destroy(surface);
    select_font(made);
    return made;
  }();
  return pen;
}

/// Bytes of the UTF-8 sequence at the front that a character may have; 0: none.
std::size_t sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x20U || lead == 0x7fU) return 0;
  if (lead < 0x80U) return 1;
  const std::size_t length = lead >= 0xf0U ? 4 : lead >= 0xe0U ? 3 : 2;
  if (lead < 0xc2U || lead > 0xf4U || text.size() < length) return 0;
  std::uint32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800U && code < 0xe000U;
  const bool control = code < 0xa0U;
  const bool none = (code & 0xfffeU) == 0xfffeU;  // no character of XML
  return code < least[length] || code > 0x10ffffU || surrogate || control || none ? 0 : length;
}

}  // namespace

double font_size(int height) { return height * size_of_height; }

int font_rise(int height) {
  return static_cast<int>(std::lround(font_size(height) * rise_of_size));
}

int font_width(const std::string& line, int height) {
  cairo_text_extents_t extents;
  cairo_set_font_size(measuring_pen(), font_size(height));
  cairo_text_extents(measuring_pen(), line.c_str(), &extents);
  return static_cast<int>(std::ceil(extents.x_advance));
}

std::string shown_text(std::string_view line) {
  std::string shown;
  while (!line.empty()) {
    const std::size_t bytes = sequence_bytes(line);
    if (bytes == 0) {
      shown += '?';
    } else {
      shown.append(line.substr(0, bytes));
    }
    line.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return shown;
}

}  // namespace weft::analysis
