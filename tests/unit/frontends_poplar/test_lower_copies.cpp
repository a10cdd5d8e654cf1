// SPDX-License-Identifier: Apache-2.0
// Copies, fills and host arrays: the bytes arrive, and what aliases is refused.
#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

using ipu::Operation;

class LowerCopies : public GraphTest {
 protected:
  /// A variable of numbers from `first` on, dealt to tiles in stretches of `stretch`.
  View dealt(const std::string& name, Shape shape, std::uint64_t stretch, std::uint32_t first) {
    View view = variable(name, std::move(shape), ElementType::unsigned_int);
    Variable& made = graph_.variables.back();
    for (std::uint64_t e = 0; e < made.elements; e += stretch) {
      made.mapping.set(e, std::min(e + stretch, made.elements),
                       static_cast<std::uint32_t>(e / stretch % tiles));
    }
    std::vector<std::uint32_t> values(made.elements);
    std::iota(values.begin(), values.end(), first);
    made.data = bytes_of_values(values);
    return view;
  }
  static StepPointer fill(const View& view, Bytes value) {
    Step made;
    made.kind = StepKind::fill;
    made.views = {view};
    made.value = std::move(value);
    return step(made);
  }
};

TEST_F(LowerCopies, TransposeArrives) {
  const View a = dealt("a", {6, 7}, 5, 100);
  const View b = dealt("b", {7, 6}, 4, 0);
  const std::vector<std::size_t> order{1, 0};
  host_tensors_ = {{"a", a}, {"b", b}};
  const ipu::Program program = lower_to_program(copy(a.permute(order), b));
  Memories memories(program);
  memories.run();
  const std::vector<std::uint32_t> from = memories.array<std::uint32_t>(0);
  const std::vector<std::uint32_t> to = memories.array<std::uint32_t>(1);
  for (std::size_t i = 0; i < 7; ++i) {
    for (std::size_t j = 0; j < 6; ++j) EXPECT_EQ(to[i * 6 + j], from[j * 7 + i]);
  }
}

TEST_F(LowerCopies, BroadcastReadsOneElementManyTimes) {
  const View a = dealt("a", {1}, 1, 42);
  const View b = dealt("b", {30}, 7, 0);
  host_tensors_ = {{"b", b}};
  const ipu::Program program = lower_to_program(copy(a.broadcast(30, 0), b));
  Memories memories(program);
  memories.run();
  EXPECT_EQ(memories.array<std::uint32_t>(0), std::vector<std::uint32_t>(30, 42));
}

TEST_F(LowerCopies, ExchangeMovesAreInOrderAndMerged) {
  const View a = dealt("a", {40}, 10, 0);
  const View b = dealt("b", {40}, 20, 0);
  const ipu::Program program = lower_to_program(copy(a, b));
  ASSERT_EQ(program.exchanges.size(), 1U);
  ASSERT_EQ(program.exchanges[0].count, 3U);
  for (std::uint64_t m = 0; m < 3; ++m) EXPECT_EQ(program.moves[m].bytes, 40U);
  ASSERT_EQ(program.rearrangements.size(), 1U);
  EXPECT_EQ(program.rearrangements[0].count, 1U);
  EXPECT_EQ(operations(program), (std::vector{Operation::exchange, Operation::rearrange}));
}

TEST_F(LowerCopies, EqualCopiesAreOneMoveSet) {
  const View a = dealt("a", {40}, 10, 0);
  const View b = dealt("b", {40}, 20, 0);
  const ipu::Program program = lower_to_program(sequence({copy(a, b), copy(b, a), copy(a, b)}));
  EXPECT_EQ(program.exchanges.size(), 2U);
  EXPECT_EQ(program.code.at(0).a, program.code.at(4).a);
}

