// SPDX-License-Identifier: Apache-2.0
// Which machines models are lowered to.
#pragma once

#include <cstdint>
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
  /// Elements that go into a layer and out of it, in a run that takes seconds of a computer; 0:
  /// any.
  std::int64_t elements_in_seconds = 0;
  /// What compiling and running a layer takes of a computer beside others of these, about: for
  /// sharing runs out.
  double relative_seconds = 1;

  /// Category::unsupported for one that is not among `precisions`.
  void require(Precision precision) const;
  /// require(), then the room's own lower().
  Lowered lower(const Request& request) const;
};

const std::vector<Lowering>& lowerings();
/// Category::unsupported, naming the machine, where its family has none.
const Lowering& lowering_for(const topology::Topology& machine);

}  // namespace weft::lower
