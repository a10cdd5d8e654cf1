// SPDX-License-Identifier: Apache-2.0
// One mixed word a number.
#include "cli/advise/drawn.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/mix.hpp"

namespace weft::cli::advising {
namespace {

using graph::Graph;
using graph::Numbers;
using graph::SourceModel;
using graph::SourceValueId;

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

/// An input behind what only moves or converts.
SourceValueId behind_movers(const SourceModel& model, SourceValueId id) {
  while (id != graph::no_source_value && model[id].producer) {
    const graph::SourceNode& node = model[*model[id].producer];
    const bool moves = node.operation == "Cast" || node.operation == "Reshape" ||
                       node.operation == "Identity" || node.operation == "Unsqueeze";
    if (!moves || node.inputs.empty()) break;
    id = node.inputs[0];
  }
  return id;
}

/// Whole numbers from 0 to below this are places in all tables that an input looks up in.
std::int64_t whole_bound_of(const SourceModel& model, SourceValueId input) {
  std::optional<std::int64_t> least;
  for (const graph::SourceNode& node : model.nodes) {
    if (node.operation != "Gather" && node.operation != "GatherElements") continue;
    if (node.inputs.size() < 2 || behind_movers(model, node.inputs[1]) != input) continue;
    const auto& type = model[node.inputs[0]].type;
    if (!type) continue;
    const graph::SourceAttribute* attribute = node.attribute("axis");
    const auto* given =
        attribute == nullptr ? nullptr : std::get_if<std::int64_t>(&attribute->value);
    const std::int64_t axis = given == nullptr ? 0 : *given;
    const auto rank = static_cast<std::int64_t>(type->shape.size());
    const std::int64_t extent =
        type->shape[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)];
    least = std::min(least.value_or(extent), extent);
  }
  constexpr std::int64_t otherwise = 2;  // masks and the like
  return std::max<std::int64_t>(1, least.value_or(otherwise));
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

std::vector<Numbers> drawn_inputs(const SourceModel& model) {
  std::vector<Numbers> inputs;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const SourceValueId id = model.inputs[i];
    if (!model[id].type) {
      fail(Category::unsupported, "input '" + model[id].name + "' has no type that is known");
    }
    inputs.push_back(drawn(*model[id].type, i, whole_bound_of(model, id)));
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
