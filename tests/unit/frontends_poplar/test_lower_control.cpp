// SPDX-License-Identifier: Apache-2.0
// Control code: what an interpreter of it does is what the steps say.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

using ipu::Operation;

/// Runs control code. Places hold what the test says; the trace is what was executed.
struct Interpreter {
  const ipu::Program& program;
  std::vector<std::uint64_t> places;
  std::string trace;
  /// Executing a compute set of this number takes 1 from the place.
  std::map<std::uint32_t, std::uint32_t> decrements;

  explicit Interpreter(const ipu::Program& p) : program(p), places(p.places.size(), 0) {}

  void run(std::uint32_t entry) {
    std::vector<std::uint64_t> counters(program.counters, 0);
    std::vector<std::uint32_t> stack;
    std::uint32_t pc = program.entries.at(entry);
    for (int steps = 0; steps < 1000; ++steps) {
      const ipu::Instruction i = program.code.at(pc++);
      switch (i.operation) {
        case Operation::halt:
          return;
        case Operation::execute:
          trace += static_cast<char>('a' + i.a);
          if (decrements.count(i.a) != 0) --places.at(decrements[i.a]);
          break;
        case Operation::set_counter:
          counters.at(i.a) = program.counts.at(i.b);
          break;
        case Operation::repeat:
          if (--counters.at(i.a) != 0) pc = i.b;
          break;
        case Operation::jump:
          pc = i.b;
          break;
        case Operation::branch_true:
          if (places.at(i.a) != 0) pc = i.b;
          break;
        case Operation::branch_false:
          if (places.at(i.a) == 0) pc = i.b;
          break;
        case Operation::branch_equal:
          if (places.at(i.a) == program.counts.at(i.c)) pc = i.b;
          break;
        case Operation::call:
          stack.push_back(pc);
          pc = i.b;
          break;
        case Operation::return_:
          pc = stack.back();
          stack.pop_back();
          break;
        case Operation::read_clock:
          trace += i.b == 0 ? '<' : '>';
          break;
        case Operation::sync:
          trace += static_cast<char>('0' + i.a);
          break;
        case Operation::random_seed:
          trace += i.a == 0 ? '-' : '+';
          break;
        case Operation::abort:
          trace += "!" + program.texts.at(i.a);
          return;
        default:
          ADD_FAILURE() << "unexpected operation";
          return;
      }
    }
    ADD_FAILURE() << "the program does not end";
  }
};

class LowerControl : public GraphTest {
 protected:
  LowerControl() {
    for (const char* name : {"a", "b", "c", "d"}) compute_set(name);
    flag_ = variable_on(2, "flag", {}, ElementType::boolean);
    count_ = variable_on(3, "count", {1}, ElementType::signed_int);
  }
  StepPointer a() { return execute(0); }
  StepPointer b() { return execute(1); }
  StepPointer c() { return execute(2); }
  StepPointer d() { return execute(3); }
  StepPointer repeat(std::uint64_t times, StepPointer body) {
    return of_kind(StepKind::repeat, {std::move(body)}, {}, times);
  }
  StepPointer call(std::uint32_t function) {
    Step made;
    made.kind = StepKind::call;
    made.id = function;
    return step(made);
  }
  View flag_;
  View count_;
};

TEST_F(LowerControl, RepeatsNest) {
  const ipu::Program program =
      lower_to_program(sequence({repeat(2, sequence({a(), repeat(3, b()), repeat(0, d())})), c()}));
  Interpreter run(program);
  run.run(0);
  EXPECT_EQ(run.trace, "abbbabbbc");
  EXPECT_EQ(program.counters, 2U);
}

TEST_F(LowerControl, WhileTestsBeforeTheBody) {
  const ipu::Program program =
      lower_to_program(sequence({of_kind(StepKind::repeat_while_true, {a(), b()}, {count_}), c()}));
  Interpreter run(program);
  run.decrements[0] = 0;
  run.places = {3};
  run.run(0);
  EXPECT_EQ(run.trace,
            "abab"
            "ac");
  EXPECT_EQ(program.places.at(0).tile, 3U);
  EXPECT_EQ(program.places.at(0).type, ElementType::signed_int);
}

TEST_F(LowerControl, WhileFalseRunsUntilTrue) {
  const ipu::Program program =
      lower_to_program(of_kind(StepKind::repeat_while_false, {a(), b()}, {count_}));
  Interpreter run(program);
  run.decrements[1] = 0;  // from 0 to something else
  run.run(0);
  EXPECT_EQ(run.trace, "aba");
}

