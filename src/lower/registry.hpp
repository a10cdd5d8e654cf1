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
  std::vector<Precision> precisions;  ///< the first where none is asked for
  std::string computes;               ///< who has them, up to what it has not
  Lowered (*make)(const Request&) = nullptr;

  /// Category::unsupported for one that is not among `precisions`.
  void require(Precision precision) const;
  /// require(), then the room's own lower().
  Lowered lower(const Request& request) const;
};

const std::vector<Lowering>& lowerings();
/// Category::unsupported, naming the machine, where its family has none.
const Lowering& lowering_for(const topology::Topology& machine);

}  // namespace weft::lower
