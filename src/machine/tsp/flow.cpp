// SPDX-License-Identifier: Apache-2.0
// From edges between instructions to takes between tasks, and to passages over cuts.
#include "machine/tsp/flow.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

using form::Direction;
using form::Opcode;

bool changes_state(Opcode opcode) {
  switch (opcode) {
    case Opcode::write:
    case Opcode::scatter:
    case Opcode::load_weights:
    case Opcode::install_weights:
    case Opcode::accumulate:
      return true;
    default:
      return false;
  }
}

/// Adds what a take needs of a result.
void widen(Extent& extent, const Take& take) {
  const std::int64_t one = take.element;
  const std::int64_t other = one + std::int64_t{take.count - 1} * take.step;
  const auto low = static_cast<std::uint32_t>(std::min(one, other));
  const auto high = static_cast<std::uint32_t>(std::max(one, other)) + 1;
  if (extent.count == 0) {
    extent = {low, high - low, take.byte, take.width};
    return;
  }
  const std::uint32_t element = std::min(extent.element, low);
  const std::uint32_t byte = std::min(extent.byte, take.byte);
  extent.count = std::max(extent.element + extent.count, high) - element;
  extent.width = std::max(extent.byte + extent.width, take.byte + take.width) - byte;
  extent.element = element;
  extent.byte = byte;
}

}  // namespace

std::uint32_t result_width(const form::Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::alu:
      return numerics::width_of(instruction.result_type);
    case Opcode::activate:
    case Opcode::accumulate:
      return bytes_of_a_sum;
    case Opcode::install_weights:
      return form::lanes;  // an array of as many rows
    default:
      return instruction.result.width;
  }
}

std::uint32_t operand_width(const form::Instruction& instruction, std::size_t operand) {
  switch (instruction.operands.at(operand).kind) {
    case form::Operand::Kind::stream:
      return instruction.operands.at(operand).group.width;
    case form::Operand::Kind::chain:
      return numerics::width_of(instruction.type);
    default:
      return 0;
  }
}

Flow::Flow(const form::Schedule& schedule, const form::CheckedSchedule& checked,
           const form::Timing& timing)
    : schedule_(&schedule), checked_(&checked), timing_(&timing) {
  for (const form::Instruction& i : schedule.instructions) {
    stops_.push_back(static_cast<std::uint8_t>(form::stop_of(form::queue_of(i.queue))));
  }
  far_stops_ = stops_;
  for (const form::Edge& e : checked.edges) {
    const std::uint32_t from = stops_[e.producer];
    const std::uint32_t to = stops_[e.consumer];
    std::uint8_t& far = far_stops_[e.producer];
    if (to > from ? to > far : to < far) far = static_cast<std::uint8_t>(to);
  }
  reaches_.reserve(checked.edges.size());
  for (std::size_t e = 0; e < checked.edges.size(); ++e) {
    const form::Edge& edge = checked.edges[e];
    const std::uint32_t end = edge.first + edge.count;
    const bool goes_on = e > 0 && checked.edges[e - 1].consumer == edge.consumer &&
                         checked.edges[e - 1].operand == edge.operand;
    reaches_.push_back(goes_on ? std::max(reaches_.back(), end) : end);
  }
  tasks_from_.assign(schedule.instructions.size() + 1, 0);
  for (const form::Task& t : checked.tasks) ++tasks_from_[t.instruction + 1];
  for (std::size_t i = 1; i < tasks_from_.size(); ++i) tasks_from_[i] += tasks_from_[i - 1];
  tasks_of_.resize(checked.tasks.size());
  std::vector<std::uint64_t> next(tasks_from_.begin(), tasks_from_.end());
  for (std::uint32_t t = 0; t < checked.tasks.size(); ++t) {
    tasks_of_[next[checked.tasks[t].instruction]++] = t;
  }
  for (std::size_t i = 0; i + 1 < tasks_from_.size(); ++i) {
    std::sort(tasks_of_.begin() + static_cast<std::ptrdiff_t>(tasks_from_[i]),
              tasks_of_.begin() + static_cast<std::ptrdiff_t>(tasks_from_[i + 1]),
              [&](std::uint32_t a, std::uint32_t b) { return task(a).first < task(b).first; });
  }
}

std::uint32_t Flow::task_with(std::uint32_t instruction, std::uint32_t element) const {
  const auto begin = tasks_of_.begin() + static_cast<std::ptrdiff_t>(tasks_from_[instruction]);
  const auto end = tasks_of_.begin() + static_cast<std::ptrdiff_t>(tasks_from_[instruction + 1]);
  const auto after = std::upper_bound(
      begin, end, element, [&](std::uint32_t e, std::uint32_t t) { return e < task(t).first; });
  if (after == begin || element >= task(after[-1]).first + task(after[-1]).count) {
    fail(Category::internal, "tsp: element " + std::to_string(element) + " of instruction " +
                                 std::to_string(instruction) + " belongs to no task");
  }
  return after[-1];
}

void Flow::split(const form::Edge& edge, const form::Task& task, Take take,
                 const std::function<void(const Take&)>& body) const {
  const std::uint32_t end = std::min(edge.first + edge.count, task.first + task.count);
  for (std::uint32_t k = std::max(edge.first, task.first); k < end; k += take.count) {
    const std::int64_t from = edge.producer_first + (std::int64_t{k} - edge.first) * take.step;
    take.element = static_cast<std::uint32_t>(from);
    take.producer = task_with(edge.producer, take.element);
    const form::Task& producer = checked_->tasks[take.producer];
    std::int64_t more = end - k;
    if (take.step > 0) {
      const std::int64_t left = std::int64_t{producer.first} + producer.count - from;
      more = std::min(more, (left + take.step - 1) / take.step);
    } else if (take.step < 0) {
      more = std::min(more, (from - producer.first) / -take.step + 1);
    }
    take.first = k;
    take.count = static_cast<std::uint32_t>(more);
    body(take);
  }
}

