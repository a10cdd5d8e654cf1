// SPDX-License-Identifier: Apache-2.0
// Builds tensor programs for a TSP: types and shapes of results, and refusal of what does not fit.
#include "program/tsp_tensor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "program/tsp_tensor_number.hpp"
#include "program/tsp_tensor_parts.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(TensorOperation::count_)> names = {
    "matmul",  "conv",       "max_pool",  "sum_pool", "elementwise",
    "softmax", "layer_norm", "transpose", "gather",   "reshape"};
constexpr std::uint64_t most_elements = std::uint64_t{1} << 32U;

std::uint64_t count_of(const TensorShape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>{});
}

}  // namespace

void refuse_tensor(const TensorProgram& program, const std::string& name,
                   const std::string& sentence, Category category) {
  std::string where = program.file;
  if (!where.empty() && program.line != 0) where += ":" + std::to_string(program.line);
  if (!where.empty()) where += ": ";
  fail(category, where + "tensor '" + name + "': " + sentence);
}

std::string shape_text(const TensorShape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + "]";
}

VectorType sum_type(VectorType type) {
  return type == VectorType::i8 ? VectorType::i32 : VectorType::f32;
}

std::string_view name_of(TensorOperation operation) {
  return names.at(static_cast<std::size_t>(operation));
}

std::uint64_t TensorValue::elements() const { return count_of(shape); }

std::string describe(const TensorValue& value) {
  return std::string(numerics::name_of(value.type)) + " " + shape_text(value.shape);
}

TensorShape broadcast(const TensorShape& a, const TensorShape& b) {
  TensorShape out(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {  // from the last axis
    const std::uint64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::uint64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) {
      fail(Category::input,
           "shapes " + shape_text(a) + " and " + shape_text(b) + " do not broadcast");
    }
    out[out.size() - 1 - i] = left == 1 ? right : left;
  }
  return out;
}

const TensorNode* TensorProgram::producer(TensorId id) const {
  for (const TensorNode& node : nodes) {
    if (node.result == id) return &node;
  }
  return nullptr;
}

std::string TensorProgram::fresh_name(const std::string& prefix) const {
  for (std::size_t number = tensors.size();; ++number) {
    std::string name = prefix + std::to_string(number);
    const bool taken = std::any_of(tensors.begin(), tensors.end(),
                                   [&](const TensorValue& other) { return other.name == name; });
    if (!taken) return name;
  }
}

void TensorProgram::begin_layer(const std::string& name) {
  layer_ = no_layer;
  if (name.empty()) return;
  const auto known = std::find(layers.begin(), layers.end(), name);
  layer_ = static_cast<std::uint32_t>(known - layers.begin());
  if (known == layers.end()) layers.push_back(name);
}

TensorId TensorProgram::add(TensorValue value) {
  value.layer = layer_;
  value.made_up = value.name.empty();
  if (value.made_up) value.name = fresh_name("t");
  if (value.shape.empty())
    refuse_tensor(*this, value.name, "has no axes; a number is of shape [1]");
  const auto same = std::find_if(tensors.begin(), tensors.end(), [&](const TensorValue& other) {
    return other.name == value.name;
  });
  if (same != tensors.end()) {
    if (!same->made_up || same->output) refuse_tensor(*this, value.name, "is there already");
    same->name = fresh_name("t");
  }
  std::uint64_t elements = 1;
  for (const std::uint64_t extent : value.shape) {
    if (extent == 0 || extent > most_elements || elements * extent > most_elements) {
      refuse_tensor(*this, value.name,
                    "shape " + shape_text(value.shape) + " is empty or too large");
    }
    elements *= extent;
  }
  value.line = line;
  tensors.push_back(std::move(value));
  return static_cast<TensorId>(tensors.size() - 1);
}

