// SPDX-License-Identifier: Apache-2.0
// What a machine could do at most and what a run moved on it, in numbers that machines of different
// kinds share: for comparisons of runs.
#pragma once

#include <string>
#include <vector>

#include "machine/words.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::machine {

/// Of one chip or wafer.
struct Limits {
  struct Peak {
    std::string format;  ///< "fp16": of the factors
    /// Of dense products, an addition or a multiplication one operation.
    double operations_a_cycle = 0;
  };
  std::string unit;  ///< what its tiles are, in the plural: "PEs"
  double units = 0;
  std::vector<Peak> peaks;
};

/// Bytes that crossed one of its networks.
struct Traffic {
  std::string network;  ///< "exchange between tiles"
  double bytes = 0;
};

/// No units and no peaks of a machine that is made up for tests.
Limits limits(const topology::Topology& topology);
/// From the counters of a run of a machine of that family.
std::vector<Traffic> traffic(const std::string& family, const CounterSums& sums);

}  // namespace weft::machine
