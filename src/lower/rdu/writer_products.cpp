// SPDX-License-Identifier: Apache-2.0
// Products, sums and attention as patterns.
#include <algorithm>
#include <limits>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using graph::ValueId;
using program::rdu::none;
using program::rdu::Pattern;
using program::rdu::Window;

namespace {

constexpr std::int64_t block_columns = 32;
constexpr std::int64_t pair_lanes = 16;  // words of a block's row: two bf16 each
constexpr std::int64_t bodies_usual = 8;

std::int64_t parts(std::int64_t all, std::int64_t each) { return (all + each - 1) / each; }

std::uint32_t whole(std::int64_t number) { return static_cast<std::uint32_t>(number); }

Shape leading_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

/// Axes in order, the last two changed about where `turned`.
Order matrices_in_order(const Shape& shape, bool turned) {
  Order out = row_by_row(shape);
  if (turned) {
    std::swap(out.axes[shape.size() - 1], out.axes[shape.size() - 2]);
    out.columns = shape[shape.size() - 2];
  }
  return out;
}

Pattern::Kind kind_of(graph::ReduceKind kind) {
  switch (kind) {
    case graph::ReduceKind::mean:
      return Pattern::Kind::mean;
    case graph::ReduceKind::minimum:
      return Pattern::Kind::smallest;
    case graph::ReduceKind::product:
      return Pattern::Kind::times;
    default:
      return Pattern::Kind::largest;
  }
}

}  // namespace

/// Eight where so many have columns; more where a memory unit has not room for what an eighth of
/// the columns is, with a row that is added.
std::uint32_t Writer::bodies(std::int64_t columns, std::int64_t inner) const {
  const std::int64_t blocks = parts(columns, block_columns);
  const std::int64_t block_words = (parts(inner, block_columns) * block_columns + 1) * pair_lanes;
  const std::int64_t held = std::max<std::int64_t>(memory_words_ / block_words, 1);
  return whole(std::min(blocks, std::max(bodies_usual, parts(blocks, held))));
}

std::uint32_t Writer::matrices(ValueId id, const Shape& leading, bool turned) {
  Shape all = leading;
  const Shape& of = shape(id);
  all.insert(all.end(), of.end() - 2, of.end());
  return spread(id, all, matrices_in_order(all, turned));
}

void Writer::of(const graph::MatMul& what) {
  const Shape& b = shape(in(1));
  Patterns::ProductOptions options;
  options.steps = steps_of(what.then);
  const Shape leading = leading_of(result());
  const bool one_matrix = graph::count_of(leading_of(b)) == 1;
  const std::int64_t n = result().back();
  options.transposed = what.transpose_b;
  options.groups = one_matrix ? 1 : whole(graph::count_of(leading));
  options.par = options.groups > 1 ? 1 : bodies(n, what.transpose_b ? b.back() : b[b.size() - 2]);
  const std::uint32_t x = matrices(in(0), leading, what.transpose_a);
  const std::uint32_t w = one_matrix ? rows(in(1)) : matrices(in(1), leading, false);
  if (has(2)) options.bias = rows_of(in(2), n);
  give(row_by_row(result()), model_.patterns.product(result_name(), x, w, options));
}

/// What is reduced lies one below the other: an image of one column, and a window as high.
/// x - largest - log(sum of exp(x - largest)), as the logarithm of a share that is 0 would be
/// infinite. What belongs together is a column, so that what it has in common is a row.
void Writer::log_softmax(std::size_t along) {
  const Shape& x = shape(in(0));
  const ValueId out = node().outputs[0];
  Order order;
  order.axes.push_back(along);
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (axis != along) order.axes.push_back(axis);
  }
  order.columns = graph::count_of(x) / x[along];
  Window window;
  window.height = window.window_height = whole(x[along]);
  const std::uint32_t columns = matrix(in(0), order);
  const std::uint32_t largest =
      model_.patterns.pool(name_for(out, "largest"), Pattern::Kind::largest, columns, window);
  const std::uint32_t less =
      model_.patterns.combine(name_for(out, "less"), Pattern::Kind::subtract, columns, largest, {});
  const std::uint32_t powers =
      model_.patterns.map(name_for(out, "powers"), less, {{Step::Kind::exponent, 1.0F, 0.0F}});
  const std::vector<double> ones(static_cast<std::size_t>(x[along]), 1.0);
  const std::uint32_t row = weight(graph_[out].name + ".ones", 1, x[along], ones);
  Patterns::ProductOptions options;
  options.par = bodies(order.columns, x[along]);
  options.steps = {{Step::Kind::logarithm, 1.0F, 0.0F}};
  const std::uint32_t logarithm =
      model_.patterns.product(name_for(out, "logarithm"), row, powers, options);
  give(order, model_.patterns.combine(result_name(), Pattern::Kind::subtract, less, logarithm, {}));
}

