// SPDX-License-Identifier: Apache-2.0
// What inputs look up in, and how Python draws them.
#include "cli/advise/host_inputs.hpp"

#include <algorithm>

namespace weft::cli::advising {
namespace {

using graph::Element;
using graph::SourceModel;
using graph::SourceValueId;

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

/// "" where numpy has it not.
std::string numpy_type(Element element) {
  if (element == Element::boolean) return "bool";
  if (element == Element::bf16) return "";
  const std::string name(name_of(element));
  const std::string kind = name[0] == 'f' ? "float" : (name[0] == 'i' ? "int" : "uint");
  return kind + name.substr(1);
}

}  // namespace

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

std::optional<std::vector<std::string>> input_words(const SourceModel& model) {
  std::vector<std::string> words;
  for (const SourceValueId id : model.inputs) {
    const graph::SourceValue& value = model[id];
    const std::string type = value.type ? numpy_type(value.type->element) : "";
    if (type.empty()) return std::nullopt;
    std::string shape;
    for (const std::int64_t extent : value.type->shape) {
      shape += (shape.empty() ? "" : "x") + std::to_string(extent);
    }
    words.insert(words.end(), {value.name, type, shape, std::to_string(whole_bound_of(model, id))});
  }
  return words;
}

const std::string_view drawing_script = R"(
def drawn(words):
    import numpy
    draw = numpy.random.default_rng(1)
    arrays = {}
    for name, kind, shape, bound in zip(*[iter(words)] * 4):
        dims = [int(one) for one in shape.split('x') if one]
        if kind.startswith('float'):
            array = draw.uniform(-1, 1, dims)
        else:
            array = draw.integers(0, int(bound), dims)
        arrays[name] = numpy.asarray(array).astype(kind)
    return arrays
)";

}  // namespace weft::cli::advising
