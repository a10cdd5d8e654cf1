// SPDX-License-Identifier: Apache-2.0
// Convolutional networks as messages of onnx.proto; numbers of fields are its.
#include "cli/bench/onnx_resnet.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cli/bench/onnx_message.hpp"

namespace weft::cli::bench {
namespace {

/// A value of the network: its name, channels and side.
struct Map {
  std::string name;
  std::uint64_t channels = 0;
  std::uint64_t side = 0;
};

class Network {
 public:
  Network(std::string data, std::uint64_t side) : data_(std::move(data)) {
    graph_.message(11, value_of("x", {1, 3, side, side}));
  }

  Map convolution(const Map& x, std::uint64_t channels, std::uint64_t kernel,
                  std::uint64_t stride) {
    const std::uint64_t pad = kernel / 2;
    const std::string weights = external({channels, x.channels, kernel, kernel});
    const std::string bias = external({channels});
    return add("Conv", {x.name, weights, bias},
               {"", channels, (x.side + 2 * pad - kernel) / stride + 1},
               {wholes_of("kernel_shape", {kernel, kernel}), wholes_of("strides", {stride, stride}),
                wholes_of("pads", {pad, pad, pad, pad})});
  }
  Map relu(const Map& x) { return add("Relu", {x.name}, x, {}); }
  Map sum(const Map& a, const Map& b) { return add("Add", {a.name, b.name}, a, {}); }
  Map maximum_pool(const Map& x) {
    return add("MaxPool", {x.name}, {"", x.channels, x.side / 2},
               {wholes_of("kernel_shape", {3, 3}), wholes_of("strides", {2, 2}),
                wholes_of("pads", {1, 1, 1, 1})});
  }
  /// A tensor of the file of weights.
  struct Stored {
    std::uint64_t offset = 0, numbers = 0;
    std::uint64_t inputs = 0;  ///< that a sum takes; 0: of a bias
  };
  const std::vector<Stored>& stored() const { return stored_; }

  /// Mean, reshape and the product that classifies; the model's bytes, and those of its weights.
  std::pair<std::string, std::uint64_t> finish(const Map& x, std::uint64_t classes) {
    const std::string axes =
        constant({static_cast<std::uint64_t>(-1), static_cast<std::uint64_t>(-2)});
    const Map mean = add("ReduceMean", {x.name, axes}, {"", x.channels, 1}, {});
    node("Reshape", {mean.name, constant({1, x.channels})}, "rows", {});
    const std::string weights = external({classes, x.channels});
    node("Gemm", {"rows", weights, external({classes})}, "scores", {whole_of("transB", 1)});
    graph_.message(12, value_of("scores", {1, classes}));
    Message model;
    model.whole(1, 10).text(2, "weft bench").message(7, graph_);
    model.message(8, Message().text(1, "").whole(2, 20));
    return {model.bytes(), end_};
  }

 private:
  void node(const std::string& operation, const std::vector<std::string>& inputs,
            const std::string& output, const std::vector<Message>& attributes) {
    graph_.message(1, node_of(operation, inputs, output, attributes));
  }
  Map add(const std::string& operation, const std::vector<std::string>& inputs, Map result,
          const std::vector<Message>& attributes) {
    result.name = operation + std::to_string(values_++);
    node(operation, inputs, result.name, attributes);
    const Extents shape{1, result.channels, result.side, result.side};
    graph_.message(13, value_of(result.name, shape));
    return result;
  }
  std::string external(const Extents& shape) {
    std::uint64_t bytes = sizeof(float);
    for (const std::uint64_t extent : shape) bytes *= extent;
    end_ = (end_ + alignment - 1) / alignment * alignment;
    const std::uint64_t numbers = bytes / sizeof(float);
    stored_.push_back({end_, numbers, shape.size() == 1 ? 0 : numbers / shape[0]});
    const std::string name = "weights" + std::to_string(values_++);
    graph_.message(5, external_tensor(name, shape, data_, end_, bytes));
    end_ += bytes;
    return name;
  }
  std::string constant(const std::vector<std::uint64_t>& values) {
    const std::string name = "wholes" + std::to_string(values_++);
    graph_.message(5, wholes_tensor(name, values));
    return name;
  }

