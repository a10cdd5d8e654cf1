// SPDX-License-Identifier: Apache-2.0
// What a running IPU program is refused.
#pragma once

#include <cstdint>

namespace weft::machine::ipu {

/// KernelError::code. Details: vertex in Program::vertices (or no_vertex), compute set, cycle of
/// the tile's own clock at which its compute set began.
enum class IpuError : std::uint32_t {
  fault = 1,   ///< a codelet threw: bounds check, assertion
  arithmetic,  ///< an integer division by zero, one that overflows, a trap
  memory,      ///< SIGSEGV or SIGBUS: an address outside everything
  aborted,     ///< the program's own abort; detail: text
};

inline constexpr std::uint64_t no_vertex = ~std::uint64_t{0};

}  // namespace weft::machine::ipu
