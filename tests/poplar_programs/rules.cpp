// SPDX-License-Identifier: Apache-2.0
// What C++ leaves to a processor and docs/codelets.md promises: NaN made of numbers, the numbers
// themselves, and divisions that have no value. An argument names the vertex that fails.
#include <cstdint>
#include <cstdio>
#include <limits>
#include <poplar/Engine.hpp>
#include <poplar/IPUModel.hpp>
#include <string>
#include <vector>

using namespace poplar;

namespace {

const char* const codelets = R"(
#include <cmath>
#include <poplar/HalfFloat.hpp>
#include <poplar/Vertex.hpp>
class Numbers : public poplar::Vertex {
 public:
  poplar::Input<poplar::Vector<float>> in;
  poplar::Output<poplar::Vector<float>> out;
  poplar::Output<poplar::Vector<half>> halves;
  bool compute() {
    const float zero = in[0], infinity = in[1];
    out[0] = zero / zero;
    out[1] = infinity - infinity;
    out[2] = zero * infinity;
    out[3] = std::sqrt(-infinity);
    out[4] = -(zero / zero);
    out[5] = in[2];
    out[6] = std::fmax(in[2], infinity);
    out[7] = std::fmin(zero, -zero);
    halves[0] = half(zero) / half(zero);
    halves[1] = half(infinity) - half(infinity);
    return true;
  }
};
class Divide : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<int>> x;
  bool compute() { x[0] = x[0] / x[1]; return true; }
};
class Remainder : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<int>> x;
  bool compute() { x[0] = x[0] % x[1]; return true; }
};
class Shift : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<int>> x;
  bool compute() { x[0] = x[0] << x[1]; return true; }
};
class Whole : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<int>> x;
  bool compute() { x[0] = static_cast<int>(1e9f * x[1]); return true; }
};
)";

Device device_of_one_tile() {
  IPUModel model;
  model.tilesPerIPU = 4;
  return model.createDevice();
}

Graph graph_on(const Device& device) {
  Graph graph(device);
  std::stringstream source(codelets);
  graph.addCodelets(source);
  return graph;
}

void add(Graph& graph, const ComputeSet& set, const std::string& name,
         const std::vector<std::pair<std::string, Tensor>>& edges) {
  const VertexRef vertex = graph.addVertex(set, name);
  for (const auto& [field, tensor] : edges) {
    graph.setTileMapping(tensor, 1);
    graph.connect(vertex[field], tensor);
  }
  graph.setTileMapping(vertex, 1);
  graph.setPerfEstimate(vertex, 20);
}

void show_numbers() {
  const Device device = device_of_one_tile();
  Graph graph = graph_on(device);
  const Tensor in = graph.addVariable(FLOAT, {3}, "in");
  const Tensor out = graph.addVariable(FLOAT, {8}, "out");
  const Tensor halves = graph.addVariable(HALF, {2}, "halves");
  const ComputeSet set = graph.addComputeSet("numbers");
  add(graph, set, "Numbers", {{"in", in}, {"out", out}, {"halves", halves}});
  graph.createHostWrite("in", in);
  graph.createHostRead("out", out);
  graph.createHostRead("halves", halves);
  Engine engine(graph, program::Execute(set));
  engine.load(device);
  const std::vector<std::uint32_t> given{0, 0x7f800000, 0xff812345};
  engine.writeTensor("in", given.data(), given.data() + given.size());
  engine.run(0);
  std::vector<std::uint32_t> floats(8);
  std::vector<std::uint16_t> half_bits(2);
  engine.readTensor("out", floats.data(), floats.data() + floats.size());
  engine.readTensor("halves", half_bits.data(), half_bits.data() + half_bits.size());
  for (const std::uint32_t bits : floats) std::printf(" %08x", bits);
  for (const std::uint16_t bits : half_bits) std::printf(" %04x", bits);
  std::printf("\n");
}

void divide(const std::string& vertex, int divisor) {
  const Device device = device_of_one_tile();
  Graph graph = graph_on(device);
  const Tensor x = graph.addVariable(INT, {2}, "x");
  const ComputeSet set = graph.addComputeSet("divide");
  add(graph, set, vertex, {{"x", x}});
  graph.createHostWrite("x", x);
  Engine engine(graph, program::Execute(set));
  engine.load(device);
  const std::vector<int> given{std::numeric_limits<int>::min(), divisor};
  engine.writeTensor("x", given.data(), given.data() + given.size());
  engine.run(0);
  std::printf("went on\n");
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    show_numbers();
  } else {
    try {
      divide(arguments[1], std::stoi(arguments[2]));
    } catch (const poplar_error& error) {
      std::printf("%s\n", error.what());
    }
  }
  return 0;
}
