// SPDX-License-Identifier: Apache-2.0
// The messages of onnx.proto by field number. What repeats is appended, a message that comes twice
// is merged, of other fields the last counts: as protobuf says.
#include "frontends/onnx/file.hpp"

#include "base/counted.hpp"

namespace weft::onnx {
namespace {

/// Reads messages and counts what it has made of them.
class Parser {
 public:
  void model(Wire wire, Model& to);
  void tensor(Wire wire, FileTensor& to);
  bool has_graph() const { return has_graph_; }

 private:
  template <typename Item>
  Item& added(std::vector<Item>& to) {
    if (++items_ > most_items) {
      fail(Category::limit,
           "has more than " + counted(most_items, "node") + ", attributes, values and names");
    }
    return to.emplace_back();
  }
  void graph(Wire wire, FileGraph& to);
  void node(Wire wire, FileNode& to);
  void metadata(Wire wire, FileNode& to);
  void attribute(Wire wire, FileAttribute& to);
  void external(Wire wire, FileTensor& to);
  void value(Wire wire, FileValue& to);
  void type(Wire wire, FileValue& to);
  void tensor_type(Wire wire, FileValue& to);
  void shape(Wire wire, FileValue& to);
  void sparse(Wire wire, FileGraph& to);
  void function(Wire wire, FileFunction& to);
  void opset(Wire wire, FileOpset& to);

  std::size_t items_ = 0;
  bool has_graph_ = false;
};

/// "ai.onnx" is another name of "".
std::string_view domain_of(std::string_view text) { return text == "ai.onnx" ? "" : text; }

void Parser::model(Wire wire, Model& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.ir_version = wire.whole();
        break;
      case 2:
        to.producer = wire.text();
        break;
      case 7:
        graph(wire.message(), to.graph);
        has_graph_ = true;
        break;
      case 8:
        opset(wire.message(), added(to.opsets));
        break;
      case 25:
        function(wire.message(), added(to.functions));
        break;
      default:
        wire.skip();
    }
  }
}

void Parser::opset(Wire wire, FileOpset& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.domain = domain_of(wire.text());
        break;
      case 2:
        to.version = wire.whole();
        break;
      default:
        wire.skip();
    }
  }
}

void Parser::graph(Wire wire, FileGraph& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        node(wire.message(), added(to.nodes));
        break;
      case 2:
        to.name = wire.text();
        break;
      case 5:
        tensor(wire.message(), added(to.initializers));
        break;
      case 11:
        value(wire.message(), added(to.inputs));
        break;
      case 12:
        value(wire.message(), added(to.outputs));
        break;
      case 13:
        value(wire.message(), added(to.values));
        break;
      case 15:
        sparse(wire.message(), to);
        break;
      default:
        wire.skip();
    }
  }
}

/// Its name is that of the tensor of its values.
void Parser::sparse(Wire wire, FileGraph& to) {
  FileTensor values;
  while (wire.next()) {
    if (wire.field() == 1) {
      tensor(wire.message(), values);
    } else {
      wire.skip();
    }
  }
  added(to.sparse_initializers) = values.name;
}

void Parser::node(Wire wire, FileNode& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        added(to.inputs) = wire.text();
        break;
      case 2:
        added(to.outputs) = wire.text();
        break;
      case 3:
        to.name = wire.text();
        break;
      case 4:
        to.operation = wire.text();
        break;
      case 5:
        attribute(wire.message(), added(to.attributes));
        break;
      case 7:
        to.domain = domain_of(wire.text());
        break;
      case 8:
        to.overload = wire.text();
        break;
      case 9:
        metadata(wire.message(), to);
        break;
      default:
        wire.skip();
    }
  }
}

struct Entry {
  std::string_view key;
  std::string_view value;
};

Entry entry_of(Wire wire) {
  Entry entry;
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        entry.key = wire.text();
        break;
      case 2:
        entry.value = wire.text();
        break;
      default:
        wire.skip();
    }
  }
  return entry;
}

void Parser::metadata(Wire wire, FileNode& to) {
  const Entry entry = entry_of(wire);
  if (entry.key == "pkg.torch.onnx.stack_trace") to.stack_trace = entry.value;
  if (entry.key == "pkg.torch.onnx.name_scopes") to.name_scopes = entry.value;
  if (entry.key == "pkg.torch.onnx.class_hierarchy") to.class_hierarchy = entry.value;
}

/// Files of before IR 2 do not say: what is there tells.
AttributeKind kind_of(const FileAttribute& it) {
  if (!it.reals.empty()) return AttributeKind::reals;
  if (!it.wholes.empty()) return AttributeKind::wholes;
  if (!it.texts.empty()) return AttributeKind::texts;
  if (!it.tensors.empty()) return AttributeKind::tensor;
  if (!it.graphs.empty()) return AttributeKind::graph;
  return AttributeKind::undefined;
}

