// SPDX-License-Identifier: Apache-2.0
// What programs use without having asked for it: standard headers, versionString(), a Graph that is
// assigned later, names below names, headers by their own names.
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/HalfFloat.hpp>
#include <poplar/HostFunctionCallback.hpp>
#include <poputil/DebugInfo.hpp>
#include <pva/pva.hpp>

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
  const Tensor bits = graph.addVariable(FLOAT, {1}, "bits");
  graph.setTileMapping(bits, 1);
  graph.setInitialValue(bits, 1.0F);
  const std::vector<poplar::half> halves = {1.5F, -2.25F, 70000.0F};
  const Tensor constant = graph.addConstant(HALF, {3}, ArrayRef<poplar::half>(halves));
  graph.setTileMapping(constant, 0);
  std::vector<float> as_floats(3);
  graph.getConstantValue(constant, as_floats.data());
  std::cout << as_floats[0] << " " << as_floats[1] << " " << as_floats[2] << "\n";
  const Tensor joined = concat(bits.reinterpret(INT), values);
  const Tensor copy = graph.addVariable(INT, {4}, "copy");
  graph.setTileMapping(copy, 2);
  graph.createHostRead("copy", copy);
  Engine engine(graph, program::Copy(joined, copy));
  const Device device = Device::createSimulatorDevice(graph.getTarget());
  device.attach();
  engine.load(device);
  engine.run();
  std::vector<int> all(4);
  engine.readTensor("copy", all.data(), all.data() + all.size());
  std::cout << std::hex << all[0] << std::dec << " " << all[3] << "\n";
  const pva::Report report = engine.getReport();
  std::cout << report.compilation().target().numTiles() << " "
            << report.compilation().graph().numComputeSets() << "\n";
  const std::optional<Interval> some = Interval(2, 5);
  std::cout << some->lower() << " " << some->upper() << "\n";
  std::vector<int> read(3);
  engine.readTensor("values", read.data(), read.data() + read.size());
  std::sort(read.begin(), read.end());
  std::cout << std::accumulate(read.begin(), read.end(), 0) << " " << read.front() << " "
            << versionString().substr(0, 2) << "\n";
  return 0;
}
