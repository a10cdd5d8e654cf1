// SPDX-License-Identifier: Apache-2.0
// One graph message in memory, weights beside it; both are written beside their names and renamed.
#include "frontends/onnx/write_model.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "base/error.hpp"
#include "base/output_file.hpp"
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/written_node.hpp"

namespace weft::onnx {
namespace {

namespace fs = std::filesystem;
using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValue;
using graph::SourceValueId;

constexpr std::size_t least_beside_bytes = 1024;
constexpr std::uint64_t alignment_bytes = 64;  // what maps the file reads whole lines
constexpr std::int64_t oldest_ir_version = 4;  // from which initializers are no inputs

/// Unique names of values, by id: inputs and outputs keep theirs.
class ValueNames {
 public:
  explicit ValueNames(const SourceModel& model) : model_(model), names_(model.values.size()) {
    for (const auto* ids : {&model.inputs, &model.outputs}) {
      for (const SourceValueId id : *ids) name(id);
    }
    for (std::uint32_t i = 0; i < names_.size(); ++i) name(SourceValueId{i});
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  void name(SourceValueId id) {
    std::string& to = names_[index(id)];
    if (!to.empty()) return;
    const std::string& wanted = model_[id].name;
    to = wanted.empty() ? "value" : wanted;
    std::uint64_t& number = last_[to];
    const std::string stem = to;
    while (!taken_.insert(to).second) to = stem + "_" + std::to_string(++number);
  }

  const SourceModel& model_;
  std::vector<std::string> names_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, std::uint64_t> last_;  ///< the number tried last behind a name
};

/// Names of nodes, "" for those without. The first of a name keeps it, as a runtime refuses a file
/// that has one twice: nodes that stand for one, or for a function's that is called twice.
std::vector<std::string> node_names(const SourceModel& model) {
  std::unordered_set<std::string> taken;
  for (const SourceNode& node : model.nodes) taken.insert(node.origin.node);
  std::unordered_map<std::string, std::uint64_t> last;  // the number tried last behind a name
  std::vector<std::string> names;
  for (const SourceNode& node : model.nodes) {
    names.push_back(node.origin.node);
    const auto [found, fresh] = last.emplace(node.origin.node, 0);
    if (fresh || names.back().empty()) continue;
    do {
      names.back() = node.origin.node + "_" + std::to_string(++found->second);
    } while (!taken.insert(names.back()).second);
  }
  return names;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code fault;
  return fs::equivalent(a, b, fault) && !fault;
}

void require_other_file(const std::string& path, const std::string& other) {
  if (!is_same_file(path, other)) return;
  fail(Category::input, path + ": the model is made of this file, which would be replaced");
}

/// Neither the model's file nor one with its data.
void require_not_the_source(const SourceModel& model, const std::string& path) {
  if (!fs::exists(model.path)) return;
  require_other_file(path, model.path);
  const std::string data = path + ".data";
  if (!fs::exists(data)) return;
  const Model source = read_model(model.path);
  for (const FileTensor& tensor : source.graph.initializers) {
    if (!tensor.external) continue;
    require_other_file(data, fs::path(model.path).parent_path() / std::string(tensor.location));
  }
}

/// By domain; each node's set must be the file's.
std::map<std::string, std::int64_t> opsets_of(const SourceModel& model) {
  std::map<std::string, std::int64_t> opsets = model.opsets;
  for (const SourceNode& node : model.nodes) {
    const auto [found, fresh] = opsets.emplace(node.domain, node.version);
    if (found->second != node.version) {
      fail(Category::unsupported, text_of(node.origin) + " is of operator set " +
                                      std::to_string(node.version) + ", and the model of " +
                                      std::to_string(found->second) +
                                      ": weft writes one set a domain");
    }
  }
  return opsets;
}

/// Weights in the file, or behind each other in the file beside it.
class Weights {
 public:
  Weights(const SourceModel& model, std::string path, const WriteOptions& options)
      : path_(std::move(path)) {
    std::uint64_t all = 0;
    for (const SourceValue& value : model.values) {
      if (!value.is_initializer) continue;
      if (!value.constant) {
        const bool is_named = !model.absent_data.empty();
        const std::string where = is_named ? in_quotes(model.absent_data.begin()->first) : "it";
        fail(Category::input, model.path + ": initializer " + in_quotes(value.name) +
                                  " has no data to be written: " + where + " is not there");
      }
      all += value.constant->bytes().size();
    }
    is_beside_ = all > static_cast<std::uint64_t>(options.most_inline_bytes);
  }

