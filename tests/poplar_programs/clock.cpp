// SPDX-License-Identifier: Apache-2.0
// A tile's clock, read by its vertices: behind those before them on their worker, and at their end.
#include <poplar/Engine.hpp>
#include <poplar/IPUModel.hpp>

using namespace poplar;

namespace {

const char* const codelets = R"(
#include <poplar/Vertex.hpp>
#include <ipu_builtins.h>
class Read : public poplar::Vertex {
 public:
  poplar::Output<poplar::Vector<unsigned>> out;
  bool compute() {
    out[0] = __builtin_ipu_get_scount_l();
    out[1] = __builtin_ipu_get_scount_l();
    out[2] = __builtin_ipu_get_scount_u();
    return true;
  }
};
class ReadAll : public poplar::MultiVertex {
 public:
  poplar::Output<poplar::Vector<unsigned>> out;
  bool compute(unsigned worker) {
    out[worker] = __builtin_ipu_get_scount_l();
    if (worker == 5) out[6] = __builtin_ipu_get_scount_l();
    return true;
  }
};
)";

Tensor add(Graph& graph, ComputeSet set, const char* name, unsigned tile, unsigned words,
           unsigned cycles) {
  const Tensor out = graph.addVariable(UNSIGNED_INT, {words}, "out");
  graph.setTileMapping(out, tile);
  const VertexRef vertex = graph.addVertex(set, name, {{"out", out}});
  graph.setTileMapping(vertex, tile);
  graph.setPerfEstimate(vertex, cycles);
  return out;
}

}  // namespace

int main() {
  IPUModel model;
  model.tilesPerIPU = 4;
  const Device device = model.createDevice();
  Graph graph(device);
  std::stringstream source(codelets);
  graph.addCodelets(source);
  const ComputeSet set = graph.addComputeSet("read");
  std::vector<Tensor> all;
  for (unsigned tile = 0; tile < 4; ++tile) {
    for (unsigned i = 0; i < 7; ++i) all.push_back(add(graph, set, "Read", tile, 3, 100 + i));
    all.push_back(add(graph, set, "ReadAll", tile, 7, 50));
  }
  graph.createHostRead("out", concat(all));
  Engine engine(graph, program::Execute(set));
  engine.load(device);
  engine.run();
  std::vector<unsigned> read(4 * 28);
  engine.readTensor("out", read.data(), read.data() + read.size());
  for (unsigned tile = 0; tile < 4; ++tile) {
    const unsigned* one = read.data() + 28 * tile;
    for (unsigned i = 0; i < 7; ++i) {
      std::cout << one[3 * i] - read[0] << "-" << one[3 * i + 1] - read[0] << " ";
    }
    for (unsigned i = 21; i < 28; ++i) std::cout << one[i] - read[0] << (i < 27 ? " " : "\n");
  }
  return 0;
}
