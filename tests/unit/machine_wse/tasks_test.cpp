// SPDX-License-Identifier: Apache-2.0
// Tasks, microthreads, control wavelets, host commands and host streams on one or two tiles.
#include <gtest/gtest.h>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

/// Appends `mark` as the next decimal digit of out[0].
void note(CodeBuilder& code, std::uint16_t out, std::int32_t mark) {
  const Register old = code.load_at(Type::u32, out);
  const Register shifted = code.binary(Operation::multiply, Type::u32, old, 10);
  code.store(Type::u32, code.binary(Operation::add, Type::u32, shifted, mark), no_register, out);
}

FunctionId marker(CodeBuilder& code, std::uint16_t out, std::int32_t mark) {
  const FunctionId f = code.function("mark " + std::to_string(mark));
  note(code, out, mark);
  code.end();
  return f;
}

TEST(Tasks, RunByPriorityThenAgeOnceForAnyNumberOfActivations) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const TaskIndex low = code.unbound_task(TaskKind::local, 3);
    const TaskIndex first = code.unbound_task(TaskKind::local, 4);
    const TaskIndex second = code.unbound_task(TaskKind::local, 5);
    const TaskIndex high = code.unbound_task(TaskKind::local, 20);
    for (const TaskIndex task : {low, second, first, high, second}) code.activate(task);
    note(code, t.out(), 9);
    code.end();
    code.task(TaskKind::local, 3, marker(code, t.out(), 1), Priority::low);
    code.task(TaskKind::local, 4, marker(code, t.out(), 2));
    code.task(TaskKind::local, 5, marker(code, t.out(), 3));
    code.task(TaskKind::local, 20, marker(code, t.out(), 4), Priority::high);
  });
  EXPECT_EQ(tile.run()[0], 94321U);
}

/// Tasks 5, 12 and 4, activated in this order by task 9: their ranks by id, as they ran.
std::uint32_t order_of_tasks(const std::string& rule) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    for (const std::uint8_t id : std::vector<std::uint8_t>{5, 12, 4}) {
      code.activate(code.unbound_task(TaskKind::local, id));
    }
    code.end();
    code.task(TaskKind::local, 4, marker(code, t.out(), 1));
    code.task(TaskKind::local, 5, marker(code, t.out(), 2));
    code.task(TaskKind::local, 12, marker(code, t.out(), 3));
  });
  return tile.run({"pe.task_pick_rule=" + rule})[0];
}

TEST(Tasks, RunByThePickRuleOfTheTopology) {
  EXPECT_EQ(order_of_tasks("oldest_activation"), 231U);
  EXPECT_EQ(order_of_tasks("lowest_id"), 123U);
  EXPECT_EQ(order_of_tasks("round_robin"), 312U);
  try {
    order_of_tasks("highest_id");
    FAIL() << "a rule that does not exist was taken";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("'pe.task_pick_rule' must be one of"), std::string::npos)
        << e.what();
  }
}

TEST(Tasks, BlockedOnesWaitForTheirUnblocking) {
  OneTile tile([](CodeBuilder& code, OneTile& t) {
    const TaskIndex held = code.unbound_task(TaskKind::local, 4);
    const TaskIndex opener = code.unbound_task(TaskKind::local, 5);
    code.block(held);
    code.activate(held);
    code.activate(opener);
    code.end();
    code.task(TaskKind::local, 4, marker(code, t.out(), 1));
    const FunctionId open = code.function("open");
    note(code, t.out(), 2);
    code.unblock(held);
    code.end();
    code.task(TaskKind::local, 5, open);
  });
  EXPECT_EQ(tile.run()[0], 21U);
}

constexpr std::uint8_t color = 7;

