// SPDX-License-Identifier: Apache-2.0
// Cycles of the libraries' vertices, over all operations, types and several sizes: a checksum a
// formula, and constants that come from the topology.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "frontends/poplar/cost.hpp"
#include "hosts/poplar/libraries/cost_rules.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::libraries {
namespace {

namespace fixture = frontends::poplar::test;
using frontends::poplar::View;
using program::ipu::FieldRole;

constexpr int states = 14;
const char* const state_names[states] = {
    "op",     "inner", "rows", "kernelHeight", "kernelWidth", "outHeight", "outWidth",
    "unused", "runs",  "ties", "width",        "parts",       "update",    "kept"};
const char* const edge_names[] = {
    "in",    "in1",  "in2",  "inOut", "in1Out", "out",   "a",       "data", "weights", "outputs",
    "place", "seed", "sums", "keys",  "keysA",  "keysB", "numbers", "v",    "vectors", "column"};

class LibraryCosts : public fixture::GraphTest {
 protected:
  LibraryCosts() {
    register_popops_costs();
    register_poplin_costs();
    register_popnn_costs();
    register_poprand_costs();
    set_ = compute_set("step");
  }

  /// Cycles of one vertex whose edges all have `rows` rows of `elements` elements.
  std::uint64_t cycles(const topology::Topology& topology, const std::string& name,
                       ElementType type, unsigned op, std::uint64_t elements, unsigned rows) {
    std::vector<fixture::FieldInfo> fields;
    for (const char* edge : edge_names) {
      fields.push_back(
          fixture::edge(edge, FieldRole::input, fixture::FieldShape::vector_list, type));
    }
    for (const char* state : state_names) {
      fields.push_back(fixture::state(state, ElementType::unsigned_int));
    }
    const fixture::Codelet codelet(name, fields);
    const View data = variable("data", {elements}, type);
    const std::vector<View> connected(rows, data);
    const std::vector<std::vector<View>> views(std::size(edge_names), connected);
    auto& made = vertex(set_, codelet, 0, views);
    const unsigned values[states] = {
        op, 1 + op % 3, unsigned(elements / 16), 3, 3, 4, 5, 0, 7, op % 2, 5, 3, op % 4, 10};
    for (std::size_t s = 0; s < states; ++s) {
      made.fields[std::size(edge_names) + s].value =
          fixture::bytes_of_values<std::uint32_t>({values[s]});
    }
    const CostQuery query(graph_, made, topology);
    return (*frontends::poplar::find_library_cost(name))(query).cycles;
  }

