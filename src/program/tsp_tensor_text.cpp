// SPDX-License-Identifier: Apache-2.0
// A line a tensor: inputs, constants, operations; the outputs in the end.
#include "program/tsp_tensor_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "numerics/half.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint64_t most_numbers = 64;  ///< of a constant that is printed in decimals
constexpr std::size_t bytes_a_line = 64;

template <typename T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

double number_at(VectorType type, const std::byte* from) {
  switch (type) {
    case VectorType::i8:
      return load<std::int8_t>(from);
    case VectorType::i16:
      return load<std::int16_t>(from);
    case VectorType::i32:
      return load<std::int32_t>(from);
    case VectorType::f16:
      return static_cast<double>(numerics::float_from_half(load<numerics::Half>(from)));
    case VectorType::f32:
      return static_cast<double>(load<float>(from));
  }
  return 0.0;
}

std::string hex_text(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "hex \"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0 && i % bytes_a_line == 0) out += "\",\n  \"";
    const auto byte = static_cast<unsigned>(bytes[i]);
    out += digits[byte / 16];
    out += digits[byte % 16];
  }
  return out + "\"";
}

template <typename T>
std::string list_text(const std::vector<T>& numbers) {
  std::string out;
  for (const T number : numbers) out += (out.empty() ? "" : ", ") + std::to_string(number);
  return out;
}

std::string window_text(const TensorNode& node) {
  const TensorWindow& w = node.window;
  std::string out;
  const bool convolves = node.operation == TensorOperation::convolution;
  if (!convolves) out += " window " + list_text<std::uint32_t>({w.height, w.width});
  if (w.stride_y != 1 || w.stride_x != 1) {
    out += " stride " + list_text<std::uint32_t>({w.stride_y, w.stride_x});
  }
  if (w.pad_top + w.pad_bottom + w.pad_left + w.pad_right != 0) {
    out += " pad " + list_text<std::uint32_t>({w.pad_top, w.pad_bottom, w.pad_left, w.pad_right});
  }
  if (w.pad_value != 0) out += " pad_value " + std::to_string(w.pad_value);
  if (w.groups != 1) out += " groups " + std::to_string(w.groups);
  return out;
}

std::string operation_text(const TensorProgram& program, const TensorNode& node) {
  const TensorValue& result = program.at(node.result);
  const bool elementwise = node.operation == TensorOperation::elementwise;
  std::string out(elementwise ? numerics::traits_of(node.vector).name : name_of(node.operation));
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    out += (i == 0 ? " " : ", ") + program.at(node.operands[i]).name;
  }
  switch (node.operation) {
    case TensorOperation::convolution:
    case TensorOperation::maximum_pool:
    case TensorOperation::sum_pool:
      return out + window_text(node);
    case TensorOperation::layer_norm:
      return out + " epsilon " + shortest(static_cast<double>(node.epsilon));
    case TensorOperation::transpose:
      return out + " by [" + list_text(node.permutation) + "]";
    case TensorOperation::reshape:
      return out + " to [" + list_text(result.shape) + "]";
    default:
      break;
  }
  if (elementwise && node.vector == VectorOperation::convert) {
    out += " to " + std::string(numerics::name_of(result.type));
  }
  return out;
}

std::string type_text(const TensorValue& value) {
  return value.name + ": " + std::string(numerics::name_of(value.type)) + "[" +
         list_text(value.shape) + "]";
}

}  // namespace

std::string elements_text(VectorType type, std::span<const std::byte> bytes) {
  const std::uint32_t width = numerics::width_of(type);
  const std::uint64_t elements = bytes.size() / width;
  const auto number = [&](std::uint64_t i) { return number_at(type, bytes.data() + i * width); };
  bool alike = elements > 1 && std::isfinite(number(0));
  for (std::uint64_t i = 1; alike && i < elements; ++i) {
    alike = std::memcmp(bytes.data(), bytes.data() + i * width, width) == 0;
  }
  if (alike) return "fill " + shortest(number(0));
  bool short_list = elements <= most_numbers;
  for (std::uint64_t i = 0; short_list && i < elements; ++i) short_list = std::isfinite(number(i));
  if (!short_list) return hex_text(bytes);
  std::string out;
  for (std::uint64_t i = 0; i < elements; ++i) out += (i == 0 ? "" : ", ") + shortest(number(i));
  return out;
}

std::string text_of(const TensorProgram& program, const std::vector<std::string>& title,
                    const TensorComments& comments) {
  std::string out;
  for (const std::string& line : title) out += "# " + line + "\n";
  auto node = program.nodes.begin();
  std::uint32_t chip = 0;
  std::uint32_t layer = no_layer;
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    const auto above = comments.find(id);
    const bool begins = node != program.nodes.end() &&
                        (node->result == id || (above != comments.end() && node->result > id));
    if (begins && node->chip != chip) {
      chip = node->chip;
      out += "\nchip " + std::to_string(chip) + "\n";
    }
    if (above != comments.end()) {
      out += "\n";
      for (const std::string& line : above->second) out += "# " + line + "\n";
    }
    const TensorValue& value = program.at(id);
    if (value.layer != layer) {
      layer = value.layer;
      out += "layer \"" + (layer == no_layer ? "" : program.layers.at(layer)) + "\"\n";
    }
    if (value.role == TensorValue::Role::input) {
      out += "input " + type_text(value) + "\n";
    } else if (value.role == TensorValue::Role::constant) {
      out += "constant " + type_text(value) + " = " +
             (value.patterned ? "pattern " + std::to_string(value.seed)
                              : elements_text(value.type, value.bytes)) +
             "\n";
    } else {
      if (node == program.nodes.end() || node->result != id) {
        fail(Category::internal, "tensor '" + value.name + "': no operation makes it");
      }
      out += value.name + " = " + operation_text(program, *node++) + "\n";
    }
  }
  std::string outputs;
  for (const TensorValue& value : program.tensors) {
    if (value.output) outputs += (outputs.empty() ? "" : ", ") + value.name;
  }
  return outputs.empty() ? out : out + "\noutput " + outputs + "\n";
}

}  // namespace weft::program::tsp
