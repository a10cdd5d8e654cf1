// SPDX-License-Identifier: Apache-2.0
// A stack for signal handlers, so that they run even where a thread's own is used up.
#pragma once

namespace weft {

/// Gives the calling thread an alternate signal stack until it ends, unless it has one. Handlers
/// that were installed with SA_ONSTACK run there.
void ensure_alternate_stack();

/// True where `address` lies below the calling thread's stack, close enough to be its overflow.
bool is_stack_overflow(const void* address);

}  // namespace weft