/// Tile 0 runs `send`, tile 1 has `receive`; color 7 goes from 0 to 1. Results are tile 1's "out".
struct Pair {
  std::string error;
  std::string waiting;
  std::vector<std::uint32_t> out;
};
Pair run_pair(const std::function<void(CodeBuilder&)>& send,
              const std::function<void(CodeBuilder&, std::uint16_t)>& receive,
              Generation generation = Generation::wse2,
              const std::vector<std::string>& constants = {}) {
  CodeBuilder from("from");
  from.function("main");
  send(from);
  if (from.inside_function()) from.end();
  from.start_active(from.task(TaskKind::local, 9, {0}));
  CodeBuilder to("to");
  const std::uint16_t out = to.allocate("out", Type::u32, 16, 4, "out");
  to.initialise_zero(out, 64);
  receive(to, out);
  ProgramBuilder p(generation, 2, 1);
  p.place(0, 0, p.add_code(from.finish()));
  p.place(1, 0, p.add_code(to.finish()));
  p.set_route(0, 0, route(color, {Port::ramp}, {Port::east}));
  p.set_route(1, 0, route(color, {Port::west}, {Port::ramp}));
  WseRun run(p.finish(), 1, constants);
  run.run(1'000'000);
  Pair pair;
  pair.error = run.error();
  for (const Waiting& w : run.machine().waiting(9)) pair.waiting += w.reason + "\n";
  pair.out = run.read<std::uint32_t>("out", 1, 0, 16);
  return pair;
}

void send_word(CodeBuilder& code, std::uint32_t payload, bool control = false) {
  Descriptor d = fabric_out(color, 2, 1);
  d.control = control;
  const Register word = code.constant(Type::u32, payload);
  code.vector(vector_instruction(VectorOperation::mov32, register_operand(code.descriptor(d)),
                                 {scalar_operand(word)}));
}

TEST(Tasks, ADataTaskTakesItsWaveletInHalves) {
  const Pair pair = run_pair(
      [](CodeBuilder& code) {
        send_word(code, 0x00030007);
        send_word(code, 0xffff0001);
      },
      [](CodeBuilder& code, std::uint16_t out) {
        const FunctionId f = code.function("data", {Type::i16, Type::i16});
        const Register sum =
            code.binary(Operation::multiply, Type::i16, code.parameter(0), code.parameter(1));
        const Register old = code.load_at(Type::u32, out);
        code.store(Type::u32, code.binary(Operation::add, Type::u32, old, sum), no_register, out);
        code.end();
        code.task(TaskKind::data, color, f);
      });
  EXPECT_EQ(pair.error, "");
  EXPECT_EQ(pair.out[0], 3U * 7U - 1U);
}

/// What a busy tile runs when its task ends: 1 the data task of color 7 whose word came meanwhile,
/// 2 the local task `id`, which it had activated before the word came, or afterwards.
std::uint32_t order_with_word(std::uint8_t id, bool before, const std::string& rule) {
  const auto receive = [&](CodeBuilder& code, std::uint16_t out) {
    const FunctionId main = code.function("main");
    const TaskIndex local = code.unbound_task(TaskKind::local, id);
    if (before) code.activate(local);
    for (unsigned k = 0; k < 64; ++k) code.constant(Type::u32, k);
    if (!before) code.activate(local);
    code.end();
    code.start_active(code.task(TaskKind::local, 29, main));
    code.task(TaskKind::local, id, marker(code, out, 2));
    code.task(TaskKind::data, color, marker(code, out, 1));
  };
  const auto send = [](CodeBuilder& code) { send_word(code, 0); };
  return run_pair(send, receive, Generation::wse2, {"pe.task_pick_rule=" + rule}).out[0];
}

TEST(Tasks, ADataTaskIsAsOldAsItsWord) {
  EXPECT_EQ(order_with_word(12, true, "oldest_activation"), 21U);
  EXPECT_EQ(order_with_word(5, false, "oldest_activation"), 12U);
  EXPECT_EQ(order_with_word(12, true, "lowest_id"), 12U);
  EXPECT_EQ(order_with_word(5, false, "lowest_id"), 21U);
}

