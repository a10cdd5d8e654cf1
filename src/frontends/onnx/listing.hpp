// SPDX-License-Identifier: Apache-2.0
// The list of a file's operators, added to while the file is read.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "frontends/onnx/file.hpp"
#include "frontends/onnx/tensors.hpp"
#include "graph/source_model.hpp"

namespace weft::onnx {

/// A node as the importer has read it.
struct ListedNode {
  struct Result {
    std::optional<graph::TensorType> type;
    std::optional<graph::Tensor> tensor;
  };
  std::int64_t version = 0;
  std::vector<graph::SourceValueId> inputs;
  std::vector<graph::SourceValueId> captured;
  std::vector<Result> results;  ///< one for each of the node's outputs
  bool is_known = false;        ///< weft knows its operator
};

class Listing {
 public:
  explicit Listing(graph::SourceModel& model) : model_(model) {}

  graph::SourceValueId input(std::string_view name, const graph::TensorType& type);
  graph::SourceValueId initializer(std::string_view name, const graph::Tensor& tensor);
  /// One whose data would be in the file `location`, which is not there.
  graph::SourceValueId absent_initializer(std::string_view name, const graph::TensorType& type,
                                          std::string_view location);
  /// The values of the node's outputs.
  std::vector<graph::SourceValueId> node(const FileNode& node, ListedNode read,
                                         const graph::Origin& origin, Tensors& tensors);
  /// A value that a function or branch gives is named as the model's output.
  void output(std::string_view name, graph::SourceValueId value);

 private:
  graph::SourceValueId add(graph::SourceValue value);
  bool is_constant(graph::SourceValueId id) const;

  graph::SourceModel& model_;
};

}  // namespace weft::onnx
