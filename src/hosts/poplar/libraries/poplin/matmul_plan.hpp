// SPDX-License-Identifier: Apache-2.0
// poplin: how a matrix product is split over tiles.
#pragma once

#include <cstddef>
#include <map>
#include <tuple>

#include "hosts/poplar/libraries/amp_cost.hpp"
#include "poplar/OptionFlags.hpp"
#include "poplar/Target.hpp"
#include "poplar/Type.hpp"
#include "poplin/MatMul.hpp"

namespace weft::libraries {

/// A product [rows][inputs] x [inputs][outputs].
struct MatMulShape {
  std::size_t rows = 0, inputs = 0, outputs = 0;
  poplar::Type type, partials;
  std::size_t tiles = 0;  ///< that it may use
  auto key() const {
    return std::tuple(rows, inputs, outputs, type.code(), partials.code(), tiles);
  }
};

/// Channels of a pass.
struct AmpGroups {
  std::size_t inputs = 16, outputs = 16;
  std::uint64_t weight_load_cycles = 32;
};
AmpGroups amp_groups(const poplar::Target& target, const poplar::Type& type,
                     const poplar::Type& partials);

/// The numbers of the AMP units' cycle formula for operands of that type.
AmpCosts amp_costs(const poplar::Target& target, const poplar::Type& type);

/// Each of row_parts x output_parts x input_parts tiles computes its rows with its groups of input
/// and output channels; partials over the input channels are then added. `swapped`: the operands
/// are exchanged and transposed first.
struct MatMulPlan {
  std::size_t row_parts = 1, input_parts = 1, output_parts = 1;
  bool swapped = false;
  std::uint64_t cycles = 0;  ///< estimated
  std::size_t parts() const { return row_parts * input_parts * output_parts; }
};

/// The fastest plan that fits `memory_share` of a tile's memory; the smallest where none does.
MatMulPlan plan_matmul(const poplar::Target& target, const MatMulShape& shape, double memory_share);

/// Part `index` of `parts` of `count` things: [begin, end).
struct Part {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};
constexpr Part part_of(std::size_t count, std::size_t parts, std::size_t index) {
  return {count * index / parts, count * (index + 1) / parts};
}

/// What the options say.
struct MatMulOptions {
  poplar::Type partials = poplar::FLOAT;
  double memory_share = 0.6;
};
/// Of a checked value: sums of floats are floats.
poplar::Type partials_type(const std::string& value, const poplar::Type& input);
MatMulOptions matmul_options(const poplar::OptionFlags& options, const poplar::Type& input);

}  // namespace weft::libraries

namespace poplin {

struct PlanningCache::Plans {
  using Key = std::pair<decltype(weft::libraries::MatMulShape().key()), double>;
  std::map<Key, weft::libraries::MatMulPlan> by_shape;
};

}  // namespace poplin
