// SPDX-License-Identifier: Apache-2.0
// A program of library calls on a few tiles: tensors in, one run, tensors out.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplin/codelets.hpp>
#include <popnn/codelets.hpp>
#include <popops/codelets.hpp>
#include <poprand/codelets.hpp>
#include <poputil/TileMapping.hpp>
#include <string>
#include <vector>

#include "hosts/poplar/engine/runtime.hpp"
#include "numerics/half.hpp"
#include "support/poplar_graph.hpp"
#include "support/world.hpp"

namespace weft::test {

/// Not weft::program, wherever that is known too.
namespace program = ::poplar::program;

/// Runs `body` on rank 0 while the others serve its engines.
inline void on_ranks(const std::function<void()>& body) {
  using hosts::poplar::StandaloneRuntime;
  if (!world().is_root()) {
    EXPECT_EQ(StandaloneRuntime::serve(world()), 0);
    return;
  }
  StandaloneRuntime runtime(world());
  hosts::poplar::install(&runtime);
  body();
  hosts::poplar::install(nullptr);
  runtime.finish(0);
}

/// fp16 bits as the device holds them.
using Half = std::uint16_t;

class LibraryRun {
 public:
  explicit LibraryRun(unsigned tiles = 4)
      : device_(small_device(tiles)), graph(device_.getTarget()) {
    popops::addCodelets(graph);
    poplin::addCodelets(graph);
    popnn::addCodelets(graph);
    poprand::addCodelets(graph);
  }

  /// A tensor with values, spread linearly over the tiles in grains of `grain` elements.
  template <class T>
  poplar::Tensor input(const poplar::Type& type, const std::vector<std::size_t>& shape,
                       const std::vector<T>& values, unsigned grain = 1) {
    const std::string handle = "in" + std::to_string(inputs_.size());
    const poplar::Tensor t = graph.addVariable(type, shape, handle);
    poputil::mapTensorLinearly(graph, t, grain, grain);
    set(t, values);
    return t;
  }
  /// Values for a tensor that exists.
  template <class T>
  void set(const poplar::Tensor& t, const std::vector<T>& values) {
    const std::string handle = "in" + std::to_string(inputs_.size());
    ASSERT_EQ(t.numElements(), values.size());
    graph.createHostWrite(handle, t);
    const auto* bytes = reinterpret_cast<const char*>(values.data());
    inputs_[handle].assign(bytes, bytes + values.size() * sizeof(T));
  }

  /// Runs `prog` and then reads the tensors.
  template <class T>
  std::vector<T> result(const poplar::Tensor& t) {
    return results<T>({t}).front();
  }
  template <class T>
  std::vector<std::vector<T>> results(const std::vector<poplar::Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      graph.createHostRead("out" + std::to_string(i), tensors[i]);
    }
    poplar::Engine engine(graph, prog);
    engine.load(device_);
    for (const auto& [handle, bytes] : inputs_) engine.writeTensor(handle, bytes.data());
    engine.run(0);
    std::vector<std::vector<T>> out;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      std::vector<T> values(tensors[i].numElements());
      engine.readTensor("out" + std::to_string(i), values.data());
      out.push_back(std::move(values));
    }
    return out;
  }

 private:
  poplar::Device device_;
  std::map<std::string, std::vector<char>> inputs_;

 public:
  poplar::Graph graph;
  poplar::program::Sequence prog;
};

/// Small whole numbers, different ones.
template <class T>
std::vector<T> whole_numbers(std::size_t count, int least, int most, unsigned seed = 1) {
  std::vector<T> out(count);
  std::uint64_t state = seed * 2654435761U;
  for (T& x : out) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    x = static_cast<T>(least +
                       static_cast<int>((state >> 33U) % static_cast<unsigned>(most - least + 1)));
  }
  return out;
}
inline std::vector<float> fractions(std::size_t count, float scale, unsigned seed = 1) {
  std::vector<float> out = whole_numbers<float>(count, -1000, 1000, seed);
  for (float& x : out) x = x / 1000.0F * scale;
  return out;
}
inline std::vector<Half> halves(const std::vector<float>& values) {
  std::vector<Half> out;
  for (const float x : values) out.push_back(numerics::half_from_float(x));
  return out;
}
inline std::vector<float> floats(const std::vector<Half>& values) {
  std::vector<float> out;
  for (const Half x : values) out.push_back(numerics::float_from_half(x));
  return out;
}

}  // namespace weft::test