  Message message(const std::string& name, const graph::Tensor& tensor) {
    if (!is_beside_ || tensor.bytes().size() < least_beside_bytes) {
      return tensor_message(name, tensor);
    }
    const std::uint64_t offset = (end_ + alignment_bytes - 1) / alignment_bytes * alignment_bytes;
    parts_.push_back({offset, tensor});
    end_ = offset + tensor.bytes().size();
    return tensor_message(name, tensor, fs::path(path_).filename().string(), offset);
  }

  void write() const {
    if (parts_.empty()) return;
    OutputFile file(path_);
    std::uint64_t at = 0;
    for (const Part& part : parts_) {
      for (; at < part.offset; ++at) file.stream().put('\0');
      const auto bytes = part.tensor.bytes();
      file.stream().write(reinterpret_cast<const char*>(bytes.data()),
                          static_cast<std::streamsize>(bytes.size()));
      at += bytes.size();
    }
    file.commit();
  }

 private:
  struct Part {
    std::uint64_t offset = 0;
    graph::Tensor tensor;
  };
  std::string path_;
  bool is_beside_ = false;
  std::uint64_t end_ = 0;
  std::vector<Part> parts_;
};

Message graph_message(const SourceModel& model, Weights& weights) {
  const std::vector<std::string> names = ValueNames(model).take();
  const auto value_at = [&](SourceValueId id) {
    return value_message(names[index(id)], model[id].type);
  };
  Message out;
  const std::vector<std::string> own = node_names(model);
  for (std::size_t i = 0; i < own.size(); ++i) {
    out.message(1, node_message(model.nodes[i], own[i], names));
  }
  out.text(2, model.graph_name.empty() ? model.name : model.graph_name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const SourceValue& value = model.values[i];
    if (value.is_initializer) out.message(5, weights.message(names[i], *value.constant));
  }
  for (const SourceValueId id : model.inputs) out.message(11, value_at(id));
  std::unordered_set<std::uint32_t> outputs;
  for (const SourceValueId id : model.outputs) {
    if (!outputs.insert(index(id)).second) {
      fail(Category::unsupported, "two outputs of the model are " + in_quotes(model[id].name) +
                                      ", which weft writes once");
    }
    out.message(12, value_at(id));
  }
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    const SourceValue& value = model.values[i];
    if (value.producer && value.type && !outputs.contains(i)) {
      out.message(13, value_at(SourceValueId{i}));
    }
  }
  return out;
}

}  // namespace

void write_model(const SourceModel& model, const std::string& path, const WriteOptions& options) {
  require_regular(path, "a model");
  require_not_the_source(model, path);
  const auto opsets = opsets_of(model);
  Weights weights(model, path + ".data", options);
  const Message graph = graph_message(model, weights);
  Message head;
  head.whole(1, std::max(model.ir_version, oldest_ir_version));
  head.text(2, model.producer);
  for (const auto& [domain, version] : opsets) {
    Message one;
    one.text(1, domain);
    one.whole(2, version);
    head.message(8, one);
  }
  head.head_of(7, graph.bytes().size());
  OutputFile file(path);
  file.stream() << head.bytes() << graph.bytes();
  weights.write();
  file.commit();
}

}  // namespace weft::onnx
