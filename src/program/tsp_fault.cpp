// SPDX-License-Identifier: Apache-2.0
// A TSP's faults in words.
#include "program/tsp_fault.hpp"

#include <array>

#include "base/counted.hpp"
#include "program/tsp_cable.hpp"
#include "program/tsp_shape.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FaultCode::count_)> fault_names = {
    "wrong stream group",
    "ALU fed by both directions",
    "operation of a large ALU",
    "chain out of reach",
    "wrong type",
    "map that is no bijection",
    "K or N beyond the plane",
    "accumulator overrun",
    "address out of range",
    "program text does not fit its slices",
    "bank used twice",
    "queue used twice",
    "queue parked",
    "read and write of one bank",
    "install while the buffer is in use",
    "undriven operand",
    "other operand than named",
    "two drivers",
    "two clocks without deskew",
    "link busy",
    "send without receive",
    "receive without send",
    "receive too early",
    "receiver full",
    "clock drifted",
};

std::string number(std::uint64_t value) { return std::to_string(value); }

class Description {
 public:
  Description(const Program& program, const Fault& fault)
      : p_(program), f_(fault), s_(program.schedules.at(program.schedule_of_chip.at(fault.chip))) {}

  std::string text() const {
    std::string out;
    if (f_.instruction < s_.instructions.size()) {
      out = place_text(p_, s_.instructions[f_.instruction]);
    } else if (!p_.file.empty()) {
      out = p_.file + ": ";
    }
    out += std::string(name_of(f_.code)) + ": ";
    if (p_.chips() > 1) out += "chip " + number(f_.chip) + ": ";
    return out + what();
  }

 private:
  const Instruction& one() const { return s_.instructions.at(f_.instruction); }
  std::string cycle() const { return " in cycle " + number(f_.cycle); }
  std::string queue() const { return name_of(queue_of(one().queue)); }

  std::string of(std::uint32_t instruction) const {
    const std::uint32_t line = s_.instructions.at(instruction).line;
    std::string out = text_of(p_, s_, instruction);
    if (line > 0 && out.back() == ')') {
      out.pop_back();
      out += ", line " + number(line) + ")";
    }
    return out;
  }
  /// The instruction blamed; its line stands in front already.
  std::string subject() const { return text_of(p_, s_, f_.instruction); }
  std::string element_of(std::uint32_t element, std::uint32_t instruction) const {
    return "element " + number(element) + " of " + of(instruction);
  }

  std::string operand() const {
    const Opcode opcode = one().opcode;
    if (opcode == Opcode::accumulate) return f_.operand == 1 ? "accumulator row" : "row of sums";
    if (f_.operand == 2) return opcode == Opcode::activate ? "array" : "buffer";
    if (opcode == Opcode::alu) return f_.operand == 0 ? "operand a" : "operand b";
    return "operand " + number(f_.operand);
  }
  std::string stream(Direction direction) const {
    return "stream " + std::string(direction == Direction::east ? "e" : "w") + number(f_.stream);
  }

  std::string what() const {
    switch (f_.code) {
      case FaultCode::program_text_overflow:
        return "the instructions of all queues take more than the slices that hold them";
      case FaultCode::bank_used_twice:
      case FaultCode::bank_read_and_write:
        return subject() + " and " + of(f_.other) + " use bank " + number(one().bank) + " of " +
               queue() + cycle();
      case FaultCode::queue_used_twice:
        return subject() + " and " + of(f_.other) + " are both dispatched" + cycle();
      case FaultCode::queue_parked:
        return parked();
      case FaultCode::install_while_in_use:
        return in_use();
      case FaultCode::undriven_operand:
        return undriven();
      case FaultCode::other_operand:
        return other();
      case FaultCode::two_drivers:
        return drivers();
      default:
        return f_.code < FaultCode::program_text_overflow ? alone() : between_chips();
    }
  }

  /// What is wrong with the instruction in itself.
  std::string alone() const {
    const std::string begin = subject() + cycle();
    const Instruction& i = one();
    switch (f_.code) {
      case FaultCode::wrong_stream_group:
        return begin + groups();
      case FaultCode::alu_both_directions:
        return begin + " takes streams of the same four from both directions";
      case FaultCode::small_alu:
        return begin + ": " + std::string(numerics::traits_of(i.operation).name) +
               " is for the large ALUs 0, 2, 5, 7, 8, 10, 13, 15";
      case FaultCode::chain_out_of_reach:
        return begin + " takes the result of an ALU that is not in the column before";
      case FaultCode::wrong_type:
        return begin + " does not take " + std::string(numerics::name_of(i.type)) + " to " +
               std::string(numerics::name_of(i.result_type));
      case FaultCode::map_no_bijection:
        return begin + " has a map that does not use every lane once";
      case FaultCode::beyond_plane:
        return begin + (i.opcode == Opcode::activate
                            ? " takes half " + number(i.half) +
                                  " of the lanes; f16 has halves 0 and 1, i8 takes all lanes"
                            : " takes " + counted(i.rows, "row") +
                                  " of weights; i8 has 320 at most, f16 160");
      default:
        return begin + outside();
    }
  }

