// SPDX-License-Identifier: Apache-2.0
// Controller trees: numbers, schedules, copies of memories, the values that are interpreted.
#include "program/rdu_tree.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_tree_interpret.hpp"
#include "program/rdu_tree_unmapped.hpp"

namespace weft::program::rdu_tree {
namespace {

constexpr NumberType fixed_8_8{NumberKind::fixed, true, 8, 8};
constexpr NumberType unsigned_4{NumberKind::fixed, false, 4, 0};

Raw binary(Operation operation, NumberType type, Raw a, Raw b) {
  const std::array<Raw, 2> operands = {a, b};
  return evaluate(operation, type, operands).value_or(-999);
}

TEST(RduTreeNumber, FixedNumbersWrapAndRound) {
  EXPECT_EQ(binary(Operation::add, int_type, 2147483647, 1), -2147483648LL);
  EXPECT_EQ(binary(Operation::add, unsigned_4, 15, 2), 1);
  EXPECT_EQ(binary(Operation::multiply, fixed_8_8, from_double(-1.5, fixed_8_8), 1), -2);
  EXPECT_EQ(binary(Operation::divide, int_type, -7, 2), -3);
  EXPECT_EQ(binary(Operation::divide, int_type, 7, 0), -1);
  EXPECT_EQ(binary(Operation::divide, unsigned_4, 7, 0), 15);
  EXPECT_EQ(binary(Operation::remainder, int_type, -7, 4), 1);
  EXPECT_EQ(binary(Operation::remainder, int_type, 9, 0), 9);
  EXPECT_EQ(binary(Operation::shift_left, int_type, 1, 31), -2147483648LL);
  EXPECT_EQ(binary(Operation::shift_right, int_type, -8, 1), -4);
  EXPECT_EQ(binary(Operation::shift_right_unsigned, int_type, -8, 28), 15);
  EXPECT_EQ(binary(Operation::minimum, fixed_8_8, -3, 2), -3);
}

TEST(RduTreeNumber, Conversions) {
  EXPECT_EQ(convert(from_double(-1.25, fixed_8_8), fixed_8_8, int_type), -2);
  EXPECT_EQ(from_double(-1.9, int_type), -1);
  EXPECT_EQ(from_integer(300, fixed_8_8), 44 << 8);
  EXPECT_EQ(convert(from_double(2.75, float_type), float_type, fixed_8_8), 0x2c0);
  EXPECT_EQ(to_double(convert(16777217, int_type, float_type), float_type), 16777216.0);
  EXPECT_EQ(to_double(from_double(0.1, half_type), half_type), 0.0999755859375);
  EXPECT_EQ(number_text(from_double(-1.5, fixed_8_8), fixed_8_8), "-1.5");
  EXPECT_EQ(number_text(1, bit_type), "true");
}

TEST(RduTreeNumber, FloatsHaveNoBitOperations) {
  const std::array<Raw, 2> operands = {from_double(1, float_type), from_double(3, float_type)};
  EXPECT_FALSE(evaluate(Operation::bit_and, float_type, operands).has_value());
  EXPECT_EQ(evaluate(Operation::divide, float_type, operands), from_double(1.0F / 3, float_type));
}

TEST(RduTreeNumber, Formats) {
  EXPECT_EQ(to_text(fixed_8_8), "FixPt[TRUE,8,8]");
  EXPECT_EQ(to_text(int_type), "Int");
  EXPECT_FALSE(fault_of(fixed_8_8).has_value());
  EXPECT_TRUE(fault_of({NumberKind::fixed, true, 40, 30}).has_value());
  EXPECT_TRUE(fault_of({NumberKind::floating, true, 20, 8}).has_value());
}

/// Writes trees in a few lines.
class Builder {
 public:
  Builder() { tree.controllers.emplace_back().kind = ControllerKind::accelerator; }

  std::uint32_t memory(MemoryKind kind, const std::string& name, std::vector<std::int64_t> sizes) {
    Memory made;
    made.kind = kind;
    made.name = name;
    made.type = int_type;
    made.fields = {int_type};
    made.sizes = std::move(sizes);
    tree.memories.push_back(made);
    return static_cast<std::uint32_t>(tree.memories.size() - 1);
  }
  std::uint32_t constant(Raw value) {
    Node made;
    made.type = int_type;
    made.value = value;
    tree.nodes.push_back(made);
    return static_cast<std::uint32_t>(tree.nodes.size() - 1);
  }
  std::uint32_t node(std::uint32_t in, Operation operation, std::vector<std::uint32_t> arguments,
                     std::uint32_t memory = none) {
    Node made;
    made.operation = operation;
    made.type = int_type;
    made.arguments = std::move(arguments);
    made.memory = memory;
    tree.nodes.push_back(made);
    const auto index = static_cast<std::uint32_t>(tree.nodes.size() - 1);
    if (operation != Operation::iterator) tree.controllers[in].steps.push_back({false, index});
    return index;
  }
  std::uint32_t loop(std::uint32_t in, std::uint32_t count, std::uint32_t& iterator,
                     std::uint32_t parallel = 1) {
    Controller made;
    made.kind = ControllerKind::loop;
    made.parent = in;
    tree.controllers.push_back(made);
    const auto index = static_cast<std::uint32_t>(tree.controllers.size() - 1);
    iterator = node(index, Operation::iterator, {});
    Counter counter;
    counter.max = count;
    counter.parallel = parallel;
    counter.iterator = iterator;
    tree.controllers[index].counters = {counter};
    tree.controllers[in].steps.push_back({true, index});
    return index;
  }