TensorId TensorProgram::add(TensorNode node, VectorType type, TensorShape shape,
                            const std::string& name) {
  TensorValue value;
  value.name = name;
  value.type = type;
  value.shape = std::move(shape);
  node.result = add(std::move(value));
  node.chip = chip;
  nodes.push_back(std::move(node));
  return nodes.back().result;
}

TensorId TensorProgram::input(const std::string& name, VectorType type, const TensorShape& shape) {
  TensorValue value;
  value.name = name;
  value.role = TensorValue::Role::input;
  value.type = type;
  value.shape = shape;
  return add(std::move(value));
}

TensorId TensorProgram::constant(const std::string& name, VectorType type, const TensorShape& shape,
                                 std::span<const std::byte> bytes) {
  TensorValue value;
  value.name = name;
  value.role = TensorValue::Role::constant;
  value.type = type;
  value.shape = shape;
  value.bytes.assign(bytes.begin(), bytes.end());
  if (count_of(shape) * numerics::width_of(type) != bytes.size()) {
    refuse_tensor(*this, name,
                  "has " + counted(bytes.size(), "byte") + ", " + describe(value) + " takes " +
                      std::to_string(count_of(shape) * numerics::width_of(type)));
  }
  return add(std::move(value));
}

TensorId TensorProgram::pattern(const std::string& name, VectorType type, const TensorShape& shape,
                                std::uint64_t seed) {
  TensorValue value;
  value.name = name;
  value.role = TensorValue::Role::constant;
  value.type = type;
  value.shape = shape;
  value.patterned = true;
  value.seed = seed;
  return add(std::move(value));
}

TensorId TensorProgram::scalar(const std::string& name, VectorType type, double number) {
  std::vector<std::byte> bytes(numerics::width_of(type));
  if (!holds_number(type, number)) {
    refuse_tensor(*this, name, shortest(number) + " is no " + std::string(numerics::name_of(type)));
  }
  store_number(bytes, 0, type, number);
  return constant(name, type, {1}, bytes);
}

TensorId TensorProgram::matmul(TensorId left, TensorId right, const std::string& name) {
  const TensorValue& a = at(left);
  const TensorValue& b = at(right);
  if (a.type != b.type || (a.type != VectorType::i8 && a.type != VectorType::f16)) {
    refuse_tensor(
        *this, name,
        "matmul takes i8 and i8 or f16 and f16, not " + describe(a) + " and " + describe(b));
  }
  const std::size_t axes = b.shape.size();
  const bool batched = axes > 2 && a.shape.size() == axes &&
                       std::equal(a.shape.begin(), a.shape.end() - 2, b.shape.begin());
  if ((axes != 2 && !batched) || a.shape.back() != b.shape[axes - 2]) {
    refuse_tensor(*this, name,
                  "matmul takes [..., m, k] and [k, n], or [b, m, k] and [b, k, n], not " +
                      describe(a) + " and " + describe(b));
  }
  TensorShape shape = a.shape;
  shape.back() = b.shape.back();
  const VectorType type = sum_type(a.type);
  return add({TensorOperation::matmul, {left, right}}, type, shape, name);
}

