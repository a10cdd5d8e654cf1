// SPDX-License-Identifier: Apache-2.0
// Tensor programs evaluated plainly on the host, and their schedules run by the naive TSP.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "numerics/half.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_oracle.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_tensor_values.hpp"
#include "tsp_builder.hpp"
#include "tsp_group_values.hpp"
#include "tsp_lane_values.hpp"

namespace weft::program::tsp::test {

using Bytes = std::vector<std::byte>;
using Values = std::map<TensorId, Bytes>;

inline Bytes pattern_bytes(VectorType type, const TensorShape& shape, std::uint64_t seed) {
  TensorProgram program;
  return bytes_of(program.at(program.pattern("p", type, shape, seed)));
}

class Evaluator {
 public:
  Evaluator(const TensorProgram& program, Values inputs)
      : program_(program), values_(std::move(inputs)) {
    for (TensorId id = 0; id < program.tensors.size(); ++id) {
      if (program.at(id).role == TensorValue::Role::constant) {
        values_[id] = bytes_of(program.at(id));
      }
    }
    for (const TensorNode& node : program.nodes) values_[node.result] = evaluate(node);
  }
  const Bytes& at(TensorId id) const { return values_.at(id); }

 private:
  std::size_t width(TensorId id) const { return numerics::width_of(program_.at(id).type); }

  oracle::Vectors spread(TensorId id, const std::vector<std::int64_t>& elements) const {
    oracle::Vectors out(width(id), oracle::Vector{});
    const Bytes& bytes = values_.at(id);
    for (std::size_t lane = 0; lane < elements.size(); ++lane) {
      if (elements[lane] < 0) continue;
      for (std::size_t b = 0; b < width(id); ++b) {
        out[b][lane] = static_cast<std::uint8_t>(
            bytes[static_cast<std::size_t>(elements[lane]) * width(id) + b]);
      }
    }
    return out;
  }

  Bytes evaluate(const TensorNode& node) const {
    switch (node.operation) {
      case TensorOperation::elementwise:
        return elementwise(node);
      case TensorOperation::matmul:
        return matmul(node);
      case TensorOperation::convolution:
        if (node.window.groups > 1) {
          return GroupSums(program_, node, values_.at(node.operands[0]),
                           values_.at(node.operands[1]))
              .all();
        }
        return convolution(node);
      case TensorOperation::maximum_pool:
        return maximum_pool(node);
      case TensorOperation::sum_pool:
        return sum_pool(node);
      case TensorOperation::softmax:
        return by_rows(node, [](const Row& row) { return softmax_of(row); });
      case TensorOperation::layer_norm:
        return by_rows(node, [&](const Row& row) { return layer_norm_of(row, node.epsilon); });
      case TensorOperation::gather:
        return gather(node);
      case TensorOperation::reshape:
        return values_.at(node.operands[0]);
      case TensorOperation::transpose:
        return transpose(node);
      default:
        ADD_FAILURE() << "not evaluated: " << name_of(node.operation);
        return {};
    }
  }

  Bytes gather(const TensorNode& node) const {
    const Bytes& table = values_.at(node.operands[0]);
    const Bytes& indices = values_.at(node.operands[1]);
    const std::size_t size = program_.at(node.result).shape.back() * width(node.result);
    Bytes out;
    for (std::size_t at = 0; at < indices.size(); at += 4) {
      std::int32_t row = 0;
      std::memcpy(&row, indices.data() + at, sizeof(row));
      const auto from = table.begin() + static_cast<std::ptrdiff_t>(size) * row;
      out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(size));
    }
    return out;
  }

  template <typename OfRow>
  Bytes by_rows(const TensorNode& node, const OfRow& of_row) const {
    Bytes out = values_.at(node.operands[0]);
    Row row(program_.at(node.result).shape.back());
    const std::size_t size = row.size() * sizeof(float);
    for (std::size_t at = 0; at < out.size(); at += size) {
      std::memcpy(row.data(), out.data() + at, size);
      row = of_row(row);
      std::memcpy(out.data() + at, row.data(), size);
    }
    return out;
  }

