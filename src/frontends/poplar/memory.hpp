// SPDX-License-Identifier: Apache-2.0
// Accounting of tile memory: code, stacks, and whether everything fits.
#pragma once

#include "frontends/poplar/compute_sets.hpp"
#include "frontends/poplar/lower_context.hpp"

namespace weft::frontends::poplar {

/// Adds what exchanges, control code and stacks take, and writes Program::memory_bytes and
/// memory_use.
void account_memory(LowerContext& context, const ComputeSets& sets);

/// Complaint::memory naming the fullest tile, what it needs and has, and what fills it.
void check_memory(const LowerContext& context);

}  // namespace weft::frontends::poplar
