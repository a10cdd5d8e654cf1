// SPDX-License-Identifier: Apache-2.0
// What the function of an ONNX operator sees: its node's attributes and inputs, and the graph that
// it adds to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "frontends/onnx/builder.hpp"
#include "frontends/onnx/file.hpp"
#include "frontends/onnx/tensors.hpp"

namespace weft::onnx {

using Wholes = std::vector<std::int64_t>;

using graph::text_of;

constexpr std::size_t as_index(std::int64_t value) { return static_cast<std::size_t>(value); }

/// Category::unsupported: the operator is known, this use of it is not.
[[noreturn]] void unsupported(const std::string& why);
/// Category::input.
[[noreturn]] void refuse(const std::string& why);

/// One node while it becomes operators of the graph. Faults come without a place.
class NodeImport {
 public:
  NodeImport(Builder& builder, Tensors& tensors, const FileNode& node, std::int64_t version,
             std::vector<Term> inputs, const graph::Origin& origin);

  /// The node is asked for outputs of these names alone.
  void limit_to(const std::unordered_set<std::string_view>& needed) { needed_ = &needed; }

  /// Of the operator set that the node is of.
  std::int64_t version() const { return version_; }

  // Attributes, refused where their kind is another one.

  bool has(std::string_view name) const;
  std::int64_t whole(std::string_view name, std::int64_t otherwise);
  bool flag(std::string_view name, bool otherwise) { return whole(name, otherwise ? 1 : 0) != 0; }
  double real(std::string_view name, double otherwise);
  std::string text(std::string_view name, const std::string& otherwise);
  std::optional<Wholes> wholes(std::string_view name);
  std::vector<float> reals(std::string_view name);
  std::vector<std::string_view> texts(std::string_view name);
  std::optional<graph::Tensor> tensor(std::string_view name);
  /// Category::input for attributes that no function asked for: functions ask for all that their
  /// operator has.
  void require_all_used() const;

  // Inputs.

  std::size_t input_count() const { return inputs_.size(); }
  bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i] != no_term; }
  Term input(std::size_t i) const;
  Term input_or_none(std::size_t i) const { return has_input(i) ? inputs_[i] : no_term; }
  /// The numbers of an input that has to be known; `what` names it: "axes".
  graph::Numbers known(std::size_t i, const std::string& what) const;
  Wholes known_wholes(std::size_t i, const std::string& what) const;
  /// Axes and the like: an attribute before `version`, input `i` from there on.
  std::optional<Wholes> wholes_of(std::string_view name, std::size_t i, std::int64_t version);

  // Values.

  const graph::Shape& shape(Term term) const { return builder_.type(term).shape; }
  std::int64_t rank(Term term) const { return static_cast<std::int64_t>(shape(term).size()); }
  graph::Element element(Term term) const { return builder_.type(term).element; }
  /// An axis of `rank` counted from 0; refused outside of it.
  std::int64_t axis(std::int64_t axis, std::int64_t rank) const;
  /// The same for several, sorted; refused where one comes twice.
  Wholes axes(const Wholes& axes, std::int64_t rank) const;

  // What the node becomes.

  Term make(graph::Operator what, const std::vector<Term>& inputs);
  Term constant(graph::Tensor tensor);
  Term scalar(double value, graph::Element element);
  Term wholes_constant(const Wholes& values);
  Term reshape(Term x, graph::Shape shape);
  Term transpose(Term x, Wholes permutation);
  Term convert(Term x, graph::Element element);
  Term binary(graph::BinaryFunction function, Term a, Term b);
  Term unary(graph::UnaryFunction function, Term x, double alpha = 0, double beta = 0);

  /// The node's output `i` is this.
  void result(std::size_t i, Term term);
  /// Makes the node's first output: `make` under its name.
  void finish(graph::Operator what, const std::vector<Term>& inputs);
  /// Whether the node is asked for its output `i`, which the operator has.
  bool wants(std::size_t i) const {
    if (i >= node_.outputs.size()) return false;
    known_outputs_[i] = true;
    return is_named(i) && is_needed(i);
  }
  /// Whether its output `i` was not made and must be, or is none of the operator's.
  bool lacks(std::size_t i) const {
    return results_[i] == no_term && is_named(i) && (is_needed(i) || !known_outputs_[i]);
  }
  const std::vector<Term>& results() const { return results_; }

  /// The results of `what` by the names of the node's outputs: for operators with several.
  std::vector<Term> make_all(graph::Operator what, const std::vector<Term>& inputs);

 private:
  const FileAttribute* find(std::string_view name, AttributeKind kind);
  bool is_named(std::size_t i) const { return !node_.outputs[i].empty(); }
  bool is_needed(std::size_t i) const {
    return needed_ == nullptr || needed_->contains(node_.outputs[i]);
  }

  Builder& builder_;
  Tensors& tensors_;
  const FileNode& node_;
  std::int64_t version_;
  std::vector<Term> inputs_;
  const graph::Origin& origin_;
  std::vector<Term> results_;
  std::vector<bool> used_;
  mutable std::vector<bool> known_outputs_;
  const std::unordered_set<std::string_view>* needed_ = nullptr;
};

/// A constant of whole numbers (i64) or of one number.
graph::Tensor whole_tensor(const Wholes& values, graph::Shape shape);
graph::Tensor number_tensor(double value, graph::Element element);

/// One operator of ONNX in the versions of its set that read alike.
struct OperatorRow {
  std::string_view name;
  std::int64_t first;  ///< version of the operator set
  std::int64_t last;
  void (*import)(NodeImport&);
};

inline constexpr std::int64_t oldest_opset = 6;
inline constexpr std::int64_t newest_opset = 23;

std::span<const OperatorRow> elementwise_operators();
std::span<const OperatorRow> layout_operators();
std::span<const OperatorRow> constant_operators();
std::span<const OperatorRow> product_operators();
std::span<const OperatorRow> reduction_operators();

/// The row of an operator of ONNX's own domain; nullptr for one that weft has not.
const OperatorRow* find_operator(std::string_view name, std::int64_t version);
/// "13 to 22" where the operator is known in other versions; "" where in none.
std::string versions_of(std::string_view name);

}  // namespace weft::onnx
