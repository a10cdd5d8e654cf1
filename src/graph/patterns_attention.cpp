// SPDX-License-Identifier: Apache-2.0
// Patterns: attention as MatMul, scale, mask, Softmax, MatMul.
#include <limits>
#include <utility>

#include "graph/evaluate.hpp"
#include "graph/passes.hpp"
#include "graph/patterns.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

/// A value as a constant times another.
struct Scaled {
  ValueId value;
  double factor = 1;
};

Scaled without_scale(const Rewriter& r, ValueId id) {
  const Node* node = r.made_by(id, BinaryFunction::multiply);
  if (node != nullptr) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const auto factor = r.scalar(node->inputs[side]);
      if (factor && r.shape(node->inputs[1 - side]) == r.shape(id)) {
        return {node->inputs[1 - side], *factor};
      }
    }
  }
  node = r.made_by(id, BinaryFunction::divide);
  const auto divisor = node == nullptr ? std::nullopt : r.scalar(node->inputs[1]);
  if (divisor && r.shape(node->inputs[0]) == r.shape(id)) return {node->inputs[0], 1 / *divisor};
  return {id, 1};
}

/// Softmax, or the same with 0 where it is NaN.
struct Weights {
  ValueId scores;
  bool zero_nan = false;
};

std::optional<Weights> softmax_of(const Rewriter& r, ValueId id, std::size_t readers) {
  const auto* softmax = r.made_by<Softmax>(id);
  if (softmax == nullptr || softmax->logarithm || r.uses(id) != readers) return std::nullopt;
  if (softmax->axis + 1 != rank_of(r.shape(id))) return std::nullopt;
  return Weights{r.maker(id)->inputs[0], readers == 2};
}

std::optional<Weights> weights_of(const Rewriter& r, ValueId id) {
  if (r.uses(id) != 1) return std::nullopt;
  if (r.made_by<Select>(id) == nullptr) return softmax_of(r, id, 1);
  const Node& select = *r.maker(id);
  const auto tested = r.operand_of(select.inputs[0], UnaryFunction::is_nan);
  const bool zeroed = tested && select.inputs[2] == *tested && r.is_scalar(select.inputs[1], 0);
  if (!zeroed || r.shape(*tested) != r.shape(id)) return std::nullopt;
  return softmax_of(r, *tested, 2);
}

/// scale q k^T; `k` is still turned where `turned`.
struct Scores {
  ValueId q = no_value, k = no_value;
  bool turned = false;
  double scale = 1;
  const Node* product = nullptr;
};

std::optional<Scores> scores_of(const Rewriter& r, ValueId id) {
  const Scaled outer = without_scale(r, id);
  const auto* matmul = r.made_by<MatMul>(outer.value);
  if (matmul == nullptr || matmul->transpose_a || matmul->then.kind != Then::Kind::nothing) {
    return std::nullopt;
  }
  const Node* node = r.maker(outer.value);
  const bool biased = node->inputs.size() > 2 && node->inputs[2] != no_value;
  if (biased || r.uses(id) != 1 || r.uses(outer.value) != 1) return std::nullopt;
  const Scaled q = without_scale(r, node->inputs[0]);
  const Scaled k = without_scale(r, node->inputs[1]);
  return Scores{q.value, k.value, !matmul->transpose_b, outer.factor * q.factor * k.factor, node};
}

double lowest_of(Element element) {
  switch (element) {
    case Element::f16:
      return -65504.0;
    case Element::bf16:
      return -0x1.fep127;
    case Element::f32:
      return -static_cast<double>(std::numeric_limits<float>::max());
    default:
      return -std::numeric_limits<double>::max();
  }
}
bool hides(Element element, double value) {
  return value <= lowest_of(element);  // -infinity as well
}

struct Mask {
  ValueId value = no_value;
  bool causal = false;
};

/// Whether a constant adds 0 up to the diagonal that ends in the last corner, and hides the rest.
bool is_causal(const Rewriter& r, ValueId mask, const Shape& scores) {
  if (!r.is_constant(mask) || scores.size() < 2) return false;
  const Element element = r.graph()[mask].type.element;
  const std::int64_t rows = scores[scores.size() - 2];
  const std::int64_t keys = scores.back();
  const Shape& shape = r.shape(mask);
  if (count_of(shape) != rows * keys || rows > keys || rows < 2) return false;
  if (shape.size() < 2 || shape[shape.size() - 2] != rows) return false;
  if (!is_floating(element) && element != Element::boolean) return false;
  const Numbers numbers = numbers_of(*r.graph()[mask].constant);
  for (std::int64_t i = 0; i < rows * keys; ++i) {
    const bool seen = i % keys <= i / keys + (keys - rows);
    const bool shown =
        is_floating(element) ? numbers.floats[as_index(i)] == 0 : numbers.whole[as_index(i)] != 0;
    const bool hidden = is_floating(element) ? hides(element, numbers.floats[as_index(i)]) : !shown;
    if (seen ? !shown : !hidden) return false;
  }
  return true;
}

