// SPDX-License-Identifier: Apache-2.0
// The blur of kernels/ipu/blur: how long its graph for sixteen IPUs takes to compile, and how much
// faster it runs on all ranks than on one.
#include <algorithm>
#include <chrono>
#include <optional>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <poplar/Program.hpp>
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "cli/bench/groups.hpp"
#include "cli/validation/kernel_run.hpp"
#include "comm/communicator.hpp"

namespace weft::cli::bench {

namespace {

using namespace ::poplar;

/// Tiles in rows and columns, each with a square block of an RGBA image in fp32.
struct Grid {
  unsigned ipus = 1, columns = 1, rows = 1, block = 8;
  unsigned tiles() const { return columns * rows; }
  std::size_t width() const { return std::size_t{columns} * block; }
  std::size_t height() const { return std::size_t{rows} * block; }
};

double wall_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

class Blur {
 public:
  explicit Blur(const Grid& grid) : grid_(grid), device_(device_for(grid)), graph_(device_) {
    graph_.addCodelets(validation::find_data("kernels/ipu/blur/codelets.cpp"));
    const Tensor image = add_image("image");
    const Tensor other = add_image("other");
    steps_ = {poplar::program::Execute(add_step(image, other)),
              poplar::program::Execute(add_step(other, image))};
  }

  /// Seconds of compiling the graph.
  double compile(unsigned turns) {
    const double start = wall_seconds();
    engine_.emplace(graph_, poplar::program::Repeat(
                                turns, poplar::program::Sequence(steps_.at(0), steps_.at(1))));
    return wall_seconds() - start;
  }

  /// Seconds of the turns that were compiled in.
  double run() {
    engine_->load(device_);
    const double start = wall_seconds();
    engine_->run(0);
    return wall_seconds() - start;
  }

 private:
  static Device device_for(const Grid& grid) {
    IPUModel model("ipu2");
    model.numIPUs = grid.ipus;
    model.tilesPerIPU = grid.tiles() / grid.ipus;
    return model.createDevice();
  }

  Tensor part(const Tensor& image, std::size_t y, std::size_t rows, std::size_t x,
              std::size_t columns) const {
    return image.slice({y, x}, {y + rows, x + columns}).flatten();
  }

  Tensor add_image(const std::string& name) {
    const Tensor image = graph_.addVariable(FLOAT, {grid_.height(), grid_.width(), 4}, name);
    const std::size_t b = grid_.block;
    for (unsigned tile = 0; tile < grid_.tiles(); ++tile) {
      graph_.setTileMapping(part(image, tile / grid_.columns * b, b, tile % grid_.columns * b, b),
                            tile);
    }
    return image;
  }

  /// Pixels x - 1 to x + block of a row; beyond the image its edge goes on.
  Tensor rim(const Tensor& image, std::size_t y, std::size_t x) const {
    const std::size_t end = x + grid_.block;
    Tensor row = part(image, y, 1, x, grid_.block);
    row = concat(part(image, y, 1, x == 0 ? 0 : x - 1, 1), row);
    return concat(row, part(image, y, 1, std::min(end, grid_.width() - 1), 1));
  }

  ComputeSet add_step(const Tensor& from, const Tensor& to) {
    const ComputeSet step = graph_.addComputeSet("blur");
    const std::size_t b = grid_.block;
    for (unsigned tile = 0; tile < grid_.tiles(); ++tile) {
      const std::size_t y = tile / grid_.columns * b;
      const std::size_t x = tile % grid_.columns * b;
      const std::size_t right = std::min(x + b, grid_.width() - 1);
      VertexRef vertex =
          graph_.addVertex(step, "Blur<float>",
                           {{"block", part(from, y, b, x, b)},
                            {"north", rim(from, y == 0 ? 0 : y - 1, x)},
                            {"south", rim(from, std::min(y + b, grid_.height() - 1), x)},
                            {"west", part(from, y, b, x == 0 ? 0 : x - 1, 1)},
                            {"east", part(from, y, b, right, 1)},
                            {"blurred", part(to, y, b, x, b)}});
      graph_.setInitialValue(vertex["width"], grid_.block);
      graph_.setTileMapping(vertex, tile);
    }
    return step;
  }

  Grid grid_;
  Device device_;
  Graph graph_;
  std::vector<poplar::program::Program> steps_;
  std::optional<Engine> engine_;
};

double seconds_of(const Grid& grid, unsigned turns) {
  Blur blur(grid);
  blur.compile(turns);
  return blur.run();
}

}  // namespace

std::vector<Row> ipu_blur(Context& context) {
  std::vector<Row> rows;
  const Grid pod = context.quick ? Grid{4, 4, 16, 8} : Grid{16, 32, 736, 8};
  const double compiling = poplar_figure(context.world, [&] { return Blur(pod).compile(1); });
  rows.push_back(
      {"ipu blur, " + counted(pod.tiles(), "tile") + ", compiling", compiling, "s", "", 0});
  if (context.world.size() == 1) return rows;

  const Grid chip = context.quick ? Grid{1, 4, 4, 8} : Grid{1, 32, 46, 16};
  const unsigned turns = context.quick ? 2 : 300;
  const auto seconds = [&] { return seconds_of(chip, turns); };
  const double one = poplar_figure_alone(context.world, seconds);
  const double all = poplar_figure(context.world, seconds);
  rows.push_back(
      {"ipu blur on " + counted(context.world.size(), "rank"), all, "s", "one rank", one / all});
  return rows;
}

}  // namespace weft::cli::bench
