// SPDX-License-Identifier: Apache-2.0
// Building graphs: mappings, clones, virtual graphs, constants, and refusals by name.
#include <gtest/gtest.h>

#include <map>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplin/MatMul.hpp>
#include <poplin/codelets.hpp>
#include <popnn/NonLinearity.hpp>
#include <popnn/codelets.hpp>
#include <popops/ElementWise.hpp>
#include <popops/codelets.hpp>
#include <poprand/RandomGen.hpp>
#include <sstream>

#include "hosts/poplar/api/state.hpp"
#include "support/poplar_graph.hpp"

using namespace poplar;

namespace {

using weft::test::constant_values;
using weft::test::small_graph;

TEST(Graph, MappingsByInterval) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {6}, "t");
  graph.setTileMapping(t.slice(0, 4), 2);
  EXPECT_THROW(graph.getTileMapping(t), invalid_tile_mapping);
  bool complete = true;
  graph.getTileMapping(t, &complete);
  EXPECT_FALSE(complete);
  graph.setTileMapping(t.slice(4, 6), 0);
  graph.setTileMapping(t[1], 3);
  const auto mapping = graph.getTileMapping(t);
  ASSERT_EQ(mapping.size(), 4U);
  EXPECT_EQ(mapping[0], (std::vector<Interval>{{4, 6}}));
  EXPECT_EQ(mapping[2], (std::vector<Interval>{{0, 1}, {2, 4}}));
  EXPECT_EQ(mapping[3], (std::vector<Interval>{{1, 2}}));
  EXPECT_THROW(graph.setTileMapping(t, 4), invalid_tile_mapping);
}

TEST(Graph, MappingFollowsTheView) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {2, 3});
  graph.setTileMapping(t.slice(0, 1, 1), 1);
  graph.setTileMapping(t.slice(1, 3, 1), 0);
  const auto mapping = graph.getTileMapping(t.transpose());
  EXPECT_EQ(mapping[1], (std::vector<Interval>{{0, 2}}));
  EXPECT_EQ(mapping[0], (std::vector<Interval>{{2, 6}}));
}

TEST(Graph, LinearMappingSpreads) {
  Graph graph = small_graph();
  const Tensor t = graph.addLinearlyMappedVariable(FLOAT, {10}, 1, 1);
  const auto mapping = graph.getTileMapping(t);
  EXPECT_EQ(mapping[0], (std::vector<Interval>{{0, 3}}));
  EXPECT_EQ(mapping[3], (std::vector<Interval>{{9, 10}}));
}

TEST(Graph, ClonesKeepPlaces) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {2, 2}, "t");
  graph.setTileMapping(t[0], 1);
  graph.setTileMapping(t[1], 2);
  const Tensor whole = graph.clone(t);
  EXPECT_EQ(graph.getTileMapping(whole), graph.getTileMapping(t));
  EXPECT_FALSE(whole.intersectsWith(t));
  const Tensor turned = graph.clone(t.transpose());
  EXPECT_EQ(graph.getTileMapping(turned), graph.getTileMapping(t.transpose()));
  EXPECT_FALSE(turned.isContiguous());  // the order of the original is kept
  const Tensor fresh = graph.clone(t.transpose(), "fresh", TensorCloneMethod::CREATE_NEW_ORDER);
  EXPECT_TRUE(fresh.isContiguous());
  const Tensor aliased = t.broadcast(2, 0);
  EXPECT_FALSE(graph.clone(aliased).containsAliases());
  EXPECT_TRUE(
      graph.clone(aliased, "", TensorCloneMethod::PRESERVE_ORDER_AND_ALIASES).containsAliases());
  EXPECT_EQ(graph.cloneN(t, 3).shape(), (std::vector<std::size_t>{3, 2, 2}));
}

TEST(Graph, Constants) {
  Graph graph = small_graph();
  const Tensor list = graph.addConstant<float>(FLOAT, {3}, {1.0, 2.5, -3.0});
  EXPECT_EQ(constant_values(graph, list), (std::vector<int>{1, 2, -3}));
  EXPECT_EQ(constant_values(graph, graph.addConstant(INT, {2}, 7)), (std::vector<int>{7, 7}));
  EXPECT_EQ(constant_values(graph, graph.addConstantHalf(HALF, {}, 0x4200)), (std::vector<int>{3}));
  EXPECT_THROW(graph.addConstant<int>(INT, {2}, {1, 2, 3}), tensor_creation_error);
  EXPECT_TRUE(constant_values(graph, graph.addVariable(INT, {1})).empty());
  EXPECT_THROW(graph.setInitialValue(list, 1.0F), poplar_error);
}

