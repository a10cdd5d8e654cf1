// SPDX-License-Identifier: Apache-2.0
// The naive TSP's MXM planes: buffers, arrays, rows of sums, accumulators.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "program/tsp_oracle_chip.hpp"

namespace weft::program::tsp::oracle {

std::vector<Plane*> Chip::planes(Element e) {
  auto& side = planes_.at(static_cast<std::size_t>(queue(e).hemisphere));
  if (on_pair(e)) return {&side.at(0), &side.at(1)};
  return {&side.at(queue(e).index)};
}

/// Rows that an install needs have landed since the last one.
void Chip::check_install(Element e) {
  if (of(e).opcode != Opcode::install_weights || wrong_[e.run]) return;
  for (const Plane* p : planes(e)) {
    for (std::size_t row = 0; row < of(e).rows; ++row) {
      const Element by = p->buffer.at(row).by;
      if (by.run == none || of(by).type != of(e).type) {
        return found(FaultCode::install_while_in_use, e, by);
      }
    }
  }
  check_replaced(e);
}

/// The first element that a run of activate dispatches to the new array does not name the old one.
void Chip::check_replaced(Element e) {
  const Cycle effect = now_ + effect_delay_cycles(timing_, of(e));
  for (std::uint32_t i = 0; i < schedule_.instructions.size(); ++i) {
    const Instruction& run = schedule_.instructions[i];
    if (run.opcode != Opcode::activate || wrong_[i] || run.operands[2].name_count == 0) continue;
    if (run.cycle >= effect || run.last_cycle() < effect) continue;  // not begun, or over
    Element first{i, 0};
    while (cycle_of(first) < effect) ++first.number;
    const Name& name = schedule_.names.at(run.operands[2].names);
    const std::int64_t number = name.first + std::int64_t{first.number} * name.step;
    for (const Plane* mine : planes(e)) {
      for (const Plane* other : planes(first)) {
        const bool old = mine->installed.run != none && mine->installed.run == name.producer &&
                         mine->installed.number == number;
        if (mine == other && old && !replaced_until(mine, cycle_of(first))) {
          return found(FaultCode::install_while_in_use, e, first);
        }
      }
    }
  }
}

/// Whether a later install replaces a plane's array until a cycle.
bool Chip::replaced_until(const Plane* plane, Cycle last) {
  for (std::uint32_t i = 0; i < schedule_.instructions.size(); ++i) {
    const Instruction& run = schedule_.instructions[i];
    if (run.opcode != Opcode::install_weights || wrong_[i]) continue;
    for (Element e{i, 0}; e.number < run.count; ++e.number) {
      const bool later = cycle_of(e) > now_ && cycle_of(e) + timing_.mxm_install_cycles <= last;
      for (const Plane* p : planes(e)) {
        if (later && p == plane) return true;
      }
    }
  }
  return false;
}

void Chip::load(Element e, const Vectors& a) {
  const std::size_t width = numerics::width_of(of(e).type);
  Effect effect{e, {}, {}, {}};
  for (std::size_t i = 0; options_.data && i < 16 / width; ++i) {
    effect.weights.emplace_back(a.begin() + static_cast<std::ptrdiff_t>(i * width),
                                a.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
  }
  change_later(std::move(effect));
}

/// Rows arrive in the buffer, which no install takes now, beside rows of the same type only.
void Chip::land(const Effect& effect) {
  const Element e = effect.by;
  const auto first = static_cast<std::size_t>(of(e).address_of(e.number));
  const std::size_t rows = 16 / numerics::width_of(of(e).type);
  std::optional<Element> other;
  for (const Plane* p : planes(e)) {
    if (now_ < p->buffer_free) other = p->installed;
    for (std::size_t row = 0; row < lanes; ++row) {
      const Element by = p->buffer.at(row).by;
      const bool again = row >= first && row < first + rows;
      if (by.run != none && (again || of(by).type != of(e).type)) other = by;
    }
  }
  if (other) {
    Fault fault;
    fault.cycle = cycle_of(e);
    fault.queue = of(e).queue;
    fault.code = FaultCode::install_while_in_use;
    fault.element = e.number;
    fault.instruction = e.run;
    fault.other = other->run;
    fault.other_element = other->number;
    found(fault);
  }
  for (std::size_t i = 0; i < rows; ++i) {
    for (Plane* p : planes(e)) p->buffer.at(first + i).by = e;
    if (options_.data) plane(e).buffer.at(first + i).data = effect.weights[i];
  }
}

void Chip::install(Element e) {
  Effect effect{e, {}, {}, {}};
  Element last;
  for (std::size_t row = 0; row < of(e).rows; ++row) {
    const Plane::Row& from = plane(e).buffer.at(row);
    if (row == 0) {
      take(e, 2, from.by);  // the one that is named
    } else if (from.by.run != none && !(from.by == last)) {
      note(e, 2, from.by);
    }
    last = from.by;
    if (options_.data) effect.weights.push_back(from.data);
  }
  for (Plane* p : planes(e)) {
    for (Plane::Row& row : p->buffer) row.by = {};
    p->buffer_free = now_ + timing_.mxm_install_cycles;
    p->installed = e;
  }
  change_later(std::move(effect));
}

void Chip::activate(Element e, const Vectors& a) {
  const Element array = plane(e).array;
  bool there = array.run != none && of(array).type == of(e).type;
  for (const Plane* p : planes(e)) there = there && p->array == array;
  take(e, 2, there ? array : Element());
  const bool compute = there && options_.data;
  change_later({e, compute ? row_of_sums(of(e), plane(e).weights, a) : Vectors(), {}, {}});
}

/// Accumulates that were dispatched before are seen.
void Chip::accumulate(Element e) {
  const Instruction& run = of(e);
  const auto address = static_cast<std::size_t>(run.address_of(e.number));
  const Value& row = plane(e).sums;
  const bool comes = row.by.run != none && of(row.by).type == run.type;
  take(e, 2, comes ? row.by : Element());
  bool stored = true;
  for (const Plane* p : planes(e)) {
    const Element by = p->accumulators.at(address).by;
    stored = stored && by.run != none && of(by).type == run.type;
  }
  if (run.adds != 0 && !stored) found(FaultCode::undriven_operand, e, {}, 2);
  Vectors sum;
  if (options_.data) {
    const Vectors& before = plane(e).accumulators.at(address).data;
    sum = run.adds == 0 ? row.data : added(run.type, before, row.data);
  }
  for (Plane* p : planes(e)) p->accumulators.at(address) = {e, sum};
  send(e, std::move(sum));
}

}  // namespace weft::program::tsp::oracle
