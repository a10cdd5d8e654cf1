// SPDX-License-Identifier: Apache-2.0
// Inputs are drawn by their place: the same for both files, and at each run.
#include "cli/advise/equality.hpp"

#include <algorithm>
#include <cmath>

#include "advice/profile.hpp"
#include "base/error.hpp"
#include "base/mix.hpp"
#include "base/number_text.hpp"
#include "graph/evaluate.hpp"

namespace weft::cli::advising {
namespace {

using graph::Graph;
using graph::Numbers;
using graph::SourceModel;
using graph::SourceValueId;

constexpr std::int64_t most_multiplications = 2'000'000'000;
constexpr std::int64_t most_numbers = std::int64_t{1} << 26;  // 512 MiB of doubles
constexpr std::uint64_t seed = 20261130;

/// An input behind what only moves or converts.
SourceValueId behind_moves(const SourceModel& model, SourceValueId id) {
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
std::int64_t bound_of(const SourceModel& model, SourceValueId input) {
  std::optional<std::int64_t> least;
  for (const graph::SourceNode& node : model.nodes) {
    if (node.operation != "Gather" && node.operation != "GatherElements") continue;
    if (node.inputs.size() < 2 || behind_moves(model, node.inputs[1]) != input) continue;
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

Numbers drawn(const graph::TensorType& type, std::uint64_t number, std::int64_t bound) {
  Numbers out{type, {}, {}};
  for (std::int64_t i = 0; i < out.count(); ++i) {
    const std::uint64_t bits = mix(mix(seed + number) + static_cast<std::uint64_t>(i));
    if (graph::is_floating(type.element)) {
      const double value = static_cast<double>(bits >> 11U) * 0x1p-52 - 1;  // from -1 to below 1
      out.floats.push_back(graph::rounded_to(type.element, value));
    } else {
      out.whole.push_back(static_cast<std::int64_t>(bits >> 1U) % bound);
    }
  }
  return out;
}

std::vector<Numbers> answers(const Graph& graph, const SourceModel& was) {
  std::vector<Numbers> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    inputs.push_back(drawn(graph[graph.inputs[i]].type, i, bound_of(was, was.inputs[i])));
  }
  return outputs_of(graph, evaluate(graph, inputs));
}

void compare(const Numbers& a, const Numbers& b, Equality& to) {
  const auto take = [&](double one, double two) {
    if (std::isfinite(one)) to.largest = std::max(to.largest, std::abs(one));
    if (one == two || (std::isnan(one) && std::isnan(two))) return;
    const double off = std::abs(one - two);
    to.difference = std::max(*to.difference, std::isfinite(off) ? off : INFINITY);
  };
  for (std::size_t i = 0; i < a.floats.size(); ++i) take(a.floats[i], b.floats[i]);
  for (std::size_t i = 0; i < a.whole.size(); ++i) {
    take(static_cast<double>(a.whole[i]), static_cast<double>(b.whole[i]));
  }
}

std::int64_t numbers_in(const Graph& graph) {
  std::int64_t count = 0;
  for (const graph::Value& value : graph.values) count += graph::count_of(value.type.shape);
  return count;
}

/// Why it would take too long; "" where it would not.
std::string too_large(const SourceModel& model, const Graph& graph) {
  const std::int64_t products = advice::profile_of(model).work.multiplications;
  if (products > most_multiplications) {
    return "the evaluator does " + std::to_string(most_multiplications / 1'000'000) +
           " million multiplications at most here, and the model has " +
           std::to_string(products / 1'000'000) + " million";
  }
  if (numbers_in(graph) > most_numbers) {
    return "the evaluator holds " + std::to_string(most_numbers / 1'000'000) +
           " million numbers at most here, and the model has " +
           std::to_string(numbers_in(graph) / 1'000'000) + " million";
  }
  return "";
}

}  // namespace

Equality equality_of(const SourceModel& was, const onnx::Options& options, const std::string& is) {
  Equality out;
  try {
    const Graph before = onnx::import_model(was.path, options);
    const Graph after = onnx::import_model(is);
    out.why_not = too_large(was, before);
    if (!out.why_not.empty()) return out;
    if (before.outputs.size() != after.outputs.size()) {
      out.why_not = "its outputs are others now";
      return out;
    }
    const std::vector<Numbers> old_ones = answers(before, was);
    const std::vector<Numbers> new_ones = answers(after, was);
    out.difference = 0;
    for (std::size_t i = 0; i < old_ones.size(); ++i) {
      if (old_ones[i].type != new_ones[i].type) {
        fail(Category::internal, "an output is " + text_of(new_ones[i].type) + ", and was " +
                                     text_of(old_ones[i].type));
      }
      compare(old_ones[i], new_ones[i], out);
    }
  } catch (const Error& error) {
    if (error.category() != Category::unsupported) throw;
    out.why_not = error.what();
    std::replace(out.why_not.begin(), out.why_not.end(), '\n', ' ');
  }
  return out;
}

std::string text_of(const Equality& equality) {
  if (!equality.difference) return "not compared: " + equality.why_not;
  if (*equality.difference == 0) return "compared in doubles for drawn inputs: the same numbers";
  constexpr int digits = 3;
  return "compared in doubles for drawn inputs: largest difference " +
         general(*equality.difference, digits) + ", of numbers up to " +
         general(equality.largest, digits);
}

}  // namespace weft::cli::advising