  /// Of all sizes, types and operations.
  std::uint64_t checksum(const topology::Topology& topology, const std::string& name,
                         unsigned operations) {
    std::uint64_t sum = 0;
    for (const ElementType type :
         {ElementType::single, ElementType::half, ElementType::signed_int}) {
      for (unsigned op = 0; op < operations; ++op) {
        for (const std::uint64_t elements : {0U, 1U, 7U, 16U, 48U, 1000U}) {
          for (const unsigned rows : {1U, 3U}) {
            sum = sum * 31 + cycles(topology, name, type, op, elements, rows);
            sum %= 1'000'000'007;
          }
        }
      }
    }
    return sum;
  }
  frontends::poplar::ComputeSetId set_ = 0;
};

struct Expected {
  const char* name;
  unsigned operations;
  std::uint64_t gc200, gc2;
};

// From the formulas as they were when their numbers still stood in C++.
const Expected expected[] = {
    {"popops::UnaryOp1D", 34, 246948393, 246948393},
    {"popops::UnaryOp2D", 34, 38379819, 38379819},
    {"popops::BroadcastScalar1D", 26, 175938678, 175938678},
    {"popops::BroadcastScalar2D", 26, 607451943, 607451943},
    {"popops::BinaryOp1D", 26, 650546370, 650546370},
    {"popops::BinaryOp2D", 26, 480274870, 480274870},
    {"popops::BroadcastVector1D", 26, 74163771, 74163771},
    {"popops::UnaryOp1DInPlace", 34, 246948393, 246948393},
    {"popops::UnaryOp2DInPlace", 34, 38379819, 38379819},
    {"popops::BroadcastScalar1DInPlace", 26, 175938678, 175938678},
    {"popops::BroadcastScalar2DInPlace", 26, 607451943, 607451943},
    {"popops::BinaryOp1DInPlace", 26, 650546370, 650546370},
    {"popops::BinaryOp2DInPlace", 26, 607451943, 607451943},
    {"popops::BroadcastVector1DInPlace", 26, 74163771, 74163771},
    {"popops::Select", 1, 293817381, 293817381},
    {"popops::Clamp", 1, 293817381, 293817381},
    {"popops::Fill", 1, 858218649, 858218649},
    {"popops::Fill2d", 1, 109472534, 109472534},
    {"popops::Cast1D", 1, 484675175, 484675175},
    {"popops::Cast2D", 1, 458714858, 458714858},
    {"popops::ScaledAdd1D", 1, 493974592, 493974592},
    {"popops::ScaledAddTensor", 1, 808294752, 808294752},
    {"popops::ScaledAdd2D", 1, 391578207, 391578207},
    {"popops::Reduce", 1, 100757407, 100757407},
    {"weft::LocalRead", 1, 836841261, 836841261},
    {"popops::DynamicSlice1d", 1, 152284563, 152284563},
    {"popops::DynamicUpdateSlice1d", 1, 152284563, 152284563},
    {"popops::Gather", 1, 152284563, 152284563},
    {"popops::SortRuns", 1, 52760244, 52760244},
    {"popops::SortRunsKeyValue", 2, 822890380, 822890380},
    {"popops::MergeRuns", 1, 327366181, 327366181},
    {"popops::MergeRunsKeyValue", 2, 402801381, 402801381},
    {"popops::ForLoopCounter", 1, 264326857, 264326857},
    {"popops::Transpose2d", 1, 443997137, 443997137},
    {"popops::MultiSlice", 1, 288104505, 288104505},
    {"popops::PickPart", 1, 491743589, 491743589},
    {"popops::MultiUpdate", 4, 626084662, 626084662},
    {"popops::Iota", 1, 301855719, 301855719},
    {"popops::EncodeOneHot", 1, 801179122, 801179122},
    {"poplin::ConvPartial1x1Out", 1, 476255544, 476255544},
    {"poplin::ConvPartialnx1", 1, 895448635, 895448635},
    {"poplin::experimental::PickColumn", 1, 823604068, 823604068},
    {"poplin::experimental::Householder", 1, 168698264, 168698264},
    {"poplin::experimental::Reflect", 1, 546983726, 546983726},
    {"popnn::LossOfLabel", 1, 926369201, 926369201},
    {"popnn::LossOfDistribution", 1, 710395931, 710395931},
    {"popnn::ArgExtreme", 1, 784617958, 784617958},
    {"popnn::CalcAccuracy", 1, 105755698, 105755698},
    {"popnn::MaxPooling", 1, 659480967, 659480967},
    {"popnn::SumPooling", 1, 854528930, 854528930},
    {"poprand::Random", 1, 121992122, 121992122},
    {"poprand::Dropout", 1, 293312894, 293312894},
    {"poprand::NextSeed", 1, 570875625, 570875625},
};

TEST_F(LibraryCosts, StayWhatTheyWere) {
  const auto gc200 = topology::load_topology("graphcore-gc200");
  const auto gc2 = topology::load_topology("graphcore-gc2");
  for (const Expected& e : expected) {
    EXPECT_EQ(checksum(gc200, e.name, e.operations), e.gc200) << e.name;
    EXPECT_EQ(checksum(gc2, e.name, e.operations), e.gc2) << e.name;
  }
}

TEST_F(LibraryCosts, RestOnEveryConstantOfTheirTables) {
  const auto gc200 = topology::load_topology("graphcore-gc200");
  for (const Expected& e : expected) checksum(gc200, e.name, e.operations);
  std::set<std::string> read;
  for (const topology::Constant* c : gc200.rests_on()) read.insert(c->key);
  std::size_t tables = 0;
  for (const topology::Constant& c : gc200.constants()) {
    // The split of a product rests on .plan, no vertex.
    if (!c.key.starts_with("vertex_cost.") || c.key.starts_with("vertex_cost.plan.")) continue;
    ++tables;
    EXPECT_TRUE(read.contains(c.key)) << c.key << " is read by no formula";
  }
  EXPECT_GT(tables, 100U);
}

TEST_F(LibraryCosts, ChangeWithTheirConstants) {
  const auto cycles_with = [&](const std::string& change) {
    std::vector<topology::Assignment> changes;
    if (!change.empty()) changes.emplace_back(change);
    const auto gc200 = topology::load_topology("graphcore-gc200", changes);
    return cycles(gc200, "popops::BinaryOp1D", ElementType::single, 0, 48, 1);  // ADD
  };
  const std::uint64_t before = cycles_with("");
  EXPECT_EQ(before, 11U + 6U * (29U + 4U * 3U));
  EXPECT_EQ(cycles_with("vertex_cost.supervisor_start_cycles=20"), before + 9);
  EXPECT_EQ(cycles_with("vertex_cost.prologue_cycles.binary_1d=30"), before + 6);
  EXPECT_EQ(cycles_with("vertex_cost.fp32_vector_cycles.add=5"), before + 6 * 4 * 2);
}

}  // namespace
}  // namespace weft::libraries
