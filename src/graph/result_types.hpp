// SPDX-License-Identifier: Apache-2.0
// What `result_types` is made of: the types that one node was given, and a function a family of
// operators.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// The types of a node's inputs, with the questions that all operators ask of them.
class Given {
 public:
  Given(const Operator& what, const std::vector<std::optional<TensorType>>& inputs)
      : name_(name_of(what)), inputs_(inputs) {}

  /// Category::input unless there are `least` to `most` inputs, and the first `least` not absent.
  void require_count(std::size_t least, std::size_t most) const;
  bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i].has_value(); }
  const TensorType& operator[](std::size_t i) const { return *inputs_[i]; }
  const Shape& shape(std::size_t i) const { return inputs_[i]->shape; }
  std::int64_t rank(std::size_t i) const;
  std::size_t count() const { return inputs_.size(); }

  void require_floating(std::size_t i) const;
  void require_whole(std::size_t i) const;
  void require_not_boolean(std::size_t i) const;
  /// All inputs that are there from `first` to before `last` have input `first`'s element.
  void require_same_element(std::size_t first, std::size_t last) const;
  void require_axis(std::int64_t axis, std::int64_t rank) const;
  /// `what` says of which parameter: "strides", "axes".
  void require_parameters(const std::vector<std::int64_t>& values, std::int64_t count,
                          const std::string& what, std::int64_t least) const;
  /// "MatMul: " and the sentence.
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::string name_;
  const std::vector<std::optional<TensorType>>& inputs_;
};

/// Which input a message means: "input 2, f32[3, 4],".
std::string text_of_input(const Given& given, std::size_t i);

using Types = std::vector<TensorType>;

Types types_of(const Unary& what, const Given& given);
Types types_of(const Binary& what, const Given& given);
Types types_of(const Select& what, const Given& given);
Types types_of(const Clip& what, const Given& given);
Types types_of(const Convert& what, const Given& given);
Types types_of(const MatMul& what, const Given& given);
Types types_of(const Convolution& what, const Given& given);
Types types_of(const Pool& what, const Given& given);
Types types_of(const Reduce& what, const Given& given);
Types types_of(const ArgExtreme& what, const Given& given);
Types types_of(const Softmax& what, const Given& given);
Types types_of(const Normalise& what, const Given& given);
Types types_of(const BatchNormalise& what, const Given& given);
Types types_of(const Attention& what, const Given& given);
Types types_of(const Reshape& what, const Given& given);
Types types_of(const Transpose& what, const Given& given);
Types types_of(const Expand& what, const Given& given);
Types types_of(const Concat& what, const Given& given);
Types types_of(const Slice& what, const Given& given);
Types types_of(const Pad& what, const Given& given);
Types types_of(const Gather& what, const Given& given);
Types types_of(const GatherElements& what, const Given& given);
Types types_of(const GatherPoints& what, const Given& given);
Types types_of(const CumulativeSum& what, const Given& given);
Types types_of(const Recurrent& what, const Given& given);

}  // namespace weft::graph