  std::string data_;
  Message graph_;
  std::vector<Stored> stored_;
  std::uint64_t values_ = 0;
  std::uint64_t end_ = 0;
};

Map bottleneck(Network& net, const Map& x, std::uint64_t width, std::uint64_t stride) {
  const Map narrow = net.relu(net.convolution(x, width, 1, 1));
  const Map middle = net.relu(net.convolution(narrow, width, 3, stride));
  const Map wide = net.convolution(middle, 4 * width, 1, 1);
  const bool same = stride == 1 && x.channels == 4 * width;
  return net.relu(net.sum(wide, same ? x : net.convolution(x, 4 * width, 1, stride)));
}

Map basic_block(Network& net, const Map& x, std::uint64_t width, std::uint64_t stride) {
  const Map first = net.relu(net.convolution(x, width, 3, stride));
  const Map second = net.convolution(first, width, 3, 1);
  const bool same = stride == 1 && x.channels == width;
  return net.relu(net.sum(second, same ? x : net.convolution(x, width, 1, stride)));
}

using Block = Map (*)(Network&, const Map&, std::uint64_t width, std::uint64_t stride);

/// Four stages of so many blocks, between the first convolution and the classes.
std::pair<std::string, std::uint64_t> describe(Network& net, std::uint64_t side,
                                               const std::array<int, 4>& blocks, Block block) {
  Map x = net.maximum_pool(net.relu(net.convolution({"x", 3, side}, 64, 7, 2)));
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    for (int i = 0; i < blocks[stage]; ++i) {
      x = block(net, x, std::uint64_t{64} << stage, stage > 0 && i == 0 ? 2 : 1);
    }
  }
  return net.finish(x, 1000);
}

void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    fail(Category::system, path.string() + ": cannot be written");
  }
}

/// Numbers of one seed, of a size that sums keep from layer to layer; biases of 0.
std::string seeded(const std::vector<Network::Stored>& tensors, std::uint64_t bytes) {
  std::string out(bytes, '\0');
  std::uint64_t state = 1;
  for (const Network::Stored& tensor : tensors) {
    if (tensor.inputs == 0) continue;
    const double scale = std::sqrt(6.0 / static_cast<double>(tensor.inputs));
    for (std::uint64_t i = 0; i < tensor.numbers; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const double unit = static_cast<double>(state >> 40U) / static_cast<double>(1U << 23U) - 1;
      const auto number = static_cast<float>(scale * unit);
      std::memcpy(out.data() + tensor.offset + i * sizeof number, &number, sizeof number);
    }
  }
  return out;
}

}  // namespace

std::string write_resnet50(const std::string& folder, bool quick) {
  const std::filesystem::path path = std::filesystem::path(folder) / "resnet50.onnx";
  const std::filesystem::path data = path.string() + ".data";
  Network net(data.filename().string(), 224);
  const auto [bytes, weights] =
      describe(net, 224, quick ? std::array{1, 1, 1, 1} : std::array{3, 4, 6, 3}, bottleneck);
  write(path, bytes);
  write(data, "");
  std::filesystem::resize_file(data, weights);
  return path;
}

std::string write_resnet18(const std::string& folder, bool quick) {
  const std::filesystem::path path = std::filesystem::path(folder) / "resnet18.onnx";
  const std::filesystem::path data = path.string() + ".data";
  const std::uint64_t side = quick ? 32 : 224;
  Network net(data.filename().string(), side);
  const auto [bytes, weights] =
      describe(net, side, quick ? std::array{1, 1, 1, 1} : std::array{2, 2, 2, 2}, basic_block);
  write(path, bytes);
  write(data, seeded(net.stored(), weights));
  return path;
}

}  // namespace weft::cli::bench