TEST(Tasks, AControlWaveletStartsTheTaskThatItNames) {
  const auto receive = [](CodeBuilder& code, std::uint16_t out) {
    const FunctionId f = code.function("control", {Type::u16});
    code.store(Type::u32, code.parameter(0), no_register, out);
    code.end();
    code.task(TaskKind::control, 33, f);
    code.unbound_task(TaskKind::data, color);  // its channel is not blocked
  };
  const auto sends = [](std::uint32_t id) {
    return [id](CodeBuilder& code) { send_word(code, id << 16U | 77U, true); };
  };
  EXPECT_EQ(run_pair(sends(33), receive).out[0], 77U);
  EXPECT_NE(run_pair(sends(34), receive).error.find("task id 34, which is not bound"),
            std::string::npos);
}

TEST(Tasks, AVectorOperationTakesAControlWaveletAsAWord) {
  // As the vendor's documentation says of a FIFO between two of them: the control bit is lost.
  const auto receive = [](CodeBuilder& code, std::uint16_t out) {
    code.bind_input_queue(3, color);
    const FunctionId main = code.function("main");
    const auto to = code.descriptor(mem1d(out, 2));
    const auto in = code.descriptor(fabric_in(color, 3, 2));
    code.vector(
        vector_instruction(VectorOperation::mov32, register_operand(to), {register_operand(in)}));
    code.end();
    code.start_active(code.task(TaskKind::local, 9, main));
  };
  const Pair pair = run_pair(
      [](CodeBuilder& code) {
        send_word(code, 33U << 16U | 77U, true);
        send_word(code, 78);
      },
      receive);
  EXPECT_EQ(pair.error, "");
  EXPECT_EQ(pair.out[0], 33U << 16U | 77U);
  EXPECT_EQ(pair.out[1], 78U);
}

std::uint16_t receive_async(CodeBuilder& code, std::uint16_t out, std::uint32_t words,
                            TaskIndex done) {
  const auto to = code.descriptor(mem1d(out, words));
  const auto in = code.descriptor(fabric_in(color, 3, words));
  VectorInstruction v =
      vector_instruction(VectorOperation::mov32, register_operand(to), {register_operand(in)});
  v.asynchronous = true;
  v.activate = done.index;
  code.vector(v);
  return in;
}

void receiver(CodeBuilder& code, std::uint16_t out, std::uint32_t words, bool twice) {
  code.bind_input_queue(3, color);
  const TaskIndex done = code.unbound_task(TaskKind::local, 10);
  const FunctionId main = code.function("main");
  receive_async(code, out, words, done);
  if (twice) receive_async(code, out, words, done);
  code.end();
  code.start_active(code.task(TaskKind::local, 9, main));
  const FunctionId f = code.function("done");
  code.store(Type::u32, code.constant(Type::u32, 5), no_register, out + 60);
  code.end();
  code.task(TaskKind::local, 10, f);
}

TEST(Microthreads, ReceiveWhileTheMainThreadIsFreeAndActivateATask) {
  const auto send = [](CodeBuilder& code) {
    for (std::uint32_t k = 1; k <= 3; ++k) send_word(code, k);
  };
  const Pair pair =
      run_pair(send, [](CodeBuilder& code, std::uint16_t out) { receiver(code, out, 3, false); });
  EXPECT_EQ(pair.error, "");
  EXPECT_EQ(pair.out[2], 3U);
  EXPECT_EQ(pair.out[15], 5U);
}

TEST(Microthreads, ABusyOneIsRefusedAndAStarvedOneIsNamed) {
  const auto send = [](CodeBuilder& code) { send_word(code, 1); };
  const Pair busy =
      run_pair(send, [](CodeBuilder& code, std::uint16_t out) { receiver(code, out, 3, true); });
  EXPECT_NE(busy.error.find("microthread 3 while it is still busy"), std::string::npos)
      << busy.error;
  const Pair starved =
      run_pair(send, [](CodeBuilder& code, std::uint16_t out) { receiver(code, out, 3, false); });
  EXPECT_EQ(starved.waiting,
            "microthread 3 (mov32) waits for input queue 3, color 7 after 1 of 3 wavelets\n");
}

