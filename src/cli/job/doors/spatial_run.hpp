// SPDX-License-Identifier: Apache-2.0
// Runs a Spatial program on all ranks, and says what `weft check` says about one.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/job/door.hpp"
#include "cli/job/doors/spatial_job.hpp"
#include "comm/communicator.hpp"
#include "partition/partition.hpp"

namespace weft::cli {

/// Collective; `job` is rank 0's. On rank 0 the job with its outcome, a failure of the program and
/// a stop of the machine included; nothing on others. However it ends, the others are sent home.
std::unique_ptr<SpatialJob> run_spatial_job(const comm::Communicator& world, std::optional<Job> job,
                                            const RunSettings& settings);

/// What the units of the program's first Accel are, and how ranks share them.
std::string describe_spatial_job(Job job, std::optional<partition::Cut> cut, int ranks);

}  // namespace weft::cli