void Parser::attribute(Wire wire, FileAttribute& to) {
  AttributeKind guess = AttributeKind::undefined;
  std::uint64_t kind = 0;
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.name = wire.text();
        break;
      case 2:
        to.real = wire.single();
        guess = AttributeKind::real;
        break;
      case 3:
        to.whole = wire.whole();
        guess = AttributeKind::whole;
        break;
      case 4:
        to.text = wire.text();
        guess = AttributeKind::text;
        break;
      case 5:
        if (to.tensors.empty()) added(to.tensors);
        tensor(wire.message(), to.tensors.front());
        break;
      case 6:
        if (to.graphs.empty()) added(to.graphs);
        graph(wire.message(), to.graphs.front());
        break;
      case 7:
        singles_of(wire.fixed(sizeof(float)), to.reals);
        break;
      case 8:
        varints_of(wire.varints(), to.wholes);
        break;
      case 9:
        added(to.texts) = wire.text();
        break;
      case 10:
        tensor(wire.message(), added(to.tensors));
        break;
      case 11:
        graph(wire.message(), added(to.graphs));
        break;
      case 20:
        kind = wire.varint();
        break;
      case 21:
        to.reference = wire.text();
        break;
      default:
        wire.skip();
    }
  }
  if (kind > static_cast<std::uint64_t>(AttributeKind::types)) {
    wire.refuse("attribute " + in_quotes(to.name) + " has a type that ONNX does not know");
  }
  to.kind = static_cast<AttributeKind>(kind);
  if (kind == 0) to.kind = guess == AttributeKind::undefined ? kind_of(to) : guess;
}

void Parser::tensor(Wire wire, FileTensor& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        varints_of(wire.varints(), to.dims);
        break;
      case 2:
        to.type = wire.whole();
        break;
      case 3:
        to.segmented = true;
        wire.skip();
        break;
      case 4:
        added(to.singles) = wire.fixed(4);
        break;
      case 5:
        added(to.whole_32) = wire.varints();
        break;
      case 7:
        added(to.whole_64) = wire.varints();
        break;
      case 8:
        to.name = wire.text();
        break;
      case 9:
        to.raw = wire.bytes();
        to.has_raw = true;
        break;
      case 10:
        added(to.doubles) = wire.fixed(8);
        break;
      case 11:
        added(to.counts_64) = wire.varints();
        break;
      case 13:
        external(wire.message(), to);
        break;
      case 14:
        to.external = wire.varint() == 1;
        break;
      default:
        wire.skip();
    }
  }
}

void Parser::external(Wire wire, FileTensor& to) {
  const Entry entry = entry_of(wire);
  if (entry.key == "location") to.location = entry.value;
  if (entry.key == "offset") to.offset = entry.value;
  if (entry.key == "length") to.length = entry.value;
}

void Parser::value(Wire wire, FileValue& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.name = wire.text();
        break;
      case 2:
        type(wire.message(), to);
        break;
      default:
        wire.skip();
    }
  }
}

void Parser::type(Wire wire, FileValue& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.kind = "tensor";
        tensor_type(wire.message(), to);
        continue;
      case 4:
        to.kind = "sequence";
        break;
      case 5:
        to.kind = "map";
        break;
      case 8:
        to.kind = "sparse tensor";
        break;
      case 9:
        to.kind = "optional";
        break;
      default:
        break;
    }
    wire.skip();
  }
}

void Parser::tensor_type(Wire wire, FileValue& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.type = wire.whole();
        break;
      case 2:
        if (!to.dims) to.dims.emplace();
        shape(wire.message(), to);
        break;
      default:
        wire.skip();
    }
  }
}

void Parser::shape(Wire wire, FileValue& to) {
  while (wire.next()) {
    if (wire.field() != 1) {
      wire.skip();
      continue;
    }
    FileDimension& dimension = added(*to.dims);
    Wire inside = wire.message();
    while (inside.next()) {
      switch (inside.field()) {
        case 1:
          dimension = {inside.whole(), {}};
          break;
        case 2:
          dimension = {std::nullopt, inside.text()};
          break;
        default:
          inside.skip();
      }
    }
  }
}

void Parser::function(Wire wire, FileFunction& to) {
  while (wire.next()) {
    switch (wire.field()) {
      case 1:
        to.name = wire.text();
        break;
      case 4:
        added(to.inputs) = wire.text();
        break;
      case 5:
        added(to.outputs) = wire.text();
        break;
      case 6:
        added(to.attributes) = wire.text();
        break;
      case 7:
        node(wire.message(), added(to.nodes));
        break;
      case 9:
        opset(wire.message(), added(to.opsets));
        break;
      case 10:
        to.domain = domain_of(wire.text());
        break;
      case 11:
        attribute(wire.message(), added(to.defaults));
        break;
      case 12:
        value(wire.message(), added(to.values));
        break;
      case 13:
        to.overload = wire.text();
        break;
      default:
        wire.skip();
    }
  }
}

/// Runs `read`; what it refuses is said of the file.
template <typename Read>
void reading(const std::string& path, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    fail(error.category(), path + ": " + error.what());
  }
}

}  // namespace

Model read_model(const std::string& path) {
  Model model;
  model.path = path;
  model.file = MappedFile::open(path);
  reading(path, [&] {
    const Bytes bytes = model.file->bytes();
    Parser parser;
    parser.model(Wire(bytes, bytes), model);
    if (model.ir_version < 1) fail(Category::input, "is no ONNX model: it has no IR version");
    if (!parser.has_graph()) fail(Category::input, "has no graph");
    if (model.opsets.empty()) fail(Category::input, "names no operator set");
  });
  return model;
}

FileTensor read_tensor_file(const MappedFile& file, const std::string& path) {
  FileTensor tensor;
  reading(path, [&] { Parser().tensor(Wire(file.bytes(), file.bytes()), tensor); });
  return tensor;
}

std::string in_quotes(std::string_view name) {
  constexpr std::size_t longest = 120;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "'";
  for (const char letter : name.substr(0, longest)) {
    const auto code = static_cast<unsigned char>(letter);
    if (code >= ' ' && code != 0x7f && code < 0x80) {
      text += letter;
    } else {
      text += "\\x";
      text += digits[code >> 4U];
      text += digits[code & 15U];
    }
  }
  return text + (name.size() > longest ? "...'" : "'");
}

}  // namespace weft::onnx
