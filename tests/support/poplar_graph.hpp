// SPDX-License-Identifier: Apache-2.0
// Small graphs for tests of the Poplar API.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/IPUModel.hpp>
#include <vector>

namespace weft::test {

/// A device of a few tiles.
inline poplar::Device small_device(unsigned tiles = 4, unsigned ipus = 1) {
  poplar::IPUModel model;
  model.numIPUs = ipus;
  model.tilesPerIPU = tiles;
  return model.createDevice();
}

inline poplar::Graph small_graph(unsigned tiles = 4) { return poplar::Graph(small_device(tiles)); }

/// The elements of a tensor that is constant.
inline std::vector<int> constant_values(const poplar::Graph& graph, const poplar::Tensor& tensor) {
  std::vector<int> values(tensor.numElements());
  if (!graph.getConstantValue(tensor, values.data())) return {};
  return values;
}

}  // namespace weft::test
