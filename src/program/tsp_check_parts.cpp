// SPDX-License-Identifier: Apache-2.0
// What the parts of check() share: faults, names, addresses of runs.
#include "program/tsp_check_parts.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/error.hpp"

namespace weft::program::tsp::checks {
namespace {

auto rank(const Fault& f) {
  return std::tuple(f.cycle, f.chip, f.queue, f.code, f.element, f.instruction, f.operand, f.stream,
                    f.other, f.other_element);
}

struct QueuePlace {
  Queue queue;
  std::uint32_t stop = 0;
};

const std::array<QueuePlace, queues>& queue_places() {
  static const std::array<QueuePlace, queues> table = [] {
    std::array<QueuePlace, queues> out;
    for (std::uint32_t number = 0; number < queues; ++number) {
      out.at(number) = {queue_of(number), stop_of(queue_of(number))};
    }
    return out;
  }();
  return table;
}

}  // namespace

const Queue& queue_at(std::uint32_t number) { return queue_places()[number].queue; }
std::uint32_t stop_at(std::uint32_t number) { return queue_places()[number].stop; }

Fault Work::fault_of(FaultCode code, std::uint32_t instruction, std::uint32_t element,
                     Cycle cycle) const {
  Fault out;
  out.cycle = cycle;
  out.chip = chip;
  out.queue = at(instruction).queue;
  out.code = code;
  out.element = element;
  out.instruction = instruction;
  return out;
}

void Work::enumerate(std::uint64_t elements) {
  constexpr std::uint64_t most = std::uint64_t{1} << 26U;
  enumerated += elements;
  if (enumerated <= most) return;
  fail(Category::limit, "TSP program: runs of chip " + std::to_string(chip) +
                            " interleave in more than 2^26 elements, which are checked one by one");
}

void Work::report(const Fault& found) {
  if (!fault || rank(found) < rank(*fault)) fault = found;
}

void Work::report_pair(FaultCode code, std::pair<std::uint32_t, std::uint32_t> a,
                       std::pair<std::uint32_t, std::uint32_t> b, Cycle cycle,
                       std::uint32_t stream) {
  const auto place = [this](std::uint32_t index) { return std::pair(at(index).queue, index); };
  if (place(a.first) < place(b.first)) std::swap(a, b);
  Fault out = fault_of(code, a.first, a.second, cycle);
  out.other = b.first;
  out.other_element = b.second;
  out.stream = stream;
  report(out);
}

void Work::check_name(const Edge& edge, std::uint32_t stream, std::uint32_t fault_stream) {
  const Instruction& consumer = at(edge.consumer);
  const Operand& operand = consumer.operands[edge.operand];
  if (operand.name_count == 0) return;
  const Name& name = schedule.names[operand.names + (operand.name_count == 1 ? 0 : stream)];
  if (name.producer == none) return;
  std::uint32_t wrong = 0;
  if (name.producer == edge.producer &&
      edge.producer_first == name.first + std::int64_t{edge.first} * name.step) {
    if (edge.count == 1 || edge.producer_step == name.step) return;
    wrong = 1;
  }
  Fault out = fault_of(FaultCode::other_operand, edge.consumer, edge.first + wrong,
                       dispatch_cycle(consumer, edge.first + wrong) +
                           operand_delay_cycles(timing, consumer, edge.operand));
  out.other = edge.producer;
  out.other_element = static_cast<std::uint32_t>(edge.producer_first + wrong * edge.producer_step);
  out.operand = edge.operand;
  out.stream = fault_stream;
  report(out);
}

std::pair<std::int64_t, std::int64_t> address_range(const Instruction& i) {
  const std::uint32_t whole = i.count / i.inner;
  std::int64_t least = i.address;
  std::int64_t most = i.address;
  const auto take = [&](std::uint32_t element) {
    least = std::min(least, i.address_of(element));
    most = std::max(most, i.address_of(element));
  };
  take(std::min(i.inner, i.count) - 1);
  if (whole > 0) take((whole - 1) * i.inner), take(whole * i.inner - 1);
  if (i.count % i.inner != 0) take(whole * i.inner), take(i.count - 1);
  return {least, most};
}

}  // namespace weft::program::tsp::checks
