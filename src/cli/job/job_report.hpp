// SPDX-License-Identifier: Apache-2.0
// What `weft check` says about a program: memory a PE, routes by color, what it rests on.
#pragma once

#include <string>

#include "cli/job/job_run.hpp"

namespace weft::cli {

std::string describe_program(const PreparedJob& job);

}  // namespace weft::cli
