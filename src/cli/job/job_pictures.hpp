// SPDX-License-Identifier: Apache-2.0
// The heat maps that a job asks for.
#pragma once

#include "cli/job/job.hpp"

namespace weft::cli {

/// Draws [trace.heat_maps] from the job's trace. Rank 0, after the run.
void write_pictures(const Job& job);

}  // namespace weft::cli
