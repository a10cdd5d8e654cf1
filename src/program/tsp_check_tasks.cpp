// SPDX-License-Identifier: Apache-2.0
// Runs in an order in which they can be computed whole, or split where they can't.
//
// Every element has an order, above those of all elements that it needs (time_of()). A task has its
// first element's, so it ends before an element that needs a task which begins at or after this
// one, or whose first element has not come as far as the run's stop when this one begins: between
// stops there may be a cut, and what is not through it is not there. Tasks are made in their order,
// each as long as it can be: what it may need began before it, and is known.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <queue>
#include <span>
#include <string>
#include <unordered_map>

#include "base/error.hpp"
#include "program/tsp_check_needs.hpp"

namespace weft::program::tsp::checks {
namespace {

Need need_of(const Edge& edge) {
  return {edge.consumer,       edge.first,         edge.count,    edge.producer,
          edge.producer_first, edge.producer_step, edge.width > 0};
}

/// A task that has not begun: by time and queue, then instruction and element.
struct Start {
  std::uint64_t order = 0;
  std::uint32_t instruction = 0;
  std::uint32_t first = 0;
  friend auto operator<=>(const Start&, const Start&) = default;
};

/// Vectors of an element of the widest operand, or of the result.
std::uint32_t widest(const Instruction& i) {
  std::uint32_t width = std::max<std::uint32_t>(i.result.width, 1);
  for (const Operand& operand : i.operands) {
    if (operand.kind == Operand::Kind::stream)
      width = std::max<std::uint32_t>(width, operand.group.width);
  }
  if (i.opcode == Opcode::alu) {
    width = std::max({width, numerics::width_of(i.type), numerics::width_of(i.result_type)});
  }
  const bool sums = i.opcode == Opcode::activate || i.opcode == Opcode::accumulate;
  return sums ? std::max(width, 4U) : width;
}

class Tasks {
 public:
  Tasks(Work& work, const CheckedSchedule& checked, std::uint64_t task_bytes)
      : work_(work),
        task_vectors_(task_bytes / lanes),
        edges_(checked.edges),
        edges_from_(checked.edges_from) {}

  std::vector<Task> run() {
    ends_.assign(work_.size(), 0);
    needs_ = needs_of_hazards(work_);
    std::sort(work_.cuts.begin(), work_.cuts.end());
    std::vector<Start> starts;
    starts.reserve(work_.size());
    for (std::uint32_t index = 0; index < work_.size(); ++index) starts.push_back(start(index, 0));
    std::sort(starts.begin(), starts.end());
    tasks_.reserve(work_.size());
    for (const Start& whole : starts) {
      while (!later_.empty() && later_.top() < whole) begin_later();
      begin(whole);
    }
    while (!later_.empty()) begin_later();
    return std::move(tasks_);
  }

 private:
  /// What a run that was cut needs: what of it the task that begins next may take is unsettled.
  struct Unsettled {
    std::vector<Need> needs;    ///< by first element
    std::size_t next = 0;       ///< of those that begin behind all tasks so far
    std::vector<Need> current;  ///< those before it that do not hold to their end yet
  };

  Start start(std::uint32_t instruction, std::uint32_t first) const {
    constexpr std::int64_t least = 4;  // times begin above -4
    const Instruction& i = work_.at(instruction);
    const auto time = static_cast<std::uint64_t>(time_of(work_, i, first) + least);
    return {time << 8U | i.queue, instruction, first};
  }

  void begin_later() {
    const Start next = later_.top();
    later_.pop();
    begin(next);
  }

  void begin(const Start& at) {
    const Instruction& i = work_.at(at.instruction);
    const std::uint32_t end = at.first == 0 ? end_of_first(at.instruction) : end_of_next(at);
    if (end <= at.first) {
      fail(Category::internal, "tsp: element " + std::to_string(at.first) + " of instruction " +
                                   std::to_string(at.instruction) + " needs a later one");
    }
    tasks_.push_back({dispatch_cycle(i, at.first), at.instruction, at.first, end - at.first});
    if (at.first > 0) firsts_[at.instruction].push_back(at.first);
    ends_[at.instruction] = end;
    if (end == i.count) return;
    work_.enumerate(1);
    later_.push(start(at.instruction, end));
  }

  /// End of the task that begins with an instruction; what did not hold is kept for the next.
  std::uint32_t end_of_first(std::uint32_t instruction) {
    const std::span<const Edge> edges = std::span(edges_).subspan(
        edges_from_[instruction], edges_from_[instruction + 1] - edges_from_[instruction]);
    const auto less = [](const Need& need, std::uint32_t consumer) {
      return need.consumer < consumer;
    };
    const auto hazards = std::lower_bound(needs_.begin(), needs_.end(), instruction, less);
    std::uint64_t end = forced_end(instruction, 0);
    open_.clear();
    const auto look = [&](const Need& need) {
      const std::uint64_t holds = holds_to(need, 0);
      if (holds >= need.end()) return;
      end = std::min(end, holds);
      open_.push_back(need);
    };
    for (const Edge& edge : edges) look(need_of(edge));
    for (auto need = hazards; need != needs_.end() && need->consumer == instruction; ++need) {
      look(*need);
    }
    if (end < work_.at(instruction).count && !open_.empty()) {
      Unsettled& rest = unsettled_[instruction];
      rest.needs = open_;
      std::stable_sort(rest.needs.begin(), rest.needs.end(),
                       [](const Need& a, const Need& b) { return a.first < b.first; });
    }
    return static_cast<std::uint32_t>(end);
  }

