// SPDX-License-Identifier: Apache-2.0
// Where a model is cut: weights before each layer, and vectors that later layers read.
#include "lower/tsp/cut.hpp"

#include <algorithm>
#include <cstdlib>

#include "program/tsp_chip.hpp"

namespace weft::lower::tsp {

using program::tsp::TensorId;
using program::tsp::TensorNode;
using program::tsp::TensorProgram;
using program::tsp::TensorValue;

namespace {

constexpr std::int64_t nearness = 4;  ///< a cut may be a quarter of a share off

/// Of 320 bytes.
std::int64_t vectors_of(const TensorValue& value) {
  const std::uint64_t inner = value.shape.back();
  const std::uint64_t tiles = (inner + program::tsp::lanes - 1) / program::tsp::lanes;
  return static_cast<std::int64_t>(value.elements() / inner * tiles *
                                   numerics::width_of(value.type));
}

/// [layer], and one more: bytes of weights that layers before it read; vectors that it or later
/// ones take from layers before it.
struct Profile {
  std::vector<std::int64_t> weights;
  std::vector<std::int64_t> crossing;
};

Profile profile_of(const TensorProgram& program, const std::vector<std::size_t>& layer_of,
                   std::size_t layers) {
  std::vector<std::size_t> first(program.tensors.size(), layers);
  std::vector<std::size_t> last(program.tensors.size(), 0);
  for (std::size_t n = 0; n < program.nodes.size(); ++n) {
    const TensorNode& node = program.nodes[n];
    first[node.result] = last[node.result] = layer_of[n];
    for (const TensorId operand : node.operands) {
      first[operand] = std::min(first[operand], layer_of[n]);
      last[operand] = std::max(last[operand], layer_of[n]);
    }
  }
  Profile out{std::vector<std::int64_t>(layers + 1, 0), std::vector<std::int64_t>(layers + 1, 0)};
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    const TensorValue& value = program.at(id);
    if (first[id] == layers) continue;  // nobody reads it
    if (value.role != TensorValue::Role::result) {
      out.weights[first[id] + 1] +=
          static_cast<std::int64_t>(value.elements() * numerics::width_of(value.type));
      continue;
    }
    for (std::size_t at = first[id] + 1; at <= last[id]; ++at)
      out.crossing[at] += vectors_of(value);
  }
  for (std::size_t at = 1; at <= layers; ++at) out.weights[at] += out.weights[at - 1];
  return out;
}

}  // namespace

void cut_by_layers(TensorProgram& program, const std::vector<std::size_t>& first_of_layer,
                   std::uint32_t chips) {
  std::vector<std::size_t> layer_of;
  for (std::size_t layer = 0; layer < first_of_layer.size(); ++layer) {
    const bool last = layer + 1 == first_of_layer.size();
    layer_of.resize(last ? program.nodes.size() : first_of_layer[layer + 1], layer);
  }
  const std::size_t layers = first_of_layer.size();
  if (layers == 0) return;  // outputs that are constants or inputs: the first chip has them
  const Profile profile = profile_of(program, layer_of, layers);
  const std::int64_t share = profile.weights.back() / std::int64_t{chips};
  std::vector<std::size_t> cuts;  // the layer with which each further chip begins
  for (std::uint32_t chip = 1; chip < chips; ++chip) {
    const auto off = [&](std::size_t layer) {
      return std::abs(profile.weights[layer] - share * std::int64_t{chip});
    };
    const auto better = [&](std::size_t a, std::size_t b) {
      const bool near = off(a) <= share / nearness;
      if (near != (off(b) <= share / nearness)) return near;
      if (near && profile.crossing[a] != profile.crossing[b]) {
        return profile.crossing[a] < profile.crossing[b];
      }
      return off(a) < off(b);
    };
    std::size_t best = layers;
    for (std::size_t layer = cuts.empty() ? 1 : cuts.back() + 1; layer < layers; ++layer) {
      if (best == layers || better(layer, best)) best = layer;
    }
    if (best < layers) cuts.push_back(best);
  }
  for (std::size_t n = 0; n < program.nodes.size(); ++n) {
    program.nodes[n].chip = static_cast<std::uint32_t>(
        std::upper_bound(cuts.begin(), cuts.end(), layer_of[n]) - cuts.begin());
  }
}

}  // namespace weft::lower::tsp
