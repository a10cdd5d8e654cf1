// SPDX-License-Identifier: Apache-2.0
// A vertex of all workers does every element once, whatever the number of the machine's workers.
#include <gtest/gtest.h>

#include <poplar/IPUModel.hpp>
#include <popops/DynamicSlice.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Fill.hpp>
#include <popops/Reduce.hpp>
#include <sstream>

#include "library_run.hpp"

using namespace poplar;
using namespace poplar::program;

namespace {

constexpr const char* add_one = R"(
#include <poplar/Vertex.hpp>
class AddOne : public poplar::MultiVertex {
 public:
  poplar::InOut<poplar::Vector<float>> x;
  bool compute(unsigned worker) {
    for (unsigned i = worker; i < x.size(); i += numWorkers()) x[i] += 1.0f;
    return true;
  }
};
)";

Device device_of(unsigned workers) {
  IPUModel model;
  model.tilesPerIPU = 2;
  model.numWorkerContexts = workers;
  return model.createDevice();
}

/// What a program leaves in a tensor of `elements` that held 0, 1, 2 ...
std::vector<float> after(const Device& device, std::size_t elements,
                         const std::function<Tensor(Graph&, Tensor, Sequence&)>& program) {
  Graph graph(device);
  popops::addCodelets(graph);
  const Tensor x = graph.addVariable(FLOAT, {elements}, "x");
  graph.setTileMapping(x, 0);
  graph.createHostWrite("x", x);
  Sequence sequence;
  const Tensor out = program(graph, x, sequence);
  graph.createHostRead("out", out);
  Engine engine(graph, sequence);
  engine.load(device);
  std::vector<float> values(elements);
  std::iota(values.begin(), values.end(), 0.0F);
  engine.writeTensor("x", values.data());
  engine.run(0);
  values.resize(out.numElements());
  engine.readTensor("out", values.data());
  return values;
}

Tensor adding_one(Graph& graph, const Tensor& x, Sequence& sequence) {
  std::stringstream source(add_one);
  graph.addCodelets(source);
  const ComputeSet set = graph.addComputeSet("set");
  const VertexRef v = graph.addVertex(set, "AddOne", {{"x", x}});
  graph.setTileMapping(v, 0);
  graph.setPerfEstimate(v, 10);
  sequence.add(Execute(set));
  return x;
}

std::vector<float> counted(std::size_t elements, float first) {
  std::vector<float> out(elements);
  std::iota(out.begin(), out.end(), first);
  return out;
}

TEST(Workers, AVertexOfTheProgramDoesEveryElementOnce) {
  weft::test::on_ranks([] {
    for (const unsigned workers : {1U, 3U, 5U, 6U, 12U}) {
      EXPECT_EQ(after(device_of(workers), 31, adding_one), counted(31, 1.0F)) << workers;
    }
    EXPECT_EQ(after(Device::createCPUDevice(), 31, adding_one), counted(31, 1.0F));
  });
}

Tensor elementwise(Graph& graph, const Tensor& x, Sequence& sequence) {
  popops::addInPlace(graph, x, x, sequence);
  popops::mulInPlace(graph, x, 0.5F, sequence);
  return popops::neg(graph, x, sequence);
}
Tensor filled(Graph& graph, const Tensor& x, Sequence& sequence) {
  popops::fill(graph, x, sequence, 7.0F);
  return x;
}
Tensor reduced(Graph& graph, const Tensor& x, Sequence& sequence) {
  return popops::reduce(graph, x.reshape({31, 8}), {0}, popops::Operation::ADD, sequence);
}
Tensor sliced(Graph& graph, const Tensor& x, Sequence& sequence) {
  const Tensor offset = graph.addConstant(UNSIGNED_INT, {1}, 3U);
  graph.setTileMapping(offset, graph.getTarget().getNumTiles() - 1);
  return popops::dynamicSlice(graph, x.reshape({31, 8}), offset, {0}, {20}, sequence);
}

TEST(Workers, VerticesOfTheLibrariesDoEveryElementOnce) {
  weft::test::on_ranks([] {
    std::vector<float> negative(248);
    for (std::size_t i = 0; i < 248; ++i) negative[i] = -static_cast<float>(i);
    std::vector<float> sums(8);
    for (std::size_t i = 0; i < 8; ++i) sums[i] = static_cast<float>(31 * i + 8 * 465);
    std::vector<Device> devices = {Device::createCPUDevice()};
    for (const unsigned workers : {1U, 3U, 5U, 6U, 12U}) devices.push_back(device_of(workers));
    for (const Device& device : devices) {
      SCOPED_TRACE(device.getTarget().getNumWorkerContexts());
      EXPECT_EQ(after(device, 248, elementwise), negative);
      EXPECT_EQ(after(device, 248, filled), std::vector<float>(248, 7.0F));
      EXPECT_EQ(after(device, 248, reduced), sums);
      EXPECT_EQ(after(device, 248, sliced), counted(160, 24.0F));
    }
  });
}

}  // namespace
