// SPDX-License-Identifier: Apache-2.0
// From a job that rank 0 has to its run on all ranks.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "cli/job/door.hpp"
#include "cli/job/job.hpp"
#include "comm/communicator.hpp"

namespace weft::cli {

/// Collective. `read` gives the job on rank 0 and is not called elsewhere; where it throws, rank 0
/// throws and the others come back with nothing. Its door runs it; rank 0 gets what came of it.
std::unique_ptr<FinishedJob> run_through_door(const comm::Communicator& world,
                                              const std::function<Job()>& read,
                                              const RunSettings& settings);

}  // namespace weft::cli
