// SPDX-License-Identifier: Apache-2.0
// The smallest Poplar program: four tiles square eight numbers each.
#include <cstddef>
#include <cstdio>
#include <numeric>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <vector>

int main() {
  const std::size_t tiles = 4;
  const std::size_t each = 8;
  auto devices =
      poplar::DeviceManager::createDeviceManager().getDevices(poplar::TargetType::IPU, 1);
  if (devices.empty() || !devices.front().attach()) return 1;
  poplar::Graph graph(devices.front());
  graph.addCodelets("codelets.cpp");

  const poplar::Tensor x = graph.addVariable(poplar::FLOAT, {tiles, each}, "x");
  const poplar::ComputeSet square = graph.addComputeSet("square");
  for (unsigned tile = 0; tile < tiles; ++tile) {
    graph.setTileMapping(x[tile], tile);
    const poplar::VertexRef vertex = graph.addVertex(square, "Square", {{"x", x[tile]}});
    graph.setTileMapping(vertex, tile);
  }
  graph.createHostWrite("x", x);
  graph.createHostRead("x", x);

  poplar::Engine engine(graph, poplar::program::Execute(square));
  engine.load(devices.front());
  std::vector<float> values(tiles * each);
  std::iota(values.begin(), values.end(), 0.0F);
  engine.writeTensor("x", values.data(), values.data() + values.size());
  engine.run(0);
  engine.readTensor("x", values.data(), values.data() + values.size());
  std::printf("the square of 31 is %g\n", static_cast<double>(values.back()));
  return values.back() == 961.0F ? 0 : 1;
}
