// SPDX-License-Identifier: Apache-2.0
// Tracepoints of the host, around and inside a run.
#include <poplar/Engine.hpp>
#include <poplar/IPUModel.hpp>
#include <pvti/pvti.hpp>

using namespace poplar;

int main() {
  static pvti::TraceChannel channel = {"program"};
  pvti::Tracepoint::begin(&channel, "build");
  IPUModel model;
  model.tilesPerIPU = 4;
  const Device device = model.createDevice();
  Graph graph(device);
  const Tensor x = graph.addVariable(INT, {4}, "x");
  graph.setTileMapping(x, 1);
  const DataStream in = graph.addHostToDeviceFIFO("in", INT, 4);
  Engine engine(graph, program::Copy(in, x));
  engine.connectStreamToCallback("in", [](void* data) {
    const pvti::Tracepoint scoped(&channel, "callback");
    std::fill_n(static_cast<int*>(data), 4, 7);
  });
  engine.load(device);
  pvti::Tracepoint::end(&channel, "build");
  pvti::Series series = pvti::Graph("speed", "runs").addSeries("done");
  for (int i = 1; i <= 2; ++i) {
    const pvti::Tracepoint scoped(&channel, "run");
    engine.run();
    series.add(i);
  }
  pvti::Tracepoint::end(&channel, "never begun");
  pvti::Tracepoint::begin(&channel, "never ended");
  return 0;
}
