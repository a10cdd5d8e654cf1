// SPDX-License-Identifier: Apache-2.0
// How a result moves with a constant: machines as they would be with another value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/rational.hpp"
#include "topology/topology.hpp"

namespace weft::topology {

/// The constant's value times `factor`, as an assignment takes it: integers rounded to the next
/// one, of two as near to the one further from the value; ratios exactly. Nothing where it is zero
/// or no number.
std::optional<std::string> scaled(const Constant& constant, const Rational& factor);

/// While it lives, load_topology() makes this change to the machine of that name, before its
/// caller's own ones. Nothing may load a topology in another thread meanwhile.
class Variation {
 public:
  Variation(std::string machine, const Assignment& change);
  ~Variation();
  Variation(const Variation&) = delete;
  Variation& operator=(const Variation&) = delete;
};

/// The changes that are to be made to a machine now.
std::vector<Assignment> variations_of(const std::string& machine);

}  // namespace weft::topology
