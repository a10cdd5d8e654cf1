// SPDX-License-Identifier: Apache-2.0
// Edges of vertices: direct, gathered, shared, scattered; and what they refuse.
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

using ipu::Operation;

class LowerEdges : public GraphTest {
 protected:
  Codelet map_{"Map", {edge("in", FieldRole::input), edge("out", FieldRole::output)}};
  Codelet update_{"Update", {edge("data", FieldRole::in_out)}};
  Codelet sum_{"Sum",
               {edge("rows", FieldRole::input, FieldShape::vector_list),
                edge("out", FieldRole::output, FieldShape::scalar_edge),
                state("count", ElementType::unsigned_int)}};
};

TEST_F(LowerEdges, ElementsThatLieThereAreDirect) {
  const View a = variable_on(3, "a", {10});
  const View b = variable_on(3, "b", {10});
  const ComputeSetId set = compute_set("cs");
  vertex(set, map_, 3, {{a.slice(2, 6)}, {b.slice(1, 5)}});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(operations(program), (std::vector{Operation::execute}));
  EXPECT_TRUE(program.moves.empty());
  // a at 0, b behind its 40 bytes.
  EXPECT_EQ(program.field_words, (std::vector<std::uint32_t>{8, 4, 44, 4}));
  EXPECT_EQ(program.memory_bytes[3], 96U);  // 80, rounded up for buffers
  EXPECT_EQ(program.memory_bytes[2], 0U);
}

TEST_F(LowerEdges, BlockOfMatrixIsDenseOnItsTile) {
  const View a = variable("a", {8, 8});
  for (std::uint32_t tile = 0; tile < 4; ++tile) {
    graph_.map(a.slice(tile / 2 * 4, tile / 2 * 4 + 4, 0).slice(tile % 2 * 4, tile % 2 * 4 + 4, 1),
               tile);
  }
  const View out = variable_on(2, "out", {16});
  const ComputeSetId set = compute_set("cs");
  vertex(set, map_, 2, {{a.slice(4, 8, 0).slice(0, 4, 1).flatten()}, {out}});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_TRUE(program.moves.empty());
  EXPECT_EQ(program.field_words, (std::vector<std::uint32_t>{0, 16, 64, 16}));
}

TEST_F(LowerEdges, GathersAndScatters) {
  const View a = variable("a", {8});
  graph_.map(a.slice(0, 4), 0);
  graph_.map(a.slice(4, 8), 1);
  std::vector<float> values(8);
  std::iota(values.begin(), values.end(), 1.0F);
  graph_.variables[0].data = bytes_of_values(values);
  const ComputeSetId set = compute_set("cs");
  vertex(set, update_, 1, {{a.slice(2, 7)}});
  host_tensors_ = {{"a", a}};
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(operations(program),
            (std::vector{Operation::exchange, Operation::rearrange, Operation::execute,
                         Operation::rearrange, Operation::exchange}));
  ASSERT_EQ(program.field_words.size(), 2U);
  const std::uint32_t buffer = program.field_words[0];
  EXPECT_EQ(buffer, 32U);
  EXPECT_EQ(program.memory_bytes[1], 52U);
  Memories memories(program);
  memories.run();
  EXPECT_EQ(memories.get<float>(1, buffer), 3.0F);
  EXPECT_EQ(memories.get<float>(1, buffer + 16), 7.0F);
  EXPECT_EQ(memories.array<float>(0), values);
  ASSERT_EQ(program.exchanges.size(), 2U);
  const ipu::Move& home = program.moves[program.exchanges[1].first];
  EXPECT_EQ(home.from_tile, 1U);
  EXPECT_EQ(home.to_tile, 0U);
  EXPECT_EQ(home.to_address, 8U);
  EXPECT_EQ(home.bytes, 8U);
}

