// SPDX-License-Identifier: Apache-2.0
// Unit graphs of programs whose cycles are published, for tests and validation.
#pragma once

#include <cstdint>

#include "program/rdu.hpp"

namespace weft::program::rdu::figures {

/// SumSquare of the pir log: array "out" gets the sum of the squares of 0 .. 1023. Tiles of 32, of
/// which `copies` (a divisor of 32) go at once, `lanes` squares a cycle each: squares, sums of
/// tiles, and the sum of these are three contexts one behind the other.
Program sum_square(std::uint32_t lanes, std::uint32_t copies);

/// Deadlock of the pir log: ten bits, and a loop without end that waits for one that is set.
Program endless_wait();

/// Deadlock2 of the pir log: 1,000 words go into two queues; who reads the second, of `depth`,
/// needs the sum of the first one's, of 16. Array "total" gets the sum over the second of both.
Program two_queues(std::uint32_t depth);

/// Tile i of `tiles` is 64 words, i added to each one's place; one context writes it into one of
/// `depth` buffers, another adds it up. Array "out" gets the last tile's sum.
Program two_stages(std::uint32_t tiles, std::uint32_t depth);

}  // namespace weft::program::rdu::figures
