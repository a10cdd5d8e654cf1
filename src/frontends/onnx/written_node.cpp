// SPDX-License-Identifier: Apache-2.0
// Field numbers are those of onnx.proto.
#include "frontends/onnx/written_node.hpp"

#include <type_traits>
#include <variant>

#include "base/error.hpp"
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/tensors.hpp"

namespace weft::onnx {
namespace {

constexpr std::int64_t external_data = 1;

void put_kind(Message& to, AttributeKind kind) { to.whole(20, static_cast<std::int64_t>(kind)); }

/// A visitor, one function a kind of value.
struct AttributeWriter {
  Message& to;
  const graph::SourceNode& node;
  const std::string& name;

  void operator()(double value) const {
    to.single(2, static_cast<float>(value));
    put_kind(to, AttributeKind::real);
  }
  void operator()(std::int64_t value) const {
    to.whole(3, value);
    put_kind(to, AttributeKind::whole);
  }
  void operator()(const std::string& value) const {
    to.text(4, value);
    put_kind(to, AttributeKind::text);
  }
  void operator()(const std::vector<double>& values) const {
    to.singles(7, values);
    put_kind(to, AttributeKind::reals);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    to.wholes(8, values);
    put_kind(to, AttributeKind::wholes);
  }
  void operator()(const std::vector<std::string>& values) const {
    for (const std::string& one : values) to.text(9, one);
    put_kind(to, AttributeKind::texts);
  }
  void operator()(const graph::Tensor& tensor) const {
    to.message(5, tensor_message("", tensor));
    put_kind(to, AttributeKind::tensor);
  }
  void operator()(const graph::OtherAttribute& other) const {
    fail(Category::unsupported, text_of(node.origin) + " has " + other.kind + " in its attribute " +
                                    in_quotes(name) + ", which weft does not write");
  }
};

Message entry(const std::string& key, const std::string& value) {
  Message out;
  out.text(1, key);
  out.text(2, value);
  return out;
}

/// As Python writes a list of texts.
std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    out += out.size() == 1 ? "'" : ", '";
    for (const char letter : text) {
      if (letter == '\'' || letter == '\\') out += '\\';
      out += letter;
    }
    out += '\'';
  }
  return out + "]";
}

std::string stack_text(const std::vector<graph::SourceLine>& stack) {
  std::string out;
  for (const graph::SourceLine& one : stack) {
    out += "  File \"" + one.file + "\", line " + std::to_string(one.line);
    out += one.function.empty() ? "\n" : ", in " + one.function + "\n";
    if (!one.code.empty()) out += "    " + one.code + "\n";
  }
  return out;
}

/// What PyTorch writes beside a node, of which readers take line, module and the module's class.
/// The last of the scopes and classes is the operator's own.
void put_origin(const graph::SourceNode& node, Message& to) {
  const graph::Origin& origin = node.origin;
  if (!origin.stack.empty()) {
    to.message(9, entry("pkg.torch.onnx.stack_trace", stack_text(origin.stack)));
  }
  if (origin.module.empty() && node.module_class.empty()) return;
  const std::size_t dot = origin.module.find('.');
  const std::string path = dot == std::string::npos ? "" : origin.module.substr(dot + 1);
  if (!origin.module.empty()) {
    to.message(9, entry("pkg.torch.onnx.name_scopes", list_of({"", path, node.operation})));
  }
  to.message(9, entry("pkg.torch.onnx.class_hierarchy",
                      list_of({origin.module.substr(0, dot), node.module_class, node.operation})));
}

Message tensor_head(const std::string& name, const graph::Tensor& tensor) {
  Message out;
  out.wholes(1, tensor.type().shape);
  out.whole(2, type_number(tensor.type().element));
  if (!name.empty()) out.text(8, name);
  return out;
}

}  // namespace

std::int64_t type_number(graph::Element element) {
  constexpr std::int64_t newest = 16;
  for (std::int64_t number = 1; number <= newest; ++number) {
    if (element_of(number) == element) return number;
  }
  fail(Category::internal, "no type of ONNX is " + std::string(name_of(element)));
}

Message node_message(const graph::SourceNode& node, const std::string& name,
                     const std::vector<std::string>& names) {
  const auto name_of = [&](graph::SourceValueId id) {
    return id == graph::no_source_value ? std::string() : names[index(id)];
  };
  Message out;
  for (const graph::SourceValueId id : node.inputs) out.text(1, name_of(id));
  for (const graph::SourceValueId id : node.outputs) out.text(2, name_of(id));
  if (!name.empty()) out.text(3, name);
  out.text(4, node.operation);
  for (const graph::SourceAttribute& one : node.attributes) {
    Message attribute;
    attribute.text(1, one.name);
    std::visit(AttributeWriter{attribute, node, one.name}, one.value);
    out.message(5, attribute);
  }
  if (!node.domain.empty()) out.text(7, node.domain);
  put_origin(node, out);
  return out;
}

Message tensor_message(const std::string& name, const graph::Tensor& tensor) {
  Message out = tensor_head(name, tensor);
  const auto bytes = tensor.bytes();
  out.text(9, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return out;
}

Message tensor_message(const std::string& name, const graph::Tensor& tensor,
                       const std::string& location, std::uint64_t offset) {
  Message out = tensor_head(name, tensor);
  out.message(13, entry("location", location));
  out.message(13, entry("offset", std::to_string(offset)));
  out.message(13, entry("length", std::to_string(tensor.bytes().size())));
  out.whole(14, external_data);
  return out;
}

Message value_message(const std::string& name, const std::optional<graph::TensorType>& type) {
  Message out;
  out.text(1, name);
  if (!type) return out;
  Message shape;
  for (const std::int64_t extent : type->shape) {
    Message one;
    one.whole(1, extent);
    shape.message(1, one);
  }
  Message tensor;
  tensor.whole(1, type_number(type->element));
  tensor.message(2, shape);
  Message kind;
  kind.message(1, tensor);
  out.message(2, kind);
  return out;
}

}  // namespace weft::onnx
