// SPDX-License-Identifier: Apache-2.0
// The parts of a timeline picture: colors, legend, axes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/axis.hpp"
#include "analysis/image.hpp"
#include "analysis/tile_time.hpp"

namespace weft::analysis {

inline constexpr Color ink{40, 40, 40};
inline constexpr Color grid_line{222, 222, 222};

/// Far apart in hue and in lightness, so that they stay apart in grey and for the colour-blind.
Color color_of(TilePhase phase);
std::span<const Color> tile_phase_colors();
Color color_of(BspPhase phase);

/// A rectangle of pixels.
struct Panel {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  int right() const { return left + width; }
  int bottom() const { return top + height; }
};

/// Pixel of `value` between `begin` and `end` on `pixels` pixels.
int pixel_of(std::uint64_t value, std::uint64_t begin, std::uint64_t end, int pixels);

void text_centred(Image& image, int centre, int top, std::string_view line);
void text_to_left(Image& image, int right, int centre, std::string_view line);
/// Fills a rectangle with colors, each as high as its share of the weights, the first at the
/// bottom; of one pixel of height the color of the largest. Nothing where all weights are 0.
void fill_shares(Image& image, const Panel& at, std::span<const std::uint64_t> weights,
                 std::span<const Color> colors);
/// A frame around the panel, one pixel outside.
void frame(Image& image, const Panel& panel);

/// Colored squares with words; returns the height used. Breaks lines at `width`.
struct LegendEntry {
  Color color;
  std::string words;
};
int draw_legend(Image& image, int left, int top, int width,
                const std::vector<LegendEntry>& entries);
int legend_height(int width, const std::vector<LegendEntry>& entries);

/// Ticks and numbers of cycles below a panel whose width is [begin, end), and the axis' name.
void draw_cycle_axis(Image& image, const Panel& panel, std::uint64_t begin, std::uint64_t end,
                     std::string_view name);

}  // namespace weft::analysis
