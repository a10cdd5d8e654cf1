// SPDX-License-Identifier: Apache-2.0
// What programs use without having asked for it: standard headers, versionString(), a Graph that is
// assigned later, names below names, headers by their own names.
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/HostFunctionCallback.hpp>
#include <poputil/DebugInfo.hpp>

using namespace poplar;

namespace {

struct Holder {
  Graph graph;
};

Tensor named(Graph& graph, const DebugContext& context) {
  poputil::PoplibsOpDebugInfo di(context, DI_ARGS(graph.getTarget().getNumIPUs(), 3));
  Tensor made = graph.addVariable(INT, {3}, {di, "values"});
  di.addOutput(made);
  return made;
}

}  // namespace

int main() {
  Holder holder;
  try {
    holder.graph.getTarget();
  } catch (const poplar_error& error) {
    std::cout << error.what() << "\n";
  }
  holder.graph = Graph(Target::createIPUTarget(1, 4, "ipu2"));
  const DebugContext outer("outer");
  const DebugContext inner{outer, "inner"};
  std::cout << inner.getPathName() << " " << DebugContext{inner, std::string("x")}.getPathName()
            << "\n";
  Graph& graph = holder.graph;
  const Tensor values = named(graph, inner);
  graph.setTileMapping(values, 3);
  graph.setInitialValue(values, ArrayRef<int>({7, 9, 8}));
  graph.createHostRead("values", values);
  Engine engine(graph, program::Sequence());
  const Device device = Device::createSimulatorDevice(graph.getTarget());
  device.attach();
  engine.load(device);
  engine.run();
  std::vector<int> read(3);
  engine.readTensor("values", read.data(), read.data() + read.size());
  std::sort(read.begin(), read.end());
  std::cout << std::accumulate(read.begin(), read.end(), 0) << " " << read.front() << " "
            << versionString().substr(0, 2) << "\n";
  return 0;
}
