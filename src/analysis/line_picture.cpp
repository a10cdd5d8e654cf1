// SPDX-License-Identifier: Apache-2.0
// Lines of tiles as cells, colored by their share of the largest value, with the values inside.
#include "analysis/line_picture.hpp"

#include <algorithm>

#include "analysis/cell_picture.hpp"
#include "analysis/colormap.hpp"
#include "analysis/info.hpp"
#include "base/number_text.hpp"

namespace weft::analysis {
namespace {

constexpr int line_cell_width = 34;
constexpr int line_cell_height = 30;  ///< of few lines
constexpr std::size_t few_lines = 24;
constexpr Color zero_cell{242, 242, 242};

/// At most five characters: "4147", "41.5k", "3.2M".
std::string short_number(std::uint64_t value) {
  constexpr std::uint64_t exact = 10'000;
  if (value < exact) return std::to_string(value);
  constexpr std::string_view units = "kMGTPE";
  double left = static_cast<double>(value);
  std::size_t unit = 0;
  for (left /= 1000; left >= 999.5; left /= 1000) ++unit;
  return fixed(left, left < 99.95 ? 1 : 0) + units[unit];
}

/// Large values dark, so that small ones on white paper are not the ones that stand out.
Color line_color(std::uint64_t value, std::uint64_t largest) {
  if (value == 0) return zero_cell;
  constexpr double lightest = 0.95;
  return heat_color(lightest * (1.0 - static_cast<double>(value) / static_cast<double>(largest)));
}

}  // namespace

Image draw_lines(const trace::CounterGrid& grid, const std::string& subtitle,
                 const TileShape& shape) {
  const GridExtremes found = extremes(grid);
  const std::size_t channels = std::max<std::size_t>(1, grid.channels.size());
  const std::string unit = grid.unit == "1" ? "" : " " + grid.unit;
  CellPicture picture;
  picture.title = grid.name + ": " + grid.long_name;
  picture.subtitle = "largest " + grouped(found.max) + unit + ", at " + shape.columns.at(found.x) +
                     (grid.height > 1 ? " of " + shape.chip + " " + std::to_string(found.y) : "") +
                     (grid.channels.empty() ? "" : ", " + grid.channels[found.channel]) + "; " +
                     subtitle;
  picture.columns = shape.columns;
  picture.gaps = true;
  std::vector<std::uint64_t> values;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const std::size_t before = picture.rows.size();
    for (std::uint32_t chip = 0; chip < grid.height; ++chip) {
      std::vector<std::uint64_t> line;
      for (std::uint32_t x = 0; x < grid.width; ++x) {
        line.push_back(grid.values[(std::size_t{chip} * grid.width + x) * channels + channel]);
      }
      if (channels > 1 && found.max > 0 && std::count(line.begin(), line.end(), 0U) == grid.width)
        continue;
      values.insert(values.end(), line.begin(), line.end());
      const std::string name = shape.chip + " " + std::to_string(chip);
      picture.rows.push_back(channels > 1 && grid.height == 1 ? grid.channels[channel] : name);
    }
    if (channels > 1 && grid.height > 1 && picture.rows.size() > before) {
      picture.groups.push_back({before, grid.channels[channel]});
    }
  }
  const bool few = picture.rows.size() <= few_lines;
  picture.cell_width = line_cell_width;
  picture.cell_height = few ? line_cell_height : cell_height_for(picture.rows.size());
  for (const std::uint64_t value : values) {
    picture.cells.push_back(line_color(value, found.max));
    picture.words.push_back(value == 0 ? "" : short_number(value));
  }
  picture.legend.push_back({zero_cell, "0"});
  std::uint64_t last = 0;
  for (std::uint64_t quarter = 1; quarter <= 4; ++quarter) {
    const std::uint64_t value = found.max / 4 * quarter + found.max % 4 * quarter / 4;
    if (value == last) continue;
    picture.legend.push_back({line_color(value, found.max), grouped(value) + unit});
    last = value;
  }
  return draw(picture);
}

}  // namespace weft::analysis
