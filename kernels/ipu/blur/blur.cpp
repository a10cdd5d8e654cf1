// SPDX-License-Identifier: Apache-2.0
// Blurs an RGBA image with a 3 x 3 Gaussian, again and again, on 1 to 16 IPUs, and compares every
// bit with the same loop on the host.
//
// The image is cut into one block a tile; the IPUs are rows of blocks, one below the other. Each
// step reads one image and writes another, so that edges of blocks cross the exchange, and
// IPU-Links between the IPUs. Beyond the image its edge goes on.
//
// Arguments: --width N --height N (pixels) --ipus N --steps N (even) --type float|half.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "../blocks.hpp"

using namespace poplar;
using namespace poplar::program;

namespace {

struct Options {
  std::size_t width = 256, height = 368, ipus = 1, steps = 4;
  std::string type = "float";
};

Options read_arguments(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::size_t*> numbers{{"--width", &options.width},
                                                    {"--height", &options.height},
                                                    {"--ipus", &options.ipus},
                                                    {"--steps", &options.steps}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    if (key == "--type") {
      options.type = argv[i + 1];
    } else {
      *numbers.at(key) = std::stoul(argv[i + 1]);
    }
  }
  if (options.type != "float" && options.type != "half") throw std::invalid_argument(options.type);
  if (options.steps % 2 != 0) throw std::invalid_argument("--steps must be even");
  return options;
}

/// Colors of 8 bits, which float and half hold exactly: stripes and a disc.
std::vector<float> test_image(const Options& options) {
  std::vector<float> image(options.width * options.height * 4);
  for (std::size_t y = 0; y < options.height; ++y) {
    for (std::size_t x = 0; x < options.width; ++x) {
      const std::size_t dx = 2 * x > options.width ? 2 * x - options.width : options.width - 2 * x;
      const std::size_t dy =
          2 * y > options.height ? 2 * y - options.height : options.height - 2 * y;
      const bool inside = dx * dx + dy * dy < options.width * options.width / 4;
      const std::size_t channels[4] = {x * 7 + y * 3, inside ? 255U : 32U, (x ^ y) * 5, 255};
      for (std::size_t c = 0; c < 4; ++c) {
        image[4 * (y * options.width + x) + c] = static_cast<float>(channels[c] % 256) / 256.0F;
      }
    }
  }
  return image;
}

/// As it is stored on the device: fp32, or fp16 in two bytes.
std::vector<char> to_device(const Target& target, const std::vector<float>& values, bool half) {
  std::vector<char> bytes(values.size() * (half ? 2 : 4));
  if (half) {
    copyFloatToDeviceHalf(target, values.data(), bytes.data(), values.size());
  } else {
    std::memcpy(bytes.data(), values.data(), bytes.size());
  }
  return bytes;
}

/// One step on the host, in the codelet's order of operations.
std::vector<float> blur_on_host(const Options& options, const Target& target,
                                const std::vector<float>& image) {
  std::vector<float> out(image.size());
  const auto at = [&](std::size_t y, int dy, std::size_t x, int dx, std::size_t c) {
    const auto near = [](std::size_t i, int step, std::size_t end) {
      return step < 0 ? (i == 0 ? 0 : i - 1)
                      : std::min(i + static_cast<std::size_t>(step), end - 1);
    };
    return image[4 * (near(y, dy, options.height) * options.width + near(x, dx, options.width)) +
                 c];
  };
  for (std::size_t y = 0; y < options.height; ++y) {
    for (std::size_t x = 0; x < options.width; ++x) {
      for (std::size_t c = 0; c < 4; ++c) {
        const float corners =
            (at(y, -1, x, -1, c) + at(y, -1, x, 1, c)) + (at(y, 1, x, -1, c) + at(y, 1, x, 1, c));
        const float sides =
            (at(y, -1, x, 0, c) + at(y, 1, x, 0, c)) + (at(y, 0, x, -1, c) + at(y, 0, x, 1, c));
        out[4 * (y * options.width + x) + c] =
            corners * 0.0625F + sides * 0.125F + at(y, 0, x, 0, c) * 0.25F;
      }
    }
  }
  if (options.type == "half") {
    const std::vector<char> rounded = to_device(target, out, true);
    copyDeviceHalfToFloat(target, rounded.data(), out.data(), out.size());
  }
  return out;
}

Tensor part(const Tensor& image, std::size_t y, std::size_t y_end, std::size_t x,
            std::size_t x_end) {
  return image.slice({y, x}, {y_end, x_end}).flatten();
}

/// Pixels x - 1 .. x_end of row y; beyond the image, its edge again.
Tensor rim(const Tensor& image, std::size_t y, std::size_t x, std::size_t x_end) {
  const std::size_t width = image.dim(1);
  Tensor row = part(image, y, y + 1, x == 0 ? 0 : x - 1, std::min(x_end + 1, width));
  if (x == 0) row = concat(part(image, y, y + 1, 0, 1), row);
  if (x_end == width) row = concat(row, part(image, y, y + 1, width - 1, width));
  return row;
}

ComputeSet add_step(Graph& graph, const Blocks& blocks, const Tensor& from, const Tensor& to) {
  const ComputeSet step = graph.addComputeSet("blur");
  const std::string vertex_type = from.elementType() == HALF ? "Blur<half>" : "Blur<float>";
  const std::size_t height = from.dim(0);
  const std::size_t width = from.dim(1);
  for (std::size_t tile = 0; tile < blocks.count(); ++tile) {
    const std::size_t x = blocks.x_begin(tile);
    const std::size_t x_end = blocks.x_end(tile);
    const std::size_t y = blocks.y_begin(tile);
    const std::size_t y_end = blocks.y_end(tile);
    const std::size_t left = x == 0 ? 0 : x - 1;
    const std::size_t right = std::min(x_end, width - 1);
    const VertexRef vertex =
        graph.addVertex(step, vertex_type,
                        {{"block", part(from, y, y_end, x, x_end)},
                         {"north", rim(from, y == 0 ? 0 : y - 1, x, x_end)},
                         {"south", rim(from, std::min(y_end, height - 1), x, x_end)},
                         {"west", part(from, y, y_end, left, left + 1)},
                         {"east", part(from, y, y_end, right, right + 1)},
                         {"blurred", part(to, y, y_end, x, x_end)}});
    graph.setInitialValue(vertex["width"], static_cast<unsigned>(x_end - x));
    graph.setTileMapping(vertex, static_cast<unsigned>(tile));
  }
  return step;
}

Tensor add_image(Graph& graph, const Blocks& blocks, const Options& options, const char* name) {
  const Tensor image = graph.addVariable(options.type == "half" ? HALF : FLOAT,
                                         {options.height, options.width, 4}, name);
  for (std::size_t tile = 0; tile < blocks.count(); ++tile) {
    graph.setTileMapping(part(image, blocks.y_begin(tile), blocks.y_end(tile), blocks.x_begin(tile),
                              blocks.x_end(tile)),
                         static_cast<unsigned>(tile));
  }
  return image;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_arguments(argc, argv);
  auto devices = DeviceManager::createDeviceManager().getDevices(
      TargetType::IPU, static_cast<unsigned>(options.ipus));
  if (devices.empty() || !devices.front().attach()) return 1;
  Graph graph(devices.front());
  graph.addCodelets("codelets.cpp");
  const Blocks blocks(options.width, options.height, graph.getTarget());
  const Tensor image = add_image(graph, blocks, options, "image");
  const Tensor other = add_image(graph, blocks, options, "other");
  const Sequence two_steps{Execute(add_step(graph, blocks, image, other)),
                           Execute(add_step(graph, blocks, other, image))};
  graph.createHostWrite("image", image);
  graph.createHostRead("blurred", image);

  Engine engine(graph, Repeat(static_cast<unsigned>(options.steps / 2), two_steps));
  engine.load(devices.front());
  std::vector<float> expected = test_image(options);
  const bool half = options.type == "half";
  const std::vector<char> start = to_device(graph.getTarget(), expected, half);
  std::vector<char> blurred(start.size());
  engine.writeTensor("image", start.data(), start.data() + start.size());
  engine.run(0);
  engine.readTensor("blurred", blurred.data(), blurred.data() + blurred.size());

  for (std::size_t step = 0; step < options.steps; ++step) {
    expected = blur_on_host(options, graph.getTarget(), expected);
  }
  const std::vector<char> host = to_device(graph.getTarget(), expected, half);
  std::printf("%zu x %zu pixels on %zu tiles, %zu steps: %s\n", options.width, options.height,
              blocks.count(), options.steps,
              host == blurred ? "every bit as on the host" : "NOT as on the host");
  return host == blurred ? 0 : 1;
}
