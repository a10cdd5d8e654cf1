// SPDX-License-Identifier: Apache-2.0
// The tensors of a file as the graph takes them: views of the file or of the file beside it
// wherever their data lie in one piece.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "frontends/onnx/file.hpp"
#include "graph/tensor.hpp"

namespace weft::onnx {

/// A data type of ONNX; nothing for those that the graph has not: texts, complex numbers, fp8,
/// int4.
std::optional<graph::Element> element_of(std::int64_t type);
/// "FLOAT8E4M3FN"; "data type 99" for one that ONNX does not know.
std::string type_name(std::int64_t type);

class Tensors {
 public:
  /// Of the model at `path`, whose bytes `file` keeps.
  Tensors(const std::string& path, std::shared_ptr<const void> file);

  /// Category::input, naming the tensor, where its data are not what its type and extents take,
  /// or lie outside of the file that it names, or that file outside of the model's folder.
  /// Category::unsupported for a type that the graph has not.
  graph::Tensor read(const FileTensor& tensor);
  /// The type of a tensor whose data would be in a file of the model's folder that is not there;
  /// nothing for all others, and refusals are those of read().
  std::optional<graph::TensorType> absent(const FileTensor& tensor) const;

 private:
  graph::Tensor read_typed(const FileTensor& tensor, const graph::TensorType& type);
  graph::Tensor read_external(const FileTensor& tensor, const graph::TensorType& type);
  std::shared_ptr<const MappedFile> beside(const std::string& location);

  std::string folder_;
  std::shared_ptr<const void> file_;
  std::map<std::string, std::shared_ptr<const MappedFile>> beside_;
};

}  // namespace weft::onnx