  static std::int64_t element(const TensorShape& from, const TensorShape& to, std::uint64_t at) {
    std::uint64_t out = 0;
    std::uint64_t stride = 1;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::uint64_t extent = to[to.size() - 1 - i];
      const std::uint64_t own = i < from.size() ? from[from.size() - 1 - i] : 1;
      if (own != 1) out += at % extent * stride;
      stride *= own;
      at /= extent;
    }
    return static_cast<std::int64_t>(out);
  }

  void put(Bytes& out, std::size_t width, std::size_t element, const oracle::Vectors& from,
           std::size_t lane) const {
    for (std::size_t b = 0; b < width; ++b) {
      out[element * width + b] = static_cast<std::byte>(from[b][lane]);
    }
  }

  Bytes elementwise(const TensorNode& node) const {
    const TensorValue& result = program_.at(node.result);
    Instruction alu;
    alu.opcode = Opcode::alu;
    alu.operation = node.vector;
    alu.type = program_.at(node.operands[0]).type;
    alu.result_type = result.type;
    const std::size_t size = width(node.result);
    Bytes out(result.elements() * size);
    for (std::uint64_t first = 0; first < result.elements(); first += lanes) {
      const std::uint64_t count = std::min<std::uint64_t>(lanes, result.elements() - first);
      std::vector<oracle::Vectors> in;
      for (const TensorId operand : node.operands) {
        std::vector<std::int64_t> elements(count);
        for (std::uint64_t i = 0; i < count; ++i) {
          elements[i] = element(program_.at(operand).shape, result.shape, first + i);
        }
        in.push_back(spread(operand, elements));
      }
      if (in.size() == 1) in.emplace_back();
      const oracle::Vectors sum = oracle::alu_result(alu, in[0], in[1]);
      for (std::uint64_t i = 0; i < count; ++i) put(out, size, first + i, sum, i);
    }
    return out;
  }

  /// Sums of one row: `a` lists which elements of the left operand, `w` which row of weights; pass
  /// after pass takes `chunk` of them, and what is left of every `block`.
  void row_of_sums(const TensorNode& node, const std::vector<std::int64_t>& a,
                   const std::vector<std::uint64_t>& w, std::uint64_t columns,
                   std::uint64_t result_row, Bytes& out, std::size_t chunk,
                   std::size_t block = ~std::size_t{0}) const {
    const VectorType type = program_.at(node.operands[0]).type;
    for (std::uint64_t n = 0; n < columns; n += lanes) {
      const std::uint64_t count = std::min<std::uint64_t>(lanes, columns - n);
      oracle::Vectors sum;
      for (std::size_t k = 0, depth = 0; k < a.size(); k += depth) {
        depth = std::min({chunk, a.size() - k, block - k % block});
        std::vector<oracle::Vectors> weights;
        for (std::size_t i = k; i < k + depth; ++i) {
          std::vector<std::int64_t> row(count);
          for (std::uint64_t l = 0; l < count; ++l) {
            row[l] = static_cast<std::int64_t>(w[i] * columns + n + l);
          }
          weights.push_back(spread(node.operands[1], row));
        }
        Instruction activate;
        activate.opcode = Opcode::activate;
        activate.type = type;
        const auto from = a.begin() + static_cast<std::ptrdiff_t>(k);
        const oracle::Vectors part = oracle::row_of_sums(
            activate, weights,
            spread(node.operands[0], {from, from + static_cast<std::ptrdiff_t>(depth)}));
        sum = k == 0 ? part : oracle::added(type, sum, part);
      }
      for (std::uint64_t l = 0; l < count; ++l) {
        put(out, 4, result_row * columns + n + l, sum, l);
      }
    }
  }

  Bytes matmul(const TensorNode& node) const {
    const TensorValue& left = program_.at(node.operands[0]);
    const std::uint64_t depth = left.shape.back();
    const TensorShape& right = program_.at(node.operands[1]).shape;
    const std::uint64_t columns = right.back();
    const std::uint64_t rows = left.elements() / depth;
    const std::uint64_t matrices = program_.at(node.operands[1]).elements() / depth / columns;
    Bytes out(rows * columns * 4);
    for (std::uint64_t r = 0; r < rows; ++r) {
      std::vector<std::int64_t> a(depth);
      std::vector<std::uint64_t> w(depth);
      for (std::uint64_t k = 0; k < depth; ++k) {
        a[k] = static_cast<std::int64_t>(r * depth + k);
        w[k] = r / (rows / matrices) * depth + k;
      }
      row_of_sums(node, a, w, columns, r, out, left.type == VectorType::f16 ? 160 : 320);
    }
    return out;
  }

  Bytes transpose(const TensorNode& node) const {
    const TensorShape& from = program_.at(node.operands[0]).shape;
    const TensorShape& to = program_.at(node.result).shape;
    const Bytes& in = values_.at(node.operands[0]);
    const std::size_t size = width(node.result);
    Bytes out(in.size());
    for (std::uint64_t at = 0; at < out.size() / size; ++at) {
      std::vector<std::uint64_t> index(to.size());
      std::uint64_t rest = at;
      for (std::size_t i = to.size(); i-- > 0; rest /= to[i]) {
        index[node.permutation[i]] = rest % to[i];
      }
      std::uint64_t element = 0;
      for (std::size_t i = 0; i < from.size(); ++i) element = element * from[i] + index[i];
      std::memcpy(out.data() + at * size, in.data() + element * size, size);
    }
    return out;
  }

  /// The middle row of taps first, a tap and 160 channels a pass.
  Bytes halves_convolution(const TensorNode& node) const {
    const TensorShape& x = program_.at(node.operands[0]).shape;
    const TensorShape& y = program_.at(node.result).shape;
    const TensorShape& w = program_.at(node.operands[1]).shape;
    std::vector<std::uint64_t> rows = {w[0] / 2};
    for (std::uint64_t row = 0; row < w[0]; ++row) {
      if (row != w[0] / 2) rows.push_back(row);
    }
    Bytes out(program_.at(node.result).elements() * 4);
    for (std::uint64_t r = 0; r < y[0] * y[1] * y[2]; ++r) {
      std::vector<std::int64_t> a;
      std::vector<std::uint64_t> weights;
      for (std::uint64_t tap = 0; tap < w[0] * w[1]; ++tap) {
        const std::uint64_t row = rows[tap / w[1]];
        const auto in_y = static_cast<std::int64_t>(r / y[2] % y[1] * node.window.stride_y + row) -
                          node.window.pad_top;
        const auto in_x = static_cast<std::int64_t>(r % y[2] * node.window.stride_x + tap % w[1]) -
                          node.window.pad_left;
        const bool inside = in_y >= 0 && in_x >= 0 && in_y < static_cast<std::int64_t>(x[1]) &&
                            in_x < static_cast<std::int64_t>(x[2]);
        const std::uint64_t pixel =
            inside ? (r / y[2] / y[1] * x[1] + static_cast<std::uint64_t>(in_y)) * x[2] +
                         static_cast<std::uint64_t>(in_x)
                   : 0;
        for (std::uint64_t c = 0; c < w[2]; ++c) {
          a.push_back(inside ? static_cast<std::int64_t>(pixel * w[2] + c) : -1);
          weights.push_back((row * w[1] + tap % w[1]) * w[2] + c);
        }
      }
      row_of_sums(node, a, weights, w[3], r, out, 160, w[2]);
    }
    return out;
  }

  Bytes convolution(const TensorNode& node) const {
    const TensorValue& x = program_.at(node.operands[0]);
    if (x.type == VectorType::f16) return halves_convolution(node);
    const TensorShape& out_shape = program_.at(node.result).shape;
    const TensorShape& w = program_.at(node.operands[1]).shape;
    const Bytes& image = values_.at(node.operands[0]);
    const Bytes& weights = values_.at(node.operands[1]);
    Bytes out(program_.at(node.result).elements() * 4);
    for (std::uint64_t at = 0; at < program_.at(node.result).elements(); ++at) {
      const auto image_rows =
          static_cast<std::int64_t>(at / out_shape[3] / out_shape[2] / out_shape[1] * x.shape[1]);
      const std::uint64_t n = at % out_shape[3];
      const std::uint64_t ox = at / out_shape[3] % out_shape[2];
      const std::uint64_t oy = at / out_shape[3] / out_shape[2] % out_shape[1];
      std::int32_t sum = 0;
      for (std::uint64_t tap = 0; tap < w[0] * w[1]; ++tap) {
        const auto y =
            static_cast<std::int64_t>(oy * node.window.stride_y + tap / w[1]) - node.window.pad_top;
        const auto xx = static_cast<std::int64_t>(ox * node.window.stride_x + tap % w[1]) -
                        node.window.pad_left;
        const bool inside = y >= 0 && xx >= 0 && y < static_cast<std::int64_t>(x.shape[1]) &&
                            xx < static_cast<std::int64_t>(x.shape[2]);
        for (std::uint64_t c = 0; c < w[2]; ++c) {
          const auto pixel = static_cast<std::size_t>(
              ((image_rows + y) * static_cast<std::int64_t>(x.shape[2]) + xx) *
                  static_cast<std::int64_t>(w[2]) +
              static_cast<std::int64_t>(c));
          const std::int32_t a =
              inside ? static_cast<std::int8_t>(image[pixel]) : node.window.pad_value;
          sum += a * static_cast<std::int8_t>(weights[(tap * w[2] + c) * w[3] + n]);
        }
      }
      std::memcpy(out.data() + at * 4, &sum, 4);
    }
    return out;
  }

  /// Without padding.
  Bytes sum_pool(const TensorNode& node) const {
    const TensorShape& in = program_.at(node.operands[0]).shape;
    const TensorShape& out_shape = program_.at(node.result).shape;
    const Bytes& image = values_.at(node.operands[0]);
    Bytes out(program_.at(node.result).elements() * 4);
    for (std::uint64_t at = 0; at < out.size() / 4; ++at) {
      const std::uint64_t row = at / out_shape[3] / out_shape[2];
      const std::uint64_t y =
          row / out_shape[1] * in[1] + row % out_shape[1] * node.window.stride_y;
      const std::uint64_t x = at / out_shape[3] % out_shape[2] * node.window.stride_x;
      std::int32_t sum = 0;
      float real = 0;  // of f16: the first tap, and the others one by one
      for (std::uint32_t tap = 0; tap < node.window.height * node.window.width; ++tap) {
        const std::uint64_t pixel =
            (y + tap / node.window.width) * in[2] + x + tap % node.window.width;
        const std::uint64_t from = pixel * in[3] + at % out_shape[3];
        if (width(node.operands[0]) == 1) {
          sum += static_cast<std::int8_t>(image[from]);
          continue;
        }
        numerics::Half half = 0;
        std::memcpy(&half, image.data() + from * 2, 2);
        const float wide = numerics::float_from_half(half);
        real = tap == 0 ? wide : real + wide;
      }
      if (width(node.operands[0]) == 1) {
        std::memcpy(out.data() + at * 4, &sum, 4);
      } else {
        std::memcpy(out.data() + at * 4, &real, 4);
      }
    }
    return out;
  }

  Bytes maximum_pool(const TensorNode& node) const {
    const TensorValue& x = program_.at(node.operands[0]);
    const TensorShape& out_shape = program_.at(node.result).shape;
    EXPECT_EQ(x.type, VectorType::i8);
    const Bytes& image = values_.at(node.operands[0]);
    Bytes out(program_.at(node.result).elements());
    for (std::uint64_t at = 0; at < out.size(); ++at) {
      const std::uint64_t c = at % out_shape[3];
      const std::uint64_t ox = at / out_shape[3] % out_shape[2];
      const std::uint64_t oy = at / out_shape[3] / out_shape[2];
      std::int8_t most = -128;
      for (std::uint32_t ky = 0; ky < node.window.height; ++ky) {
        for (std::uint32_t kx = 0; kx < node.window.width; ++kx) {
          const auto y =
              static_cast<std::int64_t>(oy * node.window.stride_y + ky) - node.window.pad_top;
          const auto xx =
              static_cast<std::int64_t>(ox * node.window.stride_x + kx) - node.window.pad_left;
          if (y < 0 || xx < 0 || y >= static_cast<std::int64_t>(x.shape[1]) ||
              xx >= static_cast<std::int64_t>(x.shape[2])) {
            continue;
          }
          const auto pixel =
              static_cast<std::size_t>(y) * x.shape[2] + static_cast<std::size_t>(xx);
          most = std::max(most, static_cast<std::int8_t>(image[pixel * x.shape[3] + c]));
        }
      }
      out[at] = static_cast<std::byte>(most);
    }
    return out;
  }

  const TensorProgram& program_;
  Values values_;
};

