// SPDX-License-Identifier: Apache-2.0
// Between what a run's energy lies: at least what its products take, at most what the machine
// draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace weft::cli::compare {

struct Energy {
  /// Joules of the model's products alone: no memory, no network, no leakage.
  std::optional<double> least;
  /// Of the chips that the run used, at their highest power for all of its time.
  std::optional<double> most;
  std::optional<topology::Origin> origin;  ///< the least certain of the facts behind it
  std::vector<std::string> facts;          ///< their keys
};

/// From the facts of the topology: power_most_watts (of a chip, a wafer's with its system) and
/// multiply_add_FORMAT_picojoules. What the topology does not know stays away.
Energy energy_of(const topology::Topology& machine, double products, const std::string& format,
                 double chips, double seconds);

}  // namespace weft::cli::compare
