// SPDX-License-Identifier: Apache-2.0
// Ends from outside: signals and the wall time as flags that the loop looks at, and a watch on what
// does not come back to look.
#pragma once

#include <cstdint>
#include <string>

namespace weft::engine {

/// While one lives, SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask the run to end in good order; the
/// program's own handlers of the first two are called too, and a program that handles one of the
/// last two keeps it. The former handlers come back at its end.
///
/// A second signal ends the process (130): SIGINT and SIGTERM after any, SIGUSR1 and SIGUSR2 after
/// themselves. A run that does not come back to look is watched: after a second it is said what has
/// not come back, and ten seconds after that the process ends, because who sends signals may send
/// only one.
class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

/// True once a signal has come while a guard lived; true until the first guard after all have gone.
bool signalled();
/// "SIGTERM"; empty while none has come.
std::string signal_name();

/// Ranks of the run; whether this one, the first, speaks for them.
void know_ranks(int ranks, bool is_root);
/// The same, and from now on a signal finds a session to end in good order: before the first one it
/// ends the process at once.
void session_begins(int ranks, bool is_root);

/// While one lives the run's wall time ends `seconds` from its making, or when an outer one's does.
/// 0 adds no end.
class WallTime {
 public:
  explicit WallTime(double seconds);
  ~WallTime();
  WallTime(const WallTime&) = delete;
  WallTime& operator=(const WallTime&) = delete;

 private:
  std::int64_t before_;  ///< the end that counted until then
};
/// True once a wall time is over.
bool out_of_time();
/// Since this process started.
double seconds_since_start();

/// The user's own program runs on rank 0 while one lives, save inside Working scopes.
class HostProgram {
 public:
  HostProgram();
  ~HostProgram();
  HostProgram(const HostProgram&) = delete;
  HostProgram& operator=(const HostProgram&) = delete;
};
/// weft works for that program while one lives.
class Working {
 public:
  Working();
  ~Working();
  Working(const Working&) = delete;
  Working& operator=(const Working&) = delete;
};

/// All ranks know of the signal or the wall time and agree where to stop.
void looked_up();

}  // namespace weft::engine
