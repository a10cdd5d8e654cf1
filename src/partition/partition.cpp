// SPDX-License-Identifier: Apache-2.0
// From a region and a rank count to slices, and who borders whom.
#include "partition/partition.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "partition/grid.hpp"

namespace weft::partition {

namespace {

/// Cost of each column (or row): the sum of its tiles' weights, or 1 each without weights.
std::vector<std::uint64_t> costs_along(const Rectangle& region,
                                       std::span<const std::uint64_t> weights, bool columns) {
  std::vector<std::uint64_t> costs(columns ? region.width : region.height,
                                   weights.empty() ? 1U : 0U);
  if (weights.empty()) return costs;
  for (std::uint32_t y = 0; y < region.height; ++y) {
    for (std::uint32_t x = 0; x < region.width; ++x) {
      costs[columns ? x : y] += weights[std::size_t{y} * region.width + x];
    }
  }
  return costs;
}

void check_arguments(const Rectangle& region, std::span<const std::uint64_t> weights, int ranks) {
  if (ranks < 1) fail(Category::input, "partition: at least one rank is needed");
  if (region.empty()) fail(Category::input, "partition: the region holds no tiles");
  if (region.tiles() > std::numeric_limits<std::uint32_t>::max()) {
    fail(Category::input, "partition: the region holds more tiles than 32 bits can number");
  }
  if (!weights.empty() && weights.size() != region.tiles()) {
    fail(Category::input, "partition: " + counted(weights.size(), "weight") + " for " +
                              counted(region.tiles(), "tile"));
  }
}

}  // namespace

Cut cut_from_name(const std::string& name) {
  if (name == "rectangles") return Cut::rectangles;
  if (name == "blocks") return Cut::blocks;
  if (name == "chips") return Cut::chips;
  fail(Category::input, "unknown cut '" + name + "': known are rectangles, blocks, chips");
}

std::string cut_name(Cut cut) {
  switch (cut) {
    case Cut::rectangles:
      return "rectangles";
    case Cut::blocks:
      return "blocks";
    case Cut::chips:
      return "chips";
  }
  return "unknown";
}

namespace {

/// A grid of columns and rows.
void cut_grid(Partition& result, std::span<const std::uint64_t> weights) {
  const Rectangle& region = result.region;
  const auto xs = balanced_lines(costs_along(region, weights, true), result.grid_width);
  const auto ys = balanced_lines(costs_along(region, weights, false), result.grid_height);
  for (std::uint32_t row = 0; row < result.grid_height; ++row) {
    for (std::uint32_t column = 0; column < result.grid_width; ++column) {
      result.slices[std::size_t{row} * result.grid_width + column] = {
          region.x0 + xs[column], region.y0 + ys[row], xs[column + 1] - xs[column],
          ys[row + 1] - ys[row]};
    }
  }
}

/// Every row in parts of its own, for more ranks than rows.
void cut_rows(Partition& result, std::span<const std::uint64_t> weights) {
  const Rectangle& region = result.region;
  const auto ranks = static_cast<std::uint32_t>(result.slices.size());
  const std::uint32_t least = ranks / region.height;
  const std::uint32_t rows_with_one_more = ranks % region.height;
  std::size_t rank = 0;
  for (std::uint32_t row = 0; row < region.height; ++row) {
    const std::uint32_t parts =
        std::min(region.width, least + (row < rows_with_one_more ? 1U : 0U));
    const Rectangle chip{region.x0, region.y0 + row, region.width, 1};
    const auto own =
        weights.empty() ? weights : weights.subspan(std::size_t{row} * region.width, region.width);
    const auto xs = balanced_lines(costs_along(chip, own, true), parts);
    for (std::uint32_t part = 0; part < parts; ++part) {
      result.slices[rank++] = {chip.x0 + xs[part], chip.y0, xs[part + 1] - xs[part], 1};
    }
  }
}

}  // namespace

Partition cut_region(const Rectangle& region, std::span<const std::uint64_t> weights, int ranks,
                     Cut cut) {
  check_arguments(region, weights, ranks);
  Partition result{region, cut, 0, 0, std::vector<Rectangle>(static_cast<std::size_t>(ranks))};
  std::tie(result.grid_width, result.grid_height) =
      choose_grid(region, static_cast<std::uint32_t>(ranks), cut);
  if (result.grid_width > 1 && cut == Cut::chips) {
    cut_rows(result, weights);
  } else {
    cut_grid(result, weights);
  }
  return result;
}

int Partition::holders() const {
  const auto first_empty = std::partition_point(
      slices.begin(), slices.end(), [](const Rectangle& slice) { return !slice.empty(); });
  return static_cast<int>(first_empty - slices.begin());
}

}  // namespace weft::partition
