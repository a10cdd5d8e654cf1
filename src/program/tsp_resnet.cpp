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

  ResNet(const ResNetBlocks& blocks, Type type) : type_(type) {
    // Windows of 7 x 7 pixels with a stride of 2, as the host lays them out: a pass each.
    TensorId x = type == Type::i8 ? program.input("images", type, {1, 224, 224, 3})
                                  : program.input("windows", type, {1, 112, 112, 147});
    x = type == Type::i8 ? convolution(x, 7, 64, 2, "conv1") : convolution(x, 1, 64, 1, "conv1");
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
    const TensorId sums = program.matmul(mean(x), program.pattern("fc", type, {2048, 1000}, 1));
    const TensorId wide = type == Type::i8 ? program.convert(sums, Type::f32) : sums;
    program.output(program.binary(VectorOperation::multiply, wide,
                                  program.pattern("fc scale", Type::f32, {1000}, 2), "scores"));
  }

 private:
  /// [1, 2048], of 49 pixels.
  TensorId mean(TensorId x) {
    const TensorId share = program.scalar("1/49", Type::f32, 1.0 / 49);
    if (type_ == Type::f16) {  // a product with ones
      const TensorId ones = program.pattern("ones", type_, {1, 49}, 3);
      const TensorId sums = program.matmul(ones, program.reshape(x, {49, 2048}));
      return program.convert(program.binary(VectorOperation::multiply, sums, share), type_, "mean");
    }
    TensorWindow whole;
    whole.height = whole.width = 7;
    const TensorId mean = program.requantise(program.sum_pool(x, whole), share,
                                             program.scalar("0", Type::f32, 0), type_, "mean");
    return program.reshape(mean, {1, 2048});
  }

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
        program.pattern(name + " weights", type_, {size, size, depth, channels}, ++seed_);
    TensorWindow window;
    window.stride_y = window.stride_x = stride;
    window.pad_top = window.pad_bottom = window.pad_left = window.pad_right =
        static_cast<std::uint32_t>(size / 2);
    if (type_ == Type::i8 && size == 3) window.pad_value = -128;
    TensorId sums = program.convolution(x, weights, window);
    if (type_ == Type::i8) {
      const TensorId scale = program.pattern(name + " scale", Type::f32, {channels}, ++seed_);
      sums = program.binary(VectorOperation::multiply, program.convert(sums, Type::f32), scale);
    }
    const TensorId beside = residual != nullptr
                                ? program.convert(*residual, Type::f32)
                                : program.pattern(name + " offset", Type::f32, {channels}, ++seed_);
    sums = program.binary(VectorOperation::add, sums, beside);
    if (type_ == Type::f16) sums = program.unary(VectorOperation::relu, sums);
    return program.convert(sums, type_, name);
  }

  Type type_;
  std::uint64_t seed_ = 10;
};

}  // namespace

TensorProgram resnet(const ResNetBlocks& blocks, VectorType type) {
  return ResNet(blocks, type).program;
}

}  // namespace weft::program::tsp