TEST(Graph, SortedRegions) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {6});
  const Tensor mixed = concat(t.slice(3, 6), t.slice(0, 3));
  const std::vector<Interval> whole = {{0, 6}};
  const auto sorted = graph.getSortedContiguousRegions(mixed, ArrayRef<Interval>(whole));
  ASSERT_EQ(sorted.size(), 1U);
  EXPECT_EQ(sorted[0], (std::vector<Interval>{{3, 6}, {0, 3}}));
  Tensor simple = mixed;
  graph.reorderToSimplify(&simple, {});
  EXPECT_TRUE(simple.isContiguous());
  EXPECT_EQ(graph.findUnbroadcastTensor(t.expand({0}).broadcast(4, 0)).numElements(), 6U);
}

TEST(Graph, VirtualGraphsCountTheirTiles) {
  Graph graph = small_graph(8);
  Graph part = graph.createVirtualGraph(2, 5);
  EXPECT_EQ(part.getTarget().getNumTiles(), 3U);
  const Tensor t = part.addVariable(FLOAT, {1});
  part.setTileMapping(t, 1);
  EXPECT_EQ(graph.getTileMapping(t)[3].size(), 1U);
  EXPECT_EQ(part.getTileMapping(t)[1].size(), 1U);
  EXPECT_EQ(part.convertTileToTopLevelGraphTile(2), 4U);
  EXPECT_THROW(part.setTileMapping(t, 3), invalid_tile_mapping);
  EXPECT_EQ(graph.createVirtualGraph(std::vector<unsigned>{7, 0}).getTarget().getNumTiles(), 2U);
  EXPECT_THROW(graph.createVirtualGraph(5, 9), poplar_error);
  EXPECT_THROW(Graph(graph.getTarget(), replication_factor(2)), graph_replication_error);
}

TEST(Graph, NamesOfTheHostAreUnique) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {4});
  graph.createHostRead("t", t);
  graph.createHostWrite("t", t);
  EXPECT_THROW(graph.createHostRead("t", t), graph_object_creation_error);
  graph.addHostToDeviceFIFO("s", FLOAT, 4);
  EXPECT_THROW(graph.addDeviceToHostFIFO("s", FLOAT, 4), graph_object_creation_error);
  EXPECT_THROW(graph.createHostWrite("c", graph.addConstant(FLOAT, {1}, 1.0F)), poplar_error);
}

TEST(Graph, UnknownCodeletsAndFiles) {
  Graph graph = small_graph();
  const ComputeSet cs = graph.addComputeSet("cs");
  EXPECT_THROW(graph.addVertex(cs, "NoSuchVertex"), unknown_vertex_type);
  EXPECT_THROW(graph.addVertex(ComputeSet(7), "NoSuchVertex"), graph_object_creation_error);
  EXPECT_THROW(graph.addCodelets("no/such/file.cpp"), file_load_error);
  EXPECT_THROW(graph.addCodelets("assembler.S"), graph_program_compilation_error);
  EXPECT_FALSE(graph.hasCodelet("NoSuchVertex"));
}

/// What the refusal of a vertex says; empty when there was none.
std::string refusal_of(Graph& graph, const char* vertex) {
  try {
    graph.addVertex(graph.addComputeSet("cs"), vertex);
  } catch (const unknown_vertex_type& error) {
    return error.what();
  }
  return "";
}

TEST(Graph, CodeletsOfLibrariesMustBeAdded) {
  Graph graph = small_graph();
  const char* fill = "popops::Fill<float>";
  EXPECT_FALSE(graph.hasCodelet(fill));
  EXPECT_EQ(refusal_of(graph, fill),
            "there is no codelet 'popops::Fill<float>' in the graph: popops::addCodelets(graph) "
            "adds those of popops");
  EXPECT_EQ(refusal_of(graph, "popops::NoSuch<float>"),
            "there is no codelet 'popops::NoSuch<float>'");
  for (const char* vertex :
       {"poplin::ConvPartial1x1Out<half,float>", "popnn::CalcAccuracy", "poprand::NextSeed"}) {
    EXPECT_NE(refusal_of(graph, vertex).find("::addCodelets(graph)"), std::string::npos) << vertex;
  }
  popops::addCodelets(graph);
  EXPECT_TRUE(graph.hasCodelet(fill));
  EXPECT_EQ(refusal_of(graph, fill), "");
  EXPECT_NE(refusal_of(graph, "popnn::CalcAccuracy"), "");
  EXPECT_FALSE(small_graph().hasCodelet(fill));  // they are the graph's, not the process's
}

