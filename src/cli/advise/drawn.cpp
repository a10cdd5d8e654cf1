// SPDX-License-Identifier: Apache-2.0
// One mixed word a number.
#include "cli/advise/drawn.hpp"

#include <algorithm>
#include <cmath>

#include "base/mix.hpp"
#include "cli/advise/host_inputs.hpp"

namespace weft::cli::advising {
namespace {

using graph::Graph;
using graph::Numbers;
using graph::SourceModel;

constexpr std::uint64_t seed = 20261130;
constexpr std::int64_t least_left_out = 16;

/// From -1 to below 1.
double real_of_bits(std::uint64_t bits) { return static_cast<double>(bits >> 11U) * 0x1p-52 - 1; }

Numbers drawn(const graph::TensorType& type, std::uint64_t number, std::int64_t bound) {
  Numbers out{type, {}, {}};
  for (std::int64_t i = 0; i < out.count(); ++i) {
    const std::uint64_t bits = mix(mix(seed + number) + static_cast<std::uint64_t>(i));
    if (graph::is_floating(type.element)) {
      out.floats.push_back(graph::rounded_to(type.element, real_of_bits(bits)));
    } else {
      out.whole.push_back(static_cast<std::int64_t>(bits >> 1U) % bound);
    }
  }
  return out;
}

std::set<std::string> zeros_of_graph(const Graph& graph) {
  std::set<std::string> out;
  for (const graph::Value& value : graph.values) {
    if (!value.constant || !graph::is_floating(value.type.element)) continue;
    const auto bytes = value.constant->bytes();
    if (value.constant->count() < least_left_out) continue;
    const bool is_zero =
        std::all_of(bytes.begin(), bytes.end(), [](std::byte one) { return one == std::byte{}; });
    if (is_zero) out.insert(value.name + " " + text_of(value.type));
  }
  return out;
}

}  // namespace

std::vector<Numbers> drawn_inputs(const Graph& graph, const SourceModel& listed) {
  std::vector<Numbers> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    inputs.push_back(
        drawn(graph[graph.inputs[i]].type, i, whole_bound_of(listed, listed.inputs[i])));
  }
  return inputs;
}

std::set<std::string> left_out(const Graph& before, const Graph& after) {
  const std::set<std::string> was = zeros_of_graph(before), is = zeros_of_graph(after);
  if (!std::includes(was.begin(), was.end(), is.begin(), is.end())) return {};
  return is;
}

Numbers drawn_weights(const graph::Value& value) {
  std::uint64_t number = seed;
  for (const char one : value.name) number = mix(number + static_cast<unsigned char>(one));
  const graph::Shape& shape = value.type.shape;
  const bool is_vector = shape.size() < 2;
  const double extent =
      is_vector ? 1 : static_cast<double>(std::max(shape.back(), shape[shape.size() - 2]));
  const double scale = is_vector ? 0.5 : std::sqrt(3 / extent);
  Numbers out{value.type, {}, {}};
  out.floats.reserve(static_cast<std::size_t>(out.count()));
  for (std::int64_t i = 0; i < out.count(); ++i) {
    const double one = real_of_bits(mix(number + static_cast<std::uint64_t>(i))) * scale;
    out.floats.push_back(graph::rounded_to(value.type.element, is_vector ? 1 + one : one));
  }
  return out;
}

}  // namespace weft::cli::advising