TEST_F(LowerControl, Branches) {
  const ipu::Program program = lower_to_program(sequence(
      {of_kind(StepKind::if_, {a(), b()}, {flag_}), of_kind(StepKind::if_, {c()}, {flag_}), d()}));
  for (const std::uint64_t flag : {0U, 1U}) {
    Interpreter run(program);
    run.places = {flag};
    run.run(0);
    EXPECT_EQ(run.trace, flag != 0 ? "acd" : "bd");
  }
}

TEST_F(LowerControl, SwitchHasADefault) {
  Step made;
  made.kind = StepKind::switch_;
  made.views = {count_};
  made.cases = {{5, 0}, {-1, 1}};
  made.children = {a(), b(), c()};
  const ipu::Program program = lower_to_program(sequence({step(made), d()}));
  // As the machine reads a selector: the bits of an element.
  const std::map<std::uint32_t, std::string> expected{{5, "ad"}, {0xffffffff, "bd"}, {0, "cd"}};
  for (const auto& [bits, trace] : expected) {
    Interpreter run(program);
    run.places = {bits};
    run.run(0);
    EXPECT_EQ(run.trace, trace);
  }
}

TEST_F(LowerControl, CasesAreNumbersOf32Bits) {
  Step made;
  made.kind = StepKind::switch_;
  made.views = {count_};
  made.children = {a(), b()};
  made.cases = {{std::int64_t{1} << 32, 0}};
  EXPECT_EQ(complaint_of(step(made)), Complaint::other);
  expect_in_message("case 4294967296");
}

TEST_F(LowerControl, FunctionsAreCompiledOnce) {
  steps_.functions = {sequence({a(), call(1)}), b(), d()};
  const ipu::Program program =
      lower_to_program(sequence({call(0), c(), call(1), repeat(2, call(0))}));
  Interpreter run(program);
  run.run(0);
  EXPECT_EQ(run.trace, "abcbabab");
  std::size_t executes = 0;
  for (const ipu::Instruction& i : program.code) executes += i.operation == Operation::execute;
  EXPECT_EQ(executes, 3U);
}

TEST_F(LowerControl, FunctionsMustNotCallThemselves) {
  steps_.functions = {sequence({a(), call(1)}), call(0)};
  EXPECT_THROW(lower(input(call(0))), Error);
  EXPECT_THROW(lower(input(call(7))), Error);
  EXPECT_THROW(lower(input(execute(9))), Error);
}

TEST_F(LowerControl, SeveralPrograms) {
  LowerInput in = input(a());
  steps_.programs.push_back(sequence({b(), c()}));
  const ipu::Program program = lower(in).program;
  Interpreter run(program);
  run.run(1);
  EXPECT_EQ(run.trace, "bc");
}

TEST_F(LowerControl, ClocksSyncsSeedsAndAborts) {
  const View clock = variable_on(4, "clock", {2}, ElementType::unsigned_int);
  Step counted;
  counted.kind = StepKind::cycle_count;
  counted.id = 4;
  counted.views = {clock};
  counted.children = {a()};
  Step stamp = counted;
  stamp.kind = StepKind::cycle_stamp;
  stamp.children = {};
  Step stop;
  stop.kind = StepKind::abort;
  stop.name = "no more";
  stop.views = {flag_};
  Step end = stop;
  end.views = {};
  graph_.stochastic_rounding = true;
  const ipu::Program program = lower_to_program(
      sequence({step(counted), of_kind(StepKind::sync, {}, {}, 1), step(stamp), step(stop),
                of_kind(StepKind::stochastic, {}, {}, 0), step(end), b()}));
  Interpreter run(program);
  run.run(0);
  EXPECT_EQ(run.trace, "+<a>1<-!no more");
  Interpreter stopped(program);
  stopped.places.at(1) = 1;
  stopped.run(0);
  EXPECT_EQ(stopped.trace, "+<a>1<!no more");

  counted.id = 5;
  EXPECT_EQ(complaint_of(step(counted)), Complaint::other);
}

TEST_F(LowerControl, PredicatesAreOneWholeElement) {
  const View real = variable_on(0, "real", {1});
  EXPECT_EQ(complaint_of(of_kind(StepKind::if_, {a(), b()}, {real})), Complaint::type);
  expect_in_message("'real'");
  const View two = variable_on(0, "two", {2}, ElementType::signed_int);
  EXPECT_EQ(complaint_of(of_kind(StepKind::if_, {a(), b()}, {two})), Complaint::type);
  const View lost = variable("lost", {}, ElementType::boolean);
  EXPECT_EQ(complaint_of(of_kind(StepKind::if_, {a(), b()}, {lost})), Complaint::tile_mapping);
}

}  // namespace
}  // namespace weft::frontends::poplar::test
