// SPDX-License-Identifier: Apache-2.0
// How this thread's processor rounds and whether it flushes subnormal numbers to zero: a user's
// program may change it, and emulated arithmetic must not notice.
#pragma once

#include <cfenv>
#include <cfloat>

#ifdef __FAST_MATH__
#error "weft computes the bits of other machines: compile it without -ffast-math (-Ofast)"
#endif
static_assert(FLT_EVAL_METHOD == 0, "weft needs arithmetic in the types that it names, not x87's");

namespace weft {

/// While one lives, this thread keeps to IEEE 754: round to nearest even, subnormal numbers kept,
/// no traps. Then again what was before.
class IeeeFloatingPoint {
 public:
  IeeeFloatingPoint() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~IeeeFloatingPoint() { std::fesetenv(&before_); }
  IeeeFloatingPoint(const IeeeFloatingPoint&) = delete;
  IeeeFloatingPoint& operator=(const IeeeFloatingPoint&) = delete;

 private:
  std::fenv_t before_{};
};

/// Whatever happens while one lives, as a library's start that sets flush to zero: then again what
/// was before.
class KeptFloatingPoint {
 public:
  KeptFloatingPoint() { std::fegetenv(&before_); }
  ~KeptFloatingPoint() { std::fesetenv(&before_); }
  KeptFloatingPoint(const KeptFloatingPoint&) = delete;
  KeptFloatingPoint& operator=(const KeptFloatingPoint&) = delete;

 private:
  std::fenv_t before_{};
};

}  // namespace weft
