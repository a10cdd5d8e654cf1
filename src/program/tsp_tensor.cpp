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

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "program/tsp_tensor_number.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(TensorOperation::count_)> names = {
    "matmul",  "conv",       "max_pool",  "sum_pool", "elementwise",
    "softmax", "layer_norm", "transpose", "gather",   "reshape"};
constexpr std::uint64_t most_elements = std::uint64_t{1} << 32U;

[[noreturn]] void refuse(const TensorProgram& program, const std::string& name,
                         const std::string& sentence, Category category = Category::input) {
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

std::uint64_t count_of(const TensorShape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>{});
}

VectorType sum_type(VectorType type) {
  return type == VectorType::i8 ? VectorType::i32 : VectorType::f32;
}

/// Extent of a window's result along one axis; 0 where the window does not fit.
std::uint64_t windows(std::uint64_t extent, std::uint64_t padding, std::uint64_t window,
                      std::uint64_t stride) {
  const std::uint64_t padded = extent + padding;
  return window == 0 || stride == 0 || padded < window ? 0 : (padded - window) / stride + 1;
}

/// Refuses a window that the padded image does not hold.
void require_window(const TensorProgram& program, const TensorValue& image,
                    const TensorWindow& window, const std::string& name) {
  const std::uint64_t height = image.shape[1] + window.pad_top + window.pad_bottom;
  const std::uint64_t width = image.shape[2] + window.pad_left + window.pad_right;
  if (window.height <= height && window.width <= width) return;
  const auto sides = [](std::uint64_t y, std::uint64_t x) {
    return std::to_string(y) + " x " + std::to_string(x);
  };
  refuse(program, name,
         "its window of " + sides(window.height, window.width) + " is larger than the " +
             sides(height, width) + " of " + describe(image) + " with its padding");
}

}  // namespace

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

