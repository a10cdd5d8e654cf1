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

  /// After a failure, once everything is said and written: ends all ranks with `exit_code` so that
  /// the launcher adds no words of its own; see end_silently(). Collective. Returns where that is
  /// not to be had, and the caller then returns the code from main().
  void end_failed(int exit_code) const;

 private:
  Variables launched_with_;  ///< before MPI_Init adds its own
  bool owner_ = false;
};

/// The MPI library's name and version, one line; callable without an Environment.
std::string library_version();

/// True where end_silently() can be tried: under Open MPI's mpirun.
bool can_end_silently();

/// Ends all processes of the job now, this one's exit code being the job's, by PMIx_Abort: of a
/// process that exits with a code, and of MPI_Abort, mpirun tells in a dozen lines that stand
/// behind our error. The others must have nothing left to do but wait. Returns when it failed.
void end_silently(int exit_code);

/// What the others do meanwhile: waits for the launcher's signal; returns when it does not come.
void await_end();

/// Ends all processes of the job now, without unwinding: for a rank that fails while others wait.
[[noreturn]] void abort_job(int exit_code);

}  // namespace weft::comm
