// SPDX-License-Identifier: Apache-2.0
// Sums of subnormal numbers on every tile; what the host was compiled with is the host's affair.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <poplar/Engine.hpp>
#include <poplar/IPUModel.hpp>
#include <vector>

using namespace poplar;

namespace {

const char* const codelets = R"(
#include <poplar/Vertex.hpp>
class Twice : public poplar::Vertex {
 public:
  poplar::InOut<poplar::Vector<float>> values;
  bool compute() {
    for (unsigned i = 0; i < values.size(); ++i) values[i] = values[i] + values[i];
    return true;
  }
};
)";

}  // namespace

int main() {
  constexpr unsigned tiles = 8;
  IPUModel model;
  model.tilesPerIPU = tiles;
  const Device device = model.createDevice();
  Graph graph(device);
  std::stringstream source(codelets);
  graph.addCodelets(source);
  const Tensor values = graph.addVariable(FLOAT, {tiles}, "values");
  const ComputeSet set = graph.addComputeSet("twice");
  for (unsigned tile = 0; tile < tiles; ++tile) {
    graph.setTileMapping(values[tile], tile);
    const VertexRef vertex =
        graph.addVertex(set, "Twice", {{"values", values.slice(tile, tile + 1)}});
    graph.setTileMapping(vertex, tile);
    graph.setPerfEstimate(vertex, 20);
  }
  graph.createHostWrite("in", values);
  graph.createHostRead("out", values);
  Engine engine(graph, program::Execute(set));
  engine.load(device);
  // Bits and not numbers: the host may flush what it computes with.
  std::vector<std::uint32_t> bits(tiles);
  for (unsigned tile = 0; tile < tiles; ++tile) bits[tile] = 100 + tile;
  engine.writeTensor("in", bits.data(), bits.data() + tiles);
  engine.run(0);
  engine.readTensor("out", bits.data(), bits.data() + tiles);
  volatile float least = 1e-38F;
  const float less = least / 16;
  std::uint32_t seen = 0;
  std::memcpy(&seen, &less, sizeof seen);
  std::printf("%s\n", seen == 0 ? "the host flushes" : "the host keeps");
  for (const std::uint32_t one : bits) std::printf(" %u", one);
  std::printf("\n");
  return 0;
}