TensorId TensorProgram::add(TensorValue value) {
  value.made_up = value.name.empty();
  if (value.made_up) value.name = fresh_name("t");
  if (value.shape.empty()) refuse(*this, value.name, "has no axes; a number is of shape [1]");
  const auto same = std::find_if(tensors.begin(), tensors.end(), [&](const TensorValue& other) {
    return other.name == value.name;
  });
  if (same != tensors.end()) {
    if (!same->made_up || same->output) refuse(*this, value.name, "is there already");
    same->name = fresh_name("t");
  }
  std::uint64_t elements = 1;
  for (const std::uint64_t extent : value.shape) {
    if (extent == 0 || extent > most_elements || elements * extent > most_elements) {
      refuse(*this, value.name, "shape " + shape_text(value.shape) + " is empty or too large");
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
    refuse(*this, name,
           "has " + std::to_string(bytes.size()) + " bytes, " + describe(value) + " takes " +
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
    refuse(*this, name, shortest(number) + " is no " + std::string(numerics::name_of(type)));
  }
  store_number(bytes, 0, type, number);
  return constant(name, type, {1}, bytes);
}

TensorId TensorProgram::matmul(TensorId left, TensorId right, const std::string& name) {
  const TensorValue& a = at(left);
  const TensorValue& b = at(right);
  if (a.type != b.type || (a.type != VectorType::i8 && a.type != VectorType::f16)) {
    refuse(*this, name,
           "matmul takes i8 and i8 or f16 and f16, not " + describe(a) + " and " + describe(b));
  }
  const std::size_t axes = b.shape.size();
  const bool batched = axes > 2 && a.shape.size() == axes &&
                       std::equal(a.shape.begin(), a.shape.end() - 2, b.shape.begin());
  if ((axes != 2 && !batched) || a.shape.back() != b.shape[axes - 2]) {
    refuse(*this, name,
           "matmul takes [..., m, k] and [k, n], or [b, m, k] and [b, k, n], not " + describe(a) +
               " and " + describe(b));
  }
  TensorShape shape = a.shape;
  shape.back() = b.shape.back();
  const VectorType type = sum_type(a.type);
  return add({TensorOperation::matmul, {left, right}}, type, shape, name);
}

TensorId TensorProgram::convolution(TensorId image, TensorId weights, const TensorWindow& window,
                                    const std::string& name) {
  const TensorValue& x = at(image);
  const TensorValue& w = at(weights);
  if (x.type != w.type || (x.type != VectorType::i8 && x.type != VectorType::f16)) {
    refuse(*this, name,
           "conv takes i8 and i8 or f16 and f16, not " + describe(x) + " and " + describe(w));
  }
  if (x.shape.size() != 4 || w.shape.size() != 4 || x.shape[3] != w.shape[2]) {
    refuse(
        *this, name,
        "conv takes [b, h, w, c] and [kh, kw, c, n], not " + describe(x) + " and " + describe(w));
  }
  if (x.type != VectorType::i8 && window.pad_value != 0) {
    refuse(*this, name, "a pad value other than 0 is for i8");
  }
  TensorWindow own = window;
  own.height = static_cast<std::uint32_t>(w.shape[0]);
  own.width = static_cast<std::uint32_t>(w.shape[1]);
  const TensorShape shape = {
      x.shape[0], windows(x.shape[1], own.pad_top + own.pad_bottom, own.height, own.stride_y),
      windows(x.shape[2], own.pad_left + own.pad_right, own.width, own.stride_x), w.shape[3]};
  require_window(*this, x, own, name);
  const VectorType type = sum_type(x.type);
  TensorNode node{TensorOperation::convolution, {image, weights}};
  node.window = own;
  return add(std::move(node), type, shape, name);
}

namespace {
TensorShape pooled(const TensorProgram& program, const TensorValue& x, const TensorWindow& window,
                   const std::string& name) {
  if (x.shape.size() != 4) refuse(program, name, "a pool takes [b, h, w, c], not " + describe(x));
  if (window.pad_top >= window.height || window.pad_bottom >= window.height ||
      window.pad_left >= window.width || window.pad_right >= window.width) {
    refuse(program, name, "the padding of a pool must be smaller than its window");
  }
  require_window(program, x, window, name);
  return {x.shape[0],
          windows(x.shape[1], window.pad_top + window.pad_bottom, window.height, window.stride_y),
          windows(x.shape[2], window.pad_left + window.pad_right, window.width, window.stride_x),
          x.shape[3]};
}
}  // namespace

TensorId TensorProgram::maximum_pool(TensorId image, const TensorWindow& window,
                                     const std::string& name) {
  const TensorShape shape = pooled(*this, at(image), window, name);
  const VectorType type = at(image).type;
  TensorNode node{TensorOperation::maximum_pool, {image}};
  node.window = window;
  return add(std::move(node), type, shape, name);
}

TensorId TensorProgram::sum_pool(TensorId image, const TensorWindow& window,
                                 const std::string& name) {
  const TensorShape shape = pooled(*this, at(image), window, name);
  const VectorType type = at(image).type;
  if (type != VectorType::i8 && type != VectorType::f16) {
    refuse(*this, name, "sum_pool takes i8 or f16, not " + describe(at(image)));
  }
  TensorNode node{TensorOperation::sum_pool, {image}};
  node.window = window;
  return add(std::move(node), sum_type(type), shape, name);
}

TensorId TensorProgram::unary(VectorOperation operation, TensorId a, const std::string& name) {
  const numerics::VectorOperationTraits& traits = numerics::traits_of(operation);
  const bool floats = numerics::is_float(at(a).type);
  if (traits.operands != 1 || operation == VectorOperation::convert) {
    refuse(*this, name, std::string(traits.name) + " is no operation of one operand");
  }
  if (floats ? !traits.floats : !traits.integers) {
    refuse(*this, name, std::string(traits.name) + " does not take " + describe(at(a)));
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
    refuse(*this, name, std::string(traits.name) + " is no operation of two operands");
  }
  if (at(a).type != at(b).type || (floats ? !traits.floats : !traits.integers)) {
    refuse(
        *this, name,
        std::string(traits.name) + " does not take " + describe(at(a)) + " and " + describe(at(b)));
  }
  TensorShape shape;
  try {
    shape = broadcast(at(a).shape, at(b).shape);
  } catch (const Error& error) {
    refuse(*this, name, error.what());
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
    refuse(*this, name, "softmax takes f32, not " + describe(at(a)));
  }
  const TensorShape shape = at(a).shape;
  return add({TensorOperation::softmax, {a}}, VectorType::f32, shape, name);
}

TensorId TensorProgram::layer_norm(TensorId a, float epsilon, const std::string& name) {
  if (at(a).type != VectorType::f32 || at(a).shape.empty()) {
    refuse(*this, name, "layer_norm takes f32, not " + describe(at(a)));
  }
  if (!(epsilon >= 0) || !std::isfinite(epsilon)) refuse(*this, name, "epsilon must be 0 or more");
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
  if (!each_axis) refuse(*this, name, "no permutation of the axes of " + describe(x));
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
    refuse(*this, name,
           "gather takes a table of two axes and i32 indices, not " + describe(rows) + " and " +
               describe(index));
  }
  if (index.role != TensorValue::Role::constant) {
    refuse(*this, name,
           "gather by indices that are no constant: rows are picked by address, before the run",
           Category::unsupported);
  }
  const std::vector<std::byte> bytes = bytes_of(index);
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::int32_t)) {
    std::int32_t row = 0;
    std::memcpy(&row, bytes.data() + i, sizeof(row));
    if (row < 0 || static_cast<std::uint64_t>(row) >= rows.shape[0]) {
      refuse(*this, name, "index " + std::to_string(row) + " is outside " + describe(rows));
    }
  }
  TensorShape shape = index.shape;
  shape.push_back(rows.shape[1]);
  const VectorType type = rows.type;
  return add({TensorOperation::gather, {table, indices}}, type, shape, name);
}

TensorId TensorProgram::reshape(TensorId a, const TensorShape& shape, const std::string& name) {
  if (count_of(shape) != at(a).elements()) {
    refuse(*this, name, describe(at(a)) + " has other elements than " + shape_text(shape));
  }
  const VectorType type = at(a).type;
  return add({TensorOperation::reshape, {a}}, type, shape, name);
}

void TensorProgram::output(TensorId a) {
  if (at(a).role != TensorValue::Role::result) {
    refuse(*this, at(a).name, "an output must be the result of an operation");
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
      refuse(program, name, "an operand is missing, or is made later");
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
      refuse(program, name, "no such operation");
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
        refuse(again, value.name, "no operation makes it");
      }
      again.chip = program.nodes[next].chip;
      repeated(program, program.nodes[next++], again);
      if (again.at(id).type != value.type || again.at(id).shape != value.shape) {
        refuse(again, value.name,
               "is " + describe(value) + ", its operation makes " + describe(again.at(id)));
      }
    }
  }
  if (next != program.nodes.size()) refuse(again, "", "an operation makes no tensor");
}

}  // namespace weft::program::tsp
