// SPDX-License-Identifier: Apache-2.0
// The ranks of a program that knows nothing of ranks: rank 0 is the program, the others serve it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "comm/communicator.hpp"
#include "hosts/runtime.hpp"

namespace weft::hosts {

using MakeRuntime =
    std::function<std::unique_ptr<StandaloneRuntime>(const comm::Communicator& world)>;

/// Brings up MPI and Kokkos, once a process and before anything that is open to the user's program.
/// Rank 0 gets nothing back: it goes on as the program, with the runtime that `make_runtime` gives,
/// until the process exits, by whatever exit(). Another rank serves it meanwhile and gets back the
/// code it must exit with, everything brought down; so does a process that must not run (the reason
/// is told on stderr, after "`who`: "). What the user's own environment has wrong throws, on rank
/// 0.
std::optional<int> bring_up_ranks(const std::string& who, int& argc, char**& argv,
                                  const MakeRuntime& make_runtime);

/// Rank 0: closes the open session and ends the others, now; the process is to exit with the code
/// that comes back: the one given, or that of a failure to close, which is told.
int end_ranks(int exit_code);

/// Exit code of a program that a session's failure has ended.
int failure_code();

/// What the exception says that is being handled.
std::string current_message();

}  // namespace weft::hosts
