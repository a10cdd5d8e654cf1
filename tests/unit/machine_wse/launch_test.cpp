// SPDX-License-Identifier: Apache-2.0
// When things start: a launch's way over the tiles, the time stamp's zero, a task on an idle tile.
#include <gtest/gtest.h>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

/// A row-major mesh of tiles whose function "go" stores the cycle it starts in, since the reset.
Program starters(std::uint32_t width, std::uint32_t height) {
  CodeBuilder code("starter");
  const std::uint16_t at = code.allocate("at", Type::u32, 1, 4, "at");
  code.initialise_zero(at, 4);
  const FunctionId go = code.function("go");
  code.emit({.operation = Operation::timestamp_enable, .immediate = timestamp_since_reset});
  code.store(Type::u32, code.timestamp(), no_register, at);
  code.unblock_command_stream();
  code.end();
  code.entry_point("go", go);
  ProgramBuilder p(Generation::wse2, width, height);
  p.place({0, 0, width, height}, p.add_code(code.finish()));
  return p.finish();
}

std::vector<std::uint32_t> starts(unsigned slices, const std::vector<std::string>& constants = {}) {
  constexpr std::uint32_t width = 6;
  constexpr std::uint32_t height = 2;
  WseRun run(starters(width, height), slices, constants);
  for (unsigned k = 0; k < slices; ++k) run.machine(k).launch("go", {});
  run.run();
  EXPECT_EQ(run.error(), "");
  std::vector<std::uint32_t> all;
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      all.push_back(run.read<std::uint32_t>("at", x, y, 1)[0]);
    }
  }
  return all;
}

TEST(Launch, ReachesOneTileAfterTheOther) {
  const auto all = starts(1);
  for (std::uint32_t k = 0; k < all.size(); ++k) EXPECT_EQ(all[k], all[0] + k % 6) << k;
  EXPECT_EQ(starts(2), all);
  EXPECT_EQ(starts(3), all);
  const auto far = starts(3, {"host.launch_east_cycles=0", "host.launch_south_cycles=300"});
  for (std::uint32_t k = 0; k < far.size(); ++k) EXPECT_EQ(far[k], all[0] + 300 * (k / 6)) << k;
}

TEST(Launch, ATileServesItsWordsBeforeItIsReached) {
  constexpr std::uint8_t color = 3;
  CodeBuilder first("first");
  const FunctionId send = first.function("go");
  const auto out = first.descriptor(fabric_out(color, 2, 1));
  const Register word = first.constant(Type::u32, 5);
  first.vector(
      vector_instruction(VectorOperation::mov32, register_operand(out), {scalar_operand(word)}));
  first.unblock_command_stream();
  first.end();
  first.entry_point("go", send);
  CodeBuilder second("second");
  const std::uint16_t order = second.allocate("order", Type::u32, 1, 4, "order");
  second.initialise_zero(order, 4);
  const FunctionId go = second.function("go");
  const Register seen = second.load_at(Type::u32, order);
  second.store(Type::u32, second.binary(Operation::add, Type::u32, seen, 100), no_register, order);
  second.unblock_command_stream();
  second.end();
  second.entry_point("go", go);
  const FunctionId take = second.function("take", {Type::u32});
  const Register old = second.load_at(Type::u32, order);
  const Register product = second.binary(Operation::multiply, Type::u32, old, 10);
  second.store(Type::u32, second.binary(Operation::add, Type::u32, product, second.parameter(0)),
               no_register, order);
  second.end();
  second.task(TaskKind::data, color, take);
  ProgramBuilder p(Generation::wse2, 2, 1);
  p.place(0, 0, p.add_code(first.finish()));
  p.place(1, 0, p.add_code(second.finish()));
  p.set_route(0, 0, route(color, {Port::ramp}, {Port::east}));
  p.set_route(1, 0, route(color, {Port::west}, {Port::ramp}));
  const Program program = p.finish();
  for (const auto& [cycles, expected] :
       std::vector<std::pair<std::string, unsigned>>{{"1", 1005U}, {"500", 105U}}) {
    for (const unsigned slices : {1U, 2U}) {
      WseRun run(program, slices, {"host.launch_east_cycles=" + cycles});
      for (unsigned k = 0; k < slices; ++k) run.machine(k).launch("go", {});
      run.run();
      EXPECT_EQ(run.error(), "");
      EXPECT_EQ(run.read<std::uint32_t>("order", 1, 0, 1)[0], expected) << cycles << slices;
    }
  }
}

TEST(Timestamp, CountsFromItsLastEnabling) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    t.result(0, code.timestamp());
    code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
    t.result(1, code.timestamp());
    code.emit({.operation = Operation::timestamp_enable, .immediate = 1});
    t.result(2, code.timestamp());
    code.emit({.operation = Operation::timestamp_enable, .immediate = timestamp_since_reset});
    t.result(3, code.timestamp());
  });
  const auto out = tile.run();
  EXPECT_EQ(out[0], 0U);
  EXPECT_EQ(out[1], 1U);
  EXPECT_EQ(out[2], 1U);
  EXPECT_GT(out[3], 20U);
}

/// When the last of `tasks` tasks, each activated by the one before, is done.
Cycle end_of_chain(unsigned tasks, const std::string& fill) {
  OneTile tile([tasks](CodeBuilder& code, OneTile&) {
    std::vector<TaskIndex> all;
    for (unsigned k = 0; k < tasks; ++k) {
      all.push_back(code.unbound_task(TaskKind::local, static_cast<std::uint8_t>(10 + k)));
    }
    code.activate(all[0]);
    code.end();
    for (unsigned k = 0; k < tasks; ++k) {
      const FunctionId f = code.function("task " + std::to_string(k));
      if (k + 1 < tasks) code.activate(all[k + 1]);
      code.end();
      code.task(TaskKind::local, static_cast<std::uint8_t>(10 + k), f);
    }
  });
  tile.run({"pe.idle_start_cycles=" + fill});
  EXPECT_EQ(tile.error, "");
  return tile.end;
}

TEST(Tasks, AStartOnAnIdleTileTakesLonger) {
  // Only the first one starts on an idle tile.
  for (const unsigned tasks : {1U, 4U}) {
    EXPECT_EQ(end_of_chain(tasks, "7"), end_of_chain(tasks, "0") + 7) << tasks;
  }
}

}  // namespace
}  // namespace weft::machine::wse
