// SPDX-License-Identifier: Apache-2.0
// What a run says when it is over: a table for people, keys for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/job/job_outcome.hpp"
#include "engine/result.hpp"

namespace weft::cli {

/// Lines for people.
std::string summary_text(const RunFacts& run, const engine::Result& result,
                         const std::vector<CheckResult>& checks);

/// The keys of docs/jobs.md, "Summary".
nlohmann::ordered_json summary_json(const RunFacts& run, const engine::Result& result,
                                    const std::vector<CheckResult>& checks);

}  // namespace weft::cli
