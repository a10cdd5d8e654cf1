// SPDX-License-Identifier: Apache-2.0
// What a TSP's hardware can't do in a schedule: the first such thing, by name.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "program/tsp.hpp"

namespace weft::program::tsp {

/// In order of precedence where one cycle and queue has several. "At" is the cycle that counts.
enum class FaultCode : std::uint8_t {
  // At the first dispatch of the instruction, element 0: what is wrong with it in itself. Such an
  // instruction only dispatches: what it would take, drive or change is left out.
  wrong_stream_group,     ///< width or alignment are not what opcode and type take
  alu_both_directions,    ///< operands of one ALU: the same group of four from both directions
  small_alu,              ///< an operation that only large ALUs have
  chain_out_of_reach,     ///< a chain from an ALU that is not in the column before
  wrong_type,             ///< the operation does not take the type, or not give the result's
  map_no_bijection,       ///< permute
  beyond_plane,           ///< rows beyond the plane, or a half that is none
  accumulator_overrun,    ///< accumulator row beyond the last, of any element
  address_out_of_range,   ///< word beyond the bank or in a slice of program text, weight row beyond
                          ///< the buffer, of any element
  program_text_overflow,  ///< the chip's text does not fit its slices; at cycle 0, queue 0
  // At the dispatch; of two dispatches of one cycle. In a MEM queue one read or gather and one
  // write or scatter may be, in a link's one send and one receive; an fp16 instruction of an MXM
  // takes the queues of both planes.
  bank_used_twice,      ///< two reads, or two writes, of one bank
  queue_used_twice,     ///< else
  queue_parked,         ///< between a sync and the release, or a sync that nothing releases
  bank_read_and_write,  ///< of one bank
  /// Of a buffer: rows land in it effect_delay_cycles() after the dispatch of load_weights; what
  /// landed by an install's dispatch that install takes; while it does, mxm.install_cycles long,
  /// the buffer is in use. At the dispatch of a load: a row that landed already since the last
  /// install,
  /// or while the buffer is in use, or of another type than a row that waits there. At the dispatch
  /// of an install: a row below `rows` that did not land since the last one in the install's type,
  /// or the first element that a run of activate, begun before, dispatches to the new array names
  /// the one replaced.
  install_while_in_use,
  // At the cycle in which the operand is taken.
  undriven_operand,  ///< no driver, no array, no row of sums; `adds` to a row never stored; or one
                     ///< of another type, a chained result narrower than the type
  other_operand,     ///< another element or instruction than the one named
  // At the drive cycle.
  two_drivers,  ///< of one stream at one stop, or two results of one ALU's chain
  // Between chips, at the dispatch.
  clocks_without_deskew,  ///< send or receive of a chip whose clock was never aligned
  link_busy,              ///< send before the link has taken the last vector
  send_without_receive,
  receive_without_send,
  receive_too_early,
  receiver_full,
  clock_drifted,  ///< receive misses its vector by drift since the last runtime_deskew
  count_
};
/// As messages say it: "two drivers of a stream".
std::string_view name_of(FaultCode code);

/// The first fault of a program is the least by (cycle, chip, queue, code, element); what follows
/// says more of it. `instruction` is the one whose queue it is: of two drivers or two dispatches
/// the later by (queue, index in the schedule).
struct Fault {
  Cycle cycle = never;
  std::uint32_t chip = 0;
  std::uint32_t queue = 0;
  FaultCode code = FaultCode::count_;
  std::uint32_t element = 0;         ///< of the run
  std::uint32_t instruction = none;  ///< index in the chip's schedule
  std::uint32_t other = none;        ///< the second instruction, where there is one
  std::uint32_t other_element = 0;
  std::uint32_t stream = 0;  ///< undriven and other operand, two drivers: the stream; none: a chain
  std::uint32_t operand = 0;      ///< index of the operand
  std::uint32_t far_chip = none;  ///< between chips: where the link leads; none: nowhere
  std::uint32_t far_link = 0;

  /// What two checkers must agree on.
  friend constexpr auto first_of(const Fault& a, const Fault& b) {
    if (a.cycle != b.cycle) return a.cycle <=> b.cycle;
    if (a.chip != b.chip) return a.chip <=> b.chip;
    if (a.queue != b.queue) return a.queue <=> b.queue;
    if (a.code != b.code) return a.code <=> b.code;
    return a.element <=> b.element;
  }
};

/// One sentence: file and line, what, cycle, chip, resource, both instructions by label or number.
std::string describe(const Program& program, const Fault& fault);

}  // namespace weft::program::tsp
