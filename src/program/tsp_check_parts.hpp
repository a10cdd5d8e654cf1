// SPDX-License-Identifier: Apache-2.0
// The parts of check(), each for one schedule, and what they hand on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "program/tsp_check.hpp"
#include "program/tsp_progression.hpp"
#include "program/tsp_shape.hpp"

namespace weft::program::tsp::checks {

/// Two runs whose spans overlap and that touch the same state: a bank, or a plane's accumulators.
struct Hazard {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

/// Elements of `instruction` from `element` on are computed after the ones before.
struct ForcedCut {
  std::uint32_t instruction = 0;
  std::uint32_t element = 0;
  friend auto operator<=>(const ForcedCut&, const ForcedCut&) = default;
};

/// A schedule under check: what is asked, and what has been found so far.
struct Work {
  const Schedule& schedule;
  const Timing& timing;
  std::uint32_t chip = 0;               ///< the first that runs it
  std::vector<std::uint8_t> malformed;  ///< [instruction]: only dispatches

  std::optional<Fault> fault;
  std::vector<Edge> edges;  ///< of one stream each, in any order
  std::vector<Hazard> hazards;
  std::vector<ForcedCut> cuts;

  /// Elements looked at one by one, where runs interleave and no algebra helps. Category::limit
  /// when there are too many.
  void enumerate(std::uint64_t elements);
  std::uint64_t enumerated = 0;
  /// What was looked at: meetings of runs, and of tasks with what they need; elements one by one.
  std::uint64_t examined = 0;

  const Instruction& at(std::uint32_t index) const { return schedule.instructions[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(schedule.instructions.size()); }
  /// A fault of `instruction` at `element`; the rest by the caller.
  Fault fault_of(FaultCode code, std::uint32_t instruction, std::uint32_t element,
                 Cycle cycle) const;
  /// Keeps the least; what first_of() leaves open is settled by the other fields.
  void report(const Fault& found);
  /// Of two instructions that can't do so in one cycle, element by element: blames the later by
  /// (queue, index).
  void report_pair(FaultCode code, std::pair<std::uint32_t, std::uint32_t> a,
                   std::pair<std::uint32_t, std::uint32_t> b, Cycle cycle, std::uint32_t stream);
  /// Holds an edge against what its operand names for `stream` (of the operand's, from 0) ...
  void check_name(const Edge& edge, std::uint32_t stream, std::uint32_t fault_stream);
  /// ... and keeps it.
  void add_edge(const Edge& edge) { edges.push_back(edge); }
};

/// queue_of() and stop_of() by number, from tables.
const Queue& queue_at(std::uint32_t number);
std::uint32_t stop_at(std::uint32_t number);

inline Progression dispatches(const Instruction& i) {
  return {static_cast<std::int64_t>(i.cycle), std::int64_t{i.interval_cycles}, i.count};
}
inline Cycle dispatch_cycle(const Instruction& i, std::uint32_t element) {
  return i.cycle + Cycle{element} * i.interval_cycles;
}

/// Least and greatest address of a run's elements.
std::pair<std::int64_t, std::int64_t> address_range(const Instruction& instruction);

void check_alone(Work& work);         ///< what is wrong with instructions in themselves
void check_text(Work& work);          ///< program text against its slices
void check_queues(Work& work);        ///< dispatches, barriers, banks
void check_streams(Work& work);       ///< drivers and operands of streams, chains, rows of sums
void check_weights(Work& work);       ///< buffers and arrays of the MXM
void check_accumulators(Work& work);  ///< rows that are added to

/// By (consumer, operand, first, stream); neighbouring streams are joined.
void order_edges(const Work& work, CheckedSchedule& out);
/// Splits runs where what they take is not computed yet or is too much, and puts them in order.
void order_tasks(Work& work, std::uint64_t task_bytes, CheckedSchedule& out);
/// Where a task of receives takes a vector that no task has sent a link's least latency before it:
/// cuts that its schedule lacks, by schedule. More tasks may want more cuts.
std::map<std::uint32_t, std::vector<ForcedCut>> late_receives(const Program& program,
                                                              const Timing& timing,
                                                              const Checked& checked);

}  // namespace weft::program::tsp::checks