TEST_F(LowerCopies, IndependentCopiesAreOneExchange) {
  const View a = dealt("a", {40}, 10, 100);
  const View b = dealt("b", {40}, 20, 0);
  const View c = dealt("c", {40}, 8, 0);
  host_tensors_ = {{"b", b}, {"c", c}};
  const ipu::Program program =
      lower_to_program(sequence({copy(a, b), sequence({copy(a, c)}), copy(a, b)}));
  // The last writes what the first has written.
  EXPECT_EQ(operations(program), (std::vector{Operation::exchange, Operation::rearrange,
                                              Operation::exchange, Operation::rearrange}));
  Memories memories(program);
  memories.run();
  std::vector<std::uint32_t> expected(40);
  std::iota(expected.begin(), expected.end(), 100U);
  EXPECT_EQ(memories.array<std::uint32_t>(0), expected);
  EXPECT_EQ(memories.array<std::uint32_t>(1), expected);
}

TEST_F(LowerCopies, CopiesThatReadOrOverwriteOneAnotherKeepTheirOrder) {
  const View a = dealt("a", {8}, 8, 100);
  const View b = variable_on(1, "b", {8}, ElementType::unsigned_int);
  const View c = variable_on(2, "c", {8}, ElementType::unsigned_int);
  host_tensors_ = {{"a", a}, {"c", c}};
  // c gets what a was, by way of b; then a, which the first copy has read, is overwritten.
  const ipu::Program program = lower_to_program(
      sequence({copy(a, b), copy(b, c), fill(a, bytes_of_values<std::uint32_t>({7}))}));
  EXPECT_EQ(operations(program),
            (std::vector{Operation::exchange, Operation::exchange, Operation::rearrange}));
  Memories memories(program);
  memories.run();
  EXPECT_EQ(memories.array<std::uint32_t>(0), std::vector<std::uint32_t>(8, 7));
  EXPECT_EQ(memories.array<std::uint32_t>(1).front(), 100U);
  EXPECT_EQ(operations(lower_to_program(
                sequence({fill(a, bytes_of_values<std::uint32_t>({7})), copy(a, b)}))),
            (std::vector{Operation::rearrange, Operation::exchange}));
}

TEST_F(LowerCopies, CopiesAreNotMovedAcrossWhatLoops) {
  const View a = dealt("a", {8}, 8, 100);
  const View b = variable_on(1, "b", {8}, ElementType::unsigned_int);
  const View c = variable_on(2, "c", {8}, ElementType::unsigned_int);
  Step loop;
  loop.kind = StepKind::repeat;
  loop.count = 3;
  loop.children = {copy(a, c)};
  EXPECT_EQ(operations(lower_to_program(sequence({copy(a, b), step(loop), copy(a, b)}))),
            (std::vector{Operation::exchange, Operation::set_counter, Operation::exchange,
                         Operation::repeat, Operation::exchange}));
}

TEST_F(LowerCopies, OntoItselfIsNothing) {
  const View a = dealt("a", {40}, 10, 0);
  EXPECT_TRUE(lower_to_program(copy(a, a)).moves.empty());
  const View b = dealt("b", {10}, 10, 0);
  const std::vector<View> from{a.slice(0, 10), b};
  const ipu::Program program = lower_to_program(copy(View::concat(from, 0), a.slice(0, 20)));
  EXPECT_EQ(program.exchanges.size(), 1U);
  EXPECT_TRUE(program.rearrangements.empty());
}

TEST_F(LowerCopies, RefusesAliases) {
  const View a = dealt("a", {40}, 10, 0);
  const View b = dealt("b", {40}, 40, 0);
  EXPECT_EQ(complaint_of(copy(a.slice(0, 20), a.slice(10, 30))), Complaint::alias);
  expect_in_message("copy of 'a' of shape [20] to 'a' of shape [20] overlaps itself");
  EXPECT_EQ(complaint_of(copy(b.slice(0, 20), b.slice(19, 39))), Complaint::alias);
  EXPECT_EQ(complaint_of(copy(b.slice(0, 20), a.slice(0, 1).broadcast(20, 0))), Complaint::alias);
  expect_in_message("writes an element twice");
  const View c = variable("c", {20}, ElementType::half);
  graph_.map(c, 0);
  EXPECT_EQ(complaint_of(copy(a.slice(0, 20), c)), Complaint::type);
  expect_in_message("half");
  EXPECT_EQ(complaint_of(copy(a, b.slice(0, 39))), Complaint::type);
  EXPECT_EQ(complaint_of(copy(a, variable("u", {40}, ElementType::unsigned_int))),
            Complaint::tile_mapping);
  expect_in_message("element 0 of variable 'u' is mapped to no tile");
}