  std::uint32_t end_of_next(const Start& at) {
    std::uint64_t end = forced_end(at.instruction, at.first);
    const auto found = unsettled_.find(at.instruction);
    if (found == unsettled_.end()) return static_cast<std::uint32_t>(end);
    Unsettled& rest = found->second;
    /// False where the need holds to its end, now and for every later task.
    const auto is_open = [&](const Need& need) {
      if (need.end() <= at.first) return false;
      const std::uint64_t holds = holds_to(need, at.first);
      if (holds >= need.end()) return false;
      end = std::min(end, holds);
      return true;
    };
    std::erase_if(rest.current, [&](const Need& need) { return !is_open(need); });
    for (; rest.next < rest.needs.size() && rest.needs[rest.next].first < end; ++rest.next) {
      if (is_open(rest.needs[rest.next])) rest.current.push_back(rest.needs[rest.next]);
    }
    if (end == work_.at(at.instruction).count) unsettled_.erase(found);
    return static_cast<std::uint32_t>(end);
  }

  /// The next forced cut behind `first`, or the end of the run or of what a task may hold.
  std::uint32_t forced_end(std::uint32_t instruction, std::uint32_t first) const {
    const Instruction& i = work_.at(instruction);
    const std::uint64_t most = std::max<std::uint64_t>(task_vectors_ / widest(i), 1);
    const auto end = static_cast<std::uint32_t>(std::min<std::uint64_t>(first + most, i.count));
    const auto cut =
        std::upper_bound(work_.cuts.begin(), work_.cuts.end(), ForcedCut{instruction, first});
    const bool own = cut != work_.cuts.end() && cut->instruction == instruction;
    return own ? std::min(cut->element, end) : end;
  }

  /// Cycles from a producer's dispatch to the one in which the consumer's stop has its result.
  Cycle travel_cycles(const Need& need) const {
    const auto stop = [&](std::uint32_t index) {
      return static_cast<int>(stop_at(work_.at(index).queue));
    };
    const int hops = std::abs(stop(need.producer) - stop(need.consumer));
    return result_delay_cycles(work_.timing, work_.at(need.producer)) + static_cast<Cycle>(hops);
  }

  /// Elements of the need's producer before this one are in tasks that have begun and, where they
  /// travel, have come when the consumer's element `first` is dispatched.
  std::uint32_t there_at(const Need& need, std::uint32_t first) const {
    const std::uint32_t begun = ends_[need.producer];
    if (begun == 0 || !need.flows) return begun;
    const Instruction& producer = work_.at(need.producer);
    const auto now = static_cast<std::int64_t>(dispatch_cycle(work_.at(need.consumer), first));
    const std::int64_t after = now - static_cast<std::int64_t>(travel_cycles(need)) + 1;
    const std::uint64_t late = element_at(dispatches(producer), after);
    if (late == 0) return 0;
    const auto more = firsts_.find(need.producer);
    if (more == firsts_.end()) return begun;
    const auto task = std::lower_bound(more->second.begin(), more->second.end(), late);
    return task == more->second.end() ? begun : *task;
  }

  /// First element of the need's that a task from element `first` on may not hold; its end or more
  /// where the task may hold them all.
  std::uint64_t holds_to(const Need& need, std::uint32_t first) {
    ++work_.examined;
    const std::uint64_t from = std::max(need.first, first);
    const std::int64_t producer =
        need.producer_first + static_cast<std::int64_t>(from - need.first) * need.producer_step;
    const std::int64_t left = std::int64_t{there_at(need, first)} - producer;
    if (left <= 0) return from;
    if (need.producer_step <= 0) return need.end();
    return from + static_cast<std::uint64_t>((left - 1) / need.producer_step + 1);
  }

  Work& work_;
  std::uint64_t task_vectors_;  ///< at most, of an operand or a result
  const std::vector<Edge>& edges_;
  const std::vector<std::uint64_t>& edges_from_;
  std::vector<Need> needs_;          ///< beside the edges
  std::vector<std::uint32_t> ends_;  ///< [instruction]: of its tasks so far
  std::vector<Task> tasks_;
  std::priority_queue<Start, std::vector<Start>, std::greater<>> later_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>
      firsts_;  ///< of tasks but the first
  std::unordered_map<std::uint32_t, Unsettled> unsettled_;
  std::vector<Need> open_;
};

}  // namespace

std::int64_t time_of(const Work& work, const Instruction& i, std::uint32_t element) {
  const auto cycle = static_cast<std::int64_t>(dispatch_cycle(i, element));
  const auto effect = static_cast<std::int64_t>(effect_delay_cycles(work.timing, i));
  switch (i.opcode) {
    case Opcode::write:
    case Opcode::scatter:
    case Opcode::load_weights:
      return 4 * (cycle + effect) - 2;
    case Opcode::install_weights:
      return effect == 0 ? 4 * cycle - 1 : 4 * (cycle + effect - 1) + 1;
    default:
      return 4 * cycle;
  }
}

void order_tasks(Work& work, std::uint64_t task_bytes, CheckedSchedule& out) {
  out.tasks = Tasks(work, out, task_bytes).run();
}

}  // namespace weft::program::tsp::checks
