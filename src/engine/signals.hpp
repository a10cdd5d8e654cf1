// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM as a flag that the loop looks at.
#pragma once

namespace weft::engine {

/// While one lives, SIGINT and SIGTERM only set a flag; the former handlers come back at its end.
class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

/// True once either signal has come while a guard lived.
bool signalled();

}  // namespace weft::engine
