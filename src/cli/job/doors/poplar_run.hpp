// SPDX-License-Identifier: Apache-2.0
// Runs a job in C++ on all ranks, and says what `weft check` says about one.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/job/door.hpp"
#include "cli/job/doors/poplar_job.hpp"
#include "comm/communicator.hpp"
#include "partition/partition.hpp"

namespace weft::cli {

/// Rank 0, while the others are in serve_poplar_job(): reads, builds and runs; the job with its
/// outcome. However it ends, the others are sent home.
std::unique_ptr<PoplarJob> run_poplar_job(const comm::Communicator& world, Job job,
                                          const RunSettings& settings);
/// The other ranks.
void serve_poplar_job(const comm::Communicator& world);

/// What the program's first engine is: tiles, vertices, memory, handles; and how ranks share it.
std::string describe_poplar_job(Job job, std::optional<partition::Cut> cut, int ranks);

}  // namespace weft::cli
