// SPDX-License-Identifier: Apache-2.0
// A path through CIELAB: lightness linear, hue turning from blue over red to yellow, chroma as
// large as sRGB allows. Conversions after IEC 61966-2-1 and CIE 15, white point D65.
#include "analysis/colormap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace weft::analysis {
namespace {

constexpr int table_size = 256;

/// Linear sRGB, which may lie outside [0, 1].
std::array<double, 3> linear_rgb(double lightness, double chroma, double hue_degrees) {
  const double hue = hue_degrees * std::numbers::pi / 180.0;
  const double fy = (lightness + 16.0) / 116.0;
  const double fx = fy + chroma * std::cos(hue) / 500.0;
  const double fz = fy - chroma * std::sin(hue) / 200.0;
  const auto inverse = [](double f) {
    return f > 6.0 / 29.0 ? f * f * f : 3.0 * (6.0 / 29.0) * (6.0 / 29.0) * (f - 4.0 / 29.0);
  };
  const double x = 0.95047 * inverse(fx);
  const double y = inverse(fy);
  const double z = 1.08883 * inverse(fz);
  return {3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z,
          0.0557 * x - 0.2040 * y + 1.0570 * z};
}

bool in_gamut(const std::array<double, 3>& rgb) {
  return std::all_of(rgb.begin(), rgb.end(), [](double c) { return c >= 0.0 && c <= 1.0; });
}

std::uint8_t encode(double linear) {
  const double c = std::clamp(linear, 0.0, 1.0);
  const double encoded = c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1.0 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255.0 * encoded));
}

Color color_at(double value) {
  const double lightness = 10.0 + 86.0 * value;
  const double hue = 285.0 + 180.0 * value;
  // Rises towards the middle, where sRGB holds the strongest colors.
  double chroma = 12.0 + 25.0 * value + 45.0 * std::sin(std::numbers::pi * value);
  while (chroma > 0.0 && !in_gamut(linear_rgb(lightness, chroma, hue))) chroma -= 1.0;
  const auto rgb = linear_rgb(lightness, chroma, hue);
  return {encode(rgb[0]), encode(rgb[1]), encode(rgb[2])};
}

}  // namespace

Color heat_color(double value) {
  static const auto table = [] {
    std::array<Color, table_size> colors;
    for (int i = 0; i < table_size; ++i) {
      colors[static_cast<std::size_t>(i)] = color_at(i / (table_size - 1.0));
    }
    return colors;
  }();
  const double position = std::clamp(value, 0.0, 1.0) * (table_size - 1);
  return table[static_cast<std::size_t>(std::lround(position))];
}

}  // namespace weft::analysis
