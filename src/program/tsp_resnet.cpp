// SPDX-License-Identifier: Apache-2.0
// Residual networks, layer by layer.
#include "program/tsp_resnet.hpp"

#include <string>

namespace weft::program::tsp {
namespace {

using Type = VectorType;

class ResNet {
 public:
  TensorProgram program;

  explicit ResNet(const ResNetBlocks& blocks) {
    TensorId x = program.input("images", Type::i8, {1, 224, 224, 3});
    x = convolution(x, 7, 64, 2, "conv1");
    TensorWindow pool;
    pool.height = pool.width = 3;
    pool.stride_y = pool.stride_x = 2;
    pool.pad_top = pool.pad_left = pool.pad_bottom = pool.pad_right = 1;
    x = program.maximum_pool(x, pool, "pool1");
    for (unsigned stage = 0; stage < blocks.size(); ++stage) {
      for (std::uint32_t block = 0; block < blocks.at(stage); ++block) {
        const std::string name =
            "conv" + std::to_string(stage + 2) + "_" + std::to_string(block + 1);
        x = bottleneck(x, 64U << stage, block == 0, block == 0 && stage > 0 ? 2 : 1, name);
      }
    }
    TensorWindow whole;
    whole.height = whole.width = 7;
    const TensorId mean =
        program.requantise(program.sum_pool(x, whole), program.scalar("1/49", Type::f32, 1.0 / 49),
                           program.scalar("0", Type::f32, 0), Type::i8, "mean");
    const TensorId sums = program.matmul(program.reshape(mean, {1, 2048}),
                                         program.pattern("fc", Type::i8, {2048, 1000}, 1));
    program.output(program.binary(VectorOperation::multiply, program.convert(sums, Type::f32),
                                  program.pattern("fc scale", Type::f32, {1000}, 2), "scores"));
  }

 private:
  TensorId bottleneck(TensorId x, std::uint64_t width, bool projects, std::uint32_t stride,
                      const std::string& name) {
    const TensorId beside = projects ? convolution(x, 1, width * 4, stride, name + ".project") : x;
    TensorId y = convolution(x, 1, width, stride, name + ".a");
    y = convolution(y, 3, width, 1, name + ".b");
    return convolution(y, 1, width * 4, 1, name + ".c", &beside);
  }

  TensorId convolution(TensorId x, std::uint64_t size, std::uint64_t channels, std::uint32_t stride,
                       const std::string& name, const TensorId* residual = nullptr) {
    const std::uint64_t depth = program.at(x).shape[3];
    const TensorId weights =
        program.pattern(name + " weights", Type::i8, {size, size, depth, channels}, ++seed_);
    const TensorId scale = program.pattern(name + " scale", Type::f32, {channels}, ++seed_);
    TensorWindow window;
    window.stride_y = window.stride_x = stride;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right =
        static_cast<std::uint32_t>(size / 2);
    window.pad_value = size == 3 ? -128 : 0;
    const TensorId scaled =
        program.binary(VectorOperation::multiply,
                       program.convert(program.convolution(x, weights, window), Type::f32), scale);
    const TensorId beside = residual != nullptr
                                ? program.convert(*residual, Type::f32)
                                : program.pattern(name + " offset", Type::f32, {channels}, ++seed_);
    return program.convert(program.binary(VectorOperation::add, scaled, beside), Type::i8, name);
  }

  std::uint64_t seed_ = 10;
};

}  // namespace

TensorProgram resnet(const ResNetBlocks& blocks) { return ResNet(blocks).program; }

}  // namespace weft::program::tsp
