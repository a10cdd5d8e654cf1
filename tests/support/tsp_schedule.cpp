// SPDX-License-Identifier: Apache-2.0
// The parts of the TSP's test programs.
#include "support/tsp_schedule.hpp"

#include <utility>

namespace weft::test {

namespace {

using tsp::Direction;
using tsp::Hemisphere;
using tsp::Instruction;
using tsp::Opcode;
using tsp::Unit;
using tsp::VectorType;

constexpr auto west = Hemisphere::west;
constexpr auto east = Hemisphere::east;

tsp::StreamGroup group(Direction direction, unsigned first, unsigned width = 1) {
  return {direction, static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(width)};
}

tsp::Queue mxm(Hemisphere side, std::uint8_t plane, tsp::MxmQueue part) {
  return {Unit::mxm, side, plane, static_cast<std::uint8_t>(part)};
}

}  // namespace

void TspProgramBuilder::multiply_add(Cycle at, std::uint32_t count) {
  const TspWords x{west, 5, 0, 10}, a{west, 9, 1, 20}, b{east, 3, 0, 7}, y{east, 21, 1, 30};
  runs_.read(x, count, group(Direction::east, 0), tsp::vxm_stop, at);
  runs_.read(a, count, group(Direction::east, 1), tsp::vxm_stop, at);
  const Cycle second = at + runs_.timing().vxm_operation_cycles;
  runs_.read(b, count, group(Direction::west, 2), tsp::vxm_stop, second);
  Instruction i;
  i.opcode = Opcode::alu;
  i.count = count;
  i.cycle = at;
  i.operation = tsp::VectorOperation::multiply;
  i.operands[0] = TspScheduleBuilder::stream(group(Direction::east, 0));
  i.operands[1] = TspScheduleBuilder::stream(group(Direction::east, 1));
  runs_.add(i, {Unit::vxm, west, 1, 0});
  i.cycle = second;
  i.operation = tsp::VectorOperation::add;
  i.operands[0] = TspScheduleBuilder::chain(1);
  i.operands[1] = TspScheduleBuilder::stream(group(Direction::west, 2));
  i.result = group(Direction::east, 3);
  const std::uint32_t sum = runs_.add(i, {Unit::vxm, west, 4, 0});
  runs_.write(sum, 0, y);
  input("x", VectorType::i8, count, x);
  input("a", VectorType::i8, count, a);
  input("b", VectorType::i8, count, b);
  output("y", VectorType::i8, count, y);
}

std::uint32_t TspProgramBuilder::load(const TspWords& weights, std::uint32_t count, VectorType type,
                                      Direction direction, std::uint8_t plane, Cycle at) {
  const Hemisphere side = direction == Direction::west ? west : east;
  const tsp::Queue queue = mxm(side, plane, tsp::MxmQueue::weights);
  for (std::uint8_t s = 0; s < 16; ++s) {
    TspWords from = weights;
    from.slice = static_cast<std::uint8_t>(weights.slice + s);
    runs_.read(from, count, group(direction, s), stop_of(queue), at);
  }
  Instruction i;
  i.opcode = Opcode::load_weights;
  i.type = type;
  i.cycle = at;
  i.count = count;
  i.stride = type == VectorType::f16 ? 8 : 16;
  i.operands[0] = TspScheduleBuilder::stream(group(direction, 0, 16));
  const std::uint32_t loaded = runs_.add(i, queue);
  i.opcode = Opcode::install_weights;
  i.cycle = at + count - 1 + effect_delay_cycles(runs_.timing(), i) + 5;
  i.rows = static_cast<std::uint16_t>(count * static_cast<unsigned>(i.stride));
  i.count = 1;
  i.stride = 0;
  i.operands[0] = {};
  runs_.add(i, queue);
  return loaded;
}

void TspProgramBuilder::product(Cycle at, std::uint32_t count) {
  const TspWords weights{west, 0, 0, 100}, x{west, 30, 0, 50}, s{east, 32, 0, 60};
  load(weights, 2, VectorType::i8, Direction::west, 0, at);
  const tsp::Queue queue = mxm(west, 0, tsp::MxmQueue::activations);
  std::uint32_t sums = 0;
  for (const Cycle begin : {at + 30, at + 40 + count}) {
    runs_.read(x, count, group(Direction::west, 17), stop_of(queue), begin);
    Instruction i;
    i.opcode = Opcode::activate;
    i.cycle = begin;
    i.count = count;
    i.operands[0] = TspScheduleBuilder::stream(group(Direction::west, 17));
    runs_.add(i, queue);
    i.cycle = begin + effect_delay_cycles(runs_.timing(), i);
    i.opcode = Opcode::accumulate;
    i.operands[0] = {};
    i.address = 3;
    i.stride = 1;
    i.adds = begin == at + 30 ? 0 : 1;
    if (i.adds == 1) i.result = group(Direction::east, 8, 4);
    sums = runs_.add(i, mxm(west, 0, tsp::MxmQueue::results));
  }
  for (std::uint8_t byte = 0; byte < 4; ++byte) {
    runs_.write(sums, byte, {east, static_cast<std::uint8_t>(s.slice + byte), 0, s.address});
  }
  for (std::uint8_t k = 0; k < 16; ++k) {
    input("w" + std::to_string(k), VectorType::i8, 2, {west, k, 0, weights.address});
  }
  input("activations", VectorType::i8, count, x);
  output("sums", VectorType::i32, count, s);
}

void TspProgramBuilder::half_product(Cycle at, std::uint32_t count) {
  const TspWords weights{east, 0, 1, 200}, x{east, 29, 1, 70}, s{west, 32, 1, 80};
  load(weights, 1, VectorType::f16, Direction::east, 0, at);
  const tsp::Queue queue = mxm(east, 0, tsp::MxmQueue::activations);
  const Cycle begin = at + 30;
  for (std::uint8_t byte = 0; byte < 2; ++byte) {
    TspWords from = x;
    from.slice = static_cast<std::uint8_t>(x.slice + byte);
    runs_.read(from, count, group(Direction::east, 18U + byte), stop_of(queue), begin);
  }
  Instruction i;
  i.opcode = Opcode::activate;
  i.type = VectorType::f16;
  i.cycle = begin;
  i.count = count;
  i.half = 1;
  i.operands[0] = TspScheduleBuilder::stream(group(Direction::east, 18, 2));
  runs_.add(i, queue);
  i.cycle = begin + effect_delay_cycles(runs_.timing(), i);
  i.opcode = Opcode::accumulate;
  i.operands[0] = {};
  i.half = 0;
  i.stride = 1;
  i.result = group(Direction::west, 12, 4);
  const std::uint32_t sums = runs_.add(i, mxm(east, 0, tsp::MxmQueue::results));
  for (std::uint8_t byte = 0; byte < 4; ++byte) {
    runs_.write(sums, byte, {west, static_cast<std::uint8_t>(s.slice + byte), 1, s.address});
  }
  for (std::uint8_t k = 0; k < 16; ++k) {
    input("h" + std::to_string(k), VectorType::i8, 1, {east, k, 1, weights.address});
  }
  input("half_activations", VectorType::f16, count, x);
  output("half_sums", VectorType::f32, count, s);
}

void TspProgramBuilder::look_up(Cycle at, std::uint32_t count) {
  const TspWords index{west, 36, 0, 5}, table{east, 40, 1, 300}, g{west, 41, 1, 90};
  for (std::uint8_t byte = 0; byte < 2; ++byte) {
    TspWords from = index;
    from.slice = static_cast<std::uint8_t>(index.slice + byte);
    runs_.read(from, count, group(Direction::east, 16U + byte), table.stop(), at);
  }
  Instruction i = TspScheduleBuilder::memory(Opcode::gather, table, count);
  i.cycle = at;
  i.operands[0] = TspScheduleBuilder::stream(group(Direction::east, 16, 2));
  i.result = group(Direction::west, 20);
  const std::uint32_t gathered = runs_.add(i, TspScheduleBuilder::queue_of(table));
  runs_.write(gathered, 0, g);
  // What was gathered goes to other words, by the same indices.
  const TspWords scattered{west, 42, 0, 400};
  const Cycle there = runs_.arrival(gathered, scattered.stop());
  for (std::uint8_t byte = 0; byte < 2; ++byte) {
    const TspWords from{east, static_cast<std::uint8_t>(12 + byte), 0, 5};
    runs_.read(from, count, group(Direction::west, 22U + byte), scattered.stop(), there);
  }
  i = TspScheduleBuilder::memory(Opcode::scatter, scattered, count);
  i.cycle = there;
  i.operands[0] = TspScheduleBuilder::stream(group(Direction::west, 20));
  i.operands[1] = TspScheduleBuilder::stream(group(Direction::west, 22, 2));
  runs_.add(i, TspScheduleBuilder::queue_of(scattered));
  input("index", VectorType::i16, count, index);
  input("index_again", VectorType::i16, count, {east, 12, 0, 5});
  input("table", VectorType::i8, 12, {east, 40, 1, 298});
  output("gathered", VectorType::i8, count, g);
  output("scattered", VectorType::i8, 12, {west, 42, 0, 398});
}

void TspProgramBuilder::move_lanes(Cycle at) {
  const auto sxm = [](Hemisphere side, tsp::SxmUnit unit) {
    return tsp::Queue{Unit::sxm, side, 0, static_cast<std::uint8_t>(unit)};
  };
  const tsp::Queue first = sxm(east, tsp::SxmUnit::transpose0);
  for (std::uint8_t s = 0; s < 16; ++s) {
    const TspWords from{east, s, 0, 500};
    runs_.read(from, 2, group(Direction::east, s), stop_of(first), at);
    input("t" + std::to_string(s), VectorType::i8, 2, from);
  }
  Instruction i;
  i.opcode = Opcode::transpose;
  i.cycle = at;
  i.count = 2;
  i.operands[0] = TspScheduleBuilder::stream(group(Direction::east, 0, 16));
  i.result = group(Direction::west, 0, 16);
  const std::uint32_t transposed = runs_.add(i, first);
  // At the other end of the chip stream 1 is rotated with two others, 5 shifted, 6 permuted, 7
  // distributed; 9 is written as it is.
  tsp::LaneMap reversed;
  for (std::uint16_t lane = 0; lane < tsp::lanes; ++lane) {
    reversed.push_back(static_cast<std::uint16_t>(tsp::lanes - 1 - lane));
  }
  tsp::LaneMap spread(tsp::lanes_per_superlane, 3);
  spread[2] = tsp::zero_lane;
  runs_.schedule().maps = {reversed, spread};
  struct Move {
    Opcode opcode;
    tsp::SxmUnit unit;
    unsigned stream, streams, to;
    std::int16_t amount;
    std::uint32_t map;
  };
  for (const Move& move : {Move{Opcode::rotate, tsp::SxmUnit::rotate, 0, 3, 0, 3, tsp::none},
                           Move{Opcode::shift, tsp::SxmUnit::shift, 5, 1, 10, -17, tsp::none},
                           Move{Opcode::permute, tsp::SxmUnit::permute, 6, 1, 11, 0, 0},
                           Move{Opcode::distribute, tsp::SxmUnit::distribute, 7, 1, 12, 0, 1}}) {
    i.opcode = move.opcode;
    i.cycle = runs_.arrival(transposed, stop_of(sxm(west, move.unit)));
    i.operands[0] = TspScheduleBuilder::stream(group(Direction::west, move.stream, move.streams));
    i.amount = move.amount;
    i.map = move.map;
    const unsigned results = move.streams * move.streams;
    i.result = group(Direction::east, move.to, results);
    const std::uint32_t moved = runs_.add(i, sxm(west, move.unit));
    for (std::uint8_t s = 0; s < results; ++s) {
      const auto slice = static_cast<std::uint8_t>(move.to < 10 ? s : 24 + move.to);
      const TspWords to{move.to < 10 ? east : west, slice, 1, 600};
      runs_.write(moved, s, to);
      output("moved" + std::to_string(move.to + s), VectorType::i8, 2, to);
    }
  }
  runs_.write(transposed, 9, {west, 17, 0, 610});
  output("transposed", VectorType::i8, 2, {west, 17, 0, 610});
}

void TspProgramBuilder::barrier(Cycle at) {
  Instruction i;
  i.opcode = Opcode::sync;
  i.cycle = at;
  runs_.add(i, {Unit::vxm, west, 0, 0});
  runs_.add(i, {Unit::mem, east, 7, 0});
  i.opcode = Opcode::notify;
  i.cycle = at + 2;
  runs_.add(i, {Unit::vxm, west, 15, 0});
}

tsp::Program TspProgramBuilder::take() {
  tsp::Program program;
  program.schedules.push_back(std::move(runs_.schedule()));
  program.schedule_of_chip = {0};
  program.tensors = std::move(tensors_);
  return program;
}

tsp::Program tsp_program(const tsp::Timing& timing) {
  TspProgramBuilder builder(timing);
  builder.barrier(0);
  builder.multiply_add(60, 9);
  builder.product(80, 7);
  builder.half_product(95, 6);
  builder.look_up(150, 5);
  builder.move_lanes(190);
  return builder.take();
}

tsp::Program tsp_small_program(const tsp::Timing& timing) {
  TspProgramBuilder builder(timing);
  builder.multiply_add(25, 5);
  builder.product(20, 3);
  builder.look_up(60, 4);
  return builder.take();
}

}  // namespace weft::test