  Tree tree;
};

/// for i below n: { for j below 4: t(j) = i + j }, { for j below 4: out = t(j) }
Tree two_stages(bool sequenced) {
  Builder made;
  const std::uint32_t out = made.memory(MemoryKind::arg_out, "out", {});
  const std::uint32_t tile = made.memory(MemoryKind::sram, "tile", {4});
  const std::uint32_t three = made.constant(3);
  const std::uint32_t four = made.constant(4);
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  std::uint32_t k = 0;
  const std::uint32_t outer = made.loop(0, three, i);
  if (sequenced) made.tree.controllers[outer].asked = Schedule::sequenced;
  const std::uint32_t first = made.loop(outer, four, j, 2);
  const std::uint32_t sum = made.node(first, Operation::add, {i, j});
  made.node(first, Operation::write, {sum, j}, tile);
  const std::uint32_t second = made.loop(outer, four, k);
  const std::uint32_t held = made.node(second, Operation::read, {k}, tile);
  made.node(second, Operation::write, {held}, out);
  schedule(made.tree);
  return made.tree;
}

TEST(RduTreeSchedule, OuterLoopsAreAPipelineAndWhatCrossesItHasCopies) {
  const Tree tree = two_stages(false);
  EXPECT_EQ(tree.controllers[0].schedule, Schedule::sequenced);
  EXPECT_EQ(tree.controllers[1].schedule, Schedule::pipelined);
  EXPECT_EQ(tree.memories[1].copies, 2U);
  EXPECT_TRUE(is_inner(tree, 2));
  EXPECT_FALSE(is_inner(tree, 1));
}

TEST(RduTreeSchedule, WhatIsSequencedNeedsOneCopy) {
  const Tree tree = two_stages(true);
  EXPECT_EQ(tree.controllers[1].schedule, Schedule::sequenced);
  EXPECT_EQ(tree.memories[1].copies, 1U);
}

TEST(RduTreeSchedule, WhatGoesRoundOnceIsNoPipeline) {
  for (const Raw rounds : {1, 2}) {
    Builder made;
    std::uint32_t i = 0;
    std::uint32_t j = 0;
    const std::uint32_t outer = made.loop(0, made.constant(rounds), i);
    made.loop(outer, made.constant(4), j);
    made.loop(outer, made.constant(4), j);
    schedule(made.tree);
    EXPECT_EQ(made.tree.controllers[outer].schedule,
              rounds == 1 ? Schedule::sequenced : Schedule::pipelined);
  }
}

TEST(RduTreeSchedule, NodesBesideControllersGetOneOfTheirOwn) {
  Builder made;
  const std::uint32_t reg = made.memory(MemoryKind::reg, "r", {});
  const std::uint32_t two = made.constant(2);
  std::uint32_t i = 0;
  std::uint32_t j = 0;
  const std::uint32_t outer = made.loop(0, two, i);
  made.node(outer, Operation::write, {i}, reg);
  const std::uint32_t inner = made.loop(outer, two, j);
  made.node(inner, Operation::add, {i, j});
  schedule(made.tree);
  const Controller& wrapped = made.tree.controllers[made.tree.controllers[outer].steps[0].index];
  EXPECT_TRUE(wrapped.inserted);
  EXPECT_EQ(wrapped.kind, ControllerKind::unit);
  EXPECT_EQ(wrapped.schedule, Schedule::sequenced);
  EXPECT_EQ(made.tree.controllers[outer].schedule, Schedule::pipelined);
}

TEST(RduTreeInterpret, ValuesInOrder) {
  HostContents contents;
  interpret(two_stages(false), contents);
  ASSERT_EQ(contents.size(), 2U);
  EXPECT_EQ(contents[0], std::vector<Raw>{5});
  EXPECT_TRUE(contents[1].empty());
}

TEST(RduTreeInterpret, ALimitEndsIt) {
  HostContents contents;
  try {
    interpret(two_stages(false), contents, {.steps = 10});
    FAIL() << "more than ten operations were done";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
  }
}

TEST(RduTreeText, ALineAController) {
  EXPECT_EQ(to_text(two_stages(false)),
            "arg_out out Int\n"
            "sram tile Int 4 copies 2\n"
            "accelerator sequenced\n"
            "  loop pipelined %2=0..3\n"
            "    loop pipelined %3=0..4 par 2\n"
            "      %4 = add Int %2 %3\n"
            "      %5 = write Int tile %4 %3\n"
            "    loop pipelined %6=0..4\n"
            "      %7 = read Int tile %6\n"
            "      %8 = write Int out %7\n");
}

std::string unmapped(const Tree& tree) {
  try {
    require_mapped(tree);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    return error.what();
  }
}

TEST(RduTreeUnmapped, WhatTheMapperWouldPassOverIsRefused) {
  Builder b;
  b.tree.files = {"a.scala"};
  Controller made;
  made.kind = ControllerKind::load;
  made.transfer.dram = b.memory(MemoryKind::dram, "d", {8});
  made.transfer.local = b.memory(MemoryKind::sram, "s", {4});
  made.transfer.ranges = {{b.constant(0), b.constant(4)}};
  made.place = {0, 7, 3};
  b.tree.controllers.push_back(made);
  EXPECT_EQ(unmapped(b.tree), "");
  b.tree.memories[made.transfer.local].kind = MemoryKind::register_file;
  EXPECT_EQ(unmapped(b.tree),
            "a.scala:7:3: the mapper to units does not take a transfer of a register_file yet");
}

}  // namespace
}  // namespace weft::program::rdu_tree
