// SPDX-License-Identifier: Apache-2.0
// How the libraries cut products and sums for the tiles of an IPU: pure functions of sizes and of a
// machine's numbers. The cut decides the order of additions, so whoever computes the same values
// without a machine asks here too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "program/ipu_amp.hpp"

namespace weft::program::ipu {

/// Part `index` of `parts` of `count` things: [begin, end).
struct Part {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};
constexpr Part part_of(std::size_t count, std::size_t parts, std::size_t index) {
  return {count * index / parts, count * (index + 1) / parts};
}

/// Channels of a pass of the AMP units.
struct AmpGroups {
  std::size_t inputs = 16, outputs = 16;
  std::uint64_t weight_load_cycles = 32;
};

/// What the search for a split knows of the machine, for operands and partial sums of one type.
struct ProductMachine {
  AmpGroups groups;
  AmpCosts costs;
  bool single_precision = false;
  std::uint64_t element_bytes = 0, partial_bytes = 0;
  std::uint64_t workers = 6;
  std::uint64_t exchange_bytes_per_cycle = 4;
  std::uint64_t tile_bytes = 0;
  std::uint64_t step_cycles = 0, added_elements_per_cycle = 1;
};
/// `constant` gives a constant of the topology by its whole key.
ProductMachine product_machine(const std::function<std::uint64_t(const std::string&)>& constant,
                               bool single_precision, bool single_partials);

/// [rows][inputs] x [inputs][outputs] on so many tiles.
struct ProductShape {
  std::size_t rows = 0, inputs = 0, outputs = 0;
  std::size_t tiles = 0;
};

/// Each of row_parts x output_parts x input_parts tiles computes its rows with its groups of input
/// and output channels; partials over the input channels are then added. `swapped`: the operands
/// are exchanged and transposed first.
struct ProductPlan {
  std::size_t row_parts = 1, input_parts = 1, output_parts = 1;
  bool swapped = false;
  std::uint64_t cycles = 0;  ///< estimated
  std::size_t parts() const { return row_parts * input_parts * output_parts; }
};

/// The fastest plan that fits `memory_share` of a tile's memory; the smallest where none does.
ProductPlan plan_product(const ProductMachine& machine, const ProductShape& shape,
                         double memory_share);

/// Tiles for each of `groups` products side by side.
constexpr std::size_t tiles_of_group(std::size_t tiles, std::size_t groups) {
  return tiles < groups ? 1 : tiles / groups;
}

/// Into how many shares a tile cuts the partials of each of its `outputs` sums, so that all its
/// workers have something to do: share i is part_of(partials, shares, i).
constexpr std::size_t shares_of_sum(std::size_t outputs, std::size_t partials,
                                    std::size_t workers) {
  constexpr std::size_t least = 8;  // partials that are worth a worker's start
  const std::size_t idle = outputs < workers ? workers / outputs : 1;
  const std::size_t worth = partials / least < idle ? partials / least : idle;
  return worth < 1 ? 1 : worth;
}

}  // namespace weft::program::ipu
