// SPDX-License-Identifier: Apache-2.0
// What was emulated, and what was published beside it, for programs.
#pragma once

#include "advice/report.hpp"
#include "cli/json_output.hpp"

namespace weft::cli::advising {

/// null where nothing was emulated.
Json emulated_json(const advice::TargetReport& target);
Json published_json(const advice::TargetReport& target);

}  // namespace weft::cli::advising
