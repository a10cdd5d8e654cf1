// SPDX-License-Identifier: Apache-2.0
// Which nodes are functions of rows.
#include "lower/wse/rows.hpp"

#include "graph/shapes.hpp"

namespace weft::lower::wse {

using RowTypes = std::vector<std::optional<graph::TensorType>>;
using FoundRow = std::optional<RowFunction>;
using graph::Shape;

namespace {

FoundRow row_form(const graph::Unary& what, const RowTypes&, std::string& why) {
  using F = graph::UnaryFunction;
  using R = RowFunction;
  constexpr std::pair<F, R::Kind> known[] = {
      {F::relu, R::relu},
      {F::negate, R::negate},
      {F::absolute, R::absolute},
      {F::exponential, R::exponential},
      {F::tanh, R::tanh},
      {F::sigmoid, R::sigmoid},
      {F::square_root, R::square_root},
      {F::reciprocal, R::reciprocal},
      {F::error_function, R::error_function},
      {F::gelu, R::gelu},
      {F::gelu_tanh, R::gelu_tanh},
      {F::silu, R::silu},
      {F::logarithm, R::logarithm},
      {F::leaky_relu, R::leaky_relu},
      {F::elu, R::elu},
      {F::hard_sigmoid, R::hard_sigmoid},
      {F::hard_swish, R::hard_swish},
      {F::softplus, R::softplus},
      {F::mish, R::mish},
      {F::sine, R::sine},
      {F::cosine, R::cosine},
      {F::floor, R::floor},
      {F::ceiling, R::ceiling},
      {F::sign, R::sign},
      {F::logical_not, R::neither},
  };
  for (const auto& [function, kind] : known) {
    if (function == what.function) return RowFunction{kind, what.alpha, what.beta, 0};
  }
  why = "has no function in elements.csl";
  return std::nullopt;
}

FoundRow row_form(const graph::Clip& what, const RowTypes&, std::string&) {
  return RowFunction{RowFunction::clip, what.low, what.high, 0};
}

FoundRow row_form(const graph::Binary& what, const RowTypes& in, std::string& why) {
  using F = graph::BinaryFunction;
  using R = RowFunction;
  constexpr std::pair<F, R::Kind> known[] = {
      {F::add, R::add},           {F::subtract, R::subtract},
      {F::multiply, R::multiply}, {F::divide, R::divide},
      {F::maximum, R::maximum},   {F::minimum, R::minimum},
      {F::power, R::power},       {F::equal, R::equal},
      {F::less, R::less},         {F::less_equal, R::less_equal},
      {F::greater, R::greater},   {F::greater_equal, R::greater_equal},
      {F::logical_and, R::both},  {F::logical_or, R::either}};
  for (const auto& [function, kind] : known) {
    if (function != what.function) continue;
    const RowFunction found{kind, 0, 0, 0};
    if (!found.compares() || is_floating(in[0]->element)) return found;
    why = "compares floats alone";
    return std::nullopt;
  }
  why = "has no function in elements.csl";
  return std::nullopt;
}

FoundRow row_form(const graph::Softmax& what, const RowTypes& in, std::string& why) {
  const Shape& x = in[0]->shape;
  if (what.axis + 1 != graph::rank_of(x)) {
    why = "softmax goes along the last axis alone";
    return std::nullopt;
  }
  return RowFunction{RowFunction::softmax, what.logarithm ? 1.0 : 0.0, 0, x.back()};
}

FoundRow row_form(const graph::Normalise& what, const RowTypes& in, std::string& why) {
  const Shape& x = in[0]->shape;
  const Shape own(x.begin() + what.axis, x.end());
  for (std::size_t i = 1; i < in.size(); ++i) {
    if (!in[i] || in[i]->shape == own) continue;
    why = "scale and shift of a norm must have its axes";
    return std::nullopt;
  }
  return RowFunction{RowFunction::norm, what.epsilon, what.centered ? 1.0 : 0.0,
                     graph::count_of(own)};
}

FoundRow row_form(const graph::Reduce& what, const RowTypes& in, std::string& why) {
  const Shape& x = in[0]->shape;
  const auto rank = graph::rank_of(x);
  const auto first = rank - static_cast<std::int64_t>(what.axes.size());
  std::int64_t along = 1;
  bool last = !what.axes.empty();
  for (const std::int64_t axis : what.axes) {
    last = last && axis >= first;
    along *= x[graph::as_index(axis)];
  }
  if (what.kind == graph::ReduceKind::product) {
    why = "reductions by products have no strip: there are sums, means and extremes";
    return std::nullopt;
  }
  if (!last) {
    why = "sums, means and extremes go along the last axes, and means over images";
    return std::nullopt;
  }
  double number = 0;
  if (what.kind == graph::ReduceKind::mean) number = 1;
  if (what.kind == graph::ReduceKind::maximum) number = 2;
  if (what.kind == graph::ReduceKind::minimum) number = 3;
  return RowFunction{RowFunction::reduce, number, 0, along};
}

FoundRow row_form(const graph::Convert& what, const RowTypes& in, std::string& why) {
  if (what.element == graph::Element::boolean && !is_floating(in[0]->element)) {
    return RowFunction{RowFunction::truth, 0, 0, 0};
  }
  if (is_floating(what.element) && what.element == in[0]->element) return RowFunction{};
  why = "of conversions there are those of whole numbers to conditions alone";
  return std::nullopt;
}

FoundRow row_form(const graph::Select&, const RowTypes& in, std::string& why) {
  const bool single = graph::count_of(in[1]->shape) == 1 && graph::count_of(in[2]->shape) == 1;
  if (single && is_floating(in[1]->element)) return RowFunction{RowFunction::choice, 0, 0, 0};
  if (is_floating(in[1]->element)) return RowFunction{RowFunction::select, 0, 0, 0};
  why = "chooses between floats alone";
  return std::nullopt;
}

template <class What>
FoundRow row_form(const What&, const RowTypes&, std::string& why) {
  why = "has no strip";
  return std::nullopt;
}

}  // namespace

bool ends_with(const Shape& large, const Shape& small) {
  std::size_t begin = 0;
  while (begin < small.size() && small[begin] == 1) ++begin;
  const std::size_t count = small.size() - begin;
  return count <= large.size() &&
         std::equal(small.begin() + static_cast<std::ptrdiff_t>(begin), small.end(),
                    large.end() - static_cast<std::ptrdiff_t>(count));
}

std::int64_t RowFunction::cycles() const {
  constexpr std::int64_t vector_operation = 2;
  constexpr std::int64_t scalar_code = 60;
  const bool scalar = (kind >= exponential && kind < add) || kind == divide || kind == power ||
                      kind == divide_into || kind == power_of || kind >= softmax || along != 0;
  return scalar ? scalar_code : vector_operation;
}

FoundRow row_function_of(const graph::Operator& what, const RowTypes& in, std::string& why) {
  const FoundRow found = std::visit([&](const auto& one) { return row_form(one, in, why); }, what);
  if (found && !found->whole() && !is_floating(in[0]->element)) {
    why = "has no strip for whole numbers";
    return std::nullopt;
  }
  return found;
}

}  // namespace weft::lower::wse
