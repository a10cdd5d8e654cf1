// SPDX-License-Identifier: Apache-2.0
// Products whose strips do only part of a node: what stands behind them is a node of its own.
#include "graph/shapes.hpp"
#include "lower/wse/rewriting.hpp"

namespace weft::lower::wse {

using graph::ValueId;

/// Convolution, addition and what follows, one behind the other.
Rewriting::Made Rewriting::become(const graph::Convolution& what, const Call& call) {
  if (!call.has(3)) return std::nullopt;
  graph::Convolution bare = what;
  bare.then = {};
  const ValueId bias = call.has(2) ? call.in[2] : graph::no_value;
  const ValueId product = before(bare, {call.in[0], call.in[1], bias}, call, "product");
  return behind(product, call.in[3], what.then, call);
}

/// Matrices that are both no constants: one item of a product of items. Only with leading axes
/// there is a strip for their product.
Rewriting::Made Rewriting::become(const graph::MatMul& what, const Call& call) {
  const bool values = !constant(call.in[0]) && !constant(call.in[1]) && !what.transpose_a &&
                      shape(call.in[1]).size() == 2;
  if (!values) return std::nullopt;
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
  if (!call.has(2) && what.then.kind == graph::Then::Kind::nothing) {
    return last(graph::Reshape{y}, {item}, call);
  }
  const ValueId product = before(graph::Reshape{y}, {item}, call, "product");
  return behind(product, call.has(2) ? call.in[2] : graph::no_value, what.then, call);
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
