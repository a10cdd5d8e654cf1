// SPDX-License-Identifier: Apache-2.0
// The builder places frames, labels and routes; programs survive their bytes; bad ones are refused.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "program/wse.hpp"
#include "program/wse_builder.hpp"
#include "program/wse_limits.hpp"
#include "topology/topology.hpp"

namespace weft::program::wse {
namespace {

std::string refusal(auto&& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TileCode caller_and_callee() {
  CodeBuilder b("two functions");
  const FunctionId twice = b.declare("twice", {Type::u16});
  const FunctionId main = b.function("main");
  const Register x = b.constant(Type::u16, 21);
  b.call(twice, {x});
  const Register y = b.result_of(twice, 1);
  b.store(Type::u16, y, no_register, b.allocate("result", Type::u16, 1, 0, "result"));
  b.end();
  b.begin(twice);
  const Register sum = b.make_register();
  b.binary_into(sum, Operation::add, Type::u16, b.parameter(0), b.parameter(0));
  b.end();
  b.start_active(b.task(TaskKind::local, 8, main));
  return b.finish();
}

Program one_tile(TileCode code) {
  ProgramBuilder p(Generation::wse2, 2, 1);
  p.place(0, 0, p.add_code(std::move(code)));
  p.set_route({0, 0, 2, 1}, route(3, {Port::east}, {Port::west}));
  return p.finish();
}

TEST(CodeBuilder, FramesOfCallerAndCalleeDoNotOverlap) {
  const TileCode code = caller_and_callee();
  const Function& twice = code.functions[0];
  const Function& main = code.functions[1];
  EXPECT_EQ(main.frame_base, 0);
  EXPECT_EQ(twice.frame_base, main.frame_registers);
  EXPECT_EQ(code.register_count, main.frame_registers + twice.frame_registers);
  EXPECT_EQ(code.instructions[1].operation, Operation::move);
  EXPECT_EQ(code.instructions[1].d, twice.frame_base);
  EXPECT_EQ(code.instructions[3].a, twice.frame_base + 1);
}

TEST(CodeBuilder, RefusesRecursion) {
  CodeBuilder b("recursive");
  const FunctionId f = b.function("f");
  b.call(f);
  b.end();
  EXPECT_NE(refusal([&] { b.finish(); }).find("recursion"), std::string::npos);
}

TEST(CodeBuilder, CandidatesOfIndirectCallsShareTheirBase) {
  CodeBuilder b("indirect");
  const FunctionId one = b.function("one");
  b.make_register();
  b.end();
  const FunctionId two = b.function("two");
  b.end();
  b.allow_indirect(one);
  b.allow_indirect(two);
  b.function("main");
  const Register which = b.constant(Type::u16, two.index);
  b.call_indirect(which, {});
  b.call(one);
  b.end();
  const TileCode code = b.finish();
  EXPECT_EQ(code.functions[0].frame_base, 1);
  EXPECT_EQ(code.functions[1].frame_base, 1);
}

TEST(CodeBuilder, LabelsBeforeAndAfter) {
  CodeBuilder b("loop");
  b.function("main");
  const Label again = b.make_label();
  const Label out = b.make_label();
  const Register i = b.constant(Type::u16, 0);
  b.bind(again);
  const Register done = b.binary(Operation::equal, Type::u16, i, 10);
  b.branch_if(done, out);
  b.binary_into(i, Operation::add, Type::u16, i, 1);
  b.jump(again);
  b.bind(out);
  b.end();
  const TileCode code = b.finish();
  EXPECT_EQ(code.instructions[2].immediate, 5);
  EXPECT_EQ(code.instructions[4].immediate, 1);
}

TEST(CodeBuilder, AlignsSymbols) {
  CodeBuilder b("symbols");
  EXPECT_EQ(b.allocate("a", Type::u16, 1), 0);
  EXPECT_EQ(b.allocate("b", Type::f32, 3), 4);
  EXPECT_EQ(b.allocate("c", Type::u16, 1, 16), 16);
  EXPECT_EQ(b.sram_used(), 18U);
}

TEST(Program, SurvivesItsBytes) {
  const Program program = one_tile(caller_and_callee());
  const auto bytes = serialize(program);
  EXPECT_EQ(deserialize(bytes), program);
  for (std::size_t n : {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_THROW(deserialize(std::span(bytes).first(n)), Error) << n;
  }
}

TEST(Program, ListsItsCode) {
  const std::string text = disassemble(caller_and_callee());
  EXPECT_NE(text.find("constant.u16 r0 #21"), std::string::npos) << text;
  EXPECT_NE(text.find("call.u16 twice"), std::string::npos) << text;
}

TEST(ProgramBuilder, HoldsEqualCodesAndRoutesOnce) {
  ProgramBuilder p(Generation::wse2, 4, 1);
  EXPECT_EQ(p.add_code(caller_and_callee()), p.add_code(caller_and_callee()));
  p.set_route(0, 0, route(1, {Port::west}, {Port::ramp}));
  p.set_route(0, 0, route(0, {Port::west}, {Port::ramp}));
  p.set_route(1, 0, route(0, {Port::west}, {Port::ramp}));
  p.set_route(1, 0, route(1, {Port::west}, {Port::ramp}));
  const Program program = p.finish();
  EXPECT_EQ(program.route_set_of_tile[0], program.route_set_of_tile[1]);
  EXPECT_EQ(program.route_sets[program.route_set_of_tile[0]].size(), 2U);
}

TEST(ProgramBuilder, RefusesTwoConfigurationsOfAColor) {
  ProgramBuilder p(Generation::wse2, 4, 2);
  p.set_route(2, 1, route(5, {Port::west}, {Port::ramp}));
  const std::string text = refusal([&] {
    p.set_route({0, 0, 4, 2}, route(5, {Port::west}, {Port::ramp}));
  });
  EXPECT_NE(text.find("tile (2, 1): color 5 is configured twice"), std::string::npos) << text;
}

/// What a WSE-2 says to a program of one tile with that code.
std::string refused_by_machine(TileCode code, const std::vector<std::string>& changes = {}) {
  const topology::Topology machine =
      topology::load_topology("cerebras-wse2", {changes.begin(), changes.end()});
  return refusal([&] { check_limits(one_tile(std::move(code)), read_limits(machine)); });
}

TEST(Limits, NamesTheLargestSymbolsBeyondTheSram) {
  CodeBuilder b("too large");
  b.allocate("small", Type::u16, 10);
  b.allocate("large", Type::f32, 14000);
  const TileCode code = b.finish();
  EXPECT_EQ(refused_by_machine(code, {"pe.sram_bytes=65536"}), "");
  const std::string text = refused_by_machine(code);
  EXPECT_NE(text.find("a tile has 49152"), std::string::npos) << text;
  EXPECT_NE(text.find("largest symbols: large 56000, small 20"), std::string::npos) << text;
  EXPECT_NE(text.find("tile (0, 0)"), std::string::npos) << text;
}

TEST(Limits, HoldQueuesTasksMicrothreadsAndSwitches) {
  const auto with = [](auto&& change, const std::vector<std::string>& constants = {}) {
    TileCode code = caller_and_callee();
    change(code);
    return refused_by_machine(std::move(code), constants);
  };
  const auto same = [](TileCode&) {};
  const auto queue = [](TileCode& c) { c.output_queues = {{6, 1}}; };
  EXPECT_EQ(with(same), "");
  EXPECT_NE(with(queue).find("output queue 6: there are 6"), std::string::npos);
  EXPECT_EQ(with(queue, {"pe.output_queue_count=7"}), "");
  const auto task = [](TileCode& c) { c.tasks[0].id = 31; };
  EXPECT_NE(with(task).find("task id 31 is not one of the ids of its kind, 0 to 30"),
            std::string::npos);
  EXPECT_EQ(with(task, {"pe.local_task_last_id=31"}), "");
  EXPECT_NE(with(same, {"pe.local_task_first_id=9"}).find("9 to 30"), std::string::npos);
  const auto thread = [](TileCode& c) {
    c.vector_instructions.emplace_back();
    c.vector_instructions[0].microthread = 3;
  };
  EXPECT_NE(with(thread).find("names its microthread"), std::string::npos);
  EXPECT_EQ(with(thread, {"pe.microthread_id_rule=explicit_or_queue"}), "");
  // Instructions count, at so many bytes each.
  EXPECT_NE(with(same, {"pe.sram_bytes=1024", "pe.code_bytes_per_instruction=500"})
                .find("a tile has 1024"),
            std::string::npos);
}

TEST(Limits, HoldSwitches) {
  ProgramBuilder p(Generation::wse2, 2, 1);
  p.place(0, 0, p.add_code(caller_and_callee()));
  ColorRoute switched = route(3, {Port::east}, {Port::west});
  switched.position_count = 3;
  p.set_route({0, 0, 1, 1}, switched);
  const Program program = p.finish();
  const auto refused = [&](const char* change) {
    const topology::Topology machine = topology::load_topology("cerebras-wse2", {change});
    return refusal([&] { check_limits(program, read_limits(machine)); });
  };
  EXPECT_EQ(refused("fabric.switch_positions=3"), "");
  EXPECT_EQ(refused("fabric.switch_positions=2"),
            "tile (0, 0), color 3: has 3 switch positions; there are 2");
  EXPECT_EQ(refused("fabric.switchable_colors=[4]"),
            "tile (0, 0), color 3: has no switches on this machine");
}

TEST(Validate, RefusesQueuesTasksAndIndices) {
  const auto with = [](auto&& change) {
    TileCode code = caller_and_callee();
    change(code);
    return refusal([&] { one_tile(std::move(code)); });
  };
  EXPECT_NE(with([](TileCode& c) {
              c.input_queues = {{2, 1}, {2, 3}};
            }).find("two colors"),
            std::string::npos);
  EXPECT_NE(with([](TileCode& c) { c.tasks.push_back(c.tasks[0]); }).find("bound twice"),
            std::string::npos);
  EXPECT_NE(with([](TileCode& c) { c.instructions[0].d = 999; }).find("instruction 0"),
            std::string::npos);
  EXPECT_EQ(with([](TileCode&) {}), "");
}

TEST(Validate, RefusesOperationsThatDoNotApplyToTheirType) {
  const auto of = [](const Instruction& instruction) {
    TileCode code = caller_and_callee();
    code.register_count = 8;
    code.instructions[0] = instruction;
    return refusal([&] { one_tile(std::move(code)); });
  };
  for (const Operation operation :
       {Operation::remainder, Operation::bit_and, Operation::bit_or, Operation::bit_xor,
        Operation::shift_left, Operation::shift_right, Operation::bit_not}) {
    const Instruction i{.operation = operation, .type = Type::f32, .d = 0, .a = 1, .b = 2};
    EXPECT_NE(of(i).find("it does not apply to f32"), std::string::npos) << of(i);
  }
  const auto sqrt = static_cast<std::int32_t>(MathFunction::sqrt);
  EXPECT_NE(of({.operation = Operation::math,
                .type = Type::i16,
                .d = 0,
                .a = 1,
                .b = no_register,
                .immediate = sqrt})
                .find("it does not apply to i16"),
            std::string::npos);
}

}  // namespace
}  // namespace weft::program::wse
