// SPDX-License-Identifier: Apache-2.0
// What this process holds of the machine's memory, as its operating system counts it.
#pragma once

#include <cstdint>

namespace weft {

/// Bytes that are resident now, shared libraries included; 0 where the system does not say.
std::uint64_t resident_bytes();

/// Most bytes that were ever resident; 0 where the system does not say.
std::uint64_t peak_resident_bytes();

/// What was resident when this was first called: at the start, before a job was read.
std::uint64_t resident_bytes_at_start();

/// Gives freed memory back to the system, so that what is resident is what is held.
void release_freed_memory();

/// Memory that programs on this node can still get; the whole address space where unknown.
std::uint64_t free_node_bytes();

}  // namespace weft