TEST_F(LowerEdges, VerticesOfATileShareWhatTheyBothRead) {
  const View a = variable_on(0, "a", {8});
  const View out = variable_on(1, "out", {3, 8});
  const ComputeSetId set = compute_set("cs");
  vertex(set, map_, 1, {{a}, {out.index(0)}});
  vertex(set, map_, 1, {{a}, {out.index(1)}});
  vertex(set, map_, 1, {{a.slice(1, 7)}, {out.index(2)}});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(program.field_words[0], program.field_words[4]);
  EXPECT_EQ(program.field_words[0] + 4, program.field_words[8]);
  EXPECT_EQ(program.moves.size(), 1U);
  EXPECT_EQ(program.memory_use[1 * ipu::memory_uses + 2], 32U);
}

TEST_F(LowerEdges, ATileReceivesAnElementOnce) {
  const View a = variable_on(0, "a", {12});
  std::vector<float> values(12);
  std::iota(values.begin(), values.end(), 1.0F);
  graph_.variables[0].data = bytes_of_values(values);
  const View near = variable_on(1, "near", {2});
  const View out = variable_on(1, "out", {20});
  const ComputeSetId set = compute_set("cs");
  vertex(set, map_, 1, {{a.slice(4, 8)}, {out.slice(0, 4)}});
  const std::vector<View> around{near, a.slice(2, 12)};
  vertex(set, map_, 1, {{View::concat(around, 0)}, {out.slice(4, 16)}});
  const ipu::Program program = lower_to_program(execute(set));
  ASSERT_EQ(program.exchanges.size(), 1U);
  std::uint64_t received = 0;
  for (std::uint64_t m = 0; m < program.exchanges[0].count; ++m) received += program.moves[m].bytes;
  EXPECT_EQ(received, 40U);  // elements 2 to 11
  Memories memories(program);
  memories.run();
  const std::uint32_t buffer = program.field_words[4];
  EXPECT_EQ(memories.get<float>(1, buffer), 0.0F);
  for (std::uint32_t e = 0; e < 10; ++e) {
    EXPECT_EQ(memories.get<float>(1, buffer + 8 + 4 * e), static_cast<float>(e + 3));
  }
}

TEST_F(LowerEdges, WhatAVertexChangesIsReceivedForItAlone) {
  const View a = variable_on(0, "a", {8});
  const Codelet both("Both", {edge("in", FieldRole::input), edge("data", FieldRole::in_out)});
  const ComputeSetId set = compute_set("cs");
  vertex(set, both, 1, {{a}, {a}});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_NE(program.field_words[0], program.field_words[2]);
}

TEST_F(LowerEdges, ComputeSetsUseOneBufferArea) {
  const View a = variable_on(0, "a", {8});
  const View b = variable_on(1, "b", {8});
  const ComputeSetId first = compute_set("first");
  const ComputeSetId second = compute_set("second");
  vertex(first, map_, 1, {{a}, {b}});
  vertex(second, map_, 1, {{a.slice(0, 4)}, {b.slice(0, 4)}});
  const ipu::Program program = lower_to_program(sequence({execute(first), execute(second)}));
  EXPECT_EQ(program.field_words[0], program.field_words[4]);
  EXPECT_EQ(program.memory_use[1 * ipu::memory_uses + 2], 32U);
}

TEST_F(LowerEdges, UnalignedEdgesAreGathered) {
  map_.fields[0].alignment = 16;
  const View a = variable_on(0, "a", {9});
  const View b = variable_on(0, "b", {8});
  const ComputeSetId set = compute_set("cs");
  vertex(set, map_, 0, {{a.slice(1, 9)}, {b}});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(operations(program), (std::vector{Operation::rearrange, Operation::execute}));
  EXPECT_EQ(program.field_words[0] % 16, 0U);
}

