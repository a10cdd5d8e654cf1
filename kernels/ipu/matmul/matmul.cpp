// SPDX-License-Identifier: Apache-2.0
// Products of square matrices on the AMP units, one size after the other: cycles, and the share of
// what the units could do. Elements are small whole numbers, so that sums are exact in any order
// and the host's product must be the same.
//
// Arguments: --type half|float, and the sizes.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <poplar/CycleCount.hpp>
#include <poplar/DeviceManager.hpp>
#include <poplar/Engine.hpp>
#include <poplar/Graph.hpp>
#include <poplin/MatMul.hpp>
#include <poplin/codelets.hpp>
#include <popops/Cast.hpp>
#include <popops/codelets.hpp>
#include <string>
#include <vector>

using namespace poplar;
using namespace poplar::program;

namespace {

/// Element (row, column): between -3 and 3, and no pattern that a product could hide.
float element(std::size_t row, std::size_t column, std::size_t salt) {
  return static_cast<float>((row * 31 + column * 17 + row * column * salt) % 7) - 3.0F;
}

std::vector<float> matrix(std::size_t size, std::size_t salt) {
  std::vector<float> values(size * size);
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column < size; ++column) {
      values[row * size + column] = element(row, column, salt);
    }
  }
  return values;
}

std::vector<float> product_on_host(std::size_t size) {
  const std::vector<float> a = matrix(size, 3);
  const std::vector<float> b = matrix(size, 5);
  std::vector<float> c(size * size, 0.0F);
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t k = 0; k < size; ++k) {
      const float left = a[row * size + k];
      for (std::size_t column = 0; column < size; ++column) {
        c[row * size + column] += left * b[k * size + column];
      }
    }
  }
  return c;
}

/// A size's product as a program of its own; operands come from the host as float.
Program add_product(Graph& graph, std::size_t size, const Type& type) {
  const std::string name = std::to_string(size);
  Sequence all;
  Tensor operands[2] = {
      poplin::createMatMulInputLHS(graph, type, FLOAT, {size, size}, {size, size}, "a " + name),
      poplin::createMatMulInputRHS(graph, type, FLOAT, {size, size}, {size, size}, "b " + name)};
  for (int side = 0; side < 2; ++side) {
    const Tensor given = graph.clone(FLOAT, operands[side]);
    graph.createHostWrite((side == 0 ? "a_" : "b_") + name, given);
    all.add(type == HALF ? Program(popops::cast(graph, given, operands[side]))
                         : Program(Copy(given, operands[side])));
  }
  Sequence multiply;
  const Tensor product =
      poplin::matMul(graph, operands[0], operands[1], multiply, FLOAT, "product " + name);
  const Tensor cycles = cycleCount(graph, multiply, 0, SyncType::INTERNAL, "cycles " + name);
  all.add(multiply);
  graph.createHostRead("product_" + name, product);
  graph.createHostRead("cycles_" + name, cycles);
  return all;
}

/// Runs program `index` and shows its line; true when the product is the host's.
bool run_product(Engine& engine, const Target& target, unsigned index, std::size_t size,
                 const Type& type) {
  const std::string name = std::to_string(size);
  const std::vector<float> a = matrix(size, 3);
  const std::vector<float> b = matrix(size, 5);
  engine.writeTensor("a_" + name, a.data(), a.data() + a.size());
  engine.writeTensor("b_" + name, b.data(), b.data() + b.size());
  engine.run(index);
  std::vector<float> product(size * size);
  std::uint32_t cycles[2] = {};
  engine.readTensor("product_" + name, product.data(), product.data() + product.size());
  engine.readTensor("cycles_" + name, cycles, cycles + 2);
  const bool same = product == product_on_host(size);
  const double work =
      2.0 * static_cast<double>(size) * static_cast<double>(size) * static_cast<double>(size);
  const double time = static_cast<double>(cycles[0]) + 4294967296.0 * cycles[1];
  // A unit works on its weights for four cycles.
  const double peak =
      2.0 * target.getNumConvUnits(type, FLOAT) * target.getWeightsPerConvUnit(type) / 4.0;
  std::printf("%6zu %12.0f cycles %10.1f flops a cycle, %5.1f %% of the peak; %s\n", size, time,
              work / time, 100.0 * work / time / (peak * target.getNumTiles()),
              same ? "as on the host" : "NOT as on the host");
  return same;
}

}  // namespace

int main(int argc, char** argv) {
  Type type = HALF;
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--type" && i + 1 < argc) {
      type = std::string(argv[++i]) == "float" ? FLOAT : HALF;
    } else {
      sizes.push_back(std::stoul(word));
    }
  }
  auto devices = DeviceManager::createDeviceManager().getDevices(TargetType::IPU, 1);
  if (devices.empty() || !devices.front().attach()) return 1;
  Graph graph(devices.front());
  poplin::addCodelets(graph);
  popops::addCodelets(graph);
  std::vector<Program> programs;
  for (const std::size_t size : sizes) programs.push_back(add_product(graph, size, type));

  Engine engine(graph, programs);
  engine.load(devices.front());
  bool good = true;
  for (unsigned index = 0; index < sizes.size(); ++index) {
    good = run_product(engine, graph.getTarget(), index, sizes[index], type) && good;
  }
  return good ? 0 : 1;
}
