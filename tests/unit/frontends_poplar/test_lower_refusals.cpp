// SPDX-License-Identifier: Apache-2.0
// What compiling a graph refuses, and the words that it uses.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "frontends/poplar/lower.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

class LowerRefusals : public GraphTest {
 protected:
  LowerRefusals() : set_(compute_set("step")) {}
  Codelet map_{"Map", {edge("in", FieldRole::input), edge("out", FieldRole::output)}};
  Codelet update_{"Update", {edge("data", FieldRole::in_out)}};
  Codelet pick_{
      "Pick",
      {edge("in", FieldRole::input, FieldShape::scalar_edge), state("scale", ElementType::single)}};
  ComputeSetId set_;
};

TEST_F(LowerRefusals, TwoVerticesWriteOneElement) {
  const View a = variable_on(0, "a", {8});
  const View b = variable_on(0, "b", {8});
  vertex(set_, map_, 0, {{a}, {b.slice(0, 4)}});
  vertex(set_, map_, 1, {{a}, {b.slice(3, 8)}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::overlap);
  EXPECT_EQ(message_,
            "compute set 'step': element 3 of variable 'b' is written by field 'out' of a vertex "
            "'Map' on tile 0 and written by field 'out' of a vertex 'Map' on tile 1");
}

TEST_F(LowerRefusals, OneReadsWhatAnotherWrites) {
  const View a = variable_on(0, "a", {8});
  const View b = variable_on(0, "b", {8});
  vertex(set_, map_, 0, {{a}, {b}});
  vertex(set_, map_, 2, {{b.index(7).expand(0)}, {variable_on(2, "c", {1})}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::overlap);
  expect_in_message("element 7 of variable 'b'");
  expect_in_message("read by field 'in' of a vertex 'Map' on tile 2");
}

TEST_F(LowerRefusals, AVertexMayReadWhatItWritesItself) {
  const View a = variable_on(0, "a", {8});
  vertex(set_, update_, 0, {{a.slice(0, 4)}});
  vertex(set_, map_, 0, {{a.slice(4, 8)}, {a.slice(4, 8)}});
  lower_to_program(execute(set_));
  graph_.vertices.pop_back();
  vertex(set_, map_, 0, {{a.slice(3, 7)}, {a.slice(4, 8)}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::overlap);
  expect_in_message("element 3 of variable 'a'");
  graph_.vertices.pop_back();
  vertex(set_, update_, 0, {{a.slice(7, 8).broadcast(2, 0)}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::overlap);
}

TEST_F(LowerRefusals, OtherComputeSetsMayWriteTheSame) {
  const View a = variable_on(0, "a", {8});
  const ComputeSetId other = compute_set("other");
  vertex(set_, update_, 0, {{a}});
  vertex(other, update_, 0, {{a}});
  lower_to_program(sequence({execute(set_), execute(other)}));
}

TEST_F(LowerRefusals, RandomOverlapsAreFoundAsByMarkingElements) {
  std::mt19937 random(4);
  int refused = 0;
  for (int round = 0; round < 200; ++round) {
    graph_ = {};
    compute_set("step");
    const View a = variable_on(0, "a", {10, 10});
    std::vector<unsigned> writes(100, 0);  // bit v: vertex v does
    std::vector<unsigned> reads(100, 0);
    for (int v = 0; v < 3; ++v) {
      const auto random_block = [&](std::vector<unsigned>& marks) {
        const std::uint64_t r = random() % 8;
        const std::uint64_t c = random() % 8;
        for (const std::uint64_t e : {r * 10 + c, r * 10 + c + 1, r * 10 + c + 10})
          marks[e] |= 1U << v;
        const View block = a.slice(r, r + 2).slice(c, c + 2, 1).flatten();
        return block.slice(0, 3);
      };
      const View in = random_block(reads);
      const View out = random_block(writes);
      vertex(0, map_, 0, {{in}, {out}});
    }
    bool bad = false;
    for (std::size_t e = 0; e < 100; ++e) {
      const unsigned writer = writes[e];
      bad = bad || (writer & (writer - 1)) != 0 || (writer != 0 && (reads[e] & ~writer) != 0);
    }
    refused += bad;
    if (bad) {
      EXPECT_EQ(complaint_of(execute(0)), Complaint::overlap);
    } else {
      lower_to_program(execute(0));
    }
  }
  EXPECT_GT(refused, 20);
  EXPECT_LT(refused, 180);
}

TEST_F(LowerRefusals, FieldsLeftOpen) {
  const View a = variable_on(0, "a", {8});
  vertex(set_, map_, 4, {{a}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::unconnected);
  EXPECT_EQ(message_,
            "compute set 'step': vertex 'Map' on tile 4, field 'out': it is not connected");
}

TEST_F(LowerRefusals, StateFieldsStartAtZero) {
  const View a = variable_on(0, "a", {});
  vertex(set_, pick_, 0, {{a}});
  EXPECT_EQ(lower_to_program(execute(set_)).state_bytes, Bytes(4));
  graph_.vertices.back().fields[1].value = Bytes(8);
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::type);
  expect_in_message("field 'scale'");
}

TEST_F(LowerRefusals, TypesAndSizes) {
  const View integers = variable_on(0, "n", {8}, ElementType::signed_short);
  const View a = variable_on(0, "a", {8});
  vertex(set_, map_, 0, {{integers}, {a}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::type);
  expect_in_message("field 'in': it is of float and connected to variable 'n' of short");
  graph_.vertices.clear();
  vertex(set_, pick_, 0, {{a}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::type);
  expect_in_message("connected to 8");
}

TEST_F(LowerRefusals, MappingsAreMissingOrNowhere) {
  const View a = variable("a", {8});
  graph_.map(a.slice(0, 5), 1);
  vertex(set_, update_, 1, {{a}});
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::tile_mapping);
  EXPECT_EQ(message_,
            "compute set 'step': vertex 'Update' on tile 1, field 'data': element 5 of variable "
            "'a' is mapped to no tile");
  graph_.map(a, tiles);
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::invalid_tile);
  expect_in_message("variable 'a' is mapped to tile 13; the machine has tiles 0 to 12");
  graph_.map(a, tiles - 1);
  graph_.vertices[0].tile = unmapped;
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::tile_mapping);
  graph_.vertices[0].tile = 99;
  EXPECT_EQ(complaint_of(execute(set_)), Complaint::invalid_tile);
}

TEST_F(LowerRefusals, UnmappedIsFineWhereNothingUsesIt) {
  variable("never", {8});
  lower_to_program(sequence({}));
}

TEST_F(LowerRefusals, MoreTilesThanTheDefaultRegionOnRequest) {
  const View a = variable_on(20, "a", {8});
  vertex(set_, update_, 21, {{a}});
  LowerInput in = input(execute(set_));
  in.tiles_per_ipu = 11;
  in.ipus = 2;
  const Lowered lowered = lower(in);
  EXPECT_EQ(lowered.program.tiles(), 22U);
  EXPECT_EQ(lowered.program.exchanges.size(), 2U);
}

}  // namespace
}  // namespace weft::frontends::poplar::test
