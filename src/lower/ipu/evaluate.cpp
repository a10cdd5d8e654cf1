// SPDX-License-Identifier: Apache-2.0
// The model node by node, as the program that is written computes it.
#include "graph/evaluate.hpp"

#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "lower/ipu/formula.hpp"
#include "lower/ipu/model.hpp"

namespace weft::lower::ipu {

using graph::Shape;
using graph::ValueId;

namespace {

Numbers reshaped(Numbers numbers, Shape shape) {
  numbers.shape = std::move(shape);
  return numbers;
}

std::vector<std::int64_t> inverse_of(const std::vector<std::int64_t>& order) {
  std::vector<std::int64_t> out(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    out[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  return out;
}

Shape picked_axes(const Shape& shape, const std::vector<std::int64_t>& order) {
  Shape out;
  for (const std::int64_t axis : order) out.push_back(shape[static_cast<std::size_t>(axis)]);
  return out;
}

/// `numbers` as rows of what lies along `axes`.
Numbers as_rows(const Numbers& numbers, const AxesLast& last) {
  return reshaped(last.moves ? transposed(numbers, last.order) : numbers, {last.rows, last.length});
}
/// Back from rows.
Numbers from_rows(Numbers rows, const AxesLast& last, const Shape& shape) {
  const Numbers whole = reshaped(std::move(rows), picked_axes(shape, last.order));
  return last.moves ? transposed(whole, inverse_of(last.order)) : reshaped(whole, shape);
}

Numbers last_two_swapped(const Numbers& numbers) {
  std::vector<std::int64_t> order(numbers.shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return transposed(numbers, order);
}

/// Leading axes broadcast to `leading` and made one.
Numbers in_groups(const Numbers& numbers, const Shape& leading) {
  Shape shape = leading;
  shape.insert(shape.end(), numbers.shape.end() - 2, numbers.shape.end());
  Numbers out = numbers.shape == shape
                    ? numbers
                    : picked(numbers, shape, broadcast_places(numbers.shape, shape));
  const std::int64_t groups = graph::count_of(leading);
  return reshaped(std::move(out), {groups, shape[shape.size() - 2], shape.back()});
}

class Evaluation {
 public:
  Evaluation(const Model& model, std::vector<Numbers>& values) : model_(model), values_(values) {}

  void node(const graph::Node& node) {
    node_ = &node;
    result_ = model_.shape(node.outputs[0]);
    kind_ = model_.kind(node.outputs[0]);
    if (const auto* what = std::get_if<graph::Recurrent>(&node.what)) {
      std::vector<Numbers> results = recurrent(*what);
      for (std::size_t i = 0; i < results.size(); ++i) {
        values_[index(node.outputs[i])] = std::move(results[i]);
      }
      return;
    }
    values_[index(node.outputs[0])] =
        std::visit([this](const auto& what) { return reshaped(of(what), result_); }, node.what);
  }

 private:
  const Numbers& in(std::size_t i) const { return values_[index(node_->inputs[i])]; }
  bool has(std::size_t i) const {
    return i < node_->inputs.size() && node_->inputs[i] != graph::no_value;
  }
  std::optional<Numbers> maybe(std::size_t i) const {
    return has(i) ? std::optional(in(i)) : std::nullopt;
  }
  Numbers plus(const Numbers& a, const Numbers& b, const Shape& shape) const {
    return evaluate(*formula_of(graph::Binary{graph::BinaryFunction::add}, kind_), {a, b}, shape);
  }
  Numbers then(Numbers numbers, const graph::Then& what) const {
    const Shape shape = numbers.shape;
    if (what.kind == graph::Then::Kind::relu) {
      return evaluate(*formula_of(graph::Unary{}), {numbers}, shape);
    }
    if (what.kind == graph::Then::Kind::clip) {
      return evaluate(formula_of(graph::Clip{what.low, what.high}), {numbers}, shape);
    }
    return numbers;
  }

  Numbers of(const graph::Unary& what) const {
    return evaluate(*formula_of(what), {in(0)}, result_);
  }
  Numbers of(const graph::Binary& what) const {
    return evaluate(*formula_of(what, in(0).kind), {in(0), in(1)}, result_);
  }
  Numbers of(const graph::Select&) const {
    return evaluate(select_formula(), {in(0), in(1), in(2)}, result_);
  }
  Numbers of(const graph::Clip& what) const { return evaluate(formula_of(what), {in(0)}, result_); }
  Numbers of(const graph::Convert&) const { return converted(in(0), kind_); }

  Numbers of(const graph::MatMul& what) const {
    const ProductForm form = product_form(what, in(0).shape, in(1).shape);
    Numbers a = what.transpose_a ? last_two_swapped(in(0)) : in(0);
    Numbers b = what.transpose_b ? last_two_swapped(in(1)) : in(1);
    if (form.one_matrix) {
      a = reshaped(std::move(a), {1, form.m, form.k});
      b = reshaped(std::move(b), {1, form.k, form.n});
    } else {
      a = in_groups(a, form.leading);
      b = in_groups(b, form.leading);
    }
    Numbers out = reshaped(product(model_.machine, a, b), result_);
    if (has(2)) out = plus(out, in(2), result_);
    return then(std::move(out), what.then);
  }

  Numbers of(const graph::Convolution& what) const {
    Numbers out = convolution(model_.machine, in(0), in(1), what, result_);
    if (has(2)) {
      Shape channels(result_.size() - 1, 1);
      channels[0] = result_[1];
      out = plus(out, reshaped(in(2), channels), result_);
    }
    if (has(3)) out = plus(out, in(3), result_);
    return then(std::move(out), what.then);
  }

  Numbers of(const graph::Pool& what) const {
    const PoolForm form = pool_form(what, in(0).shape, result_);
    return pooling(in(0), what, form.fixed_count, result_);
  }

  Numbers of(const graph::Reduce& what) const {
    const AxesLast last = axes_last(in(0).shape, what.axes);
    return reduced(model_.machine, what.kind, as_rows(in(0), last));
  }
  Numbers of(const graph::ArgExtreme& what) const {
    const AxesLast last = axes_last(in(0).shape, {what.axis});
    const Numbers rows = as_rows(in(0), last);
    Numbers out = zeros(Kind::whole, {last.rows});
    for (std::int64_t r = 0; r < last.rows; ++r) {
      const float* row = rows.floats.data() + r * last.length;
      std::int64_t best = 0;
      for (std::int64_t i = 1; i < last.length; ++i) {
        if (what.largest ? row[i] > row[best] : row[i] < row[best]) best = i;
      }
      out.whole[static_cast<std::size_t>(r)] = static_cast<std::int32_t>(best);
    }
    return out;
  }
  Numbers of(const graph::Softmax& what) const {
    const AxesLast last = axes_last(in(0).shape, {what.axis});
    return from_rows(softmax(model_.machine, as_rows(in(0), last), what.logarithm), last,
                     in(0).shape);
  }
  Numbers of(const graph::Normalise& what) const {
    const AxesLast last = axes_last(in(0).shape, axes_from(what.axis, in(0).shape));
    const auto whole = [&](std::size_t i) {
      if (!has(i)) return std::optional<Numbers>();
      const Shape inner(in(0).shape.begin() + what.axis, in(0).shape.end());
      return std::optional(picked(in(i), inner, broadcast_places(in(i).shape, inner)));
    };
    return normalised(model_.machine, as_rows(in(0), last), what, whole(1), whole(2));
  }
  Numbers of(const graph::BatchNormalise&) const {
    const ChannelLine line = channel_line(model_, *node_);
    Numbers scale = zeros(kind_, Shape(result_.size() - 1, 1));
    scale.shape[0] = result_[1];
    Numbers shift = scale;
    scale.floats = line.scale;
    shift.floats = line.shift;
    const Numbers product =
        evaluate(*formula_of(graph::Binary{graph::BinaryFunction::multiply}, kind_), {in(0), scale},
                 result_);
    return plus(product, shift, result_);
  }
  Numbers of(const graph::Attention& what) const {
    Shape leading(result_.begin(), result_.end() - 2);
    const Numbers q = in_groups(in(0), leading);
    const Numbers k = last_two_swapped(in_groups(in(1), leading));
    Numbers scores = product(model_.machine, q, k);
    Numbers scale = zeros(kind_, {1});
    scale.floats[0] = rounded(kind_, static_cast<float>(what.scale));
    scores = evaluate(*formula_of(graph::Binary{graph::BinaryFunction::multiply}, kind_),
                      {scores, scale}, scores.shape);
    if (has(3)) scores = masked(std::move(scores), in(3), leading);
    if (what.causal) scores = causal(std::move(scores));
    const std::int64_t rows = scores.shape[0] * scores.shape[1];
    const Shape shape = scores.shape;
    const std::int64_t length = shape[2];
    Numbers shares = softmax(model_.machine, reshaped(scores, {rows, length}), false);
    if (what.zero_nan) {
      for (float& share : shares.floats) share = share != share ? 0.0F : share;
    }
    return product(model_.machine, reshaped(shares, shape), in_groups(in(2), leading));
  }
  Numbers masked(Numbers scores, const Numbers& mask, const Shape& leading) const {
    Shape whole = leading;
    whole.push_back(scores.shape[1]);
    whole.push_back(scores.shape[2]);
    const Shape shape = scores.shape;
    const Numbers spread = picked(mask, whole, broadcast_places(mask.shape, whole));
    scores.shape = whole;
    if (mask.kind != Kind::boolean) return reshaped(plus(scores, spread, whole), shape);
    Numbers hidden = zeros(kind_, {1});
    hidden.floats[0] = -std::numeric_limits<float>::infinity();
    return reshaped(evaluate(select_formula(), {spread, scores, hidden}, whole), shape);
  }

  /// Row i sees up to i + (keys - rows).
  static Numbers causal(Numbers scores) {
    const std::int64_t rows = scores.shape[1];
    const std::int64_t keys = scores.shape[2];
    for (std::size_t i = 0; i < scores.floats.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      const bool seen = at % keys <= at / keys % rows + (keys - rows);
      if (!seen) scores.floats[i] = -std::numeric_limits<float>::infinity();
    }
    return scores;
  }

  std::vector<Numbers> recurrent(const graph::Recurrent& what) const {
    RecurrentOperands operands{};
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
      if (has(i)) operands[i] = &in(i);
    }
    return lower::ipu::recurrent(model_.machine, what, operands);
  }

  // Each step adds what lies so far before it, then twice as far.
  Numbers of(const graph::CumulativeSum& what) const {
    const AxesLast last = axes_last(in(0).shape, {what.axis});
    Numbers rows = as_rows(in(0), last);
    return from_rows(cumulative_sums(std::move(rows), what), last, in(0).shape);
  }

  Numbers of(const graph::Reshape&) const { return in(0); }
  Numbers of(const graph::Transpose& what) const { return transposed(in(0), what.permutation); }
  Numbers of(const graph::Expand&) const {
    return picked(in(0), result_, broadcast_places(in(0).shape, result_));
  }
  Numbers of(const graph::Concat& what) const {
    Numbers out = zeros(kind_, result_);
    std::int64_t inner = 1;
    for (std::size_t axis = static_cast<std::size_t>(what.axis) + 1; axis < result_.size();
         ++axis) {
      inner *= result_[axis];
    }
    std::int64_t before = 0;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
      const std::int64_t width = in(i).shape[static_cast<std::size_t>(what.axis)] * inner;
      const std::int64_t whole = result_[static_cast<std::size_t>(what.axis)] * inner;
      for (std::int64_t e = 0; e < in(i).count(); ++e) {
        const auto to = static_cast<std::size_t>(e / width * whole + before + e % width);
        if (out.floating()) {
          out.floats[to] = in(i).floats[static_cast<std::size_t>(e)];
        } else {
          out.whole[to] = in(i).whole[static_cast<std::size_t>(e)];
        }
      }
      before += width;
    }
    return out;
  }
  Numbers of(const graph::Slice& what) const {
    return picked(in(0), result_, places([&](std::size_t axis, std::int64_t at) {
                    return what.starts[axis] + at * what.steps[axis];
                  }));
  }
  Numbers of(const graph::Pad& what) const {
    if (what.mode != graph::PadMode::constant) return moved(what);
    Numbers value = zeros(kind_, {1});
    if (has(1)) value = reshaped(in(1), {1});
    Numbers both = value;  // the padded element first
    both.floats.insert(both.floats.end(), in(0).floats.begin(), in(0).floats.end());
    both.whole.insert(both.whole.end(), in(0).whole.begin(), in(0).whole.end());
    auto from = places([&](std::size_t axis, std::int64_t at) {
      const std::int64_t place = at - what.before[axis];
      return place < in(0).shape[axis] ? place : -1;
    });
    for (std::int64_t& place : from) ++place;
    return picked(both, result_, from);
  }
  Numbers of(const graph::Gather& what) const {
    const auto axis = static_cast<std::size_t>(what.axis);
    const Numbers& indices = in(1);
    std::int64_t inner = 1;
    for (std::size_t i = axis + 1; i < in(0).shape.size(); ++i) inner *= in(0).shape[i];
    const std::int64_t extent = in(0).shape[axis];
    std::vector<std::int64_t> from;
    for (std::int64_t outer = 0; outer < in(0).count() / (extent * inner); ++outer) {
      for (const std::int32_t index : indices.whole) {
        const std::int64_t row = index < 0 ? index + extent : index;
        if (row < 0 || row >= extent) {
          fail(Category::input, text_of(node_->origins.front()) + ": index " +
                                    std::to_string(index) + " of " + std::to_string(extent));
        }
        for (std::int64_t i = 0; i < inner; ++i) {
          from.push_back((outer * extent + row) * inner + i);
        }
      }
    }
    return picked(in(0), result_, from);
  }
  Numbers of(const graph::GatherElements& what) const { return moved(what); }
  Numbers of(const graph::GatherPoints& what) const { return moved(what); }
  Numbers of(const graph::Recurrent&) const {
    fail(Category::internal, "a recurrence has several results");
  }

  /// What only moves elements: by the operator's own meaning, of the elements' numbers.
  Numbers moved(const graph::Operator& what) const {
    graph::Numbers number;
    number.type = {graph::Element::i64, in(0).shape};
    number.whole.resize(static_cast<std::size_t>(in(0).count()));
    std::iota(number.whole.begin(), number.whole.end(), 0);
    graph::Operands operands{&number};
    graph::Numbers places;
    if (has(1) && !in(1).floating()) {
      places.type = {graph::Element::i64, in(1).shape};
      places.whole.assign(in(1).whole.begin(), in(1).whole.end());
      operands.push_back(&places);
    }
    try {
      return picked(in(0), result_, graph::evaluate(what, operands).at(0).whole);
    } catch (const Error& error) {
      fail(error.category(), place_of(*node_) + ": " + error.what());
    }
  }

  /// Places in input 0, axis by axis; -1 where `along` says -1 for one.
  template <class Along>
  std::vector<std::int64_t> places(const Along& along) const {
    const Shape& shape = in(0).shape;
    std::vector<std::int64_t> out;
    std::vector<std::int64_t> at(result_.size(), 0);
    for (std::int64_t e = 0; e < graph::count_of(result_); ++e) {
      std::int64_t place = 0;
      bool there = true;
      for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        const std::int64_t one = along(axis, at[axis]);
        there = there && one >= 0;
        place = place * shape[axis] + one;
      }
      out.push_back(there ? place : -1);
      for (std::size_t axis = result_.size(); axis-- > 0;) {
        if (++at[axis] < result_[axis]) break;
        at[axis] = 0;
      }
    }
    return out;
  }

  const Model& model_;
  std::vector<Numbers>& values_;
  const graph::Node* node_ = nullptr;
  Shape result_;
  Kind kind_ = Kind::single;
};

}  // namespace

std::vector<Numbers> evaluate(const Model& model, const std::vector<Numbers>& inputs) {
  const graph::Graph& graph = *model.graph;
  std::vector<Numbers> values(graph.values.size());
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) values[index(graph.inputs[i])] = inputs[i];
  const auto need = [&](ValueId id) {
    if (id == graph::no_value || !model.constant(id)) return;
    if (values[index(id)].shape.empty()) values[index(id)] = model.numbers(id);
  };
  Evaluation evaluation(model, values);
  for (const graph::Node& node : graph.nodes) {
    for (const ValueId id : node.inputs) need(id);
    evaluation.node(node);
  }
  for (const ValueId id : graph.outputs) need(id);
  return values;
}

}  // namespace weft::lower::ipu
