// SPDX-License-Identifier: Apache-2.0
// assert for codelets: a failed one ends the emulated program with a sentence, not the process. For
// everybody else the host's own.
#include_next <assert.h>

#if defined(__POPC__) && !defined(NDEBUG)
#include "poplar/codelet/assertion.hpp"
#undef assert
#define assert(condition)                 \
  (static_cast<bool>(condition) ? void(0) \
                                : weft::codelet::assertion_failed(#condition, __FILE__, __LINE__))
#endif
