// SPDX-License-Identifier: Apache-2.0
// A WSE program with everything that crosses cuts: chains both ways, a multicast, microthreads,
// data tasks fed by a host.
#pragma once

#include "program/wse.hpp"

namespace weft::test {

/// Functions:
///   main()                 sums "data" (f32[12], ones) of all tiles into tile (0, 0) and
///   multicasts
///                          the sum to all; "total" counts what each tile has received
///   starve()               waits for words that nobody sends
///   fail(tile, turns)      sums along the rows; then tile number `tile` divides by zero after
///                          `turns` turns of a loop
/// Host stream "in": each word is doubled, added up in "total" and sent to host stream "out".
program::wse::Program wse_program(std::uint32_t width, std::uint32_t height);

}  // namespace weft::test
