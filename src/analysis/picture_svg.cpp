// SPDX-License-Identifier: Apache-2.0
// SVG by hand: cairo's has outlines of letters, in which no word can be searched or changed.
#include <array>
#include <string_view>

#include "analysis/font.hpp"
#include "analysis/picture_file.hpp"
#include "base/html_text.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

std::string hex_of(Color color) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "#";
  for (const unsigned part : {color.red, color.green, color.blue}) {
    text += digits[part >> 4U];
    text += digits[part & 15U];
  }
  return text;
}

std::string attribute(std::string_view name, const std::string& value) {
  return " " + std::string(name) + "=\"" + value + "\"";
}

std::string attribute(std::string_view name, int value) {
  return attribute(name, std::to_string(value));
}

/// After RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool there = at + i < bytes.size();
      bits = bits << 8U | (there ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += at + i > bytes.size() ? '=' : digits[bits >> (18U - 6U * i) & 63U];
    }
  }
  return text;
}

std::string boxes_of(const Image& image) {
  if (image.boxes().size() > picture_boxes_most) {
    return "<image" + attribute("width", image.width()) + attribute("height", image.height()) +
           " style=\"image-rendering:pixelated\" href=\"data:image/png;base64," +
           base64(png_of(image, Texts::left_out)) + "\"/>\n";
  }
  std::string text = "<g shape-rendering=\"crispEdges\">\n";
  for (const Image::Box& box : image.boxes()) {
    text += "<rect" + attribute("x", box.x) + attribute("y", box.y) +
            attribute("width", box.width) + attribute("height", box.height) +
            attribute("fill", hex_of(box.color)) + "/>\n";
  }
  return text + "</g>\n";
}

/// As wide as the picture made room for, whatever font the reader has.
std::string text_of(const Image::Text& text) {
  const int rise = font_rise(text.height);
  const int x = text.x + (text.upwards ? rise : 0);
  const int y = text.y + (text.upwards ? 0 : rise);
  std::string out = "<text" + attribute("x", x) + attribute("y", y) +
                    attribute("font-size", general(font_size(text.height), 6)) +
                    attribute("textLength", font_width(text.line, text.height)) +
                    " lengthAdjust=\"spacingAndGlyphs\"" + attribute("fill", hex_of(text.color));
  if (text.upwards) {
    out +=
        attribute("transform", "rotate(-90 " + std::to_string(x) + " " + std::to_string(y) + ")");
  }
  return out + ">" + html_text(text.line) + "</text>\n";
}

}  // namespace

std::string svg_of(const Image& image) {
  const std::string size = std::to_string(image.width()) + " " + std::to_string(image.height());
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\"" +
      attribute("width", image.width()) + attribute("height", image.height()) +
      attribute("viewBox", "0 0 " + size) +
      attribute("font-family", std::string(font_family) + ", sans-serif") + ">\n";
  text += boxes_of(image);
  for (const Image::Text& line : image.texts()) text += text_of(line);
  return text + "</svg>\n";
}

}  // namespace weft::analysis
