// SPDX-License-Identifier: Apache-2.0
// Messages of a model that is written: nodes, attributes, tensors, types.
#pragma once

#include <string>
#include <vector>

#include "frontends/onnx/message.hpp"
#include "graph/source_model.hpp"

namespace weft::onnx {

/// The file's number of an element.
std::int64_t type_number(graph::Element element);
/// NodeProto under `name` ("": none); `names` are those of values, by id. Category::unsupported,
/// naming the node, where it holds what a list does not keep.
Message node_message(const graph::SourceNode& node, const std::string& name,
                     const std::vector<std::string>& names);
/// TensorProto with its bytes in it.
Message tensor_message(const std::string& name, const graph::Tensor& tensor);
/// TensorProto whose bytes lie in another file.
Message tensor_message(const std::string& name, const graph::Tensor& tensor,
                       const std::string& location, std::uint64_t offset);
/// ValueInfoProto; without a type its name alone.
Message value_message(const std::string& name, const std::optional<graph::TensorType>& type);

}  // namespace weft::onnx
