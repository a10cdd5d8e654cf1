// SPDX-License-Identifier: Apache-2.0
// Inputs of int64 as int32: what takes places or converts reads them as they are, all else what a
// Cast gives back. Exact for what int32 holds.
#include <set>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::Element;
using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

bool takes_either(const SourceNode& node, std::size_t input) {
  if (!node.domain.empty()) return false;
  if (node.operation == "Cast") return true;
  static const std::set<std::string> lookups{"Gather", "GatherElements"};
  return input == 1 && lookups.contains(node.operation);
}

bool is_output(const SourceModel& model, SourceValueId id) {
  for (const SourceValueId one : model.outputs) {
    if (one == id) return true;
  }
  return false;
}

}  // namespace

void narrow_inputs(Rewritten& to) {
  SourceModel& model = to.model;
  std::vector<SourceNode> casts;
  for (const SourceValueId input : model.inputs) {
    const auto type = model[input].type;
    if (!type || type->element != Element::i64 || is_output(model, input)) continue;
    SourceNode place;
    place.version = model.opsets.contains("") ? model.opsets.at("") : 0;
    place.origin.operation = "Input";
    place.origin.node = model[input].name;
    place.origin.result = model[input].name;
    to.changes.push_back(change_of("int64-to-int32", place, {"int32"}));
    model.values[index(input)].type->element = Element::i32;
    std::optional<SourceValueId> wide;
    for (SourceNode& node : model.nodes) {
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] != input || takes_either(node, i)) continue;
        if (!wide) {
          Spelling spelling(model, place, casts);
          wide = spelling.make("Cast", {input}, *type, {{"to", type_number(Element::i64)}});
        }
        node.inputs[i] = *wide;
      }
    }
  }
  model.nodes.insert(model.nodes.begin(), casts.begin(), casts.end());
}

}  // namespace weft::advice
