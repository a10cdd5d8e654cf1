// SPDX-License-Identifier: Apache-2.0
// Heat in a plate: Jacobi steps on a 5-point stencil until nothing changes by more than a bound,
// compared with the same loop on the host, bit for bit and step for step.
//
// The plate is cut into one block a tile, the IPUs are rows of blocks, one below the other. Its
// north edge is kept at 1, the others at 0. The device decides when to stop: the largest change is
// reduced over all tiles every two steps, and RepeatWhileTrue looks at it.
//
// Arguments: --width N --height N (cells) --ipus N --bound MICROS (largest change, millionths).
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <map>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Reduce.hpp>
#include <popops/codelets.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "../blocks.hpp"

using namespace poplar;
using namespace poplar::program;

namespace {

struct Options {
  std::size_t width = 128, height = 184, ipus = 1, bound = 10000;
  float largest_change() const { return static_cast<float>(bound) / 1e6F; }
};

Options read_arguments(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::size_t*> numbers{{"--width", &options.width},
                                                    {"--height", &options.height},
                                                    {"--ipus", &options.ipus},
                                                    {"--bound", &options.bound}};
  for (int i = 1; i + 1 < argc; i += 2) *numbers.at(argv[i]) = std::stoul(argv[i + 1]);
  return options;
}

struct Plate {
  std::vector<float> cells;
  unsigned steps = 0;
};

/// The whole run on the host, in the codelet's order of operations.
Plate heat_on_host(const Options& options) {
  const std::size_t width = options.width;
  Plate plate{std::vector<float>(width * options.height, 0.0F)};
  float largest = 0.0F;
  do {
    for (int step = 0; step < 2; ++step, ++plate.steps) {
      const std::vector<float> old = plate.cells;
      largest = 0.0F;
      for (std::size_t y = 0; y < options.height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
          const std::size_t i = y * width + x;
          const float north = y == 0 ? 1.0F : old[i - width];
          const float south = y + 1 == options.height ? 0.0F : old[i + width];
          const float west = x == 0 ? 0.0F : old[i - 1];
          const float east = x + 1 == width ? 0.0F : old[i + 1];
          const float change = ((north + south) + (west + east) - 4.0F * old[i]) * 0.25F;
          plate.cells[i] = old[i] + change;
          largest = std::max(largest, std::fabs(change));
        }
      }
    }
  } while (largest > options.largest_change());
  return plate;
}

class Solver {
 public:
  Solver(Graph& graph, const Options& options)
      : graph_(graph),
        options_(options),
        blocks_(options.width, options.height, graph.getTarget()) {
    changes_ = graph.addVariable(FLOAT, {blocks_.count(), workers()}, "changes");
    for (std::size_t tile = 0; tile < blocks_.count(); ++tile) {
      graph.setTileMapping(changes_[tile], static_cast<unsigned>(tile));
    }
  }

  Tensor add_plate(const char* name) {
    const Tensor plate = graph_.addVariable(FLOAT, {options_.height, options_.width}, name);
    for (std::size_t tile = 0; tile < blocks_.count(); ++tile) {
      graph_.setTileMapping(block(plate, tile), static_cast<unsigned>(tile));
    }
    graph_.setInitialValue(plate, 0.0F);
    return plate;
  }

  Execute step(const Tensor& from, const Tensor& to) {
    const ComputeSet set = graph_.addComputeSet("heat");
    for (std::size_t tile = 0; tile < blocks_.count(); ++tile) {
      const std::size_t x = blocks_.x_begin(tile);
      const std::size_t x_end = blocks_.x_end(tile);
      const std::size_t y = blocks_.y_begin(tile);
      const std::size_t y_end = blocks_.y_end(tile);
      const bool last_row = y_end == options_.height;
      const bool last_column = x_end == options_.width;
      const auto edge = [&](std::size_t cells, float value) {
        const Tensor constant = graph_.addConstant<float>(FLOAT, {cells}, value);
        graph_.setTileMapping(constant, static_cast<unsigned>(tile));
        return constant;
      };
      const VertexRef vertex = graph_.addVertex(
          set, "Heat",
          {{"block", block(from, tile)},
           {"north", y == 0 ? edge(x_end - x, 1.0F) : part(from, y - 1, y, x, x_end)},
           {"south", last_row ? edge(x_end - x, 0.0F) : part(from, y_end, y_end + 1, x, x_end)},
           {"west", x == 0 ? edge(y_end - y, 0.0F) : part(from, y, y_end, x - 1, x)},
           {"east", last_column ? edge(y_end - y, 0.0F) : part(from, y, y_end, x_end, x_end + 1)},
           {"next", block(to, tile)},
           {"changes", changes_[tile]}});
      graph_.setInitialValue(vertex["width"], static_cast<unsigned>(x_end - x));
      graph_.setTileMapping(vertex, static_cast<unsigned>(tile));
    }
    return Execute(set);
  }

  /// Steps from plate to plate and back until the change is small; counts them in `steps`.
  Program solve(const Tensor& plate, const Tensor& other, const Tensor& steps) {
    Sequence two_steps{step(plate, other), step(other, plate)};
    popops::addInPlace(graph_, steps, 2U, two_steps);
    const Tensor largest =
        popops::reduce(graph_, changes_, FLOAT, {0, 1}, popops::Operation::MAX, two_steps);
    const Tensor goes_on = popops::gt(graph_, largest, options_.largest_change(), two_steps);
    return RepeatWhileTrue(two_steps, goes_on, Sequence());
  }

 private:
  std::size_t workers() const { return graph_.getTarget().getNumWorkerContexts(); }
  static Tensor part(const Tensor& plate, std::size_t y, std::size_t y_end, std::size_t x,
                     std::size_t x_end) {
    return plate.slice({y, x}, {y_end, x_end}).flatten();
  }
  Tensor block(const Tensor& plate, std::size_t tile) const {
    return part(plate, blocks_.y_begin(tile), blocks_.y_end(tile), blocks_.x_begin(tile),
                blocks_.x_end(tile));
  }

  Graph& graph_;
  Options options_;
  Blocks blocks_;
  Tensor changes_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_arguments(argc, argv);
  auto devices = DeviceManager::createDeviceManager().getDevices(
      TargetType::IPU, static_cast<unsigned>(options.ipus));
  if (devices.empty() || !devices.front().attach()) return 1;
  Graph graph(devices.front());
  graph.addCodelets("codelets.cpp");
  popops::addCodelets(graph);
  Solver solver(graph, options);
  const Tensor plate = solver.add_plate("plate");
  const Tensor other = solver.add_plate("other");
  const Tensor steps = graph.addVariable(UNSIGNED_INT, {}, "steps");
  graph.setTileMapping(steps, 0);
  graph.setInitialValue(steps, 0U);
  graph.createHostRead("plate", plate);
  graph.createHostRead("steps", steps);

  Engine engine(graph, solver.solve(plate, other, steps));
  engine.load(devices.front());
  engine.run(0);
  Plate result{std::vector<float>(options.width * options.height)};
  engine.readTensor("plate", result.cells.data(), result.cells.data() + result.cells.size());
  engine.readTensor("steps", &result.steps, &result.steps + 1);

  const Plate host = heat_on_host(options);
  const bool same = host.steps == result.steps && host.cells == result.cells;
  std::printf("%zu x %zu cells on %u tiles, %u steps: %s\n", options.width, options.height,
              graph.getTarget().getNumTiles(), result.steps,
              same ? "every bit as on the host" : "NOT as on the host");
  return same ? 0 : 1;
}
