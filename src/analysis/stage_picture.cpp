// SPDX-License-Identifier: Apache-2.0
// Layout in pixels:
//
//   title
//   facts
//   legend
//   source | stage | bars over time                        | interval
//                    cycle
#include <algorithm>
#include <array>

#include "analysis/stages.hpp"
#include "analysis/timeline_parts.hpp"
#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr int chart_margin = 18;
constexpr int chart_pixels = 1120;
constexpr int stage_row = 20;
constexpr int stage_bar = 14;
constexpr int chart_gap = 10;
constexpr int least_number_pixels = 26;  ///< of a bar with its iteration's number in it

/// By the iteration's number modulo their count: apart in hue and, in this order, in lightness.
constexpr std::array<Color, 4> iteration_colors = {
    {{89, 60, 221}, {245, 187, 16}, {41, 183, 108}, {151, 48, 136}}};

Color pale(Color color) {
  const auto mix = [](std::uint8_t part) {
    return static_cast<std::uint8_t>(255 - (255 - part) * 3 / 10);
  };
  return {mix(color.red), mix(color.green), mix(color.blue)};
}

struct ChartLayout {
  ChartLayout(const Metapipeline& pipeline, const std::vector<LegendEntry>& legend) {
    int sources = Image::text_width("source", text_height);
    int names = Image::text_width("stage", text_height);
    for (const Stage& stage : pipeline.stages) {
      sources = std::max(sources, Image::text_width(stage.source, text_height));
      names = std::max(names, Image::text_width(stage.name, text_height));
    }
    names_right = chart_margin + sources + chart_gap + names;
    panel.left = names_right + chart_gap;
    panel.width = chart_pixels;
    width = panel.right() + chart_gap + Image::text_width("interval", text_height) + chart_margin;
    legend_top = chart_margin + 2 * text_line + 6;
    panel.top = legend_top + legend_height(width - 2 * chart_margin, legend) + text_line + 12;
    panel.height = static_cast<int>(pipeline.stages.size()) * stage_row;
    height = panel.bottom() + 2 * text_line + 12 + chart_margin;
  }
  Panel panel;
  int names_right = 0;
  int legend_top = 0;
  int width = 0;
  int height = 0;
};

bool is_light(Color color) { return 3 * color.red + 6 * color.green + color.blue > 10 * 150; }

/// The bar pale, and as much of its height full as the stage fired in.
void draw_iteration(Image& image, const Panel& panel, const CycleRange& range, const StageBar& bar,
                    int top) {
  if (bar.end <= range.begin || bar.begin >= range.end) return;
  const auto at = [&](Cycle cycle) {
    return panel.left +
           pixel_of(std::clamp(cycle, range.begin, range.end), range.begin, range.end, panel.width);
  };
  const int left = at(bar.begin);
  const int whole = std::max(1, at(bar.end) - left);
  const int wide = whole > 3 ? whole - 1 : whole;  // a line between bars
  const Color color = iteration_colors[bar.number % iteration_colors.size()];
  const auto cycles = std::max<Cycle>(1, bar.end - bar.begin);
  const int full =
      std::clamp(static_cast<int>((bar.firings * stage_bar + cycles / 2) / cycles), 1, stage_bar);
  image.fill(left, top, wide, stage_bar - full, pale(color));
  image.fill(left, top + stage_bar - full, wide, full, color);
  const std::string number = std::to_string(bar.number);
  if (wide < least_number_pixels || full < small_text_height + 1) return;
  image.text(left + (wide - Image::text_width(number, small_text_height)) / 2,
             top + stage_bar - (full + small_text_height) / 2, number, small_text_height,
             is_light(color) ? black : white);
}

void draw_stage_names(Image& image, const Metapipeline& pipeline, const ChartLayout& at) {
  std::string last;
  for (std::size_t s = 0; s < pipeline.stages.size(); ++s) {
    const Stage& stage = pipeline.stages[s];
    const int top = at.panel.top + static_cast<int>(s) * stage_row;
    if (stage.source != last) {
      if (s > 0) image.fill(chart_margin, top, at.panel.right() - chart_margin, 1, grid_line);
      image.text(chart_margin, top + (stage_row - text_height) / 2, stage.source, text_height, ink);
      last = stage.source;
    }
    text_to_left(image, at.names_right, top + stage_row / 2, stage.name);
    const std::string interval = stage.bars.size() < 2 ? "-" : grouped(stage.interval_cycles());
    text_to_left(image, at.width - chart_margin, top + stage_row / 2, interval);
  }
}

std::vector<LegendEntry> stage_legend() {
  std::vector<LegendEntry> legend;
  for (std::size_t i = 0; i < iteration_colors.size(); ++i) {
    legend.push_back({iteration_colors[i], (i == 0 ? "iteration " : "") + std::to_string(i) + ", " +
                                               std::to_string(i + iteration_colors.size()) +
                                               " ..."});
  }
  legend.push_back({pale(iteration_colors[0]), "pale: in it, but not firing (share of height)"});
  return legend;
}

}  // namespace

Image draw_metapipeline(const Metapipeline& pipeline, const CycleRange& range,
                        const std::string& machine) {
  const std::vector<LegendEntry> legend = stage_legend();
  const ChartLayout at(pipeline, legend);
  Image image(at.width, at.height, white);
  const Stage& busiest = pipeline.stages[pipeline.busiest];
  image.text(chart_margin, chart_margin, "metapipeline: stages and their iterations", text_height,
             black);
  std::string facts = machine + ", iterations at depth " + std::to_string(pipeline.depth) +
                      "; of the busiest, " + busiest.name + ", one every " +
                      grouped(busiest.interval_cycles(), "cycle");
  image.text(chart_margin, chart_margin + text_line, facts, text_height, ink);
  draw_legend(image, chart_margin, at.legend_top, at.width - 2 * chart_margin, legend);
  const int head = at.panel.top - text_line - 2;
  image.text(chart_margin, head, "source", text_height, ink);
  image.text(at.names_right - Image::text_width("stage", text_height), head, "stage", text_height,
             ink);
  image.text(at.width - chart_margin - Image::text_width("interval", text_height), head, "interval",
             text_height, ink);
  draw_stage_names(image, pipeline, at);
  for (std::size_t s = 0; s < pipeline.stages.size(); ++s) {
    const int top = at.panel.top + static_cast<int>(s) * stage_row + (stage_row - stage_bar) / 2;
    for (const StageBar& bar : pipeline.stages[s].bars) {
      draw_iteration(image, at.panel, range, bar, top);
    }
  }
  frame(image, at.panel);
  draw_cycle_axis(image, at.panel, range.begin, range.end, "cycle");
  return image;
}

}  // namespace weft::analysis
