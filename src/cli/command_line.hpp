// SPDX-License-Identifier: Apache-2.0
// The command line of weft, from arguments to exit code.
#pragma once

#include "comm/communicator.hpp"

namespace weft::cli {

/// Parses on every rank, runs the chosen subcommand, prints at most one error, on rank 0. Returns
/// the same exit code on all ranks: 0 good, 1 the run failed, 2 the input or the command line is
/// wrong, 3 a check did not hold (3 to 5 of `weft advise`: its verdict), 75 checkpointed and not
/// finished, 130 interrupted.
int run(int argc, char** argv, const comm::Communicator& world);

}  // namespace weft::cli
