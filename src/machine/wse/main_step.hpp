// SPDX-License-Identifier: Apache-2.0
// How an instruction of the main thread ends.
#pragma once

#include "machine/wse/inner.hpp"

namespace weft::machine::wse {

/// How an instruction left the main thread.
enum class Step : std::uint8_t {
  next,   ///< goes on
  later,  ///< not executed: it can only be decided when its cycle has come
  ended,  ///< the task ended, the thread is blocked, or the tile refused
};

[[gnu::noinline]] inline Step refuse_in_time(const Pe& pe, const MainThread& m, PeError error,
                                             std::uint64_t a, std::uint64_t b = 0,
                                             std::uint64_t c = 0) {
  if (m.time > pe.cycle + 1) return Step::later;
  pe.refuse(error, a, b, c);
  return Step::ended;
}

}  // namespace weft::machine::wse
