// SPDX-License-Identifier: Apache-2.0
// Holds a schedule against the hardware, and finds what flows where: all timing, before any data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "program/tsp_cable.hpp"
#include "program/tsp_fault.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// Where elements of an operand come from: elements [first, first + count) of `consumer` take, on
/// streams [stream, stream + width) of operand `operand`, bytes [byte, byte + width) of the result
/// of `producer`, element producer_first + (k - first) * producer_step for element k. Chains, and
/// what an MXM implies (accumulate from activate, activate from install, install from load), are
/// edges too, with operand 2 (chains: their operand), stream and byte 0 and width 0. An element of
/// install_weights has an edge of count 1 for every element of load_weights that it takes.
struct Edge {
  std::uint32_t consumer = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint8_t operand = 0;
  std::uint8_t stream = 0;
  std::uint8_t width = 0;
  std::uint8_t byte = 0;
  std::uint32_t producer = 0;
  std::int64_t producer_first = 0;
  std::int64_t producer_step = 1;
};

/// Elements [first, first + count) of an instruction: what can be computed in one go at its first
/// cycle, because everything that it takes was computed by tasks that stand before it. Elements
/// that write one word or one accumulator row do so in their order; installs and what else has no
/// run stand alone.
struct Task {
  Cycle cycle = 0;  ///< dispatch of element `first`
  std::uint32_t instruction = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// One schedule, checked.
struct CheckedSchedule {
  std::vector<Edge> edges;                ///< by (consumer, operand, first, stream)
  std::vector<std::uint64_t> edges_from;  ///< [instruction + 1]: edges[edges_from[i] ...)
  /// In an order in which everything can be computed: by the cycle in which the first element takes
  /// its operands, writers of state by the one in which they change it; then queue, instruction,
  /// first. Runs are split only where a reader and a writer of the same words, accumulator rows or
  /// weights would change their order, an operand's producer begins after the run itself, a vector
  /// that it receives is sent after it has begun, or a task would take or give more than
  /// `task_bytes`.
  std::vector<Task> tasks;
  Cycle cycles = 0;  ///< from the start to the end of everything, stagger included
  /// What the check looked at: meetings of runs, and of tasks with what they need, and elements one
  /// by one.
  std::uint64_t examined = 0;
};

/// A vector that crosses from chip to chip, matched: element `receive_element` of instruction
/// `receive` takes what element `send_element` of `send` put on the link.
struct Crossing {
  std::uint32_t from_chip = 0;
  std::uint32_t to_chip = 0;
  std::uint32_t send = 0;
  std::uint32_t receive = 0;
  std::uint32_t send_element = 0;
  std::uint32_t receive_element = 0;
  std::uint32_t count = 1;  ///< consecutive ones, element by element
  std::uint32_t reserved = 0;
};

struct Checked {
  std::vector<CheckedSchedule> schedules;  ///< [schedule]
  std::vector<Crossing> crossings;         ///< by (from_chip, link, cycle of the first send)
  Cycle cycles = 0;                        ///< of the slowest chip
  std::optional<Fault> fault;              ///< the first; with one the rest is of no use
};

/// When a tensor stands in memory: the end, stagger included, of the last write to one of its
/// words; 0 where the schedule writes none of them.
struct TensorTime {
  std::uint32_t tensor = 0;
  Cycle cycle = 0;
};
/// Of every output tensor. Scatters are taken to write where their index is 0.
std::vector<TensorTime> output_times(const Program& program, const Timing& timing);

/// Bytes of an operand or a result of a task, at most (one element's where that has more): what of
/// a long run is held at once.
inline constexpr std::uint64_t most_task_bytes = std::uint64_t{4} << 20U;

/// Everything that can be said without data. A function of its arguments alone: every rank that
/// asks gets the same. Schedules that chips share are checked once. Cost grows with runs and their
/// meetings, not with cycles (CheckedSchedule::examined). Expects what validate() admits.
/// Category::input where a tensor lies in a slice of program text; Category::limit where more than
/// 2^26 elements of runs that interleave must be looked at one by one. Between chips see
/// tsp_links.hpp.
Checked check(const Program& program, const Timing& timing, std::span<const Cable> cables = {},
              std::uint64_t task_bytes = most_task_bytes);

/// Throws what check() found as Category::input, with describe()'s sentence.
void require_sound(const Program& program, const Checked& checked);

}  // namespace weft::program::tsp
