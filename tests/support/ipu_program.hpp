// SPDX-License-Identifier: Apache-2.0
// A small IPU program for contract and machine tests, written by hand: a ring of tiles that mix
// values, a loop, a loop while a flag holds, a host request, and entries that fail.
#pragma once

#include "program/ipu.hpp"

namespace weft::test {

/// Entries: 0 rings `rounds` times, spreads, loops until tile 1's value is large, asks the host,
/// rings once more. 1: a codelet throws on some tiles and divides by zero on others. 2: the program
/// aborts. 3: spins in a loop without exchange, 5 times. Array "values": int[tiles][6].
program::ipu::Program ring_program(std::uint32_t tiles_per_ipu, std::uint32_t ipus,
                                   std::uint32_t rounds);

}  // namespace weft::test