void Writer::of(const graph::Reduce& what) {
  const Shape& x = shape(in(0));
  std::int64_t reduced = 1;
  std::int64_t kept = 1;
  Order order;
  for (const bool first : {true, false}) {
    for (std::size_t axis = 0; axis < x.size(); ++axis) {
      const bool is_reduced =
          std::count(what.axes.begin(), what.axes.end(), static_cast<std::int64_t>(axis)) != 0;
      if (is_reduced != first) continue;
      order.axes.push_back(axis);
      (first ? reduced : kept) *= x[axis];
    }
  }
  order.columns = kept;
  Window window;
  window.height = window.window_height = whole(reduced);
  const Order flat = row_by_row(result(), kept);
  if (what.kind == graph::ReduceKind::sum) {
    const std::vector<double> ones(static_cast<std::size_t>(reduced), 1.0);
    const std::uint32_t row = weight(graph_[node().outputs[0]].name + ".ones", 1, reduced, ones);
    Patterns::ProductOptions options;
    options.par = bodies(kept, reduced);
    const std::uint32_t y = matrix(in(0), order);
    return give(flat, model_.patterns.product(result_name(), row, y, options));
  }
  // Of images the channels stay where they are.
  const bool of_images =
      x.size() > 2 && reduced == graph::count_of({x.begin() + 2, x.end()}) &&
      std::all_of(what.axes.begin(), what.axes.end(), [](std::int64_t axis) { return axis >= 2; });
  const std::uint32_t y = of_images ? pixels(in(0)) : matrix(in(0), order);
  const std::uint32_t made = model_.patterns.pool(result_name(), kind_of(what.kind), y, window);
  give(of_images ? row_by_row(result(), x[1]) : flat, made);
}

std::uint32_t Writer::hidden_behind(const Shape& all) {
  const std::int64_t keys = all.back();
  const std::int64_t queries = all[all.size() - 2];
  std::vector<double> terms;
  for (std::int64_t e = 0; e < graph::count_of(all); ++e) {
    const std::int64_t query = e / keys % queries;
    const bool seen = e % keys <= query + keys - queries;
    terms.push_back(seen ? 0.0 : -std::numeric_limits<double>::infinity());
  }
  return weight(graph_[node().outputs[0]].name + ".behind", graph::count_of(all) / keys, keys,
                terms);
}

/// softmax(scale q k^T + mask) v, all heads one below the other.
void Writer::of(const graph::Attention& what) {
  const Shape leading = leading_of(result());
  const std::uint32_t q = matrices(in(0), leading, false);
  const std::uint32_t k = matrices(in(1), leading, false);
  const ValueId out = node().outputs[0];
  Patterns::ProductOptions options;
  options.transposed = true;
  options.groups = whole(graph::count_of(leading));
  options.steps = {{Step::Kind::scale, static_cast<float>(what.scale), 0.0F}};
  std::uint32_t weights = model_.patterns.product(name_for(out, "scores"), q, k, options);
  Shape all = leading;
  all.push_back(result()[result().size() - 2]);
  all.push_back(shape(in(1))[shape(in(1)).size() - 2]);
  if (what.causal) {
    weights = model_.patterns.add(name_for(out, "behind"), weights, hidden_behind(all));
  }
  if (has(3)) weights = model_.patterns.add(name_for(out, "masked"), weights, hidden(all));
  weights = model_.patterns.softmax(name_for(out, "softmax"), weights);
  if (what.zero_nan) {
    weights = model_.patterns.map(name_for(out, "weights"), weights,
                                  {{Step::Kind::positive, 1.0F, 0.0F}});
  }
  options.transposed = false;
  options.steps.clear();
  const std::uint32_t v = matrices(in(2), leading, false);
  give(row_by_row(result()), model_.patterns.product(result_name(), weights, v, options));
}

}  // namespace weft::lower::rdu
