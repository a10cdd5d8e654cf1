// SPDX-License-Identifier: Apache-2.0
// The constants of a machine that no source gives, as they would be if each took twice as long.
#pragma once

#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace weft::cli::compare {

/// Assumed and fitted constants that are times or rates, doubled or halved.
struct Doubled {
  std::vector<topology::Assignment> changes;
  std::vector<std::string> keys;      ///< that are changed
  std::vector<std::string> left_out;  ///< the machine's model has one value of these
};

/// Of those that `used`, a topology that a run has looked up, rests on. `target`: its name or file.
Doubled doubled_choices(const topology::Topology& used, const std::string& target);

}  // namespace weft::cli::compare
