// SPDX-License-Identifier: Apache-2.0
// 64 KiB come in by a stream, are copied from tile to tile where a flag says so, and go out again.
#include <cstddef>
#include <numeric>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <vector>

using poplar::program::Copy;
using poplar::program::If;
using poplar::program::Sequence;

int main() {
  const std::size_t elements = 16384;
  auto devices =
      poplar::DeviceManager::createDeviceManager().getDevices(poplar::TargetType::IPU, 1);
  if (devices.empty() || !devices.front().attach()) return 1;
  poplar::Graph graph(devices.front());
  const poplar::Tensor here = graph.addVariable(poplar::FLOAT, {elements}, "here");
  const poplar::Tensor there = graph.addVariable(poplar::FLOAT, {elements}, "there");
  const poplar::Tensor flag = graph.addConstant(poplar::BOOL, {}, true, "flag");
  graph.setTileMapping(here, 0);
  graph.setTileMapping(there, 1);
  graph.setTileMapping(flag, 0);
  const auto in = graph.addHostToDeviceFIFO("samples", poplar::FLOAT, elements);
  const auto out = graph.addDeviceToHostFIFO("copies", poplar::FLOAT, elements);
  const Sequence moved({Copy(here, there)});
  poplar::Engine engine(
      graph, Sequence({Copy(in, here), If(flag, moved, Sequence({})), Copy(there, out)}));
  engine.load(devices.front());
  std::vector<float> values(elements);
  std::iota(values.begin(), values.end(), 0.0F);
  std::vector<float> copies(elements);
  engine.connectStream("samples", values.data(), values.data() + elements);
  engine.connectStream("copies", copies.data(), copies.data() + elements);
  engine.run(0);
  return copies == values ? 0 : 1;
}