/// Calls back with (word, lane, byte plane, byte of the tensor) of every byte that the pieces
/// place.
template <typename Callback>
void each_byte(const Tensor& tensor, Callback callback) {
  const std::uint32_t width = numerics::width_of(tensor.type);
  for (const Piece& piece : tensor.pieces) {
    for (std::uint32_t w = 0; w < piece.words; ++w) {
      for (std::uint32_t l = 0; l < piece.lane_count; ++l) {
        const std::int64_t element =
            piece.first + std::int64_t{w} * piece.word_step + std::int64_t{l} * piece.lane_step;
        for (std::uint32_t b = 0; b < width; ++b) {
          const auto address = static_cast<std::uint32_t>(std::int64_t{piece.address} +
                                                          std::int64_t{w} * piece.stride);
          callback(oracle::word_number(piece.hemisphere, piece.slices[b], piece.bank, address),
                   piece.lane_first + l, static_cast<std::size_t>(element) * width + b);
        }
      }
    }
  }
}

/// A pattern for each input, another one each.
inline Values pattern_inputs(const TensorProgram& program) {
  Values inputs;
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    const TensorValue& value = program.at(id);
    if (value.role != TensorValue::Role::input) continue;
    inputs[id] = pattern_bytes(value.type, value.shape, 7 + id);
  }
  return inputs;
}

