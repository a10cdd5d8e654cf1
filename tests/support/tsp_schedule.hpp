// SPDX-License-Identifier: Apache-2.0
// Small TSP schedules, put together run by run: each read is dispatched so that it arrives in time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::test {

namespace tsp = program::tsp;

/// A place of words: slice `slice` of a hemisphere.
struct TspWords {
  tsp::Hemisphere hemisphere = tsp::Hemisphere::west;
  std::uint8_t slice = 0;
  std::uint8_t bank = 0;
  std::uint32_t address = 0;

  std::uint32_t stop() const { return tsp::stop_of_slice(hemisphere, slice); }
};

class TspScheduleBuilder {
 public:
  explicit TspScheduleBuilder(tsp::Timing timing) : timing_(std::move(timing)) {}

  /// Cycle in which the first element of run `run` comes in at a stop.
  Cycle arrival(std::uint32_t run, std::uint32_t stop) const {
    const tsp::Instruction& i = schedule_.instructions.at(run);
    const std::uint32_t from = tsp::stop_of(tsp::queue_of(i.queue));
    const std::uint32_t hops = stop > from ? stop - from : from - stop;
    return i.cycle + result_delay_cycles(timing_, i) + hops;
  }

  std::uint32_t add(tsp::Instruction i, const tsp::Queue& queue) {
    i.queue = static_cast<std::uint16_t>(number_of(queue));
    schedule_.instructions.push_back(i);
    return static_cast<std::uint32_t>(schedule_.instructions.size() - 1);
  }

  /// Reads `count` words from `from` on onto `stream`, so that the first is at `stop` in `cycle`.
  std::uint32_t read(const TspWords& from, std::uint32_t count, tsp::StreamGroup stream,
                     std::uint32_t stop, Cycle cycle, std::int32_t stride = 1) {
    const std::uint32_t hops = stop > from.stop() ? stop - from.stop() : from.stop() - stop;
    tsp::Instruction i = memory(tsp::Opcode::read, from, count);
    i.cycle = cycle - timing_.mem_read_cycles - hops;
    i.stride = stride;
    i.result = stream;
    return add(i, queue_of(from));
  }

  /// Writes what run `run` drives, byte `byte` of it, to `count` words from `to` on.
  std::uint32_t write(std::uint32_t run, std::uint32_t byte, const TspWords& to) {
    const tsp::Instruction from = schedule_.instructions.at(run);
    tsp::Instruction i = memory(tsp::Opcode::write, to, from.count);
    i.cycle = arrival(run, to.stop());
    i.interval_cycles = from.interval_cycles;
    i.stride = 1;
    i.operands[0] =
        stream({from.result.direction, static_cast<std::uint8_t>(from.result.first + byte), 1});
    return add(i, queue_of(to));
  }

  static tsp::Instruction memory(tsp::Opcode opcode, const TspWords& words, std::uint32_t count) {
    tsp::Instruction i;
    i.opcode = opcode;
    i.bank = words.bank;
    i.address = words.address;
    i.count = count;
    return i;
  }
  static tsp::Queue queue_of(const TspWords& words) {
    return {tsp::Unit::mem, words.hemisphere, words.slice, 0};
  }
  static tsp::Operand stream(tsp::StreamGroup group) {
    tsp::Operand out;
    out.kind = tsp::Operand::Kind::stream;
    out.group = group;
    return out;
  }
  static tsp::Operand chain(std::uint8_t alu) {
    tsp::Operand out;
    out.kind = tsp::Operand::Kind::chain;
    out.alu = alu;
    return out;
  }

  tsp::Schedule& schedule() { return schedule_; }
  const tsp::Timing& timing() const { return timing_; }

 private:
  tsp::Timing timing_;
  tsp::Schedule schedule_;
};

/// A tensor of whole words: [words][320] of one byte each, in one slice a byte of the type.
inline tsp::Tensor tsp_tensor(const std::string& name, tsp::Tensor::Role role, tsp::VectorType type,
                              std::uint32_t words, const TspWords& at) {
  tsp::Tensor tensor;
  tensor.name = name;
  tensor.role = role;
  tensor.type = type;
  tensor.shape = {words, tsp::lanes};
  tsp::Piece piece;
  piece.hemisphere = at.hemisphere;
  piece.bank = at.bank;
  for (std::uint8_t byte = 0; byte < numerics::width_of(type); ++byte) {
    piece.slices[byte] = static_cast<std::uint8_t>(at.slice + byte);
  }
  piece.address = at.address;
  piece.words = words;
  tensor.pieces = {piece};
  return tensor;
}

/// What a test says of a program, part by part.
class TspProgramBuilder {
 public:
  explicit TspProgramBuilder(const tsp::Timing& timing) : runs_(timing) {}

  /// y = a x + b, int8: x and a from the west, b from the east, y to the east.
  void multiply_add(Cycle at, std::uint32_t count);
  /// s = x w, int8, K = 32: x to plane 0 of the west twice, the second added; sums to the east.
  void product(Cycle at, std::uint32_t count);
  /// s = x w, fp16, K = 8, in the planes of the east; sums to the west.
  void half_product(Cycle at, std::uint32_t count);
  /// g = table at indices, gathered in the east and written in the west; the table scattered there.
  void look_up(Cycle at, std::uint32_t count);
  /// t = 16 vectors transposed, from east to west; each then shifted, permuted, distributed.
  void move_lanes(Cycle at);
  /// Queues of the vector unit wait for a barrier.
  void barrier(Cycle at);

  tsp::Program take();

 private:
  void input(const std::string& name, tsp::VectorType type, std::uint32_t words,
             const TspWords& at) {
    tensors_.push_back(tsp_tensor(name, tsp::Tensor::Role::input, type, words, at));
  }
  void output(const std::string& name, tsp::VectorType type, std::uint32_t words,
              const TspWords& at) {
    tensors_.push_back(tsp_tensor(name, tsp::Tensor::Role::output, type, words, at));
  }
  std::uint32_t load(const TspWords& weights, std::uint32_t count, tsp::VectorType type,
                     tsp::Direction direction, std::uint8_t plane, Cycle at);

  TspScheduleBuilder runs_;
  std::vector<tsp::Tensor> tensors_;
};

/// All of the above, one after the other and some at once.
tsp::Program tsp_program(const tsp::Timing& timing);
/// The first three parts, small.
tsp::Program tsp_small_program(const tsp::Timing& timing);

}  // namespace weft::test