TEST_F(LowerCopies, FillsEverything) {
  const View a = dealt("a", {3000}, 200, 1);
  const View h = variable("h", {301}, ElementType::half);
  for (std::uint64_t e = 0; e < 301; e += 7) {
    graph_.map(h.slice(e, e + 7), static_cast<std::uint32_t>(e / 7 % 3));
  }
  host_tensors_ = {{"a", a}, {"h", h}};
  const ipu::Program program =
      lower_to_program(sequence({fill(a.slice(10, 3000), bytes_of_values<std::uint32_t>({9})),
                                 fill(h.slice(1, 301), bytes_of_values<std::uint16_t>({0x3c01}))}));
  Memories memories(program);
  memories.run();
  std::vector<std::uint32_t> expected(3000, 9);
  std::iota(expected.begin(), expected.begin() + 10, 1U);
  EXPECT_EQ(memories.array<std::uint32_t>(0), expected);
  std::vector<std::uint16_t> halves(301, 0x3c01);
  halves[0] = 0;
  EXPECT_EQ(memories.array<std::uint16_t>(1), halves);
  // A tile has 256 bytes to fill from, and moves of that size.
  EXPECT_LE(program.moves[0].bytes, 256U);
}

TEST_F(LowerCopies, FillOfZeroNeedsNoData) {
  const View a = variable_on(1, "a", {100});
  const ipu::Program program = lower_to_program(fill(a, Bytes(4)));
  EXPECT_TRUE(program.initial.empty());
  EXPECT_EQ(complaint_of(fill(a, Bytes(2))), Complaint::type);
}

TEST_F(LowerCopies, HostTensorsComeFirstAndViewsAreSharedByRequests) {
  const View a = dealt("a", {4, 10}, 10, 0);
  host_tensors_ = {{"write", a.index(1)}, {"read", a}};
  Step stream;
  stream.kind = StepKind::stream_to_view;
  stream.name = "in";
  stream.views = {a};
  Step print = stream;
  print.kind = StepKind::print;
  print.name = "column";
  print.views = {a.index(2, 1)};
  const ipu::Program program =
      lower_to_program(sequence({step(stream), step(print), step(stream)}));
  ASSERT_EQ(program.arrays.size(), 3U);
  EXPECT_EQ(program.arrays[0].name, "write");
  EXPECT_EQ(program.arrays[1].name, "read");
  EXPECT_EQ(program.arrays[1].shape, (Shape{4, 10}));
  EXPECT_EQ(program.arrays[1].count, 4U);
  EXPECT_EQ(program.arrays[2].count, 4U);
  EXPECT_EQ(program.requests.at(0).arrays, std::vector<std::uint32_t>{1});
  EXPECT_EQ(program.requests.at(0).kind, ipu::RequestKind::stream_to_array);
  EXPECT_EQ(program.requests.at(1).arrays, std::vector<std::uint32_t>{2});
  EXPECT_EQ(Memories(program).array<std::uint32_t>(2), (std::vector<std::uint32_t>{2, 12, 22, 32}));
}

TEST_F(LowerCopies, RandomCopiesMatchHostCopies) {
  std::mt19937 random(3);
  for (int round = 0; round < 30; ++round) {
    graph_ = {};
    const View a = dealt("a", {6, 10}, 1 + random() % 9, 1000);
    const View b = dealt("b", {6, 10}, 1 + random() % 9, 0);
    const std::uint64_t rows = 1 + random() % 5;
    const std::uint64_t at = random() % (6 - rows);
    View from = a.slice(at, at + rows);
    View to = b.slice(0, rows);
    if (random() % 2 == 0) from = from.reverse(1);
    if (random() % 2 == 0) to = to.reverse(0).subsample(2, 1);
    if (from.elements() != to.elements()) from = from.subsample(2, 1);
    host_tensors_ = {{"from", from}, {"to", to}};
    const ipu::Program program = lower_to_program(copy(from, to));
    Memories memories(program);
    memories.run();
    ASSERT_EQ(memories.array<std::uint32_t>(1), memories.array<std::uint32_t>(0)) << round;
  }
}

}  // namespace
}  // namespace weft::frontends::poplar::test