void Flow::each_take(std::uint32_t number, const std::function<void(const Take&)>& body) const {
  const form::Task& task = checked_->tasks[number];
  const std::uint32_t end = task.first + task.count;
  std::uint64_t e = checked_->edges_from[task.instruction];
  const std::uint64_t last = checked_->edges_from[task.instruction + 1];
  const auto edge_at = [&](std::uint64_t at) {
    return checked_->edges.begin() + static_cast<std::ptrdiff_t>(at);
  };
  while (e < last) {  // an operand, whose edges are by their first element
    const std::uint32_t operand = checked_->edges[e].operand;
    const auto of_operand = std::partition_point(
        edge_at(e), edge_at(last), [&](const form::Edge& one) { return one.operand == operand; });
    const auto next = static_cast<std::uint64_t>(of_operand - checked_->edges.begin());
    const auto reach = reaches_.begin();
    e = static_cast<std::uint64_t>(std::upper_bound(reach + static_cast<std::ptrdiff_t>(e),
                                                    reach + static_cast<std::ptrdiff_t>(next),
                                                    task.first) -
                                   reach);
    for (; e < next && checked_->edges[e].first < end; ++e) {
      const form::Edge& edge = checked_->edges[e];
      if (edge.first + edge.count <= task.first) continue;
      Take take;
      take.operand = edge.operand;
      take.step = edge.producer_step;
      take.stream = edge.stream;
      take.byte = edge.byte;
      take.width = edge.width;
      if (edge.width == 0) take.width = result_width(schedule_->instructions[edge.producer]);
      split(edge, task, take, body);
    }
    e = next;
  }
}

Cycle Flow::due(std::uint32_t number, std::uint32_t element) const {
  const form::Instruction& i = instruction_of(number);
  const Cycle dispatch = i.cycle + Cycle{element} * i.interval_cycles;
  if (changes_state(i.opcode)) return dispatch + effect_delay_cycles(*timing_, i);
  Cycle delay = 0;
  for (std::size_t operand = 0; operand < 2; ++operand) {
    if (operand_width(i, operand) == 0) continue;
    delay = std::max(delay, operand_delay_cycles(*timing_, i, operand));
  }
  return dispatch + delay;
}

Plan::Plan(const Flow& flow, std::uint32_t begin_stop, std::uint32_t end_stop, bool data)
    : begin(begin_stop), end(end_stop) {
  const auto& all = flow.schedule().instructions;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::uint32_t stop = flow.stop_of_instruction(i);
    if (stop >= begin && stop < end) instructions.push_back(i);
  }
  std::stable_sort(instructions.begin(), instructions.end(), [&](std::uint32_t a, std::uint32_t b) {
    return all[a].last_cycle() < all[b].last_cycle();
  });
  if (!data) return;
  add_tasks(flow);
  add_passages(flow);
}

void Plan::add_tasks(const Flow& flow) {
  for (std::uint32_t t = 0; t < flow.checked().tasks.size(); ++t) {
    const std::uint32_t stop = flow.stop_of(t);
    if (stop < begin || stop >= end) continue;
    tasks.push_back(t);
    due.push_back(flow.due(t, flow.task(t).first));
  }
  // They are in this order already, or what stands before one that is due is run with it.
  for (std::size_t t = due.size(); t-- > 1;) due[t - 1] = std::min(due[t - 1], due[t]);
}

void Plan::use(const Flow& flow, std::uint32_t consumer, const Take& take, Extents& out) {
  const std::uint32_t from = flow.stop_of(take.producer);
  const std::uint32_t to = flow.stop_of(consumer);
  if (to >= begin && to < end) ++uses[take.producer];
  constexpr auto west = static_cast<std::size_t>(Direction::west);
  constexpr auto east = static_cast<std::size_t>(Direction::east);
  const auto add = [&](auto& list) { widen(list[take.producer], take); };
  if (from < begin && to >= begin) add(coming[west]);
  if (from < end && to >= end) add(out[east]);
  if (from >= end && to < end) add(coming[east]);
  if (from >= begin && to < begin) add(out[west]);
}

void Plan::add_passages(const Flow& flow) {
  uses.assign(flow.checked().tasks.size(), 0);
  Extents out;
  for (std::uint32_t t = 0; t < flow.checked().tasks.size(); ++t) {
    flow.each_take(t, [&](const Take& take) { use(flow, t, take, out); });
  }
  for (std::size_t side = 0; side < 2; ++side) {
    const bool to_west = side == static_cast<std::size_t>(Direction::west);
    auto& list = leaving[side];
    for (const auto& [task, extent] : out[side]) {
      const form::Instruction& i = flow.instruction_of(task);
      const std::uint32_t from = flow.stop_of(task);
      const std::uint32_t hops = to_west ? from - begin : end - 1 - from;
      // A task's result is there whole, and those who take of it may run from its first element on.
      list.push_back({i.cycle + Cycle{flow.task(task).first} * i.interval_cycles +
                          result_delay_cycles(flow.timing(), i) + hops,
                      task, extent});
      ++uses[task];
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Passage& a, const Passage& b) { return a.cycle < b.cycle; });
    for (std::uint32_t at = 0; at < list.size(); ++at) leaving_at[side][list[at].task] = at;
  }
}

}  // namespace weft::machine::tsp
