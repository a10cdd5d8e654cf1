// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   facts
//   legend
//   cycles | bars, a superstep each
//            superstep
//   all    | the machine's phases
//   tile   | boxes of tiles and cycles
//            cycle
#include "analysis/timeline.hpp"

#include <algorithm>
#include <cstddef>

#include "analysis/timeline_parts.hpp"

namespace weft::analysis {
namespace {

constexpr int margin = 18;
constexpr int bars_height = 280;
constexpr int strip_height = 18;
constexpr int below_axis = 2 * text_line + 12;
/// Host time may take this many times the other phases' height before it is torn off.
constexpr std::uint64_t tall = 3;

using Cycles = std::array<Cycle, bsp_phases>;
constexpr auto host_part = static_cast<std::size_t>(BspPhase::host);

/// One bar: the mean of supersteps [first, first + count).
struct Bar {
  std::size_t first = 0;
  std::size_t count = 0;
  Cycles cycles{};
  Cycle total() const { return cycles[0] + cycles[1] + cycles[2] + cycles[3]; }
};

std::vector<Bar> bars_of(const Bsp& bsp, int width) {
  const std::size_t steps = bsp.steps.size();
  const std::size_t bars = std::min(steps, static_cast<std::size_t>(width));
  std::vector<Bar> list(bars);
  for (std::size_t b = 0; b < bars; ++b) {
    Bar& bar = list[b];
    bar.first = steps * b / bars;
    bar.count = steps * (b + 1) / bars - bar.first;
    for (std::size_t s = bar.first; s < bar.first + bar.count; ++s) {
      for (std::size_t p = 0; p < bsp_phases; ++p) bar.cycles[p] += bsp.steps[s].cycles[p];
    }
    for (Cycle& cycles : bar.cycles) cycles = (cycles + bar.count / 2) / bar.count;
  }
  return list;
}

/// Cycles at the top of the panel, and whether host time is torn off there.
struct Scale {
  Cycle top = 1;
  bool torn = false;
};

Scale scale_of(const std::vector<Bar>& bars) {
  Cycle most = 0;
  Cycle own = 0;
  for (const Bar& bar : bars) {
    most = std::max(most, bar.total());
    own = std::max(own, bar.total() - bar.cycles[host_part]);
  }
  const bool torn = own > 0 && most > tall * own;
  const Cycle top = torn ? own + own / 2 : most;
  return {std::max<Cycle>(1, top + top / 20), torn};
}

/// A white zigzag across the bar.
void tear(Image& image, int left, int width, int y) {
  for (int x = 0; x < width; ++x) {
    const int phase = (left + x) % 8;  // one line across narrow bars
    const int up = phase < 4 ? phase : 8 - phase;
    image.fill(left + x, y - up, 1, 4, white);
  }
}

void draw_bar(Image& image, const Panel& panel, const Scale& scale, const Bar& bar, int left,
              int width) {
  Cycle below = 0;
  int y = panel.bottom();
  for (std::size_t p = 0; p < bsp_phases; ++p) {
    below += bar.cycles[p];
    const int top = panel.bottom() - pixel_of(below, 0, scale.top, panel.height);
    image.fill(left, top, width, y - top, color_of(static_cast<BspPhase>(p)));
    y = top;
  }
  if (below <= scale.top) return;
  tear(image, left, width, panel.top + 24);
  const std::string words = grouped(below);
  if (Image::text_width(words, text_height) + 4 > width) return;
  text_centred(image, left + width / 2, panel.top + 34, words);
}

void draw_bars(Image& image, const Panel& panel, const Bsp& bsp, const std::vector<Bar>& bars,
               const Scale& scale) {
  for (const std::uint64_t at : round_ticks(0, scale.top, 6)) {
    const int y = panel.bottom() - pixel_of(at, 0, scale.top, panel.height);
    image.fill(panel.left, y, panel.width, 1, grid_line);
    image.fill(panel.left - 6, y, 5, 1, ink);
    text_to_left(image, panel.left - 10, y, grouped(at));
  }
  const auto count = static_cast<std::uint64_t>(bars.size());
  const auto edge = [&](std::uint64_t b) {
    return panel.left + pixel_of(b, 0, count, panel.width);
  };
  for (std::uint64_t b = 0; b < count; ++b) {
    const int whole = edge(b + 1) - edge(b);
    const int gap = whole >= 24 ? 4 : whole >= 4 ? 1 : 0;
    draw_bar(image, panel, scale, bars[b], edge(b) + gap / 2, whole - gap);
  }
  frame(image, panel);
  const std::uint64_t steps = bsp.steps.size();
  const int room = Image::text_width(grouped(bsp.first + steps), text_height) + 24;
  const auto most = static_cast<std::uint64_t>(std::max(2, panel.width / room));
  for (const std::uint64_t at : round_ticks(bsp.first, bsp.first + steps - 1, most)) {
    const std::uint64_t step = at - bsp.first;
    const int x =
        panel.left + pixel_of(2 * step + 1, 0, 2 * steps, panel.width);  // the bar's middle
    image.fill(x, panel.bottom() + 1, 1, 5, ink);
    text_centred(image, x, panel.bottom() + 9, grouped(at));
  }
  std::string name = "superstep";
  if (count < steps) name += ", means of about " + mean_text(steps, count) + " a column";
  if (scale.torn) name += ", host time torn off above";
  text_centred(image, panel.left + panel.width / 2, panel.bottom() + 9 + text_line, name);
}

TilePhase as_tile_phase(BspPhase phase) {
  switch (phase) {
    case BspPhase::compute:
      return TilePhase::compute;
    case BspPhase::sync:
      return TilePhase::sync;
    case BspPhase::exchange:
      return TilePhase::exchange;
    case BspPhase::host:
      return TilePhase::host;
  }
  return TilePhase::idle;
}

/// The whole machine by cycle, as one row.
void draw_strip(Image& image, const Panel& panel, const Bsp& bsp) {
  const Cycle begin = bsp.range.begin;
  const Cycle end = bsp.range.end;
  const auto width = static_cast<std::uint64_t>(panel.width);
  std::vector<std::array<std::uint64_t, tile_phases>> columns(width);
  // In units of a cycle / width, a pixel is end - begin long.
  const std::uint64_t pixel = end - begin;
  for (const BspSpan& span : bsp.spans) {
    std::uint64_t at = (std::clamp(span.begin, begin, end) - begin) * width;
    const std::uint64_t last = (std::clamp(span.end, begin, end) - begin) * width;
    while (at < last) {
      const std::uint64_t column = at / pixel;
      const std::uint64_t next = std::min(last, (column + 1) * pixel);
      columns[column][static_cast<std::size_t>(as_tile_phase(span.phase))] += next - at;
      at = next;
    }
  }
  for (std::uint64_t c = 0; c < width; ++c) {
    std::uint64_t known = 0;
    for (const std::uint64_t part : columns[c]) known += part;
    columns[c].back() += pixel - std::min(pixel, known);
    fill_shares(image, {panel.left + static_cast<int>(c), panel.top, 1, panel.height}, columns[c],
                tile_phase_colors());
  }
  frame(image, panel);
  text_to_left(image, panel.left - 10, panel.top + panel.height / 2, "all");
}

void draw_tiles(Image& image, const Panel& panel, const TileTime& time) {
  const auto columns = static_cast<std::uint64_t>(time.columns);
  const auto rows = static_cast<std::uint64_t>(time.rows);
  for (int r = 0; r < time.rows; ++r) {
    const int top = pixel_of(static_cast<std::uint64_t>(r), 0, rows, panel.height);
    const int next = pixel_of(static_cast<std::uint64_t>(r) + 1, 0, rows, panel.height);
    for (int c = 0; c < time.columns; ++c) {
      std::array<std::uint64_t, tile_phases> weights{};
      for (std::size_t p = 0; p < tile_phases; ++p) {
        weights[p] = time.at(r, c, static_cast<TilePhase>(p));
      }
      const int left = pixel_of(static_cast<std::uint64_t>(c), 0, columns, panel.width);
      const int right = pixel_of(static_cast<std::uint64_t>(c) + 1, 0, columns, panel.width);
      fill_shares(image, {panel.left + left, panel.top + top, right - left, next - top}, weights,
                  tile_phase_colors());
    }
  }
  frame(image, panel);
  const std::uint64_t first = time.tiles.first;
  const std::uint64_t count = time.tiles.count;
  for (const std::uint64_t tile : round_ticks(first, first + count - 1, 9)) {
    const int y = panel.top + pixel_of(2 * (tile - first) + 1, 0, 2 * count, panel.height);
    image.fill(panel.left - 6, y, 5, 1, ink);
    text_to_left(image, panel.left - 10, std::max(y, panel.top + text_height / 2), grouped(tile));
  }
  image.text(margin, panel.top - 2 - strip_height - 6 - text_line, "tile", text_height, ink);
}

/// Tile-cycles in a phase, and in all.
std::string share_of(const TileTime& time, TilePhase phase) {
  std::uint64_t all = 0;
  std::uint64_t part = 0;
  for (std::size_t at = 0; at < time.cells.size(); ++at) {
    all += time.cells[at];
    if (at % tile_phases == static_cast<std::size_t>(phase)) part += time.cells[at];
  }
  return percent(part, all) + " %";
}

/// Shares of the machine's cycles; on-tile copies, which only tiles tell apart, of the tiles'.
std::vector<LegendEntry> legend_of(const Bsp& bsp, const TileTime* tiles) {
  Cycles sums{};
  Cycle known = 0;
  for (const BspSpan& span : bsp.spans) {
    const Cycle begin = std::clamp(span.begin, bsp.range.begin, bsp.range.end);
    const Cycle cycles = std::clamp(span.end, bsp.range.begin, bsp.range.end) - begin;
    sums[static_cast<std::size_t>(span.phase)] += cycles;
    known += cycles;
  }
  const Cycle all = std::max(known, bsp.range.end - bsp.range.begin);
  std::vector<LegendEntry> entries;
  for (std::size_t p = 0; p < bsp_phases; ++p) {
    const auto phase = static_cast<BspPhase>(p);
    entries.push_back(
        {color_of(phase), std::string(name_of(phase)) + " " + percent(sums[p], all) + " %"});
  }
  if (tiles != nullptr) {
    entries.push_back(
        {color_of(TilePhase::copy),
         "on-tile copy " + share_of(*tiles, TilePhase::copy) + " of the tiles' time"});
  }
  entries.push_back({color_of(TilePhase::idle), "idle " + percent(all - known, all) + " %"});
  return entries;
}

std::string facts_of(const Bsp& bsp, const TileTime* tiles, const TimelineText& text) {
  std::string facts = text.machine + ", " + grouped(bsp.steps.size()) +
                      (bsp.steps.size() == 1 ? " superstep" : " supersteps") + ", cycles " +
                      grouped(bsp.range.begin) + " to " + grouped(bsp.range.end);
  if (text.clock_hz != 0) {
    facts += " (" + microseconds(bsp.range.end - bsp.range.begin, text.clock_hz) + " us)";
  }
  if (tiles != nullptr) {
    facts += ", tiles " + grouped(tiles->tiles.first) + " to " +
             grouped(tiles->tiles.first + tiles->tiles.count - 1);
  }
  return facts;
}

/// Pixels of the tile panel: whole ones a row where there are few.
int tile_pixels(const TileTime& time) {
  if (time.rows >= timeline_tile_pixels) return timeline_tile_pixels;
  return time.rows * std::clamp(timeline_tile_pixels / time.rows, 1, 24);
}

}  // namespace

Image draw_timeline(const Bsp& bsp, const TileTime* tiles, const TimelineText& text) {
  const std::vector<Bar> bars = bars_of(bsp, timeline_pixels);
  const Scale scale = scale_of(bars);
  const std::vector<LegendEntry> legend = legend_of(bsp, tiles);
  const std::string facts = facts_of(bsp, tiles, text);
  const int left = margin +
                   std::max(Image::text_width(grouped(scale.top), text_height),
                            Image::text_width("cycles", text_height)) +
                   14;
  const int top = margin + 2 * text_line + 6;
  const int words = legend_height(left + timeline_pixels - margin, legend);
  const Panel over{left, top + words + text_line + 12, timeline_pixels, bars_height};
  const Panel strip{left, over.bottom() + below_axis + text_line + 10, timeline_pixels,
                    strip_height};
  const int tile_height = tiles == nullptr ? 0 : tile_pixels(*tiles);
  const Panel under{left, strip.bottom() + 6, timeline_pixels, tile_height};
  const Panel& last = tiles == nullptr ? strip : under;
  const int right = std::max(left + timeline_pixels + margin + 60,
                             margin * 2 + Image::text_width(facts, text_height));
  Image image(right, last.bottom() + below_axis + margin, white);
  image.text(margin, margin, "BSP timeline: supersteps and their phases", text_height, black);
  image.text(margin, margin + text_line, facts, text_height, ink);
  draw_legend(image, margin, top, left + timeline_pixels - margin, legend);
  image.text(margin, over.top - text_line - 8, "cycles", text_height, ink);
  draw_bars(image, over, bsp, bars, scale);
  draw_strip(image, strip, bsp);
  if (tiles != nullptr) draw_tiles(image, under, *tiles);
  draw_cycle_axis(image, last, bsp.range.begin, bsp.range.end, "cycle");
  return image;
}

Image draw_timeline(const trace::Reader& reader, const Bsp& bsp, const TileRange& tiles) {
  const trace::Header& header = reader.header();
  const TimelineText text{header.machine, header.clock_hz};
  if (tiles.count == 0 && !keeps_tile_time(reader)) return draw_timeline(bsp, nullptr, text);
  TileRange range = tiles;
  if (range.count == 0) range = {0, header.width * header.height};
  const TileTime time = read_tile_time(reader, bsp, range, timeline_pixels, timeline_tile_pixels);
  return draw_timeline(bsp, &time, text);
}

}  // namespace weft::analysis
