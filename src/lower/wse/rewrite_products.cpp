// SPDX-License-Identifier: Apache-2.0
// Products whose strips do only part of a node: what stands behind them is a node of its own.
#include <numeric>
#include <utility>

#include "graph/evaluate.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/rewriting.hpp"

namespace weft::lower::wse {

using graph::ValueId;

namespace {

/// The last two axes change places.
graph::Transpose turned_matrices(std::size_t axes) {
  graph::Transpose out;
  out.permutation.resize(axes);
  std::iota(out.permutation.begin(), out.permutation.end(), 0);
  std::swap(out.permutation[axes - 1], out.permutation[axes - 2]);
  return out;
}

}  // namespace

/// Convolution, addition and what follows, one behind the other.
Rewriting::Made Rewriting::become(const graph::Convolution& what, const Call& call) {
  if (!call.has(3)) return std::nullopt;
  graph::Convolution bare = what;
  bare.then = {};
  const ValueId bias = call.has(2) ? call.in[2] : graph::no_value;
  const ValueId product = before(bare, {call.in[0], call.in[1], bias}, call, "product");
  return behind(product, call.in[3], what.then, call);
}

/// The left matrix as it is multiplied: strips take its rows.
Rewriting::Made Rewriting::with_rows(const graph::MatMul& what, const Call& call) {
  graph::MatMul plain = what;
  plain.transpose_a = false;
  const graph::Transpose turn = turned_matrices(shape(call.in[0]).size());
  Call rows = call;
  if (constant(call.in[0])) {
    const graph::Numbers given = numbers_of(*out_[call.in[0]].constant);
    rows.in[0] = number(call, "a_turned", graph::evaluate(turn, {&given})[0]);
  } else {
    rows.in[0] = before(turn, {call.in[0]}, call, "a_turned");
  }
  return add(plain, rows);
}

/// The product's transpose, in which the constant is the second operand, turned.
Rewriting::Made Rewriting::by_constant_from_left(const graph::MatMul& what, const Call& call) {
  const graph::Transpose turn = turned_matrices(shape(call.in[1]).size());
  const ValueId rows = what.transpose_b ? call.in[1] : before(turn, {call.in[1]}, call, "b_turned");
  graph::MatMul product;
  product.transpose_b = !what.transpose_a;
  const ValueId turned = before(product, {rows, call.in[0]}, call, "turned");
  if (!call.has(2) && what.then.kind == graph::Then::Kind::nothing) {
    return last(turn, {turned}, call);
  }
  const ValueId sums = before(turn, {turned}, call, "product");
  return behind(sums, call.has(2) ? call.in[2] : graph::no_value, what.then, call);
}

/// Matrices that are both no constants: one item of a product of items. Only with leading axes
/// there is a strip for their product.
Rewriting::Made Rewriting::become(const graph::MatMul& what, const Call& call) {
  const bool from_left = constant(call.in[0]) && !constant(call.in[1]);
  if (from_left && shape(call.in[0]).size() == 2 && shape(call.in[1]).size() > 1) {
    return by_constant_from_left(what, call);
  }
  if (what.transpose_a && shape(call.in[0]).size() > 1) return with_rows(what, call);
  if (constant(call.in[0]) || constant(call.in[1])) return std::nullopt;
  const ValueId addend = call.has(2) ? call.in[2] : graph::no_value;
  const bool ends = addend == graph::no_value && what.then.kind == graph::Then::Kind::nothing;
  if (shape(call.in[1]).size() != 2) {
    if (ends) return std::nullopt;
    graph::MatMul items = what;
    items.then = {};
    return behind(before(items, {call.in[0], call.in[1]}, call, "items"), addend, what.then, call);
  }
  const graph::Shape a = shape(call.in[0]);
  const graph::Shape b = shape(call.in[1]);
  const graph::Shape y = graph::result_types(what, types(call))[0].shape;
  graph::MatMul bare;
  bare.transpose_b = what.transpose_b;
  const graph::Shape rows{1, graph::count_of(a) / a.back(), a.back()};
  const graph::Shape matrix{1, b[0], b[1]};
  const ValueId left = before(graph::Reshape{rows}, {call.in[0]}, call, "a");
  const ValueId right = before(graph::Reshape{matrix}, {call.in[1]}, call, "b");
  const ValueId item = before(bare, {left, right}, call, "item");
  if (ends) return last(graph::Reshape{y}, {item}, call);
  const ValueId product = before(graph::Reshape{y}, {item}, call, "product");
  return behind(product, addend, what.then, call);
}

/// `addend`, where there is one, and `then`: the last of them, or both, is what the call gives.
Rewriting::Made Rewriting::behind(ValueId product, ValueId addend, const graph::Then& then,
                                  const Call& call) {
  using Kind = graph::Then::Kind;
  const graph::Binary sum{graph::BinaryFunction::add};
  const bool ends = then.kind == Kind::nothing;
  if (ends && addend != graph::no_value) return last(sum, {product, addend}, call);
  ValueId value = product;
  if (addend != graph::no_value) value = before(sum, {product, addend}, call, "sum");
  if (then.kind == Kind::relu) {
    return last(graph::Unary{graph::UnaryFunction::relu}, {value}, call);
  }
  return last(graph::Clip{then.low, then.high}, {value}, call);
}

}  // namespace weft::lower::wse
