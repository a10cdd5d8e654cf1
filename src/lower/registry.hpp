// SPDX-License-Identifier: Apache-2.0
// Which machines models are lowered to.
#pragma once

#include <string>
#include <vector>

#include "lower/lowered.hpp"

namespace weft::lower {

/// For machines of one family.
struct Lowering {
  std::string family;
  Precision precision = Precision::fp32;  ///< where none is asked for
  Lowered (*lower)(const Request&) = nullptr;
};

const std::vector<Lowering>& lowerings();
/// Category::unsupported, naming the machine, where its family has none.
const Lowering& lowering_for(const topology::Topology& machine);

}  // namespace weft::lower
