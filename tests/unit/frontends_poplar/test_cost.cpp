// SPDX-License-Identifier: Apache-2.0
// Cycles of vertices: who is asked first, and the default mix.
#include <gtest/gtest.h>

#include <vector>

#include "frontends/poplar/cost.hpp"
#include "unit/frontends_poplar/graph_fixture.hpp"

namespace weft::frontends::poplar::test {
namespace {

class CostTest : public GraphTest {
 protected:
  CostTest() : set_(compute_set("step")) {}
  std::vector<FieldInfo> fields_{edge("in", FieldRole::input), edge("out", FieldRole::output),
                                 state("n", ElementType::signed_int)};
  CostOfVertex cost(const VertexModel& vertex, const CostFunction& estimator = {}) {
    return cost_of(CostQuery(graph_, vertex, topology_), estimator);
  }
  ComputeSetId set_;
};

TEST_F(CostTest, DefaultMixCountsElementsOfAllEdges) {
  const View a = variable_on(0, "a", {100});
  const Codelet worker("W", fields_);
  const CostOfVertex found = cost(vertex(set_, worker, 0, {{a.slice(0, 7)}, {a.slice(8, 9)}}));
  EXPECT_EQ(found.origin, ipu::CostOrigin::default_mix);
  EXPECT_EQ(found.cost.cycles, 12U + 17U);  // 8 x 25 / 12 = 16.7
  const Codelet multi("M", fields_, ipu::VertexKind::multi);
  EXPECT_EQ(cost(vertex(set_, multi, 0, {{a.slice(0, 7)}, {a.slice(8, 9)}})).cost.cycles,
            6U * (12U + 5U));  // two elements a worker
  const Codelet supervisor("S", fields_, ipu::VertexKind::supervisor);
  EXPECT_EQ(cost(vertex(set_, supervisor, 0, {{a.slice(0, 7)}, {a.slice(8, 9)}})).cost.cycles,
            6U * (12U + 17U));
}

TEST_F(CostTest, EstimatesComeBeforeFormulasBeforeTheMix) {
  register_library_cost("lib::Op", [](const CostQuery& query) {
    return Cost{query.elements("in") * 10 + static_cast<std::uint64_t>(query.integer("n")), 3};
  });
  register_library_cost("lib::Op<half>", [](const CostQuery&) { return Cost{1, 0}; });
  const Codelet half("lib::Op<half>", fields_);
  const Codelet single("lib::Op<float>", fields_);
  const View a = variable_on(0, "a", {100});
  EXPECT_EQ(cost(vertex(set_, half, 0, {{a}, {a}})).cost.cycles, 1U);
  VertexModel& made = vertex(set_, single, 0, {{a}, {a}});
  made.fields[2].value = bytes_of_values<std::int32_t>({-5});
  EXPECT_EQ(cost(made).cost.cycles, 995U);
  EXPECT_EQ(cost(made).origin, ipu::CostOrigin::library);
  EXPECT_EQ(cost(made).cost.flops, 3U);
  const CostFunction estimator = [](const CostQuery& query) {
    return Cost{query.constant("tile.worker_contexts"), 0};
  };
  EXPECT_EQ(cost(made, estimator).cost.cycles, 6U);
  EXPECT_EQ(cost(made, estimator).origin, ipu::CostOrigin::user);
  made.cycles = 77;
  made.flops = 8;
  EXPECT_EQ(cost(made, estimator).cost.cycles, 77U);
  EXPECT_EQ(cost(made, estimator).cost.flops, 8U);
}

TEST_F(CostTest, QueriesNameWhatIsMissing) {
  const Codelet worker("W", fields_);
  const View a = variable_on(0, "a", {100});
  const VertexModel& made = vertex(set_, worker, 0, {{a, a.slice(0, 3)}, {a}});
  const CostQuery query(graph_, made, topology_);
  EXPECT_EQ(query.rows("in"), 2U);
  EXPECT_EQ(query.elements("in"), 103U);
  EXPECT_EQ(query.elements_of_row("in", 1), 3U);
  EXPECT_EQ(query.type("in"), ElementType::single);
  EXPECT_THROW(query.integer("n"), Error);  // it was given no value
  EXPECT_THROW(query.elements("missing"), Error);
  EXPECT_THROW(query.elements_of_row("in", 2), Error);
  EXPECT_THROW(query.constant("tile.missing"), Error);
}

template <typename T>
std::int64_t integer_of(GraphModel& graph, VertexModel& vertex, const topology::Topology& machine,
                        T value) {
  vertex.fields[0].value = bytes_of_values<T>({value});
  return CostQuery(graph, vertex, machine).integer("n");
}

TEST_F(CostTest, WholeNumbersKeepTheirSign) {
  const auto read = [&](ElementType type, auto value) {
    const Codelet codelet("W", {state("n", type)});
    return integer_of(graph_, vertex(set_, codelet, 0, {}), topology_, value);
  };
  EXPECT_EQ(read(ElementType::signed_char, std::int8_t{-3}), -3);
  EXPECT_EQ(read(ElementType::unsigned_char, std::uint8_t{253}), 253);
  EXPECT_EQ(read(ElementType::signed_short, std::int16_t{-3}), -3);
  EXPECT_EQ(read(ElementType::unsigned_short, std::uint16_t{65533}), 65533);
  EXPECT_EQ(read(ElementType::signed_int, std::int32_t{-3}), -3);
  EXPECT_EQ(read(ElementType::unsigned_int, std::uint32_t{4294967293}), 4294967293);
  EXPECT_EQ(read(ElementType::signed_long_long, std::int64_t{-3}), -3);
  EXPECT_THROW(read(ElementType::half, std::uint16_t{0x3c00}), Error);
}

TEST_F(CostTest, SummaryAddsUp) {
  const Codelet worker("W", fields_);
  const View a = variable_on(0, "a", {100});
  const View b = variable_on(0, "b", {100});
  for (std::uint64_t i = 0; i < 3; ++i) {
    VertexModel& made = vertex(set_, worker, 0, {{a}, {b.slice(i * 10, i * 10 + 10)}});
    made.cycles = 100 + i;
    made.flops = 5;
  }
  const GraphSummary summary = lower(input(execute(set_))).summary;
  EXPECT_EQ(summary.variables, 2U);
  EXPECT_EQ(summary.vertices, 3U);
  EXPECT_EQ(summary.edges, 6U);
  EXPECT_EQ(summary.compute_sets, 1U);
  EXPECT_EQ(summary.exchanges, 0U);
  EXPECT_EQ(summary.instances_of_codelet.at("W"), 3U);
  EXPECT_EQ(summary.cycles_of_codelet.at("W"), 303U);
  EXPECT_EQ(summary.flops_of_codelet.at("W"), 15U);
  EXPECT_EQ(summary.flops_of_compute_set, std::vector<std::uint64_t>{15});
}

}  // namespace
}  // namespace weft::frontends::poplar::test
