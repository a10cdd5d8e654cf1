// SPDX-License-Identifier: Apache-2.0
// Operations of tensor programs over whole host tensors, in plain loops.
#include "program/tsp_tensor_values.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "numerics/exact_dot.hpp"
#include "numerics/tsp_host.hpp"
#include "program/tsp_tensor_rows.hpp"
#include "program/tsp_tensor_window.hpp"

namespace weft::program::tsp {
namespace {

using numerics::tsp::host_apply;
using numerics::tsp::host_convert;
using numerics::tsp::host_matmul;
using numerics::tsp::HostBytes;

/// `result` element i is element from(i) of `a`.
template <typename From>
void rearrange(const HostBytes& a, std::size_t width, HostBytes& result, const From& from) {
  for (std::uint64_t i = 0; i < result.size() / width; ++i) {
    std::memcpy(result.data() + i * width, a.data() + from(i) * width, width);
  }
}

/// Element of a tensor of shape `own` that stands at element `at` of shape `whole`, to which it
/// broadcasts.
std::uint64_t broadcast_element(const TensorShape& own, const TensorShape& whole,
                                std::uint64_t at) {
  std::uint64_t out = 0;
  std::uint64_t stride = 1;
  for (std::size_t axis = 0; axis < own.size(); ++axis) {
    const std::uint64_t mine = own[own.size() - 1 - axis];
    const std::uint64_t extent = whole[whole.size() - 1 - axis];
    if (mine != 1) out += at % extent * stride;
    stride *= mine;
    at /= extent;
  }
  return out;
}

class Evaluation {
 public:
  Evaluation(const TensorProgram& program, const TensorInputs& inputs)
      : program_(program), inputs_(inputs), values_(program.tensors.size()) {}

  std::vector<HostBytes> run() {
    count_uses();
    for (const TensorNode& node : program_.nodes) evaluate(node);
    for (TensorId id = 0; id < program_.tensors.size(); ++id) {
      if (!program_.at(id).output) values_[id] = HostBytes();
    }
    return std::move(values_);
  }

 private:
  std::size_t width(TensorId id) const { return numerics::width_of(program_.at(id).type); }
  std::size_t size(TensorId id) const { return program_.at(id).elements() * width(id); }

  void count_uses() {
    left_.assign(program_.tensors.size(), 0);
    for (const TensorNode& node : program_.nodes) {
      for (const TensorId operand : node.operands) ++left_[operand];
    }
  }

  /// A tensor's bytes; inputs and constants are made when they are first asked for.
  const HostBytes& of(TensorId id) {
    const TensorValue& value = program_.at(id);
    if (!values_[id].empty() || value.role == TensorValue::Role::result) return values_[id];
    if (value.role == TensorValue::Role::constant) {
      values_[id] = bytes_of(value);
    } else {
      const auto found = inputs_.find(value.name);
      values_[id] = found == inputs_.end() ? HostBytes(size(id)) : found->second;
    }
    return values_[id];
  }

  void evaluate(const TensorNode& node) {
    HostBytes result(size(node.result));
    for (const TensorId operand : node.operands) of(operand);
    compute(node, result);
    for (const TensorId operand : node.operands) {
      if (--left_[operand] == 0 && !program_.at(operand).output) values_[operand] = HostBytes();
    }
    values_[node.result] = std::move(result);
  }

  void compute(const TensorNode& node, HostBytes& result) {
    switch (node.operation) {
      case TensorOperation::matmul:
        return matmul(node, result);
      case TensorOperation::convolution:
        return convolve(program_, node, of(node.operands[0]), of(node.operands[1]), result);
      case TensorOperation::maximum_pool:
        return maximum_pool(node, result);
      case TensorOperation::sum_pool:
        return sum_pool(node, result);
      case TensorOperation::elementwise:
        return elementwise(node, result);
      case TensorOperation::reshape:
        result = of(node.operands[0]);
        return;
      case TensorOperation::softmax:
      case TensorOperation::layer_norm:
        return rows(node, result);
      case TensorOperation::transpose:
        return transpose(node, result);
      case TensorOperation::gather:
        return gather(node, result);
      case TensorOperation::count_:
        break;
    }
    fail(Category::internal, "tensor '" + program_.at(node.result).name + "': no such operation");
  }

  /// Of each matrix of the right operand with its share of the left one.
  void matmul(const TensorNode& node, HostBytes& result) {
    const TensorValue& right = program_.at(node.operands[1]);
    const std::uint64_t columns = right.shape.back();
    const std::uint64_t depth = right.shape[right.shape.size() - 2];
    const std::uint64_t matrices = right.elements() / (depth * columns);
    const auto share = [&](const HostBytes& whole, std::uint64_t number) {
      const auto bytes = static_cast<std::ptrdiff_t>(whole.size() / matrices);
      const auto first = whole.begin() + static_cast<std::ptrdiff_t>(number) * bytes;
      return HostBytes(first, first + bytes);
    };
    HostBytes part(result.size() / matrices);
    for (std::uint64_t number = 0; number < matrices; ++number) {
      host_matmul(right.type, share(of(node.operands[0]), number),
                  share(of(node.operands[1]), number), depth, columns, part);
      std::copy(part.begin(), part.end(),
                result.begin() + static_cast<std::ptrdiff_t>(number * part.size()));
    }
  }