  /// An address that there is none of.
  std::string outside() const {
    const Instruction& i = one();
    const std::int64_t at = i.address_of(f_.other_element);
    if (traits_of(i.opcode).unit == Unit::mem && at >= 0 && at < std::int64_t{words_a_bank}) {
      return ": " + queue() + " holds program text, and no other words";
    }
    std::string out =
        ": element " + number(f_.other_element) + " is at address " + std::to_string(at);
    if (traits_of(i.opcode).unit == Unit::mem) {
      out += "; a bank has words 0 to " + number(words_a_bank - 1);
    }
    return out;
  }

  std::string groups() const {
    const Widths widths = widths_of(one());
    if (widths.any) return " takes and gives one aligned group of equal width";
    std::string out = " takes";
    if (operands_of(one()) == 0) out = " gives";
    for (std::uint32_t o = 0; o < operands_of(one()); ++o) {
      out += (o > 0 ? " and " : " ") + number(widths.operand[o]);
    }
    if (operands_of(one()) == 0) out += " " + number(widths.result);
    return out + (widths.unaligned ? " streams" : " aligned streams");
  }

  std::string parked() const {
    if (f_.other == none) return subject() + cycle() + " parks " + queue() + " for good";
    return subject() + " is dispatched" + cycle() + ", while " + of(f_.other) + " parks " + queue();
  }

  std::string in_use() const {
    const std::string begin = "element " + number(f_.element) + " of " + subject() + cycle();
    if (f_.other == none) return begin + " takes rows of the buffer that were not loaded";
    const std::string other = element_of(f_.other_element, f_.other);
    const Opcode by = s_.instructions.at(f_.other).opcode;
    if (one().opcode == Opcode::load_weights) {
      return begin + (by == Opcode::install_weights ? " loads while " + other + " takes the buffer"
                                                    : " loads over " + other);
    }
    if (by == Opcode::activate) return begin + " replaces the array that " + other + " names";
    return begin + " takes rows of the buffer that were not loaded since " + other;
  }

  std::string undriven() const {
    const Instruction& i = one();
    const std::string begin = operand() + " of " + subject() + cycle();
    const Operand& taken = i.operands.at(f_.operand);
    if (taken.kind == Operand::Kind::stream) {
      return begin + ": nothing drives " + stream(taken.group.direction) + " at " +
             stop_name(stop_of(queue_of(i.queue))) + " then";
    }
    if (taken.kind == Operand::Kind::chain) {
      return begin + ": no result of its width comes from vxm." + number(taken.alu) + " then";
    }
    if (i.opcode == Opcode::activate) return begin + ": no weights of its type are installed";
    if (f_.operand == 1) {
      return begin + ": nothing was stored in row " + std::to_string(i.address_of(f_.element));
    }
    return begin + ": none of its type comes out then";
  }

  std::string other() const {
    const Instruction& i = one();
    const Operand& taken = i.operands.at(f_.operand);
    const bool stream = taken.kind == Operand::Kind::stream;
    const std::uint32_t within = stream ? (f_.stream - taken.group.first) % 32U : 0;
    const Name& name = s_.names.at(taken.names + (taken.name_count == 1 ? 0 : within));
    const std::int64_t wanted = name.first + std::int64_t{f_.element} * name.step;
    std::string out = operand() + " of " + subject() + cycle() + " takes " +
                      element_of(f_.other_element, f_.other) + ", not ";
    out += "element " + std::to_string(wanted);
    return name.producer == f_.other ? out : out + " of " + of(name.producer);
  }

  std::string drivers() const {
    const std::string both = "element " + number(f_.element) + " of " + subject() + " and " +
                             element_of(f_.other_element, f_.other);
    const StreamGroup& group = one().result;
    if (f_.stream == none) return both + " come out of " + queue() + cycle();
    return both + " drive " + stream(group.direction) + " at " +
           stop_name(stop_of(queue_of(one().queue))) + cycle();
  }

  std::string between_chips() const {
    const std::string begin = "element " + number(f_.element) + " of " + subject() + cycle();
    const bool sends = one().opcode == Opcode::send;
    if (!sends && one().opcode != Opcode::receive) return begin;
    if (f_.far_chip == none) return begin + ": no cable is at " + queue();
    const std::string far =
        "chip " + number(f_.far_chip) + ", " + name_of(queue_of_link(f_.far_link));
    const std::string way = begin + (sends ? ", to " : ", from ") + far;
    switch (f_.code) {
      case FaultCode::send_without_receive:
        return way + ": nothing is received there any more";
      case FaultCode::receive_without_send:
        return way + ": nothing is sent from there any more";
      case FaultCode::link_busy:
        return way + ": the link has not taken the vector before";
      case FaultCode::receive_too_early:
        return way + ": the vector is still on its way";
      case FaultCode::receiver_full:
        return way + ": a vector arrives behind as many as the link holds";
      case FaultCode::clock_drifted:
        return way + ": the clocks are so far apart that the vector is still on its way";
      default:
        return way;
    }
  }

  const Program& p_;
  const Fault& f_;
  const Schedule& s_;
};

}  // namespace

std::string_view name_of(FaultCode code) { return fault_names.at(static_cast<std::size_t>(code)); }

std::string describe(const Program& program, const Fault& fault) {
  return Description(program, fault).text();
}

}  // namespace weft::program::tsp
