// SPDX-License-Identifier: Apache-2.0
// Fixed sizes, integer pixels.
#include "analysis/timeline_parts.hpp"

#include <algorithm>
#include <utility>

namespace weft::analysis {
namespace {

constexpr std::array<Color, tile_phases> colors{
    Color{190, 56, 46},    // compute: red
    Color{236, 152, 131},  // copy: salmon
    Color{70, 56, 149},    // exchange: blue
    Color{201, 184, 39},   // sync: yellow
    Color{19, 122, 122},   // host: teal
    Color{238, 238, 238}   // idle
};
constexpr int swatch = 14;
constexpr int tick = 5;

int entry_width(const LegendEntry& entry) {
  return swatch + 8 + Image::text_width(entry.words, text_height) + 18;
}

}  // namespace

Color color_of(TilePhase phase) { return colors[static_cast<std::size_t>(phase)]; }

std::span<const Color> tile_phase_colors() { return colors; }

Color color_of(BspPhase phase) {
  switch (phase) {
    case BspPhase::compute:
      return color_of(TilePhase::compute);
    case BspPhase::sync:
      return color_of(TilePhase::sync);
    case BspPhase::exchange:
      return color_of(TilePhase::exchange);
    case BspPhase::host:
      return color_of(TilePhase::host);
  }
  return color_of(TilePhase::idle);
}

int pixel_of(std::uint64_t value, std::uint64_t begin, std::uint64_t end, int pixels) {
  __extension__ using Wide = unsigned __int128;
  if (end == begin) return 0;
  const std::uint64_t inside = std::clamp(value, begin, end) - begin;
  return static_cast<int>(Wide{inside} * static_cast<unsigned>(pixels) / (end - begin));
}

void text_centred(Image& image, int centre, int top, std::string_view line) {
  image.text(centre - Image::text_width(line, text_height) / 2, top, line, text_height, ink);
}

void text_to_left(Image& image, int right, int centre, std::string_view line) {
  image.text(right - Image::text_width(line, text_height), centre - text_height / 2, line,
             text_height, ink);
}

namespace {

/// How many of `pixels` each weight has: whole ones first, the rest to the largest remainders.
std::vector<int> dealt(std::span<const std::uint64_t> weights, int pixels) {
  __extension__ using Wide = unsigned __int128;
  Wide all = 0;
  for (const std::uint64_t weight : weights) all += weight;
  std::vector<int> parts(weights.size(), 0);
  if (all == 0) return parts;
  std::vector<std::pair<Wide, std::size_t>> rests;
  int left = pixels;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Wide share = Wide{weights[i]} * static_cast<unsigned>(pixels);
    parts[i] = static_cast<int>(share / all);
    left -= parts[i];
    rests.emplace_back(share % all, i);
  }
  std::stable_sort(rests.begin(), rests.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (int i = 0; i < left; ++i) ++parts[rests[static_cast<std::size_t>(i)].second];
  return parts;
}

}  // namespace

void fill_shares(Image& image, const Panel& at, std::span<const std::uint64_t> weights,
                 std::span<const Color> colors) {
  const std::vector<int> parts = dealt(weights, at.height);
  int bottom = at.bottom();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    image.fill(at.left, bottom - parts[i], at.width, parts[i], colors[i]);
    bottom -= parts[i];
  }
}

void frame(Image& image, const Panel& p) {
  image.fill(p.left - 1, p.top - 1, p.width + 2, 1, ink);
  image.fill(p.left - 1, p.bottom(), p.width + 2, 1, ink);
  image.fill(p.left - 1, p.top, 1, p.height, ink);
  image.fill(p.right(), p.top, 1, p.height, ink);
}

int legend_height(int width, const std::vector<LegendEntry>& entries) {
  int lines = 1;
  int x = 0;
  for (const LegendEntry& entry : entries) {
    if (x > 0 && x + entry_width(entry) > width) {
      ++lines;
      x = 0;
    }
    x += entry_width(entry);
  }
  return lines * text_line;
}

int draw_legend(Image& image, int left, int top, int width,
                const std::vector<LegendEntry>& entries) {
  int x = 0;
  int y = top;
  for (const LegendEntry& entry : entries) {
    if (x > 0 && x + entry_width(entry) > width) {
      y += text_line;
      x = 0;
    }
    image.fill(left + x, y, swatch, swatch, entry.color);
    image.text(left + x + swatch + 8, y, entry.words, text_height, ink);
    x += entry_width(entry);
  }
  return y + text_line - top;
}

void draw_cycle_axis(Image& image, const Panel& panel, std::uint64_t begin, std::uint64_t end,
                     std::string_view name) {
  const int room = Image::text_width(grouped(end), text_height) + 40;
  const auto most = static_cast<std::uint64_t>(std::max(2, panel.width / room));
  for (const std::uint64_t at : round_ticks(begin, end, most)) {
    const int x = panel.left + pixel_of(at, begin, end, panel.width);
    image.fill(x, panel.bottom() + 1, 1, tick, ink);
    text_centred(image, x, panel.bottom() + tick + 4, grouped(at));
  }
  text_centred(image, panel.left + panel.width / 2, panel.bottom() + tick + 4 + text_line, name);
}

}  // namespace weft::analysis
