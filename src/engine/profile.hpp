// SPDX-License-Identifier: Apache-2.0
// What a machine has counted so far, taken together from all slices.
#pragma once

#include <vector>

#include "base/recorder.hpp"
#include "comm/communicator.hpp"
#include "machine/machine.hpp"
#include "partition/partition.hpp"

namespace weft::engine {

/// Of the whole machine: counters with values [tile of the region, row-major][channel], and stages
/// added up over slices.
struct Profile {
  std::vector<CounterArray> counters;
  std::vector<machine::StageTotals> stages;
};

/// Collective; on rank 0 the profile, elsewhere nothing. `machine` is null on a rank without tiles.
Profile gather_profile(const comm::Communicator& communicator,
                       const partition::Partition& partition, machine::Machine* machine);

}  // namespace weft::engine
