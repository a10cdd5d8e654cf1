// SPDX-License-Identifier: Apache-2.0
// A node's operands: values in the order of axes that it wants, weights, numbers and tables.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/number_text.hpp"
#include "graph/evaluate.hpp"
#include "lower/tsp/writer.hpp"
#include "program/tsp_tensor_number.hpp"

namespace weft::lower::tsp {

using graph::Element;
using graph::Shape;
using graph::ValueId;

namespace {

/// Whether the axes longer than 1 stand in the same order.
bool same_rows(const Order& from, const Order& to, const TensorShape& extents) {
  std::vector<std::int64_t> a;
  std::vector<std::int64_t> b;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (extents[static_cast<std::size_t>(from[i])] != 1) a.push_back(from[i]);
    if (extents[static_cast<std::size_t>(to[i])] != 1) b.push_back(to[i]);
  }
  return a == b;
}

}  // namespace

Order Writer::natural(std::size_t axes) {
  Order out(axes);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

Order Writer::image(std::size_t axes) {
  Order out = natural(axes);
  std::rotate(out.begin() + 1, out.begin() + 2, out.end());
  return out;
}

TensorShape Writer::stored(const Shape& shape, const Order& order) const {
  if (shape.empty()) return {1};
  TensorShape out;
  for (const std::int64_t axis : order) {
    out.push_back(static_cast<std::uint64_t>(shape[static_cast<std::size_t>(axis)]));
  }
  return out;
}

TensorId Writer::reordered(TensorId id, const Order& from, const Order& to) {
  if (from == to) return id;
  const auto known = reordered_.find({id, to});
  if (known != reordered_.end()) return known->second;
  const TensorShape& shape = program_.at(id).shape;
  TensorShape extents(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    extents[static_cast<std::size_t>(from[i])] = shape[i];
  }
  TensorId out = id;
  if (same_rows(from, to, extents)) {
    TensorShape moved;
    for (const std::int64_t axis : to) moved.push_back(extents[static_cast<std::size_t>(axis)]);
    if (moved != shape) out = reshaped(id, moved, "lying");
  } else {
    Order permutation;
    for (const std::int64_t axis : to) {
      permutation.push_back(std::find(from.begin(), from.end(), axis) - from.begin());
    }
    out = transposed(id, permutation, "turned");
  }
  reordered_[{id, to}] = out;
  return out;
}

TensorId Writer::elements(std::size_t i) {
  if (constant(i)) return plain(i);
  const Held there = held_.at(index(input(i)));
  const Order usual = natural(there.order.size());
  TensorShape extents(there.order.size());
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    extents[static_cast<std::size_t>(there.order[axis])] = program_.at(there.id).shape[axis];
  }
  return same_rows(there.order, usual, extents) ? there.id : plain(i);
}

Held Writer::held(std::size_t i) {
  const graph::Value& value = graph_[input(i)];
  if (!value.constant) return held_.at(index(input(i)));
  const Order order = natural(value.type.shape.size());
  return {weight(value.name, numbers(i), type_of(input(i)), tensor_shape(value.type.shape)), order};
}

TensorId Writer::in(std::size_t i, const Order& order) {
  const graph::Value& value = graph_[input(i)];
  if (!value.constant) {
    const Held there = held_.at(index(input(i)));
    return reordered(there.id, there.order, order);
  }
  const graph::Numbers own = numbers(i);
  const graph::Numbers moved =
      order == natural(order.size()) ? own : graph::evaluate(graph::Transpose{order}, {&own})[0];
  return weight(value.name, moved, type_of(input(i)), stored(value.type.shape, order));
}

Order Writer::common_order() const {
  const std::size_t axes = result().size();
  for (const ValueId id : node_->inputs) {
    if (id == graph::no_value || graph_[id].constant) continue;
    const Order& order = held_.at(index(id)).order;
    if (order.size() == axes && order != natural(axes)) return order;
  }
  return natural(axes);
}

