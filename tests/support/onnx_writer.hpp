// SPDX-License-Identifier: Apache-2.0
// ONNX files for tests, good and bad ones: protobuf messages field by field, and models of them.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weft::test {

/// One message's bytes.
class Proto {
 public:
  Proto& varint(std::uint32_t field, std::uint64_t value) {
    number((std::uint64_t{field} << 3U) | 0U);
    number(value);
    return *this;
  }
  Proto& whole(std::uint32_t field, std::int64_t value) {
    return varint(field, static_cast<std::uint64_t>(value));
  }
  Proto& text(std::uint32_t field, std::string_view value) {
    number((std::uint64_t{field} << 3U) | 2U);
    number(value.size());
    bytes_ += value;
    return *this;
  }
  Proto& message(std::uint32_t field, const Proto& value) { return text(field, value.bytes()); }
  Proto& single(std::uint32_t field, float value) {
    number((std::uint64_t{field} << 3U) | 5U);
    return raw(&value, sizeof value);
  }
  Proto& wholes(std::uint32_t field, const std::vector<std::int64_t>& values) {
    Proto packed;
    for (const std::int64_t one : values) packed.number(static_cast<std::uint64_t>(one));
    return text(field, packed.bytes());
  }
  Proto& raw(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
    return *this;
  }
  Proto& raw(std::string_view bytes) { return raw(bytes.data(), bytes.size()); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

namespace onnx_type {
inline constexpr std::int64_t f32 = 1;
inline constexpr std::int64_t u8 = 2;
inline constexpr std::int64_t i8 = 3;
inline constexpr std::int64_t u16 = 4;
inline constexpr std::int64_t i32 = 6;
inline constexpr std::int64_t i64 = 7;
inline constexpr std::int64_t text = 8;
inline constexpr std::int64_t boolean = 9;
inline constexpr std::int64_t f16 = 10;
inline constexpr std::int64_t f64 = 11;
inline constexpr std::int64_t bf16 = 16;
}  // namespace onnx_type

/// An extent, or the name of one that is open ("" for none).
using Dim = std::variant<std::int64_t, std::string>;

/// A TensorProto with raw data.
template <typename Item>
Proto tensor_proto(const std::string& name, std::int64_t type,
                   const std::vector<std::int64_t>& dims, const std::vector<Item>& values) {
  Proto tensor;
  tensor.wholes(1, dims).whole(2, type).text(8, name);
  const std::string_view raw(reinterpret_cast<const char*>(values.data()),
                             values.size() * sizeof(Item));
  return std::move(tensor.text(9, raw));
}

inline Proto floats(const std::string& name, const std::vector<std::int64_t>& dims,
                    const std::vector<float>& values) {
  return tensor_proto(name, onnx_type::f32, dims, values);
}
inline Proto wholes(const std::string& name, const std::vector<std::int64_t>& dims,
                    const std::vector<std::int64_t>& values) {
  return tensor_proto(name, onnx_type::i64, dims, values);
}

/// A TensorProto whose data lie in another file.
inline Proto external_tensor(const std::string& name, std::int64_t type,
                             const std::vector<std::int64_t>& dims,
                             const std::vector<std::pair<std::string, std::string>>& entries) {
  Proto tensor;
  tensor.wholes(1, dims).whole(2, type).text(8, name);
  for (const auto& [key, value] : entries) {
    tensor.message(13, Proto().text(1, key).text(2, value));
  }
  return std::move(tensor.whole(14, 1));
}

inline Proto type_proto(std::int64_t type, const std::vector<Dim>& dims) {
  Proto shape;
  for (const Dim& dim : dims) {
    Proto one;
    if (const auto* extent = std::get_if<std::int64_t>(&dim)) {
      one.whole(1, *extent);
    } else if (!std::get<std::string>(dim).empty()) {
      one.text(2, std::get<std::string>(dim));
    }
    shape.message(1, one);
  }
  return Proto().message(1, Proto().whole(1, type).message(2, shape));
}

inline Proto value_proto(const std::string& name, std::int64_t type, const std::vector<Dim>& dims) {
  return Proto().text(1, name).message(2, type_proto(type, dims));
}

// Attributes.

inline Proto attribute(const std::string& name, std::int64_t value) {
  return Proto().text(1, name).whole(3, value).whole(20, 2);
}
inline Proto attribute(const std::string& name, int value) {
  return attribute(name, std::int64_t{value});
}
inline Proto attribute(const std::string& name, float value) {
  return Proto().text(1, name).single(2, value).whole(20, 1);
}
inline Proto attribute(const std::string& name, const char* value) {
  return Proto().text(1, name).text(4, value).whole(20, 3);
}
inline Proto attribute(const std::string& name, const std::vector<std::int64_t>& values) {
  return Proto().text(1, name).wholes(8, values).whole(20, 7);
}
inline Proto tensor_attribute(const std::string& name, const Proto& tensor) {
  return Proto().text(1, name).message(5, tensor).whole(20, 4);
}
inline Proto graph_attribute(const std::string& name, const Proto& graph) {
  return Proto().text(1, name).message(6, graph).whole(20, 5);
}

using Names = std::vector<std::string>;

inline Proto node_proto(const std::string& operation, const Names& inputs, const Names& outputs,
                        const std::vector<Proto>& attributes = {}, const std::string& name = "",
                        const std::string& domain = "") {
  Proto node;
  for (const std::string& one : inputs) node.text(1, one);
  for (const std::string& one : outputs) node.text(2, one);
  if (!name.empty()) node.text(3, name);
  node.text(4, operation);
  for (const Proto& one : attributes) node.message(5, one);
  if (!domain.empty()) node.text(7, domain);
  return node;
}

/// The PyTorch line of a node.
inline Proto stack_entry(const std::string& text) {
  return Proto().text(1, "pkg.torch.onnx.stack_trace").text(2, text);
}

/// A GraphProto, and the ModelProto around it.
class OnnxModel {
 public:
  explicit OnnxModel(std::int64_t opset = 20) {
    opsets_.message(8, Proto().text(1, "").whole(2, opset));
    graph_.text(2, "g");
  }
  OnnxModel& opset(const std::string& domain, std::int64_t version) {
    opsets_.message(8, Proto().text(1, domain).whole(2, version));
    return *this;
  }
  OnnxModel& node(const std::string& operation, const Names& inputs, const Names& outputs,
                  const std::vector<Proto>& attributes = {}, const std::string& name = "",
                  const std::string& domain = "") {
    graph_.message(1, node_proto(operation, inputs, outputs, attributes, name, domain));
    return *this;
  }
  OnnxModel& node(const Proto& proto) {
    graph_.message(1, proto);
    return *this;
  }
  OnnxModel& input(const std::string& name, const std::vector<Dim>& dims,
                   std::int64_t type = onnx_type::f32) {
    graph_.message(11, value_proto(name, type, dims));
    return *this;
  }
  OnnxModel& output(const std::string& name) {
    graph_.message(12, Proto().text(1, name));
    return *this;
  }
  OnnxModel& output(const std::string& name, const std::vector<Dim>& dims,
                    std::int64_t type = onnx_type::f32) {
    graph_.message(12, value_proto(name, type, dims));
    return *this;
  }
  OnnxModel& value(const std::string& name, const std::vector<Dim>& dims,
                   std::int64_t type = onnx_type::f32) {
    graph_.message(13, value_proto(name, type, dims));
    return *this;
  }
  OnnxModel& initializer(const Proto& tensor) {
    graph_.message(5, tensor);
    return *this;
  }
  OnnxModel& function(const Proto& function) {
    functions_.message(25, function);
    return *this;
  }
  Proto& graph() { return graph_; }

  std::string bytes() const {
    Proto model;
    model.whole(1, 10).text(2, "weft");
    model.message(7, graph_).raw(opsets_.bytes()).raw(functions_.bytes());
    return model.bytes();
  }

 private:
  Proto graph_;
  Proto opsets_;
  Proto functions_;
};

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace weft::test