TEST(Microthreads, TheThirdGenerationTakesOneFabricInputAnOperation) {
  const auto two = [](CodeBuilder& code, std::uint16_t out) {
    code.bind_input_queue(3, color);
    code.bind_input_queue(4, color + 1);
    const auto a = code.descriptor(fabric_in(color, 3, 1));
    const auto b = code.descriptor(fabric_in(color + 1, 4, 1));
    const auto to = code.descriptor(mem1d(out, 1));
    const FunctionId main = code.function("main");
    code.vector(vector_instruction(VectorOperation::add16, register_operand(to),
                                   {register_operand(a), register_operand(b)}));
    code.end();
    code.start_active(code.task(TaskKind::local, 9, main));
  };
  const auto nothing = [](CodeBuilder&) {};
  EXPECT_EQ(run_pair(nothing, two).error, "");
  const std::string error = run_pair(nothing, two, Generation::wse3).error;
  EXPECT_NE(error.find("2 fabric inputs; the machine allows 1"), std::string::npos) << error;
}

TEST(Host, LaunchesCopiesAndWaitsForTheCommandStream) {
  CodeBuilder code("host");
  const std::uint16_t x = code.allocate("x", Type::u32, 2, 4, "x");
  const FunctionId f = code.function("scale", {Type::u32});
  code.store(
      Type::u32,
      code.binary(Operation::multiply, Type::u32, code.load_at(Type::u32, x), code.parameter(0)),
      no_register, x);
  code.unblock_command_stream();
  code.end();
  code.entry_point("scale", f);
  const FunctionId stuck = code.function("stuck");
  code.end();
  code.entry_point("stuck", stuck);
  ProgramBuilder p(Generation::wse2, 1, 1);
  p.place(0, 0, p.add_code(code.finish()));
  WseRun run(p.finish());
  run.write<std::uint32_t>("x", 0, 0, {6, 1});
  const std::uint32_t factor = 7;
  run.machine().launch("scale", std::span(&factor, 1));
  EXPECT_TRUE(run.machine().work_left());
  run.run();
  EXPECT_FALSE(run.machine().work_left());
  EXPECT_EQ(run.read<std::uint32_t>("x", 0, 0, 1)[0], 42U);
  run.machine().launch("stuck", {});
  run.run();
  EXPECT_TRUE(run.machine().work_left());
  EXPECT_THROW(run.machine().launch("missing", {}), Error);
  EXPECT_THROW(run.read<std::uint32_t>("x", 0, 0, 3), Error);
}

TEST(Host, WordsStreamThroughADataTask) {
  CodeBuilder code("stream");
  const FunctionId f = code.function("double", {Type::u32});
  const Register twice =
      code.binary(Operation::add, Type::u32, code.parameter(0), code.parameter(0));
  const auto out = code.descriptor(fabric_out(22, 2, 1));
  code.vector(
      vector_instruction(VectorOperation::mov32, register_operand(out), {scalar_operand(twice)}));
  code.end();
  code.task(TaskKind::data, 21, f);
  ProgramBuilder p(Generation::wse2, 1, 1);
  p.place(0, 0, p.add_code(code.finish()));
  p.host_stream("in", true, 21);
  p.host_stream("out", false, 22);
  WseRun run(p.finish());
  const std::vector<std::uint32_t> words{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  run.machine().stream_in("in", {0, 0, 1, 1}, 10, words);
  run.run();
  EXPECT_EQ(run.error(), "");
  std::vector<std::uint32_t> taken;
  const auto got = run.machine().stream_out("out", {0, 0, 1, 1}, 12, taken);
  EXPECT_EQ(taken, std::vector<std::uint32_t>{10});
  EXPECT_EQ(got[0], 2U);
  EXPECT_EQ(got[9], 20U);
  EXPECT_FALSE(run.machine().work_left());
}

}  // namespace
}  // namespace weft::machine::wse
