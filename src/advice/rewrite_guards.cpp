// SPDX-License-Identifier: Apache-2.0
// Where(IsNaN(p), 0, p) behind p = Softmax(x), where no row of x can be all -infinity: exact for
// scores that are finite.
#include <cmath>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

const SourceNode* producer_of(const SourceModel& model, SourceValueId id) {
  if (id == graph::no_source_value || !model[id].producer) return nullptr;
  return &model[*model[id].producer];
}

/// Each row along the last axis has a number that is no infinity, and none is NaN or +infinity.
bool leaves_each_row(const graph::Tensor& mask) {
  const graph::Numbers numbers = numbers_of(mask);
  if (!is_floating(numbers.type.element)) return false;
  const std::int64_t width = numbers.type.shape.empty() ? 1 : numbers.type.shape.back();
  for (std::size_t at = 0; at < numbers.floats.size(); at += static_cast<std::size_t>(width)) {
    bool has_one = false;
    for (std::size_t i = at; i < at + static_cast<std::size_t>(width); ++i) {
      if (std::isnan(numbers.floats[i]) || numbers.floats[i] == INFINITY) return false;
      has_one = has_one || std::isfinite(numbers.floats[i]);
    }
    if (!has_one) return false;
  }
  return true;
}

/// Products of what is finite, scaled: nothing is masked in them.
bool is_score(const SourceModel& model, SourceValueId id) {
  const SourceNode* node = producer_of(model, id);
  if (node == nullptr || !node->domain.empty()) return false;
  if (node->operation == "MatMul" || node->operation == "Gemm") return true;
  if (node->operation != "Mul" && node->operation != "Div") return false;
  const auto& factor = model[node->inputs[1]].constant;
  return factor && leaves_each_row(factor->reshaped({factor->count(), 1})) &&
         is_score(model, node->inputs[0]);
}

bool is_never_masked_whole(const SourceModel& model, SourceValueId id) {
  if (is_score(model, id)) return true;
  const SourceNode* node = producer_of(model, id);
  if (node == nullptr || node->operation != "Add" || !node->domain.empty()) return false;
  for (const std::size_t i : {0U, 1U}) {
    const auto& mask = model[node->inputs[i]].constant;
    if (mask && leaves_each_row(*mask) && is_score(model, node->inputs[1 - i])) return true;
  }
  return false;
}

bool is_zero(const SourceModel& model, SourceValueId id) {
  if (id == graph::no_source_value || !model[id].constant) return false;
  const graph::Numbers numbers = numbers_of(*model[id].constant);
  return numbers.floats.size() == 1 && numbers.floats[0] == 0;
}

/// The guarded value of Where(IsNaN(p), 0, p); nothing where the node is none such.
std::optional<SourceValueId> guarded(const SourceModel& model, const SourceNode& node) {
  if (node.operation != "Where" || !node.domain.empty() || node.inputs.size() != 3) {
    return std::nullopt;
  }
  const SourceNode* test = producer_of(model, node.inputs[0]);
  if (test == nullptr || test->operation != "IsNaN" || test->inputs[0] != node.inputs[2] ||
      !is_zero(model, node.inputs[1])) {
    return std::nullopt;
  }
  const SourceNode* softmax = producer_of(model, node.inputs[2]);
  if (softmax == nullptr || softmax->operation != "Softmax" || !softmax->domain.empty()) {
    return std::nullopt;
  }
  const auto& type = model[node.inputs[2]].type;
  const std::int64_t otherwise = softmax->version < 13 ? 1 : -1;
  if (!type || from_front(whole_attribute(*softmax, "axis", otherwise), type->shape.size()) + 1 !=
                   static_cast<std::int64_t>(type->shape.size())) {
    return std::nullopt;
  }
  if (!is_never_masked_whole(model, softmax->inputs[0])) return std::nullopt;
  return node.inputs[2];
}

}  // namespace

void remove_guards(Rewritten& to) {
  for (std::size_t i = 0; i < to.model.nodes.size(); ++i) {
    SourceNode& node = to.model.nodes[i];
    const auto value = guarded(to.model, node);
    if (!value) continue;
    to.changes.push_back(change_of("guard-removed", node, {}));
    replace_reads(to.model, node.outputs[0], *value);
    node.operation = "Identity";  // which stays where it is an output of the model
    node.inputs = {*value};
  }
}

}  // namespace weft::advice
