// SPDX-License-Identifier: Apache-2.0
// Brings MPI up at the start of a program and down at its end.
#pragma once

#include <optional>
#include <string>

#include "comm/launcher.hpp"

namespace weft::comm {

/// MPI's lifetime as a scope: one object, first in main(), outliving every Communicator. Where the
/// host program has already initialised MPI, this object leaves both ends to it. Only the thread
/// that made it may communicate (MPI_THREAD_FUNNELED); Category::system if MPI cannot give that.
class Environment {
 public:
  Environment(int& argc, char**& argv);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// Why this process must not run alone, where it was not meant to be: launcher.hpp.
  std::optional<std::string> why_not_alone() const;

 private:
  Variables launched_with_;  ///< before MPI_Init adds its own
  bool owner_ = false;
};

/// The MPI library's name and version, one line; callable without an Environment.
std::string library_version();

/// Ends all processes of the job now, without unwinding: for a rank that fails while others wait.
[[noreturn]] void abort_job(int exit_code);

}  // namespace weft::comm
