// SPDX-License-Identifier: Apache-2.0
// From a region and a rank count to slices, and who borders whom.
#include "partition/partition.hpp"

#include <limits>

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
    fail(Category::input, "partition: " + std::to_string(weights.size()) + " weights for " +
                              std::to_string(region.tiles()) + " tiles");
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

Partition cut_region(const Rectangle& region, std::span<const std::uint64_t> weights, int ranks,
                     Cut cut) {
  check_arguments(region, weights, ranks);
  Partition result{region, cut, 0, 0, std::vector<Rectangle>(static_cast<std::size_t>(ranks))};
  const auto [width, height] = choose_grid(region, static_cast<std::uint32_t>(ranks), cut);
  result.grid_width = width;
  result.grid_height = height;
  const auto xs = balanced_lines(costs_along(region, weights, true), width);
  const auto ys = balanced_lines(costs_along(region, weights, false), height);
  for (std::uint32_t row = 0; row < height; ++row) {
    for (std::uint32_t column = 0; column < width; ++column) {
      result.slices[std::size_t{row} * width + column] = {
          region.x0 + xs[column], region.y0 + ys[row], xs[column + 1] - xs[column],
          ys[row + 1] - ys[row]};
    }
  }
  return result;
}

std::vector<int> Partition::neighbours(int rank) const {
  const int width = static_cast<int>(grid_width);
  const int height = static_cast<int>(grid_height);
  if (rank >= width * height) return {};
  std::vector<int> result;
  if (rank / width > 0) result.push_back(rank - width);
  if (rank % width > 0) result.push_back(rank - 1);
  if (rank % width < width - 1) result.push_back(rank + 1);
  if (rank / width < height - 1) result.push_back(rank + width);
  return result;
}

std::vector<int> Partition::others(int rank) const {
  const int holders = static_cast<int>(grid_width * grid_height);
  std::vector<int> result;
  for (int other = 0; other < holders && rank < holders; ++other) {
    if (other != rank) result.push_back(other);
  }
  return result;
}

std::uint64_t Partition::cut_links() const {
  const std::uint64_t across =
      std::uint64_t{grid_width - 1} * region.height + std::uint64_t{grid_height - 1} * region.width;
  return 2 * across;
}

}  // namespace weft::partition
