// SPDX-License-Identifier: Apache-2.0
// Runs codelets so that what they do wrong ends the program and not the process.
#pragma once

#include <string>

#include "machine/ipu/errors.hpp"

namespace weft::machine::ipu {

/// What went wrong, if anything.
struct Fault {
  IpuError code = IpuError{0};
  std::string what;
  explicit operator bool() const { return code != IpuError{0}; }
};

/// Runs body(argument); exceptions and the signals of a bad division or address become a Fault.
/// After a signal the body's frames are left without unwinding, so they should own nothing. Threads
/// may be in here at once; calls do not nest.
Fault guarded(void (*body)(void*), void* argument);

}  // namespace weft::machine::ipu