TensorId TensorProgram::unary(VectorOperation operation, TensorId a, const std::string& name) {
  const numerics::VectorOperationTraits& traits = numerics::traits_of(operation);
  const bool floats = numerics::is_float(at(a).type);
  if (traits.operands != 1 || operation == VectorOperation::convert) {
    refuse_tensor(*this, name, std::string(traits.name) + " is no operation of one operand");
  }
  if (floats ? !traits.floats : !traits.integers) {
    refuse_tensor(*this, name, std::string(traits.name) + " does not take " + describe(at(a)));
  }
  TensorNode node{TensorOperation::elementwise, {a}};
  node.vector = operation;
  const VectorType type = at(a).type;
  const TensorShape shape = at(a).shape;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::binary(VectorOperation operation, TensorId a, TensorId b,
                               const std::string& name) {
  const numerics::VectorOperationTraits& traits = numerics::traits_of(operation);
  const bool floats = numerics::is_float(at(a).type);
  if (traits.operands != 2) {
    refuse_tensor(*this, name, std::string(traits.name) + " is no operation of two operands");
  }
  if (at(a).type != at(b).type || (floats ? !traits.floats : !traits.integers)) {
    refuse_tensor(
        *this, name,
        std::string(traits.name) + " does not take " + describe(at(a)) + " and " + describe(at(b)));
  }
  TensorShape shape;
  try {
    shape = broadcast(at(a).shape, at(b).shape);
  } catch (const Error& error) {
    refuse_tensor(*this, name, error.what());
  }
  TensorNode node{TensorOperation::elementwise, {a, b}};
  node.vector = operation;
  const VectorType type = at(a).type;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::convert(TensorId a, VectorType type, const std::string& name) {
  TensorNode node{TensorOperation::elementwise, {a}};
  node.vector = VectorOperation::convert;
  const TensorShape shape = at(a).shape;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::requantise(TensorId a, TensorId scale, TensorId offset, VectorType type,
                                   const std::string& name) {
  const TensorId wide = at(a).type == VectorType::f32 ? a : convert(a, VectorType::f32);
  const TensorId scaled = binary(VectorOperation::multiply, wide, scale);
  return convert(binary(VectorOperation::add, scaled, offset), type, name);
}

TensorId TensorProgram::softmax(TensorId a, const std::string& name) {
  if (at(a).type != VectorType::f32 || at(a).shape.empty()) {
    refuse_tensor(*this, name, "softmax takes f32, not " + describe(at(a)));
  }
  const TensorShape shape = at(a).shape;
  return add({TensorOperation::softmax, {a}}, VectorType::f32, shape, name);
}

TensorId TensorProgram::layer_norm(TensorId a, float epsilon, const std::string& name) {
  if (at(a).type != VectorType::f32 || at(a).shape.empty()) {
    refuse_tensor(*this, name, "layer_norm takes f32, not " + describe(at(a)));
  }
  if (!(epsilon >= 0) || !std::isfinite(epsilon))
    refuse_tensor(*this, name, "epsilon must be 0 or more");
  TensorNode node{TensorOperation::layer_norm, {a}};
  node.epsilon = epsilon;
  const TensorShape shape = at(a).shape;
  return add(std::move(node), VectorType::f32, shape, name);
}

TensorId TensorProgram::transpose(TensorId a, const std::vector<std::uint32_t>& permutation,
                                  const std::string& name) {
  const TensorValue& x = at(a);
  std::vector<std::uint32_t> sorted = permutation;
  std::sort(sorted.begin(), sorted.end());
  bool each_axis = sorted.size() == x.shape.size();
  for (std::size_t i = 0; each_axis && i < sorted.size(); ++i) each_axis = sorted[i] == i;
  if (!each_axis) refuse_tensor(*this, name, "no permutation of the axes of " + describe(x));
  TensorShape shape;
  for (const std::uint32_t axis : permutation) shape.push_back(x.shape[axis]);
  TensorNode node{TensorOperation::transpose, {a}};
  node.permutation = permutation;
  const VectorType type = x.type;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::gather(TensorId table, TensorId indices, const std::string& name) {
  const TensorValue& rows = at(table);
  const TensorValue& index = at(indices);
  if (rows.shape.size() != 2 || index.type != VectorType::i32) {
    refuse_tensor(*this, name,
                  "gather takes a table of two axes and i32 indices, not " + describe(rows) +
                      " and " + describe(index));
  }
  if (index.role != TensorValue::Role::constant) {
    refuse_tensor(
        *this, name,
        "gather by indices that are no constant: rows are picked by address, before the run",
        Category::unsupported);
  }
  const std::vector<std::byte> bytes = bytes_of(index);
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::int32_t)) {
    std::int32_t row = 0;
    std::memcpy(&row, bytes.data() + i, sizeof(row));
    if (row < 0 || static_cast<std::uint64_t>(row) >= rows.shape[0]) {
      refuse_tensor(*this, name, "index " + std::to_string(row) + " is outside " + describe(rows));
    }
  }
  TensorShape shape = index.shape;
  shape.push_back(rows.shape[1]);
  const VectorType type = rows.type;
  return add({TensorOperation::gather, {table, indices}}, type, shape, name);
}

TensorId TensorProgram::reshape(TensorId a, const TensorShape& shape, const std::string& name) {
  if (count_of(shape) != at(a).elements()) {
    refuse_tensor(*this, name, describe(at(a)) + " has other elements than " + shape_text(shape));
  }
  const VectorType type = at(a).type;
  return add({TensorOperation::reshape, {a}}, type, shape, name);
}

void TensorProgram::output(TensorId a) {
  if (at(a).role != TensorValue::Role::result) {
    refuse_tensor(*this, at(a).name, "an output must be the result of an operation");
  }
  tensors[a].output = true;
}

namespace {

/// Builds the node again, from its operands in `again`, and gives the new result.
TensorId repeated(const TensorProgram& program, const TensorNode& node, TensorProgram& again) {
  const TensorValue& result = program.at(node.result);
  const std::string& name = result.name;
  const auto operand = [&](std::size_t i) {
    if (i >= node.operands.size() || node.operands[i] >= again.tensors.size()) {
      refuse_tensor(program, name, "an operand is missing, or is made later");
    }
    return node.operands[i];
  };
  switch (node.operation) {
    case TensorOperation::matmul:
      return again.matmul(operand(0), operand(1), name);
    case TensorOperation::convolution:
      return again.convolution(operand(0), operand(1), node.window, name);
    case TensorOperation::maximum_pool:
      return again.maximum_pool(operand(0), node.window, name);
    case TensorOperation::sum_pool:
      return again.sum_pool(operand(0), node.window, name);
    case TensorOperation::softmax:
      return again.softmax(operand(0), name);
    case TensorOperation::layer_norm:
      return again.layer_norm(operand(0), node.epsilon, name);
    case TensorOperation::transpose:
      return again.transpose(operand(0), node.permutation, name);
    case TensorOperation::gather:
      return again.gather(operand(0), operand(1), name);
    case TensorOperation::reshape:
      return again.reshape(operand(0), result.shape, name);
    case TensorOperation::elementwise:
      break;
    case TensorOperation::count_:
      refuse_tensor(program, name, "no such operation");
  }
  if (node.vector == VectorOperation::convert) {
    return again.convert(operand(0), result.type, name);
  }
  return numerics::traits_of(node.vector).operands == 1
             ? again.unary(node.vector, operand(0), name)
             : again.binary(node.vector, operand(0), operand(1), name);
}

}  // namespace

void validate(const TensorProgram& program) {
  TensorProgram again;
  again.file = program.file;
  std::size_t next = 0;
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    const TensorValue& value = program.tensors[id];
    again.line = value.line;
    if (value.role == TensorValue::Role::input) {
      again.input(value.name, value.type, value.shape);
    } else if (value.role == TensorValue::Role::constant && value.patterned) {
      again.pattern(value.name, value.type, value.shape, value.seed);
    } else if (value.role == TensorValue::Role::constant) {
      again.constant(value.name, value.type, value.shape, value.bytes);
    } else {
      if (next >= program.nodes.size() || program.nodes[next].result != id) {
        refuse_tensor(again, value.name, "no operation makes it");
      }
      again.chip = program.nodes[next].chip;
      repeated(program, program.nodes[next++], again);
      if (again.at(id).type != value.type || again.at(id).shape != value.shape) {
        refuse_tensor(again, value.name,
                      "is " + describe(value) + ", its operation makes " + describe(again.at(id)));
      }
    }
  }
  if (next != program.nodes.size()) refuse_tensor(again, "", "an operation makes no tensor");
}

}  // namespace weft::program::tsp