TEST_F(LowerEdges, ListsHaveRowsAndScalarsNoSize) {
  const View a = variable_on(0, "a", {4, 4});
  const View out = variable_on(0, "out", {});
  const ComputeSetId set = compute_set("cs");
  VertexModel& made = vertex(set, sum_, 0, {{a.index(3), a.index(0).slice(0, 2)}, {out}});
  made.fields[2].value = bytes_of_values<std::uint32_t>({77});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(program.field_words, (std::vector<std::uint32_t>{2, 48, 4, 0, 2, 64}));
  EXPECT_EQ(program.state_bytes, bytes_of_values<std::uint32_t>({77}));
  EXPECT_EQ(program.codelets.at(0).name, "Sum");
}

TEST_F(LowerEdges, EmptyEdgesNeedNothing) {
  const View a = variable_on(0, "a", {4});
  const ComputeSetId set = compute_set("cs");
  VertexModel& made = vertex(set, map_, 0, {{View()}, {a}});
  made.fields[0].views.clear();
  made.fields[0].connected = false;
  made.fields[0].elements = 0;
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(program.field_words, (std::vector<std::uint32_t>{0, 0, 0, 4}));
}

TEST_F(LowerEdges, VectorsThatVerticesOwnLieBehindVariables) {
  FieldInfo own = edge("own", FieldRole::state, FieldShape::vector);
  const Codelet codelet("Own", {own, edge("out", FieldRole::output)});
  const View a = variable_on(5, "a", {3});
  const ComputeSetId set = compute_set("cs");
  VertexModel& made = vertex(set, codelet, 5, {{}, {a}});
  made.fields[0].value = bytes_of_values<float>({1.5F, 2.5F});
  const ipu::Program program = lower_to_program(execute(set));
  EXPECT_EQ(program.field_words, (std::vector<std::uint32_t>{16, 2, 0, 3}));
  EXPECT_EQ(Memories(program).get<float>(5, 20), 2.5F);
}

TEST_F(LowerEdges, VerticesStandByTileInTheOrderAdded) {
  const View a = variable("a", {6});
  for (std::uint32_t t = 0; t < 3; ++t) graph_.map(a.slice(2 * t, 2 * t + 2), t);
  const ComputeSetId set = compute_set("cs");
  const ComputeSetId unused = compute_set("unused");
  for (const std::uint32_t element : {5U, 0U, 4U, 1U, 2U}) {
    VertexModel& made = vertex(set, update_, element / 2, {{a.slice(element, element + 1)}});
    made.cycles = element;
  }
  vertex(unused, update_, unmapped, {});
  const ipu::Program program = lower_to_program(execute(set));
  std::vector<std::uint64_t> order;
  for (const ipu::Vertex& v : program.vertices) order.push_back(v.cycles);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{0, 1, 2, 5, 4}));
  ASSERT_EQ(program.compute_sets.size(), 2U);
  EXPECT_EQ(program.compute_sets[1].count, 0U);
}

TEST_F(LowerEdges, HalvesGoElementByElementWhereTheyAreNotAligned) {
  const Codelet codelet("Half",
                        {edge("in", FieldRole::input, FieldShape::vector, ElementType::half),
                         edge("out", FieldRole::output, FieldShape::vector, ElementType::half)});
  const View a = variable_on(0, "a", {400}, ElementType::half);
  const View out = variable_on(0, "out", {400}, ElementType::half);
  const ComputeSetId set = compute_set("cs");
  vertex(set, codelet, 0,
         {{View::concat(std::vector<View>{a.slice(10, 13), a.slice(101, 202)}, 0)}, {out}});
  const ipu::Program program = lower_to_program(execute(set));
  // Three halves to bytes 0..5, then from 202 to 6: one half, 50 words.
  ASSERT_EQ(program.rearrangements.size(), 2U);
  EXPECT_EQ(program.rearrangements[0].element_bytes, 0U);
  EXPECT_EQ(program.rearrangements[1].element_bytes, 2U);
  EXPECT_EQ(program.rearrangements[0].count, 1U);
  EXPECT_EQ(program.moves[program.rearrangements[0].first].bytes, 200U);
  EXPECT_EQ(program.rearrangements[1].count, 2U);
}

}  // namespace
}  // namespace weft::frontends::poplar::test
