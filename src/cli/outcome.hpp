// SPDX-License-Identifier: Apache-2.0
// How a rank's work ended, and how all ranks come to one message and one exit code.
#pragma once

#include <functional>
#include <string>

#include "comm/communicator.hpp"

namespace weft::cli {

struct Outcome {
  int code = 0;
  std::string message;  ///< empty when nothing failed
};

/// Runs `action`; an exception becomes its exit code and message.
Outcome outcome_of(const std::function<int()>& action);

/// Collective. Everyone gets the outcome of the least rank that failed, or rank 0's if none did.
/// A failed rank waits `grace_seconds` for the others; if they do not come, because they wait for
/// it inside the action, it prints its message and ends the job with its exit code.
Outcome agree(const comm::Communicator& world, const Outcome& mine, double grace_seconds = 10.0);

}  // namespace weft::cli
