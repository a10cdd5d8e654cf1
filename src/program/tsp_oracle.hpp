// SPDX-License-Identifier: Apache-2.0
// The naive TSP: every stream register of a chip moves every cycle. Slow, and obviously right.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "program/tsp_fault.hpp"
#include "program/tsp_oracle_values.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp::oracle {

/// Words of a chip's memory by number; a word that is not there is zero.
using Memory = std::map<std::uint32_t, Vector>;
constexpr std::uint32_t word_number(Hemisphere hemisphere, std::uint32_t slice, std::uint32_t bank,
                                    std::uint32_t address) {
  const std::uint32_t side = hemisphere == Hemisphere::west ? 0 : slices_a_hemisphere;
  return ((side + slice) * banks_a_slice + bank) * words_a_bank + address;
}

/// What an operand took: stream `stream` of operand `operand` (counted from the group's first) of
/// an element of `consumer` had byte `byte` of an element of `producer`. Chains and what an MXM
/// implies: stream and byte 0.
struct Take {
  std::uint32_t consumer = 0;
  std::uint32_t element = 0;
  std::uint32_t operand = 0;
  std::uint32_t stream = 0;
  std::uint32_t producer = 0;
  std::uint32_t producer_element = 0;
  std::uint32_t byte = 0;
  friend auto operator<=>(const Take&, const Take&) = default;
};

struct Options {
  bool data = true;    ///< false: valid bits and owners only
  bool takes = false;  ///< keep what operands took
};

struct Result {
  std::optional<Fault> fault;  ///< the first; what follows it is then of no use
  Memory memory;               ///< with data: after the run
  Cycle cycles = 0;            ///< from the start to the end of everything, stagger included
  std::array<std::uint64_t, queues> dispatches{};     ///< [queue]
  std::array<std::uint64_t, stops> driven_streams{};  ///< [stop] that drove them, a cycle each
  std::vector<Take> takes;                            ///< sorted
};

/// Runs a schedule of one chip cycle by cycle. The schedule is one that validate() takes, effects
/// take a cycle at least. Category::unsupported where it speaks to other chips, Category::program
/// where a gather or scatter leaves its bank (which depends on data).
Result run(const Schedule& schedule, const Timing& timing, const Memory& before = {},
           const Options& options = {});

/// What is wrong with an instruction in itself, at its first dispatch.
std::optional<Fault> static_fault(const Schedule& schedule, std::uint32_t instruction,
                                  const Timing& timing);
/// Bytes of text that the schedule's queues hold: a word a run, one more for its Repeat, and one
/// for a NOP where in the cycles before nothing of the queue stands that began earlier.
std::uint64_t text_bytes(const Schedule& schedule, const Timing& timing);

}  // namespace weft::program::tsp::oracle