TensorId Writer::broadcast(std::size_t i, const Order& order) {
  const Shape& own = shape(i);
  Shape padded(order.size() - own.size(), 1);
  padded.insert(padded.end(), own.begin(), own.end());
  if (constant(i)) {
    graph::Numbers numbers = this->numbers(i);
    if (numbers.count() == 1) {
      return number(type_of(input(i)),
                    floating(i) ? numbers.floats[0] : static_cast<double>(numbers.whole[0]));
    }
    numbers.type.shape = padded;
    if (order != natural(order.size())) {
      numbers = graph::evaluate(graph::Transpose{order}, {&numbers})[0];
    }
    return weight(graph_[input(i)].name, numbers, type_of(input(i)), stored(padded, order));
  }
  TensorId id =
      own.size() == order.size()
          ? in(i, order)
          : reordered(own.size() < order.size() ? reshaped(plain(i), tensor_shape(padded), "axes")
                                                : plain(i),
                      natural(order.size()), order);
  // A product with ones brings what stands in one lane into all.
  const std::int64_t lanes = order.empty() ? 1 : result()[static_cast<std::size_t>(order.back())];
  const bool computed = program_.at(id).role == program::tsp::TensorValue::Role::result;
  if (computed && program_.at(id).shape.back() == 1 && lanes != 1) {
    if (type(id) != VectorType::f16) refuse("whole numbers are not spread over lanes");
    const auto width = static_cast<std::uint64_t>(lanes);
    const TensorId ones = table(VectorType::f16, {1, width}, std::vector<double>(width, 1.0));
    id = narrow(program_.matmul(id, ones, part("spread")));
  }
  return id;
}

TensorId Writer::weight(const std::string& name, const graph::Numbers& numbers, VectorType type,
                        const TensorShape& shape) {
  graph::Numbers stored = numbers;
  stored.type.shape = Shape(shape.begin(), shape.end());
  if (is_float(type)) {
    stored.type.element = type == VectorType::f16 ? Element::f16 : Element::f32;
  } else {
    stored.type.element = type == VectorType::i8 ? Element::i8 : Element::i32;
    for (const std::int64_t whole : numbers.whole) {
      if (whole == static_cast<std::int32_t>(whole)) continue;
      refuse("'" + name + "' holds a whole number that 32 bits do not hold");
    }
  }
  const graph::Tensor data = tensor_of(stored);
  const auto [first, behind] = known_weights_.equal_range(name);
  for (auto one = first; one != behind; ++one) {
    const KnownWeight& known = one->second;
    const auto bytes = known.data.bytes();
    if (known.data.type() == data.type() &&
        std::equal(bytes.begin(), bytes.end(), data.bytes().begin())) {
      return known.id;
    }
  }
  const std::string tensor = names_.identifier(name);
  const TensorId id = program_.input(tensor, type, shape);
  weights_.emplace_back(tensor, Array{value_names_.weight(name), data});
  known_weights_.emplace(name, KnownWeight{data, id});
  return id;
}

TensorId Writer::number(VectorType type, double value) {
  const std::pair<VectorType, std::string> key{type, shortest(value)};
  const auto known = numbers_.find(key);
  if (known != numbers_.end()) return known->second;
  const TensorId id = table(type, {1}, {value});
  numbers_[key] = id;
  return id;
}

TensorId Writer::table(VectorType type, const TensorShape& shape,
                       const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * numerics::width_of(type));
  for (std::size_t i = 0; i < values.size(); ++i) {
    program::tsp::store_number(bytes, i, type, values[i]);
  }
  const std::string name =
      values.size() != 1
          ? name_ + "_table"
          : (std::signbit(values[0]) ? "number_minus_" : "number_") + shortest(std::abs(values[0]));
  return program_.constant(names_.identifier(name), type, shape, bytes);
}

}  // namespace weft::lower::tsp
