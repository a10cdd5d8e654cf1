// SPDX-License-Identifier: Apache-2.0
// Results of programs that are their own hosts.
#pragma once

#include "cli/job/job_outcome.hpp"

namespace weft::cli {

/// Refuses a run whose results are not such that the job's checks and outputs can be made.
/// Category::input.
void require_results(const Job& job, const JobOutcome& outcome);

}  // namespace weft::cli
