// SPDX-License-Identifier: Apache-2.0
// Writes runs of a TSP's schedule by the cycle in which their operands or results pass a stop.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// How often, and how far apart.
struct Repeat {
  std::uint32_t count = 1;
  std::uint32_t interval_cycles = 1;
};

/// A word of memory, and how far it moves with each element.
struct Place {
  Hemisphere hemisphere = Hemisphere::west;
  std::uint32_t slice = 0;
  std::uint8_t bank = 0;
  std::uint32_t address = 0;
  std::int32_t stride = 1;
};

/// Appends to one schedule. Each function gives the instruction's index, to be named by others;
/// what takes an operand names instruction `from`, element by element.
class Runs {
 public:
  Runs(Program& program, Schedule& schedule, const Timing& timing)
      : program_(program), schedule_(schedule), timing_(timing) {}

  /// Reads so that element 0 can be taken at `stop` in `cycle`, on `stream` (one), from where the
  /// place lies towards it.
  std::uint32_t read(const Place& place, std::uint32_t stop, Cycle cycle, std::uint8_t stream,
                     Repeat repeat);
  /// Writes byte `byte` of `from`'s result when it passes the place. `cycle`: in which element 0
  /// leaves stop `from_stop` (its drive cycle).
  std::uint32_t write(const Place& place, std::uint32_t from_stop, Cycle cycle, std::uint8_t stream,
                      std::uint32_t from, Repeat repeat);
  std::uint32_t send(std::uint32_t link, Cycle cycle, std::uint8_t stream, std::uint32_t from,
                     Repeat repeat);
  /// Its result leaves the link's stop inwards.
  std::uint32_t receive(std::uint32_t link, Cycle cycle, std::uint8_t stream, Repeat repeat);
  std::uint32_t deskew(std::uint32_t link, Cycle cycle);
  /// An operation on an ALU; operands by stream_operand() and chain_operand().
  std::uint32_t alu(std::uint8_t alu, VectorOperation operation, VectorType type, Cycle cycle,
                    std::initializer_list<Operand> operands, StreamGroup result, Repeat repeat);
  /// Streams of a group, each driven by an instruction of its own, or all by one.
  Operand stream_operand(StreamGroup group, const std::vector<std::uint32_t>& from);
  Operand chain_operand(std::uint8_t alu, std::uint32_t from);

  Instruction& at(std::uint32_t index) { return schedule_.instructions.at(index); }
  void label(std::uint32_t index, const std::string& text);
  const Timing& timing() const { return timing_; }

 private:
  std::uint32_t add(Opcode opcode, const Queue& queue, Cycle cycle, Repeat repeat);

  Program& program_;
  Schedule& schedule_;
  const Timing& timing_;
};

std::uint32_t stop_of(const Place& place);
/// The direction from one stop to another; they differ.
Direction towards(std::uint32_t from, std::uint32_t to);

}  // namespace weft::program::tsp
