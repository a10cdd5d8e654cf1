// SPDX-License-Identifier: Apache-2.0
// Messages in a node, direct and spread over detours.
#include "program/tsp_message.hpp"

#include <algorithm>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "program/tsp_collective_chip.hpp"
#include "program/tsp_links.hpp"
#include "program/tsp_runs.hpp"
#include "program/tsp_system.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t sender = 0;
constexpr std::uint32_t receiver = 1;
constexpr std::uint32_t ways = local_links;

std::uint8_t narrow(std::uint32_t value) { return static_cast<std::uint8_t>(value); }

class Message {
 public:
  Message(const Timing& timing, std::uint32_t vectors, bool detours)
      : timing_(timing),
        wiring_(chips_a_node, cables_of({chips_a_node, 1, 1, 1})),
        vectors_(vectors),
        ways_(detours ? ways : 1) {
    flight_ = crossing_cycles(timing, 10'000 + Cycle{vectors} * link_vector_cycles);
  }

  Program write() {
    program_.schedules.resize(chips_a_node);
    for (std::uint32_t chip = 0; chip < chips_a_node; ++chip) {
      program_.schedule_of_chip.push_back(chip == receiver || chip < ways_ + 1 ? chip : none);
    }
    for (const std::uint32_t chip : program_.schedule_of_chip) {
      if (chip == none) continue;
      const std::uint32_t other = chip == receiver ? sender : receiver;
      runs(chip).deskew(wiring_.between(chip, other).at(0), 0);
    }
    const Cycle start = alignment_cycles(timing_, 1) + 2 * stops;
    for (std::uint32_t way = 0; way < ways_; ++way) carry(way, start);
    program_.tensors = {tensor("message", Tensor::Role::input, sender),
                        tensor("received", Tensor::Role::output, receiver)};
    return std::move(program_);
  }

 private:
  Runs runs(std::uint32_t chip) { return {program_, program_.schedules[chip], timing_}; }
  Repeat repeat(std::uint32_t way) const {
    return {(vectors_ + ways_ - 1 - way) / ways_, link_vector_cycles};
  }
  /// Each way has a slice of its own at both ends, so that ways meet nowhere but on streams.
  Place place(std::uint32_t way, std::uint8_t bank) const {
    return {Hemisphere::east, way * slices_a_group + 1, bank, 0, 1};  // not where text lies
  }

  void carry(std::uint32_t way, Cycle start) {
    const Repeat repeat_here = repeat(way);
    if (repeat_here.count == 0) return;
    const std::uint32_t relay = way + 1;  // way 0 is direct: its "relay" is the receiver
    Runs first = runs(sender);
    const std::uint32_t out = wiring_.between(sender, relay).at(0);
    const std::uint8_t stream = narrow(way);
    const std::uint32_t read =
        first.read(place(way, 0), stop_of_link(out), start, stream, repeat_here);
    first.send(out, start, stream, read, repeat_here);
    Cycle sent = start;
    if (relay != receiver) sent = pass_on(relay, way, start);
    const std::uint32_t in = wiring_.between(receiver, relay == receiver ? sender : relay).at(0);
    take(receiver, in, sent, place(way, 1), narrow(ways + way), repeat_here);
  }

  /// Gives the cycle in which element 0 is written.
  Cycle take(std::uint32_t chip, std::uint32_t link, Cycle sent, const Place& into,
             std::uint8_t stream, Repeat repeat_here) {
    Runs here = runs(chip);
    const std::uint32_t received = here.receive(link, sent + flight_, stream, repeat_here);
    const Cycle driven = sent + flight_ + result_delay_cycles(timing_, here.at(received));
    const std::uint32_t written =
        here.write(into, stop_of_link(link), driven, stream, received, repeat_here);
    return here.at(written).cycle;
  }

  /// Gives the cycle in which element 0 is sent on.
  Cycle pass_on(std::uint32_t relay, std::uint32_t way, Cycle sent) {
    const std::uint32_t in = wiring_.between(relay, sender).at(0);
    const std::uint32_t out = wiring_.between(relay, receiver).at(0);
    // The slice next to where it comes in, so that it may leave on either side.
    const bool west = stop_of_link(in) < vxm_stop;
    const Place at{west ? Hemisphere::west : Hemisphere::east, slices_a_hemisphere - 1, 0, 0, 1};
    const Repeat repeat_here = repeat(way);
    const Cycle written = take(relay, in, sent, at, 0, repeat_here);
    Runs here = runs(relay);
    const std::uint32_t from = stop_of(at);
    const std::uint32_t to = stop_of_link(out);
    const Cycle travel = from < to ? to - from : from - to;
    const Cycle leaves = written + timing_.mem_write_cycles + timing_.mem_read_cycles + travel;
    const std::uint32_t read = here.read(at, to, leaves, 1, repeat_here);
    here.send(out, leaves, 1, read, repeat_here);
    return leaves;
  }

  Tensor tensor(const char* name, Tensor::Role role, std::uint32_t chip) const {
    Tensor out;
    out.name = name;
    out.role = role;
    out.type = VectorType::i8;
    out.shape = {vectors_, lanes};
    for (std::uint32_t way = 0; way < ways_; ++way) {
      const Place at = place(way, chip == sender ? 0 : 1);
      Piece piece;
      piece.chip = chip;
      piece.hemisphere = at.hemisphere;
      piece.bank = at.bank;
      piece.slices[0] = narrow(at.slice);
      piece.words = repeat(way).count;
      piece.first = std::int64_t{way} * lanes;
      piece.word_step = std::int64_t{ways_} * lanes;
      if (piece.words > 0) out.pieces.push_back(piece);
    }
    return out;
  }

  const Timing& timing_;
  Wiring wiring_;
  std::uint32_t vectors_;
  std::uint32_t ways_;
  Cycle flight_ = 0;
  Program program_;
};

}  // namespace

Program message(const Timing& timing, std::uint32_t vectors, bool detours) {
  if (vectors == 0 || vectors > words_a_bank) {
    fail(Category::input,
         "message of " + counted(vectors, "vector") + ": 1 to " + std::to_string(words_a_bank));
  }
  return Message(timing, vectors, detours).write();
}

Cycle message_cycles(const Timing& timing, const Program& message) {
  Cycle first = never;
  Cycle last = 0;
  for (const Instruction& one : message.schedules.at(sender).instructions) {
    if (one.opcode == Opcode::send) first = std::min(first, one.cycle);
  }
  for (const Instruction& one : message.schedules.at(receiver).instructions) {
    if (one.opcode == Opcode::write) last = std::max(last, one.last_cycle());
  }
  return last + timing.mem_write_cycles - first;
}

}  // namespace weft::program::tsp
