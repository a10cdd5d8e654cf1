// SPDX-License-Identifier: Apache-2.0
// poplin: how a matrix product is split over tiles.
#pragma once

#include <cstddef>
#include <map>
#include <tuple>

#include "poplar/OptionFlags.hpp"
#include "poplar/Target.hpp"
#include "poplar/Type.hpp"
#include "poplin/MatMul.hpp"
#include "program/ipu_product.hpp"

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

using program::ipu::AmpGroups;
AmpGroups amp_groups(const poplar::Target& target, const poplar::Type& type,
                     const poplar::Type& partials);

/// The numbers of the AMP units' cycle formula for operands of that type.
program::ipu::AmpCosts amp_costs(const poplar::Target& target, const poplar::Type& type);

using MatMulPlan = program::ipu::ProductPlan;

/// The fastest plan that fits `memory_share` of a tile's memory; the smallest where none does.
MatMulPlan plan_matmul(const poplar::Target& target, const MatMulShape& shape, double memory_share);

using program::ipu::Part;
using program::ipu::part_of;

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
