// SPDX-License-Identifier: Apache-2.0
// Elements, rows and their kind as patterns.
#include <algorithm>
#include <cmath>
#include <limits>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::BinaryFunction;
using graph::Element;
using graph::Shape;
using graph::UnaryFunction;
using graph::ValueId;
using program::rdu::none;
using program::rdu::Pattern;

namespace {

Step step(Step::Kind kind, double factor = 1.0, double upper = 0.0) {
  return {kind, static_cast<float>(factor), static_cast<float>(upper)};
}

/// Axes of 1 in front, as numpy broadcasts.
Shape aligned(const Shape& shape, std::size_t rank) {
  Shape out(rank - shape.size(), 1);
  out.insert(out.end(), shape.begin(), shape.end());
  return out;
}

Held aligned(const Shape& from, const Held& held, const Shape& to) {
  Held out = held;
  out.strides.assign(to.size() - from.size(), 0);
  out.strides.insert(out.strides.end(), held.strides.begin(), held.strides.end());
  const Shape padded = aligned(from, to.size());
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    if (padded[axis] == 1) out.strides[axis] = 0;
  }
  return out;
}

/// Varies along nothing but what a row of `order` is.
bool is_row(const Shape& of, const Shape& to, const Order& order) {
  const Shape padded = aligned(of, to.size());
  if (order.axes.empty() || to[order.axes.back()] != order.columns) return false;
  return padded[order.axes.back()] == order.columns && graph::count_of(of) == order.columns;
}

}  // namespace

