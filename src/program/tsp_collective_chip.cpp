// SPDX-License-Identifier: Apache-2.0
// What chips of a collective do: send, receive, sum.
#include "program/tsp_collective_chip.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_links.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t west_stop = 2;
constexpr std::uint32_t east_stop = 26;

std::uint8_t small(std::uint32_t value) { return static_cast<std::uint8_t>(value); }

}  // namespace

std::uint32_t stop_of_link(std::uint32_t link) {
  return queue_of_link(link).hemisphere == Hemisphere::west ? west_stop : east_stop;
}

Cycle leaves(Cycle start, Cycle offset, const Group& from, std::uint32_t link) {
  const std::uint32_t stop = stop_of(from.byte(0, 0, 0));
  const std::uint32_t to = stop_of_link(link);
  return start + offset + (stop < to ? to - stop : stop - to);
}

Cycle shared_leaves(Cycle start, std::uint32_t place, std::uint32_t link) {
  return start + place + (stop_of_link(link) == west_stop ? 0 : link_vector_cycles / 2);
}

CollectiveChip::CollectiveChip(Program& program, Schedule& schedule, const Timing& timing,
                               VectorType type, Cycle length_cycles)
    : runs_(program, schedule, timing), timing_(timing), type_(type) {
  flight_ = crossing_cycles(timing, length_cycles);
}

void CollectiveChip::send(std::uint32_t link, Cycle sent, std::uint8_t stream,
                          const Vectors& from) {
  send_all({&link, 1}, sent, stream, from);
}

void CollectiveChip::send_all(std::span<const std::uint32_t> links, Cycle sent, std::uint8_t stream,
                              const Vectors& from) {
  if (from.count == 0 || links.empty()) return;
  const Repeat repeat{from.count, link_element_cycles};
  for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
    const Cycle at = sent + byte * link_vector_cycles;
    const Place place = from.group.byte(byte, from.bank, from.address);
    const std::uint32_t read = runs_.read(place, stop_of_link(links[0]), at, stream, repeat);
    for (const std::uint32_t link : links) runs_.send(link, at, stream, read, repeat);
  }
}

Cycle CollectiveChip::even(std::uint32_t link, std::uint32_t stop) const {
  const std::uint32_t west = stop - west_stop;
  const std::uint32_t east = east_stop - stop;
  return std::max(west, east) - (stop_of_link(link) == west_stop ? west : east);
}

void CollectiveChip::receive(std::uint32_t link, Cycle sent, std::uint8_t stream,
                             std::span<const Vectors> into) {
  const Vectors& first = into[0];
  if (first.count == 0) return;
  const std::uint32_t stop = stop_of(first.group.byte(0, 0, 0));
  const Repeat repeat{first.count, link_element_cycles};
  for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
    const Cycle at = sent + byte * link_vector_cycles + flight_ + even(link, stop);
    const std::uint32_t received = runs_.receive(link, at, stream, repeat);
    const Cycle driven = at + result_delay_cycles(timing_, runs_.at(received));
    for (const Vectors& one : into) {
      runs_.write(one.group.byte(byte, one.bank, one.address), stop_of_link(link), driven, stream,
                  received, repeat);
    }
  }
}

Operand CollectiveChip::operand(const Vectors& part, std::uint32_t number, Cycle cycle) {
  std::vector<std::uint32_t> reads;
  for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
    reads.push_back(runs_.read(part.group.byte(byte, part.bank, part.address), vxm_stop, cycle,
                               small(number * planes_an_element + byte), {part.count, 1}));
  }
  const bool west = part.group.hemisphere == Hemisphere::west;
  const StreamGroup group{west ? Direction::east : Direction::west,
                          small(number * planes_an_element), planes_an_element, 0};
  return runs_.stream_operand(group, reads);
}

std::uint32_t CollectiveChip::add(std::uint8_t alu, Cycle cycle, const Operand& a, const Operand& b,
                                  Repeat repeat) {
  return runs_.alu(alu, VectorOperation::add, type_, cycle, {a, b}, {}, repeat);
}

void CollectiveChip::sum(Cycle start, std::span<const Vectors> parts,
                         std::span<const Vectors> into) {
  const Repeat repeat{parts[0].count, 1};
  if (repeat.count == 0) return;
  if (parts.size() != 4 && parts.size() != 8) {
    fail(Category::internal, "tsp: a sum has 4 or 8 parts");
  }
  std::vector<Operand> level;
  for (std::uint32_t i = 0; i < parts.size(); ++i) level.push_back(operand(parts[i], i, start));
  std::uint32_t total = none;
  Cycle cycle = start;
  for (std::uint32_t column = 0; level.size() > 1; ++column) {
    cycle = start + column * timing_.vxm_operation_cycles;
    std::vector<Operand> next;
    for (std::uint32_t pair = 0; pair < level.size() / 2; ++pair) {
      const auto alu = small(column * (alus / alu_columns) + pair);
      total =
          add(alu, cycle, level[std::size_t{2} * pair], level[std::size_t{2} * pair + 1], repeat);
      if (level.size() > 2) next.push_back(runs_.chain_operand(alu, total));
    }
    if (level.size() == 2) break;
    level = next;
  }
  const Cycle driven = cycle + result_delay_cycles(timing_, runs_.at(total));
  const Direction way = towards(vxm_stop, stop_of(into[0].group.byte(0, 0, 0)));
  runs_.at(total).result = {way, 0, planes_an_element, 0};
  for (const Vectors& one : into) {
    for (std::uint32_t byte = 0; byte < planes_an_element; ++byte) {
      runs_.write(one.group.byte(byte, one.bank, one.address), vxm_stop, driven, small(byte), total,
                  repeat);
    }
  }
}

}  // namespace weft::program::tsp