TEST(Graph, LibraryFunctionsWantTheirOwnCodelets) {
  Graph graph = small_graph();
  program::Sequence prog;
  const Tensor a = graph.addVariable(FLOAT, {8, 8}, VariableMappingMethod::LINEAR, "a");
  EXPECT_THROW(popops::add(graph, a, a, prog), unknown_vertex_type);
  EXPECT_THROW(poplin::matMul(graph, a, a, prog), unknown_vertex_type);
  EXPECT_THROW(popnn::relu(graph, a, prog), unknown_vertex_type);
  EXPECT_THROW(poprand::uniform(graph, nullptr, 0, a, FLOAT, 0.0, 1.0, prog), unknown_vertex_type);
  poplin::addCodelets(graph);
  EXPECT_NO_THROW(poplin::matMul(graph, a, a, prog));
  EXPECT_THROW(popops::add(graph, a, a, prog), unknown_vertex_type);
  popnn::addCodelets(graph);
  EXPECT_NO_THROW(popnn::relu(graph, a, prog));
  EXPECT_THROW(popops::add(graph, a, a, prog), unknown_vertex_type);
}

constexpr const char* with_fields = R"(
#include <poplar/Vertex.hpp>
class Fields : public poplar::Vertex {
 public:
  poplar::Output<int> out;
  bool flag; char letter; unsigned char byte; short small; unsigned short large; int whole;
  unsigned natural; long long wide; poplar::half narrow; float real;
  bool compute() { *out = 1; return true; }
};
)";

TEST(Graph, KnowsTheLargestValueOfAField) {
  Graph graph = small_graph();
  std::stringstream source(with_fields);
  graph.addCodelets(source);
  const std::map<std::string, unsigned> most = {
      {"flag", 1},      {"letter", 127},       {"byte", 255},           {"small", 32767},
      {"large", 65535}, {"whole", 2147483647}, {"natural", 4294967295}, {"narrow", 65504}};
  for (const auto& [field, value] : most) {
    EXPECT_EQ(graph.getMaxVertexFieldValue("Fields", field), value) << field;
  }
  EXPECT_THROW(graph.getMaxVertexFieldValue("Fields", "wide"), poplar_error);
  EXPECT_THROW(graph.getMaxVertexFieldValue("Fields", "real"), poplar_error);
}

// --- programs ---

TEST(Program, CopiesAreChecked) {
  using namespace poplar::program;
  Graph graph = small_graph();
  const Tensor a = graph.addVariable(FLOAT, {4});
  const Tensor c = graph.addConstant(FLOAT, {4}, 1.0F);
  EXPECT_NO_THROW(Copy(c, a));
  EXPECT_THROW(Copy(a, c), control_program_error);
  EXPECT_THROW(Copy(a, a.slice(0, 2)), control_program_error);
  EXPECT_THROW(Copy(graph.addVariable(INT, {4}), a), type_error);
  const DataStream in = graph.addHostToDeviceFIFO("in", FLOAT, 4);
  EXPECT_NO_THROW(Copy(in, a));
  EXPECT_THROW(Copy(a, in), control_program_error);
  EXPECT_THROW(Copy(in, a.slice(0, 2)), control_program_error);
  const RemoteBuffer buffer = graph.addRemoteBuffer("rb", FLOAT, 2, 8);
  EXPECT_NO_THROW(Copy(buffer, a, graph.addVariable(UNSIGNED_INT, {2})));
  EXPECT_THROW(Copy(buffer, a), control_program_error);
}

TEST(Program, DecidersAreSingleIntegers) {
  using namespace poplar::program;
  Graph graph = small_graph();
  const Tensor flag = graph.addVariable(BOOL, {});
  EXPECT_NO_THROW(If(flag, Sequence(), Sequence()));
  EXPECT_THROW(If(graph.addVariable(BOOL, {2}), Sequence(), Sequence()), control_program_error);
  EXPECT_THROW(RepeatWhileTrue(Sequence(), graph.addVariable(FLOAT, {}), Sequence()),
               control_program_error);
  Switch cases(graph.addVariable(INT, {}));
  cases.add(1, Sequence());
  EXPECT_THROW(cases.add(1, Sequence()), control_program_error);
}

TEST(Program, SequencesAreValues) {
  using namespace poplar::program;
  Sequence a;
  EXPECT_TRUE(a.isEmpty());
  a.add(Sync(SyncType::INTERNAL));
  Sequence b = a;
  b.add(Sync(SyncType::INTERNAL));
  Sequence outer(a, b);
  a.add(Sync(SyncType::EXTERNAL));
  EXPECT_EQ(a.getStep()->children.size(), 2U);
  EXPECT_EQ(b.getStep()->children.size(), 2U);
  EXPECT_EQ(outer.getStep()->children[0]->children.size(), 1U);
  const Sequence repeated = Repeat(3, a);
  EXPECT_EQ(repeated.getStep()->children.size(), 1U);
}

}  // namespace
