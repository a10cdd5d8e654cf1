// SPDX-License-Identifier: Apache-2.0
// The graph while a file is read: values that are known already are computed at once, and become
// part of the graph only where a node uses them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::onnx {

/// A value of the file, known or computed by the graph.
enum class Term : std::uint32_t {};
inline constexpr Term no_term{0xffffffff};

class Builder {
 public:
  /// At most so many elements are computed while reading; what is over stays a node.
  explicit Builder(std::int64_t most_folded) : left_to_fold_(most_folded) {}

  Term input(const std::string& name, graph::TensorType type);
  Term constant(std::string name, graph::Tensor tensor);
  /// The results of an operator; constants where all its inputs are and it is cheap.
  std::vector<Term> make(graph::Operator what, const std::vector<Term>& inputs,
                         const graph::Origin& origin, const std::vector<std::string>& names);

  const graph::TensorType& type(Term term) const { return at(term).type; }
  const std::optional<graph::Tensor>& known(Term term) const { return at(term).tensor; }
  const std::string& name(Term term) const { return at(term).name; }

  /// Makes `term` the graph's next output, under `name`.
  void output(Term term, const std::string& name);
  graph::Graph take() { return std::move(graph_); }

 private:
  struct Item {
    std::string name;
    graph::TensorType type;
    std::optional<graph::Tensor> tensor;
    std::optional<graph::ValueId> id;
  };
  const Item& at(Term term) const { return items_[static_cast<std::size_t>(term)]; }
  Term add(Item item);
  graph::ValueId value(Term term);
  void free_name(const std::string& name);
  std::optional<std::vector<Term>> fold(const graph::Operator& what,
                                        const std::vector<Term>& inputs,
                                        const graph::Origin& origin,
                                        const std::vector<std::string>& names);

  graph::Graph graph_;
  std::vector<Item> items_;
  std::vector<bool> is_output_;  ///< by ValueId, as far as it reaches
  std::int64_t left_to_fold_ = 0;
};

}  // namespace weft::onnx
