// SPDX-License-Identifier: Apache-2.0
// Stack sizes that a codelet declares for the IPU's linker; here the stack is the host's.
#pragma once

#define DEF_STACK_USAGE(bytes, function) static_assert(true, "")
#define DEF_STACK_SIZE_OWN(bytes, function) static_assert(true, "")
#define DEF_FUNC_CALL_PTRS(caller, callees) static_assert(true, "")