namespace {

/// The step that is one of its own; nothing of what is several.
std::optional<Step::Kind> step_of(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::relu:
      return Step::Kind::relu;
    case UnaryFunction::exponential:
      return Step::Kind::exponent;
    case UnaryFunction::logarithm:
      return Step::Kind::logarithm;
    case UnaryFunction::tanh:
      return Step::Kind::tanh;
    case UnaryFunction::sigmoid:
      return Step::Kind::sigmoid;
    case UnaryFunction::silu:
      return Step::Kind::silu;
    case UnaryFunction::gelu:
      return Step::Kind::gelu;
    case UnaryFunction::gelu_tanh:
      return Step::Kind::gelu_tanh;
    case UnaryFunction::error_function:
      return Step::Kind::error_function;
    case UnaryFunction::square_root:
      return Step::Kind::square_root;
    case UnaryFunction::reciprocal:
      return Step::Kind::reciprocal;
    case UnaryFunction::absolute:
      return Step::Kind::absolute;
    case UnaryFunction::sine:
      return Step::Kind::sine;
    case UnaryFunction::cosine:
      return Step::Kind::cosine;
    case UnaryFunction::softplus:
      return Step::Kind::softplus;
    case UnaryFunction::mish:
      return Step::Kind::mish;
    case UnaryFunction::hard_swish:
      return Step::Kind::hard_swish;
    case UnaryFunction::floor:
      return Step::Kind::floor;
    case UnaryFunction::ceiling:
      return Step::Kind::ceil;
    case UnaryFunction::round_even:
      return Step::Kind::round;
    case UnaryFunction::sign:
      return Step::Kind::sign;
    case UnaryFunction::is_nan:
      return Step::Kind::is_nan;
    case UnaryFunction::is_infinite:
      return Step::Kind::is_infinite;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::vector<Step>> steps_of(const graph::Unary& what) {
  using Kind = Step::Kind;
  if (const auto one = step_of(what.function)) return std::vector{step(*one)};
  switch (what.function) {
    case UnaryFunction::negate:
      return std::vector{step(Kind::scale, -1.0)};
    case UnaryFunction::leaky_relu:
      return std::vector{step(Kind::leaky, what.alpha)};
    case UnaryFunction::elu:
      return std::vector{step(Kind::elu, what.alpha)};
    case UnaryFunction::hard_sigmoid:
      return std::vector{step(Kind::scale, what.alpha), step(Kind::plus, what.beta),
                         step(Kind::clip, 0.0, 1.0)};
    case UnaryFunction::logical_not:
      return std::vector{step(Kind::scale, -1.0), step(Kind::plus, 1.0)};
    default:
      return std::nullopt;
  }
}

std::optional<Pattern::Kind> kind_of(BinaryFunction function) {
  switch (function) {
    case BinaryFunction::add:
    case BinaryFunction::logical_or:
      return Pattern::Kind::add;
    case BinaryFunction::multiply:
    case BinaryFunction::logical_and:
      return Pattern::Kind::multiply;
    case BinaryFunction::subtract:
    case BinaryFunction::logical_xor:
      return Pattern::Kind::subtract;
    case BinaryFunction::divide:
      return Pattern::Kind::divide;
    case BinaryFunction::maximum:
      return Pattern::Kind::maximum;
    case BinaryFunction::minimum:
      return Pattern::Kind::minimum;
    case BinaryFunction::power:
      return Pattern::Kind::power;
    case BinaryFunction::equal:
      return Pattern::Kind::equal;
    case BinaryFunction::less:
    case BinaryFunction::greater:
      return Pattern::Kind::less;
    case BinaryFunction::less_equal:
    case BinaryFunction::greater_equal:
      return Pattern::Kind::less_equal;
    default:
      return std::nullopt;
  }
}

Order Writer::order_of(ValueId id) {
  if (!graph_[id].constant) {
    const Held& held = first_held(id);
    const std::vector<std::size_t> axes = filling_order(shape(id), held);
    if (!axes.empty()) return {axes, held.columns};
  }
  return row_by_row(shape(id));
}

std::uint32_t Writer::spread(ValueId id, const Shape& to, const Order& order) {
  const Shape& of = shape(id);
  if (of == to) return matrix(id, order);
  const Held wanted = dense(to, order, none);
  const graph::Value& value = graph_[id];
  if (value.constant) {
    const graph::Numbers numbers = graph::numbers_of(*value.constant);
    const Held flat = aligned(of, dense(of, row_by_row(of), none), to);
    const std::vector<std::size_t> from = places_of(to, flat);
    const std::vector<std::size_t> places = places_of(to, wanted);
    std::vector<double> all(from.size());
    for (std::size_t e = 0; e < from.size(); ++e) {
      all[places[e]] = numbers.floats.empty() ? static_cast<double>(numbers.whole[from[e]])
                                              : numbers.floats[from[e]];
    }
    return weight(value.name + ".spread", graph::count_of(to) / order.columns, order.columns, all);
  }
  first_held(id);
  for (const Held& held : model_.held[index(id)]) {
    if (same_places(to, aligned(of, held, to), wanted)) return held.pattern;
  }
  const Held from = aligned(of, first_held(id), to);
  return model_.patterns.view(name_for(id, "spread"), from.pattern,
                              static_cast<std::uint32_t>(order.columns),
                              strides_of(to, from, order));
}

void Writer::map(std::vector<Step> steps) {
  const Order order = order_of(in(0));
  const std::uint32_t x = matrix(in(0), order);
  give(order, model_.patterns.map(result_name(), x, std::move(steps)));
}

void Writer::of(const graph::Unary& what) { map(*steps_of(what)); }
void Writer::of(const graph::Clip& what) { map({step(Step::Kind::clip, what.low, what.high)}); }

/// To conditions: whole numbers that are not 0 are 1.
void Writer::of(const graph::Convert& what) {
  if (what.element != Element::boolean) {
    model_.held[index(node().outputs[0])] = {first_held(in(0))};
    return;
  }
  const Order order = order_of(in(0));
  const std::uint32_t x = matrix(in(0), order);
  give(order, model_.patterns.multiply(result_name(), x, x, {step(Step::Kind::clip, 0.0, 1.0)}));
}

void Writer::of(const graph::Binary& what) {
  using F = BinaryFunction;
  const Pattern::Kind kind = *kind_of(what.function);
  const bool turns = kind == Pattern::Kind::add || kind == Pattern::Kind::multiply ||
                     kind == Pattern::Kind::maximum || kind == Pattern::Kind::minimum ||
                     kind == Pattern::Kind::equal;
  ValueId a = in(0);
  ValueId b = in(1);
  if (what.function == F::greater || what.function == F::greater_equal) std::swap(a, b);
  // The operand that has the result's shape first: the other one may be a row.
  const bool second_is_whole = shape(b) == result() && !graph_[b].constant;
  if (turns && (shape(a) != result() || graph_[a].constant) && second_is_whole) std::swap(a, b);
  const Order order = shape(a) == result() ? order_of(a) : row_by_row(result());
  const std::uint32_t x = spread(a, result(), order);
  const bool row = is_row(shape(b), result(), order) && shape(b) != result();
  const std::uint32_t y = row ? rows_of(b, order.columns) : spread(b, result(), order);
  std::vector<Step> behind;
  if (what.function == F::logical_or) behind = {step(Step::Kind::clip, 0.0, 1.0)};
  if (what.function == F::logical_xor) behind = {step(Step::Kind::absolute)};
  give(order, model_.patterns.combine(result_name(), kind, x, y, std::move(behind)));
}

bool is_mask(const graph::Graph& graph, const graph::Node& select) {
  const auto is_one = [&](std::size_t i) {
    const graph::Value& of = graph[select.inputs[i]];
    return of.constant && graph::count_of(of.type.shape) == 1 && is_floating(of.type.element);
  };
  return is_one(1) && is_one(2) && one_number(graph, select.inputs[1]) == 0.0;
}

std::uint32_t Writer::choice(ValueId id, const Order& order) {
  const graph::Value& of = graph_[id];
  if (is_row(of.type.shape, result(), order)) return rows_of(id, order.columns);
  if (!of.constant || graph::count_of(of.type.shape) != 1) return spread(id, result(), order);
  const graph::Numbers given = graph::numbers_of(*of.constant);
  const double number =
      given.floats.empty() ? static_cast<double>(given.whole.at(0)) : given.floats.at(0);
  return weight(of.name + ".row", 1, order.columns,
                std::vector<double>(static_cast<std::size_t>(order.columns), number));
}

/// A mask: of a condition 0 where it holds, else a number.
void Writer::of(const graph::Select&) {
  if (!is_mask(graph_, node())) {
    const Order order = shape(in(0)) == result() ? order_of(in(0)) : row_by_row(result());
    const std::uint32_t condition = spread(in(0), result(), order);
    const std::uint32_t a = choice(in(1), order);
    const std::uint32_t b = choice(in(2), order);
    return give(order, model_.patterns.select(result_name(), condition, a, b));
  }
  const Order order = order_of(in(0));
  std::uint32_t holds = matrix(in(0), order);
  const double otherwise = one_number(graph_, in(2));
  std::vector<Step> steps{step(Step::Kind::logarithm)};
  if (std::isfinite(otherwise)) {
    steps = {step(Step::Kind::plus, -1.0), step(Step::Kind::scale, -otherwise)};
  }
  Held made =
      dense(shape(in(0)), order, model_.patterns.map(result_name(), holds, std::move(steps)));
  give(aligned(shape(in(0)), made, result()));
}

double one_number(const graph::Graph& graph, ValueId id) {
  const graph::Numbers numbers = graph::numbers_of(*graph[id].constant);
  return graph::rounded_to(Element::bf16, numbers.floats.at(0));
}

void Writer::of(const graph::Softmax& what) {
  if (what.logarithm) return log_softmax(static_cast<std::size_t>(what.axis));
  Order order;
  const Shape& x = shape(in(0));
  const auto along = static_cast<std::size_t>(what.axis);
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (axis != along) order.axes.push_back(axis);
  }
  order.axes.push_back(along);
  order.columns = x[along];
  const std::uint32_t from = matrix(in(0), order);
  give(order, model_.patterns.softmax(result_name(), from));
}

/// A factor and a term for each channel: windows of one pixel.
void Writer::of(const graph::BatchNormalise& what) {
  const auto values = [&](std::size_t i) {
    return graph::numbers_of(*graph_[in(i)].constant).floats;
  };
  const auto kept = [](double number) { return graph::rounded_to(Element::bf16, number); };
  std::vector<double> factors;
  std::vector<double> terms;
  for (std::size_t c = 0; c < values(1).size(); ++c) {
    const double root = std::sqrt(kept(values(4)[c]) + what.epsilon);
    factors.push_back(kept(values(1)[c]) / root);
    terms.push_back(kept(values(2)[c]) - kept(values(3)[c]) * factors.back());
  }
  const Shape& x = shape(in(0));
  const std::string& name = graph_[node().outputs[0]].name;
  const std::uint32_t from = pixels(in(0));
  const std::uint32_t w = weight(name + ".factor", 1, x[1], factors);
  Patterns::ProductOptions options;
  options.bias = weight(name + ".term", 1, x[1], terms);
  program::rdu::Window window;
  window.height = static_cast<std::uint32_t>(graph::count_of({x.begin() + 2, x.end()}));
  give(pixel_by_pixel(result()),
       model_.patterns.depthwise(result_name(), from, w, window, options));
}

/// Gain or shift of a norm; `otherwise` everywhere where the node has none.
std::uint32_t Writer::spread_row(ValueId id, std::int64_t columns, double otherwise,
                                 const char* what) {
  if (id == graph::no_value) {
    const std::vector<double> all(static_cast<std::size_t>(columns), otherwise);
    return weight(graph_[node().outputs[0]].name + "." + what, 1, columns, all);
  }
  const Shape& x = shape(in(0));
  const auto axis = static_cast<std::ptrdiff_t>(std::get<graph::Normalise>(node().what).axis);
  const Shape inner(x.begin() + axis, x.end());
  return spread(id, inner, row_by_row(inner, columns));
}

void Writer::of(const graph::Normalise& what) {
  const Shape& x = shape(in(0));
  const Shape inner(x.begin() + what.axis, x.end());
  const std::int64_t columns = graph::count_of(inner);
  const std::uint32_t from = rows_of(in(0), columns);
  const std::uint32_t gain = spread_row(has(1) ? in(1) : graph::no_value, columns, 1.0, "gain");
  const std::uint32_t shift = spread_row(has(2) ? in(2) : graph::no_value, columns, 0.0, "shift");
  give(row_by_row(result(), columns),
       model_.patterns.normalise(result_name(), from, gain, shift, static_cast<float>(what.epsilon),
                                 !what.centered));
}

std::uint32_t Writer::hidden(const Shape& all) {
  const ValueId mask = in(3);
  const Order order = row_by_row(all);
  if (graph_[mask].type.element != Element::boolean) {
    return is_row(shape(mask), all, order) ? rows_of(mask, order.columns)
                                           : spread(mask, all, order);
  }
  if (graph_[mask].constant) {
    const graph::Numbers numbers = graph::numbers_of(*graph_[mask].constant);
    const Shape& of = shape(mask);
    const Held flat = aligned(of, dense(of, row_by_row(of), none), all);
    std::vector<double> terms;
    for (const std::size_t place : places_of(all, flat)) {
      terms.push_back(numbers.whole[place] != 0 ? 0.0 : -std::numeric_limits<double>::infinity());
    }
    return weight(graph_[mask].name + ".terms", graph::count_of(all) / order.columns, order.columns,
                  terms);
  }
  // The logarithm of 1 is 0, that of 0 hides.
  const Order own = order_of(mask);
  Held logarithms = dense(shape(mask), own, none);
  logarithms.pattern = model_.patterns.map(name_for(mask, "terms"), matrix(mask, own),
                                           {step(Step::Kind::logarithm)});
  const Held from = aligned(shape(mask), logarithms, all);
  if (is_row(shape(mask), all, order) &&
      same_places(shape(mask), logarithms,
                  dense(shape(mask), row_by_row(shape(mask), order.columns), none))) {
    return logarithms.pattern;
  }
  if (same_places(all, from, dense(all, order, none))) return logarithms.pattern;
  return model_.patterns.view(name_for(mask, "spread"), logarithms.pattern,
                              static_cast<std::uint32_t>(order.columns),
                              strides_of(all, from, order));
}

}  // namespace weft::lower::rdu
