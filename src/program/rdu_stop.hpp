// SPDX-License-Identifier: Apache-2.0
// How a unit graph stops before its end: what its data led to, and what waits for what.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "program/rdu.hpp"
#include "program/rdu_shape.hpp"

namespace weft::program::rdu {

/// In order of precedence where one firing has several.
enum class FaultCode : std::uint8_t {
  zero_step,       ///< a counter's step came in as 0
  beyond_memory,   ///< a word of a valid lane lies beyond its memory
  unaligned_dram,  ///< an address or size that 4 does not divide
  beyond_dram,     ///< bytes beyond the last array of the DRAM
  beyond_table,    ///< a row's number that the transfer's table has not
  count_
};

/// The first fault of a run is the least by (cycle, tile, code, who).
struct Fault {
  Cycle cycle = never;
  std::uint32_t tile = 0;
  FaultCode code = FaultCode::count_;
  std::uint32_t context = none;
  std::uint32_t transfer = none;
  std::uint32_t thing = 0;  ///< counter, memory; DRAM: 0
  std::int64_t value = 0;   ///< the address, size or number
  friend bool operator==(const Fault&, const Fault&) = default;
};
bool is_before(const Fault& a, const Fault& b);
/// One sentence with file and line.
std::string describe(const Program& program, const Fault& fault);

/// Why a context or transfer with work left does not go on.
struct Wait {
  End who;
  std::uint32_t channel = none;
  bool for_room = false;   ///< else for a token
  std::uint32_t fill = 0;  ///< tokens that the channel holds
  friend bool operator==(const Wait& a, const Wait& b) {
    return a.who.context == b.who.context && a.who.transfer == b.who.transfer &&
           a.who.flow == b.who.flow && a.channel == b.channel && a.for_room == b.for_room &&
           a.fill == b.fill;
  }
};
/// "context 'b' waits for room on channel 'x' (16 of 16) to context 'c'".
std::string describe(const Program& program, const Wait& wait);

/// Contexts by number, transfers behind them, then flows.
std::uint32_t actor_of(const Program& program, const End& end);
/// Who could end the wait: the channel's consumer where it is for room, else its producer.
std::uint32_t awaited_by(const Program& program, std::span<const Ends> ends, const Wait& wait);
/// A loop of waits, each for what the next would do; the one with the least context. Empty where
/// there is none: somebody waits for what nobody is about to send.
std::vector<Wait> loop_of(const Program& program, const std::vector<Wait>& waits);
/// The loop, a line each.
std::string describe_loop(const Program& program, const std::vector<Wait>& loop);

}  // namespace weft::program::rdu