/// Schedules, checks, runs on the naive TSP, and holds every output against the host's evaluation,
/// the end against the prediction.
inline ScheduledProgram expect_as_on_host(const TensorProgram& program, const Values& inputs,
                                          const ScheduleOptions& options = {}) {
  const Timing timing = default_timing();
  const ScheduledProgram scheduled = schedule(program, timing, options);
  const Program& made = scheduled.program;
  validate(made);
  for (const Instruction& run : made.schedules.at(0).instructions) {
    for (const Operand& operand : run.operands) {
      EXPECT_TRUE(operand.kind == Operand::Kind::none || operand.name_count > 0);
    }
  }
  const Checked checked = check(made, timing);
  if (checked.fault) {
    ADD_FAILURE() << describe(made, *checked.fault);
    return scheduled;
  }
  EXPECT_EQ(checked.cycles, scheduled.cycles);
  std::map<std::string, TensorId> ids;
  for (TensorId id = 0; id < program.tensors.size(); ++id) ids[program.at(id).name] = id;
  const Evaluator host(program, inputs);
  TensorInputs named;
  for (const auto& [id, bytes] : inputs) named[program.at(id).name] = bytes;
  const std::vector<Bytes> plain = evaluate(program, named);
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    if (!program.at(id).output) continue;
    EXPECT_EQ(plain[id], host.at(id)) << program.at(id).name;
  }
  oracle::Memory memory;
  for (const Tensor& tensor : made.tensors) {
    if (tensor.role == Tensor::Role::output) continue;
    const bool given = tensor.role == Tensor::Role::constant;
    const auto first = made.bytes.begin() + static_cast<std::ptrdiff_t>(tensor.bytes_first);
    const Bytes bytes =
        given ? Bytes(first, first + static_cast<std::ptrdiff_t>(tensor.elements() *
                                                                 numerics::width_of(tensor.type)))
              : host.at(ids.at(tensor.name));
    each_byte(tensor, [&](std::uint32_t word, std::uint32_t lane, std::size_t at) {
      memory.try_emplace(word, oracle::Vector{}).first->second[lane] =
          static_cast<std::uint8_t>(bytes.at(at));
    });
  }
  const oracle::Result result = oracle::run(made.schedules.at(0), timing, memory);
  if (result.fault) {
    ADD_FAILURE() << describe(made, *result.fault);
    return scheduled;
  }
  EXPECT_EQ(result.cycles, scheduled.cycles);
  for (const Tensor& tensor : made.tensors) {
    if (tensor.role != Tensor::Role::output) continue;
    const Bytes& bytes = host.at(ids.at(tensor.name));
    std::size_t wrong = 0;
    std::vector<bool> seen(bytes.size());
    each_byte(tensor, [&](std::uint32_t word, std::uint32_t lane, std::size_t at) {
      const auto found = result.memory.find(word);
      const std::uint8_t value = found == result.memory.end() ? 0 : found->second[lane];
      if (!seen.at(at) && value != static_cast<std::uint8_t>(bytes.at(at))) ++wrong;
      seen[at] = true;
    });
    EXPECT_EQ(wrong, 0U) << tensor.name << ": bytes of " << bytes.size();
    EXPECT_EQ(std::count(seen.begin(), seen.end(), false), 0) << tensor.name;
  }
  return scheduled;
}

}  // namespace weft::program::tsp::test
