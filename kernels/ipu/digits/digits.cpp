// SPDX-License-Identifier: Apache-2.0
// A perceptron 64-64-32-10 that reads handwritten digits, on all tiles of an IPU.
//
// Images come in batches from the stream `images`; each image of a batch has tiles of its own, an
// equal share of the machine, and all layers run there. A layer cuts its inputs into slices: one
// vertex multiplies one slice with the weights of one output, a second compute set adds the slices'
// sums from first to last. The exchange carries inputs to those who multiply, and sums to those who
// add. Scores leave in the stream `scores`.
//
// Weights and biases are written by the host: `weights_1` [64][64], `bias_1` [64] and so on.
// Arguments: --images N (a multiple of the batch), --batch N, --slices N.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poputil/TileMapping.hpp>
#include <stdexcept>
#include <string>
#include <vector>

using namespace poplar;
using namespace poplar::program;

namespace {

std::map<std::string, std::size_t> read_arguments(int argc, char** argv) {
  std::map<std::string, std::size_t> values{{"--images", 360}, {"--batch", 8}, {"--slices", 8}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (values.count(argv[i]) == 0) throw std::invalid_argument(argv[i]);
    values[argv[i]] = std::strtoul(argv[i + 1], nullptr, 10);
  }
  return values;
}

class Network {
 public:
  Network(Graph& graph, std::size_t batch, std::size_t slices)
      : graph_(graph),
        batch_(batch),
        slices_(slices),
        tiles_of_image_(graph.getTarget().getNumTiles() / batch) {
    if (tiles_of_image_ == 0) throw std::invalid_argument("more images in a batch than tiles");
  }

  /// [batch][elements], each image's share spread over its tiles.
  Tensor add_values(std::size_t elements, const std::string& name) {
    const Tensor values = graph_.addVariable(FLOAT, {batch_, elements}, name);
    for (std::size_t image = 0; image < batch_; ++image) {
      for (std::size_t i = 0; i < elements; ++i) {
        graph_.setTileMapping(values[image][i], tile_of(image, i, elements));
      }
    }
    return values;
  }

  /// Appends a layer to the program; `clips`: negative outputs become 0.
  Tensor add_layer(const Tensor& inputs, std::size_t outputs, bool clips, Sequence& program) {
    const std::string number = std::to_string(++layers_);
    const std::size_t length = inputs.dim(1) / slices_;
    const Tensor weights = graph_.addVariable(FLOAT, {batch_, outputs, slices_, length},
                                              "copies of weights " + number);
    const Tensor bias = graph_.addVariable(FLOAT, {batch_, outputs}, "copies of bias " + number);
    const Tensor sums = graph_.addVariable(FLOAT, {batch_, outputs, slices_}, "sums " + number);
    const Tensor values = add_values(outputs, "outputs " + number);
    const ComputeSet multiply = graph_.addComputeSet("multiply " + number);
    const ComputeSet add = graph_.addComputeSet("add " + number);
    for (std::size_t image = 0; image < batch_; ++image) {
      for (std::size_t output = 0; output < outputs; ++output) {
        for (std::size_t slice = 0; slice < slices_; ++slice) {
          const unsigned tile = tile_of(image, output * slices_ + slice, outputs * slices_);
          const Tensor mine = weights[image][output][slice];
          const VertexRef vertex = graph_.addVertex(
              multiply, slice == 0 ? "FirstSlice" : "LaterSlice",
              {{"inputs", inputs[image].slice(slice * length, (slice + 1) * length)},
               {"weights", mine},
               {"sum", sums[image][output][slice]}});
          if (slice == 0) {
            graph_.connect(vertex["bias"], bias[image][output]);
            graph_.setTileMapping(bias[image][output], tile);
          }
          graph_.setTileMapping(mine, tile);
          graph_.setTileMapping(sums[image][output][slice], tile);
          graph_.setTileMapping(vertex, tile);
        }
        const VertexRef adder = graph_.addVertex(
            add, "AddSlices", {{"sums", sums[image][output]}, {"output", values[image][output]}});
        graph_.setInitialValue(adder["clips"], clips);
        graph_.setTileMapping(adder, tile_of(image, output, outputs));
      }
    }
    take_from_host("weights_" + number, {outputs, slices_ * length}, weights);
    take_from_host("bias_" + number, {outputs}, bias);
    program.add(Execute(multiply));
    program.add(Execute(add));
    return values;
  }

  /// Gives every image's tiles their copies of what the host has written.
  const Sequence& distribute() const { return distribute_; }

 private:
  unsigned tile_of(std::size_t image, std::size_t part, std::size_t parts) const {
    return static_cast<unsigned>(image * tiles_of_image_ + part * tiles_of_image_ / parts);
  }

  void take_from_host(const std::string& name, const std::vector<std::size_t>& shape,
                      const Tensor& copies) {
    const Tensor original = graph_.addVariable(FLOAT, shape, name);
    poputil::mapTensorLinearly(graph_, original);
    graph_.createHostWrite(name, original);
    const Tensor all =
        original.reshape(copies[0].shape()).expand({0}).broadcast(static_cast<unsigned>(batch_), 0);
    distribute_.add(Copy(all, copies));
  }

  Graph& graph_;
  std::size_t batch_;
  std::size_t slices_;
  std::size_t tiles_of_image_;
  std::size_t layers_ = 0;
  Sequence distribute_;
};

}  // namespace

int main(int argc, char** argv) {
  auto arguments = read_arguments(argc, argv);
  const std::size_t batch = arguments["--batch"];
  const std::size_t batches = arguments["--images"] / batch;
  auto devices = DeviceManager::createDeviceManager().getDevices(TargetType::IPU, 1);
  if (devices.empty() || !devices.front().attach()) return 1;
  Graph graph(devices.front());
  graph.addCodelets("codelets.cpp");

  Network network(graph, batch, arguments["--slices"]);
  const Tensor pixels = network.add_values(64, "pixels");
  Sequence classify;
  classify.add(Copy(graph.addHostToDeviceFIFO("images", FLOAT, pixels.numElements()), pixels));
  const Tensor first = network.add_layer(pixels, 64, true, classify);
  const Tensor second = network.add_layer(first, 32, true, classify);
  const Tensor scores = network.add_layer(second, 10, false, classify);
  classify.add(Copy(scores, graph.addDeviceToHostFIFO("scores", FLOAT, scores.numElements())));

  Engine engine(graph, {network.distribute(), Repeat(static_cast<unsigned>(batches), classify)});
  engine.load(devices.front());
  engine.run(0);
  engine.run(1);
  std::printf("%zu images in batches of %zu on %u tiles\n", batches * batch, batch,
              graph.getTarget().getNumTiles());
  return 0;
}
