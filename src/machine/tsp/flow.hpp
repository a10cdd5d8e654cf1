// SPDX-License-Identifier: Apache-2.0
// What flows between the tasks of a schedule, and what of it crosses the cuts of a stretch of
// stops: all known before the run.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp_check.hpp"

namespace weft::machine::tsp {

/// Elements [element, element + count) and bytes [byte, byte + width) of a result.
struct Extent {
  std::uint32_t element = 0;
  std::uint32_t count = 0;
  std::uint32_t byte = 0;
  std::uint32_t width = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Elements [first, first + count) of a task's instruction take, on streams [stream, stream +
/// width) of operand `operand`, bytes from `byte` on of the result of `producer` (a task): of
/// element `element` of its instruction, then every `step`.
struct Take {
  std::uint32_t producer = 0;
  std::uint32_t operand = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t element = 0;
  std::int64_t step = 1;
  std::uint32_t stream = 0;
  std::uint32_t width = 0;
  std::uint32_t byte = 0;
};

inline constexpr std::uint32_t bytes_of_a_sum = 4;

/// Operand that holds what an instruction implies.
inline constexpr std::uint32_t implied_operand = 2;

/// Bytes of an element of an instruction's result: streams, or what only a chain takes, or what
/// stays inside an MXM (a row of sums, an array of weights).
std::uint32_t result_width(const program::tsp::Instruction& instruction);
/// Streams of operand 0 or 1; of a chain the bytes of its type. 0: none.
std::uint32_t operand_width(const program::tsp::Instruction& instruction, std::size_t operand);

/// A schedule with what its check found, and its tasks by instruction.
class Flow {
 public:
  Flow(const program::tsp::Schedule& schedule, const program::tsp::CheckedSchedule& checked,
       const program::tsp::Timing& timing);

  const program::tsp::Schedule& schedule() const { return *schedule_; }
  const program::tsp::CheckedSchedule& checked() const { return *checked_; }
  const program::tsp::Timing& timing() const { return *timing_; }
  const program::tsp::Task& task(std::uint32_t task) const { return checked_->tasks[task]; }
  const program::tsp::Instruction& instruction_of(std::uint32_t task) const {
    return schedule_->instructions[checked_->tasks[task].instruction];
  }
  std::uint32_t stop_of(std::uint32_t task) const { return stops_[this->task(task).instruction]; }
  std::uint32_t stop_of_instruction(std::uint32_t instruction) const { return stops_[instruction]; }
  /// The furthest stop that takes any of an instruction's result; its own where none does.
  std::uint32_t far_stop_of(std::uint32_t instruction) const { return far_stops_[instruction]; }

  /// Everything that task `task` takes, by (operand, first, stream).
  void each_take(std::uint32_t task, const std::function<void(const Take&)>& body) const;
  /// Cycle, from the start, in which an element of a task does what decides its order: it takes its
  /// operands, or changes state.
  Cycle due(std::uint32_t task, std::uint32_t element) const;

  /// The task that an element of an instruction belongs to.
  std::uint32_t task_with(std::uint32_t instruction, std::uint32_t element) const;

 private:
  void split(const program::tsp::Edge& edge, const program::tsp::Task& task, Take take,
             const std::function<void(const Take&)>& body) const;

  const program::tsp::Schedule* schedule_;
  const program::tsp::CheckedSchedule* checked_;
  const program::tsp::Timing* timing_;
  std::vector<std::uint8_t> stops_;        ///< [instruction]
  std::vector<std::uint8_t> far_stops_;    ///< [instruction]
  std::vector<std::uint32_t> tasks_of_;    ///< by (instruction, first)
  std::vector<std::uint64_t> tasks_from_;  ///< [instruction + 1]
  /// [edge]: the furthest end of it and those before it of one operand.
  std::vector<std::uint32_t> reaches_;
};

/// A result, or a part of it, that crosses a cut.
struct Passage {
  Cycle cycle = 0;  ///< from the start: its task's first element is at the last stop before the cut
  std::uint32_t task = 0;
  Extent extent;
};

/// What of a flow happens at stops [begin, end): with data its tasks and what crosses the cuts.
struct Plan {
  Plan(const Flow& flow, std::uint32_t begin_stop, std::uint32_t end_stop, bool data);

  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::vector<std::uint32_t> instructions;  ///< of these stops, by (last dispatch, number)
  std::vector<std::uint32_t> tasks;         ///< of these stops, in order
  std::vector<Cycle> due;                   ///< of `tasks`: when the first element is due; ascends
  std::vector<std::uint32_t> uses;  ///< [task]: how often its result is taken or passed on here
  /// By side (Direction): what leaves there, by (cycle, task), its places by task, and what comes
  /// in there, by task.
  std::array<std::vector<Passage>, 2> leaving;
  std::array<std::map<std::uint32_t, std::uint32_t>, 2> leaving_at;
  std::array<std::map<std::uint32_t, Extent>, 2> coming;

 private:
  using Extents = std::array<std::map<std::uint32_t, Extent>, 2>;
  void add_tasks(const Flow& flow);
  void add_passages(const Flow& flow);
  void use(const Flow& flow, std::uint32_t consumer, const Take& take, Extents& out);
};

}  // namespace weft::machine::tsp
