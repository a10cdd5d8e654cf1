// SPDX-License-Identifier: Apache-2.0
// What of a wafer the lowering asks: what fits, and how its units round.
#pragma once

#include <cstdint>
#include <string>

#include "graph/type.hpp"
#include "numerics/float_rules.hpp"
#include "topology/topology.hpp"

namespace weft::lower::wse {

struct Machine {
  std::string name;
  std::string architecture;     ///< "wse2", as cslc calls it
  numerics::FloatRules rules;   ///< of its floating-point units
  std::int64_t data_bytes = 0;  ///< of a PE's memory, without what its code takes
  std::int64_t width = 0, height = 0;
  bool half = false;               ///< values are fp16
  std::int64_t most_columns = 64;  ///< of a strip: fewer where the strips would be too wide
  std::int64_t value_bytes() const { return half ? 2 : 4; }
  graph::Element element() const { return half ? graph::Element::f16 : graph::Element::f32; }
};
Machine machine_of(const topology::Topology& topology, bool half);

/// The largest index, count or extent of the templates, which count in 16 bits.
inline constexpr std::int64_t most_of_index = 32767;

}  // namespace weft::lower::wse
