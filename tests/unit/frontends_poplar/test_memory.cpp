// SPDX-License-Identifier: Apache-2.0
// Memory of tiles: by use, by name, and when it does not suffice.
#include <gtest/gtest.h>

#include <vector>

#include "frontends/poplar/lower.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

using ipu::MemoryUse;

class Memory : public GraphTest {
 protected:
  Memory() : set_(compute_set("step")) {}
  static std::uint64_t bytes(const ipu::Program& program, std::uint32_t tile, MemoryUse use) {
    return program.memory_use.at(tile * ipu::memory_uses + static_cast<std::size_t>(use));
  }
  std::uint64_t constant(const char* key) {
    return static_cast<std::uint64_t>(topology_.integer(key));
  }
  Codelet map_{"Map", {edge("in", FieldRole::input), edge("out", FieldRole::output)}};
  ComputeSetId set_;
};

TEST_F(Memory, IsCountedByUse) {
  const View a = variable_on(0, "a", {3});
  const View b = variable_on(1, "b", {200});
  const View c = variable_on(1, "c", {200});
  graph_.variables[2].constant = true;
  graph_.variables[2].data = Bytes(800, std::byte{1});
  const View out = variable_on(0, "out", {400});
  vertex(set_, map_, 0, {{b}, {out.slice(0, 200)}});
  vertex(set_, map_, 0, {{c}, {out.slice(200, 400)}});
  const ipu::Program program = lower_to_program(execute(set_));
  EXPECT_EQ(bytes(program, 0, MemoryUse::variables), 12U + 4U + 1600U);
  EXPECT_EQ(bytes(program, 1, MemoryUse::variables), 800U);
  EXPECT_EQ(bytes(program, 1, MemoryUse::constants), 800U);
  EXPECT_EQ(bytes(program, 0, MemoryUse::exchange_buffers), 1600U);
  EXPECT_EQ(bytes(program, 0, MemoryUse::vertex_state), 2U * 16U);
  EXPECT_EQ(bytes(program, 0, MemoryUse::vertex_code), constant("tile.codelet_code_bytes"));
  EXPECT_EQ(bytes(program, 1, MemoryUse::vertex_code), 0U);
  // One run, because b and c lie side by side on both ends: 1600 bytes are seven sends.
  EXPECT_EQ(bytes(program, 0, MemoryUse::exchange_code), constant("exchange.receive_code_bytes"));
  EXPECT_EQ(bytes(program, 1, MemoryUse::exchange_code), 7 * constant("exchange.send_code_bytes"));
  EXPECT_EQ(bytes(program, 9, MemoryUse::control_code),
            3 * constant("tile.control_code_bytes_per_instruction"));
  EXPECT_EQ(bytes(program, 9, MemoryUse::stacks),
            constant("tile.supervisor_stack_bytes") +
                constant("tile.worker_contexts") * constant("tile.worker_stack_bytes"));
  EXPECT_EQ(program.memory_bytes[1], 1600U);
}

TEST_F(Memory, MulticastIsSentOnce) {
  const View a = variable_on(0, "a", {64});
  const View out = variable("out", {12, 64});
  for (std::uint32_t t = 1; t < tiles; ++t) {
    graph_.map(out.index(t - 1), t);
    vertex(set_, map_, t, {{a}, {out.index(t - 1)}});
  }
  const ipu::Program program = lower_to_program(execute(set_));
  EXPECT_EQ(bytes(program, 0, MemoryUse::exchange_code), constant("exchange.send_code_bytes"));
}

TEST_F(Memory, LayoutsDecideWhatPointersTake) {
  FieldInfo one = edge("one", FieldRole::input);
  one.layout = ipu::FieldLayout::one_ptr;
  FieldInfo scaled = edge("scaled", FieldRole::input);
  scaled.layout = ipu::FieldLayout::scaled_ptr64;
  FieldInfo list = edge("list", FieldRole::input, FieldShape::vector_list);
  list.layout = ipu::FieldLayout::short_span;
  const Codelet codelet(
      "Layouts", {one, scaled, list, edge("scalar", FieldRole::input, FieldShape::scalar_edge),
                  state("flag", ElementType::boolean)});
  const View a = variable_on(0, "a", {8});
  vertex(set_, codelet, 0, {{a}, {a}, {a, a, a}, {a.index(0)}});
  const ipu::Program program = lower_to_program(execute(set_));
  // 4 + 2 + (8 + 3 x 4) + 4 + 1, rounded up to words.
  EXPECT_EQ(bytes(program, 0, MemoryUse::vertex_state), 32U);
}

TEST_F(Memory, TooMuchNamesTileAndWhatFillsIt) {
  variable_on(5, "small", {10});
  variable_on(5, "weights", {160000});
  variable_on(6, "others", {159999});
  EXPECT_EQ(complaint_of(sequence({})), Complaint::memory);
  expect_in_message("out of memory on tile 5: it needs ");
  expect_in_message(" bytes and has 638,976, ");
  expect_in_message(" too few; 1 more tile is too full. What fills it:");
  expect_in_message("\n  variables 'weights': 640,000 (99.");
  expect_in_message("\n  stacks: ");
  LowerInput in = input(sequence({}));
  in.allow_out_of_memory = true;
  EXPECT_GT(lower(in).program.memory_bytes[5], 640000U);
}

TEST_F(Memory, ReportOfATile) {
  variable_on(5, "small", {10});
  const View b = variable_on(5, "b", {1000});
  const View a = variable_on(4, "a", {1000});
  vertex(set_, map_, 5, {{a}, {b}});
  const std::vector<MemoryLine> lines = memory_of_tile(input(execute(set_)), 5, 4);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].name + lines[1].name + lines[2].name, "stacksbexchange buffers");
  EXPECT_EQ(lines[1].use, MemoryUse::variables);
  EXPECT_EQ(lines[1].bytes, 4000U);
  EXPECT_EQ(lines[3].name, "Map");
  EXPECT_EQ(lines[3].use, MemoryUse::vertex_code);
  std::uint64_t sum = 0;
  for (const MemoryLine& line : memory_of_tile(input(execute(set_)), 5, 100)) sum += line.bytes;
  const ipu::Program program = lower_to_program(execute(set_));
  std::uint64_t expected = 0;
  for (std::size_t u = 0; u < ipu::memory_uses; ++u) {
    expected += bytes(program, 5, static_cast<MemoryUse>(u));
  }
  EXPECT_EQ(sum, expected);
}

}  // namespace
}  // namespace weft::frontends::poplar::test