  void rows(const TensorNode& node, HostBytes& result) {
    const std::uint64_t length = program_.at(node.result).shape.back();
    std::vector<float> row(length);
    const HostBytes& from = of(node.operands[0]);
    for (std::size_t at = 0; at < from.size(); at += length * sizeof(float)) {
      std::memcpy(row.data(), from.data() + at, length * sizeof(float));
      if (node.operation == TensorOperation::softmax) {
        softmax_row(row);
      } else {
        normalise_row(row, node.epsilon);
      }
      std::memcpy(result.data() + at, row.data(), length * sizeof(float));
    }
  }

  void transpose(const TensorNode& node, HostBytes& result) {
    const TensorShape& own = program_.at(node.operands[0]).shape;
    const TensorShape& shape = program_.at(node.result).shape;
    std::vector<std::uint64_t> strides(own.size(), 1);
    for (std::size_t axis = own.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * own[axis];
    rearrange(of(node.operands[0]), width(node.result), result, [&](std::uint64_t at) {
      std::uint64_t from = 0;
      for (std::size_t axis = shape.size(); axis-- > 0;) {
        from += at % shape[axis] * strides[node.permutation[axis]];
        at /= shape[axis];
      }
      return from;
    });
  }

  void gather(const TensorNode& node, HostBytes& result) {
    const HostBytes& rows = of(node.operands[1]);
    const std::size_t row_bytes = program_.at(node.result).shape.back() * width(node.result);
    rearrange(of(node.operands[0]), row_bytes, result, [&](std::uint64_t at) {
      std::int32_t row = 0;
      std::memcpy(&row, rows.data() + at * sizeof row, sizeof row);
      return static_cast<std::uint64_t>(row);
    });
  }

  /// The operand in the result's shape.
  HostBytes spread(TensorId id, const TensorShape& whole, std::uint64_t elements) {
    const TensorShape& own = program_.at(id).shape;
    if (own == whole) return of(id);
    HostBytes out(elements * width(id));
    rearrange(of(id), width(id), out,
              [&](std::uint64_t i) { return broadcast_element(own, whole, i); });
    return out;
  }

  void elementwise(const TensorNode& node, HostBytes& result) {
    const TensorValue& to = program_.at(node.result);
    const VectorType type = program_.at(node.operands[0]).type;
    if (node.vector == VectorOperation::convert) {
      return host_convert(type, of(node.operands[0]), to.type, result);
    }
    const HostBytes a = spread(node.operands[0], to.shape, to.elements());
    if (node.operands.size() == 1) return host_apply(node.vector, type, a, a, result);
    host_apply(node.vector, type, a, spread(node.operands[1], to.shape, to.elements()), result);
  }

  /// Window element `tap` of every output element; of those outside the one next to it, which is in
  /// the window too.
  HostBytes window_element(const TensorNode& node, std::uint32_t tap) {
    const TensorShape& image = program_.at(node.operands[0]).shape;
    const TensorShape& out = program_.at(node.result).shape;
    const std::size_t pixel_bytes = image[3] * width(node.operands[0]);
    HostBytes values(out[0] * out[1] * out[2] * pixel_bytes);
    rearrange(of(node.operands[0]), pixel_bytes, values, [&](std::uint64_t at) {
      const WindowPixel pixel = pixel_of(node.window, out, at, tap).nearest(image);
      return pixel.number(image);
    });
    return values;
  }

  void maximum_pool(const TensorNode& node, HostBytes& result) {
    result = window_element(node, 0);
    for (std::uint32_t tap = 1; tap < node.window.height * node.window.width; ++tap) {
      const HostBytes before = result;
      host_apply(VectorOperation::maximum, program_.at(node.result).type, before,
                 window_element(node, tap), result);
    }
  }

  void sum_pool(const TensorNode& node, HostBytes& result) {
    const TensorWindow& w = node.window;
    const VectorType from = program_.at(node.operands[0]).type;
    const VectorType to = program_.at(node.result).type;
    host_convert(from, window_element(node, 0), to, result);
    HostBytes wide(result.size());
    for (std::uint32_t tap = 1; tap < w.height * w.width; ++tap) {
      host_convert(from, window_element(node, tap), to, wide);
      const HostBytes before = result;
      host_apply(VectorOperation::add, to, before, wide, result);
    }
  }

  const TensorProgram& program_;
  const TensorInputs& inputs_;
  std::vector<HostBytes> values_;    ///< [tensor]
  std::vector<std::uint32_t> left_;  ///< [tensor]: uses to come
};

}  // namespace

void require_computable(const TensorProgram& program) {
  for (const TensorNode& node : program.nodes) {
    const TensorWindow& w = node.window;
    const bool padded = w.pad_top + w.pad_bottom + w.pad_left + w.pad_right > 0;
    if (node.operation != TensorOperation::sum_pool || !padded) continue;
    fail(Category::unsupported, "tensor '" + program.at(node.result).name +
                                    "': the host does not compute sum_pool of " +
                                    describe(program.at(node.operands[0])) + " with padding");
  }
}

std::vector<std::vector<std::byte>> evaluate(const TensorProgram& program,
                                             const TensorInputs& inputs) {
  require_computable(program);
  return Evaluation(program, inputs).run();
}

}  // namespace weft::program::tsp