/// Whether a boolean constant shows each row of keys something.
bool shows_all_rows(const Rewriter& r, ValueId mask, std::int64_t keys) {
  if (!r.is_constant(mask) || r.shape(mask).empty() || r.shape(mask).back() != keys) return false;
  const Numbers numbers = numbers_of(*r.graph()[mask].constant);
  bool shown = false;
  for (std::int64_t i = 0; i < numbers.count(); ++i) {
    shown = shown || numbers.whole[as_index(i)] != 0;
    if ((i + 1) % keys != 0) continue;
    if (!shown) return false;
    shown = false;
  }
  return true;
}

/// scores + mask, or select(mask, scores, what hides).
struct Masked {
  Scores scores;
  Mask mask;
};

std::optional<Masked> added_mask(const Rewriter& r, ValueId id) {
  const Node* sum = r.made_by(id, BinaryFunction::add);
  if (sum == nullptr || r.uses(id) != 1) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const ValueId mask = sum->inputs[1 - side];
    if (r.shape(sum->inputs[side]) != r.shape(id)) continue;
    const auto scores = scores_of(r, sum->inputs[side]);
    if (scores) return Masked{*scores, {mask, false}};
  }
  return std::nullopt;
}

std::optional<Masked> selected_mask(const Rewriter& r, ValueId id) {
  if (r.made_by<Select>(id) == nullptr || r.uses(id) != 1) return std::nullopt;
  const Node& select = *r.maker(id);
  const auto hidden = r.scalar(select.inputs[2]);
  const ValueId mask = select.inputs[0];
  if (!hidden || r.shape(select.inputs[1]) != r.shape(id)) return std::nullopt;
  const bool infinite = *hidden == -std::numeric_limits<double>::infinity();
  const bool lowest =
      hides(r.graph()[id].type.element, *hidden) && shows_all_rows(r, mask, r.shape(id).back());
  if (!infinite && !lowest) return std::nullopt;
  const auto scores = scores_of(r, select.inputs[1]);
  if (!scores) return std::nullopt;
  return Masked{*scores, {mask, false}};
}

std::optional<Masked> masked_scores(const Rewriter& r, ValueId id) {
  auto masked = added_mask(r, id);
  if (!masked) masked = selected_mask(r, id);
  if (!masked) {
    const auto scores = scores_of(r, id);
    if (!scores) return std::nullopt;
    masked = Masked{*scores, {}};
  }
  if (masked->mask.value != no_value && is_causal(r, masked->mask.value, r.shape(id))) {
    masked->mask = {no_value, true};
  }
  return masked;
}

ValueId turned_back(Rewriter& r, const Node& reader, ValueId k) {
  std::vector<std::int64_t> permutation;
  for (std::size_t i = 0; i < r.shape(k).size(); ++i) {
    permutation.push_back(static_cast<std::int64_t>(i));
  }
  std::swap(permutation[permutation.size() - 1], permutation[permutation.size() - 2]);
  return r.before(reader, Transpose{permutation}, {k}, "keys");
}

}  // namespace

bool recognise_attention(Rewriter& r, NodeId id) {
  const Node node = r.graph()[id];
  const auto* matmul = std::get_if<MatMul>(&node.what);
  if (matmul == nullptr || matmul->transpose_a || matmul->transpose_b) return false;
  if (matmul->then.kind != Then::Kind::nothing) return false;
  if (node.inputs.size() > 2 && node.inputs[2] != no_value) return false;
  const auto weights = weights_of(r, node.inputs[0]);
  const auto found = weights ? masked_scores(r, weights->scores) : std::nullopt;
  if (!found || r.shape(weights->scores).size() < 2) return false;
  const Node product = *found->scores.product;
  const Scores& scores = found->scores;
  const ValueId k = scores.turned ? turned_back(r, node, scores.k) : scores.k;
  std::vector<ValueId> inputs{scores.q, k, node.inputs[1]};
  if (found->mask.value != no_value) inputs.push_back(found->mask.value);
  r.become(r.graph().nodes[index(id)],
           Attention{scores.scale, found->mask.causal, weights->zero_nan}, std::move(inputs),
           {&product});
  return true;
}

}  // namespace weft::graph
