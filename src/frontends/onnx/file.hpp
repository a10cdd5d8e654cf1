// SPDX-License-Identifier: Apache-2.0
// An ONNX file as it is written: its messages as plain structs, texts and data as views of the
// file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/onnx/mapped_file.hpp"
#include "frontends/onnx/wire.hpp"

namespace weft::onnx {

/// A tensor with its data where the file has them; tensors.hpp makes them one.
struct FileTensor {
  std::string_view name;
  std::vector<std::int64_t> dims;
  std::int64_t type = 0;
  bool has_raw = false;
  bool segmented = false;
  Bytes raw;
  std::vector<Bytes> singles;    ///< float_data
  std::vector<Bytes> doubles;    ///< double_data
  std::vector<Bytes> whole_32;   ///< int32_data: varints
  std::vector<Bytes> whole_64;   ///< int64_data: varints
  std::vector<Bytes> counts_64;  ///< uint64_data: varints
  bool external = false;
  std::string_view location;
  std::string_view offset;
  std::string_view length;
};

struct FileGraph;

/// What kind of value an attribute has; the numbers are the file's.
enum class AttributeKind : std::uint8_t {
  undefined,
  real,
  whole,
  text,
  tensor,
  graph,
  reals,
  wholes,
  texts,
  tensors,
  graphs,
  sparse_tensor,
  sparse_tensors,
  type,
  types,
};

struct FileAttribute {
  std::string_view name;
  std::string_view reference;  ///< the attribute of a function's call that it stands for
  AttributeKind kind = AttributeKind::undefined;
  float real = 0;
  std::int64_t whole = 0;
  std::string_view text;
  std::vector<float> reals;
  std::vector<std::int64_t> wholes;
  std::vector<std::string_view> texts;
  std::vector<FileTensor> tensors;  ///< one, where the kind is `tensor`
  std::vector<FileGraph> graphs;    ///< one, where the kind is `graph`
};

struct FileNode {
  std::string_view name;
  std::string_view operation;
  std::string_view domain;  ///< "" for ONNX's own, also where the file says "ai.onnx"
  std::string_view overload;
  std::vector<std::string_view> inputs;  ///< "" for one that is absent
  std::vector<std::string_view> outputs;
  std::vector<FileAttribute> attributes;
  std::string_view stack_trace;  ///< metadata that PyTorch writes; "" where there is none
  std::string_view name_scopes;
  std::string_view class_hierarchy;
};

struct FileDimension {
  std::optional<std::int64_t> extent;
  std::string_view parameter;  ///< its name where it is dynamic; may be ""
};

/// A value's declared type.
struct FileValue {
  std::string_view name;
  std::string_view kind;  ///< "tensor", "sequence", ...; "" where the file does not say
  std::int64_t type = 0;
  std::optional<std::vector<FileDimension>> dims;  ///< nothing: not even their number is known
};

struct FileGraph {
  std::string_view name;
  std::vector<FileNode> nodes;
  std::vector<FileTensor> initializers;
  std::vector<std::string_view> sparse_initializers;
  std::vector<FileValue> inputs;
  std::vector<FileValue> outputs;
  std::vector<FileValue> values;
};

struct FileOpset {
  std::string_view domain;
  std::int64_t version = 0;
};

struct FileFunction {
  std::string_view name;
  std::string_view domain;
  std::string_view overload;
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
  std::vector<std::string_view> attributes;  ///< those without a default
  std::vector<FileAttribute> defaults;
  std::vector<FileNode> nodes;
  std::vector<FileOpset> opsets;
  std::vector<FileValue> values;
};

struct Model {
  std::string path;
  std::shared_ptr<const MappedFile> file;  ///< what all views are views of
  std::int64_t ir_version = 0;
  std::string_view producer;
  std::vector<FileOpset> opsets;
  FileGraph graph;
  std::vector<FileFunction> functions;
};

/// Category::input naming the file and the byte where it is no ONNX model, Category::limit where
/// it has more nodes, attributes, values and names than `most_items`.
Model read_model(const std::string& path);
inline constexpr std::size_t most_items = std::size_t{1} << 22U;

/// A file with one TensorProto, as conformance suites keep inputs and outputs; views of `file`.
FileTensor read_tensor_file(const MappedFile& file, const std::string& path);

/// A name of a file for a message: in quotes, what does not print escaped, cut where it is long.
std::string in_quotes(std::string_view name);

}  // namespace weft::onnx
