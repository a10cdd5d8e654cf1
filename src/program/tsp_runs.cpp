// SPDX-License-Identifier: Apache-2.0
// Runs by where and when their values pass.
#include "program/tsp_runs.hpp"

#include "base/error.hpp"
#include "program/tsp_cable.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a < b ? b - a : a - b; }

Queue queue_of_place(const Place& place) {
  return {Unit::mem, place.hemisphere, static_cast<std::uint8_t>(place.slice), 0};
}

void set_word(Instruction& one, const Place& place) {
  one.bank = place.bank;
  one.address = place.address;
  one.stride = place.stride;
}

/// Values on links leave their stop towards the middle, and are taken on their way outwards.
Direction inwards(std::uint32_t link) {
  return queue_of_link(link).hemisphere == Hemisphere::west ? Direction::east : Direction::west;
}

Cycle before(Cycle cycle, Cycle lead) {
  if (cycle < lead) fail(Category::internal, "tsp: a run would start before its schedule");
  return cycle - lead;
}

}  // namespace

std::uint32_t stop_of(const Place& place) { return stop_of_slice(place.hemisphere, place.slice); }

Direction towards(std::uint32_t from, std::uint32_t to) {
  if (from == to) fail(Category::internal, "tsp: a value does not pass the stop that drives it");
  return from < to ? Direction::east : Direction::west;
}

std::uint32_t Runs::add(Opcode opcode, const Queue& queue, Cycle cycle, Repeat repeat) {
  Instruction one;
  one.opcode = opcode;
  one.queue = static_cast<std::uint16_t>(number_of(queue));
  one.cycle = cycle;
  one.count = repeat.count;
  one.interval_cycles = repeat.interval_cycles;
  schedule_.instructions.push_back(one);
  return static_cast<std::uint32_t>(schedule_.instructions.size() - 1);
}

std::uint32_t Runs::read(const Place& place, std::uint32_t stop, Cycle cycle, std::uint8_t stream,
                         Repeat repeat) {
  const std::uint32_t from = stop_of(place);
  const Cycle lead = timing_.mem_read_cycles + distance(from, stop);
  const std::uint32_t index = add(Opcode::read, queue_of_place(place), before(cycle, lead), repeat);
  set_word(at(index), place);
  at(index).result = {towards(from, stop), stream, 1, 0};
  return index;
}

std::uint32_t Runs::write(const Place& place, std::uint32_t from_stop, Cycle cycle,
                          std::uint8_t stream, std::uint32_t from, Repeat repeat) {
  const std::uint32_t stop = stop_of(place);
  const std::uint32_t index =
      add(Opcode::write, queue_of_place(place), cycle + distance(from_stop, stop), repeat);
  set_word(at(index), place);
  const Operand operand = stream_operand({towards(from_stop, stop), stream, 1, 0}, {from});
  at(index).operands[0] = operand;
  return index;
}

std::uint32_t Runs::send(std::uint32_t link, Cycle cycle, std::uint8_t stream, std::uint32_t from,
                         Repeat repeat) {
  const std::uint32_t index = add(Opcode::send, queue_of_link(link), cycle, repeat);
  const Direction outwards = inwards(link) == Direction::east ? Direction::west : Direction::east;
  const Operand operand = stream_operand({outwards, stream, 1, 0}, {from});
  at(index).operands[0] = operand;
  return index;
}

std::uint32_t Runs::receive(std::uint32_t link, Cycle cycle, std::uint8_t stream, Repeat repeat) {
  const std::uint32_t index = add(Opcode::receive, queue_of_link(link), cycle, repeat);
  at(index).result = {inwards(link), stream, 1, 0};
  return index;
}

std::uint32_t Runs::deskew(std::uint32_t link, Cycle cycle) {
  return add(Opcode::deskew, queue_of_link(link), cycle, {});
}

std::uint32_t Runs::alu(std::uint8_t alu, VectorOperation operation, VectorType type, Cycle cycle,
                        std::initializer_list<Operand> operands, StreamGroup result,
                        Repeat repeat) {
  const std::uint32_t index =
      add(Opcode::alu, {Unit::vxm, Hemisphere::west, alu, 0}, cycle, repeat);
  Instruction& one = at(index);
  one.operation = operation;
  one.type = type;
  one.result_type = type;
  one.result = result;
  std::size_t place = 0;
  for (const Operand& operand : operands) one.operands.at(place++) = operand;
  return index;
}

Operand Runs::stream_operand(StreamGroup group, const std::vector<std::uint32_t>& from) {
  Operand out;
  out.kind = Operand::Kind::stream;
  out.group = group;
  out.names = static_cast<std::uint32_t>(schedule_.names.size());
  out.name_count = static_cast<std::uint32_t>(from.size());
  for (const std::uint32_t producer : from) schedule_.names.push_back({producer, 0, 0, 1});
  return out;
}

Operand Runs::chain_operand(std::uint8_t alu, std::uint32_t from) {
  Operand out;
  out.kind = Operand::Kind::chain;
  out.alu = alu;
  out.names = static_cast<std::uint32_t>(schedule_.names.size());
  out.name_count = 1;
  schedule_.names.push_back({from, 0, 0, 1});
  return out;
}

void Runs::label(std::uint32_t index, const std::string& text) {
  at(index).label = static_cast<std::uint32_t>(program_.texts.size());
  program_.texts.push_back(text);
}

}  // namespace weft::program::tsp
