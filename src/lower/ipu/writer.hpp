// SPDX-License-Identifier: Apache-2.0
// The text of a model's program, node by node.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lower/ipu/model.hpp"
#include "lower/ipu/reserved_words.hpp"
#include "lower/names.hpp"

namespace weft::lower::ipu {

/// A variable of main() that holds a value of the model.
struct Variable {
  std::string name, handle;
};

/// What stands in main() for a node: the call that gives its value.
struct Layer {
  std::string call;                   ///< in terms of `operands`: "$0", "$1"
  std::vector<std::string> operands;  ///< expressions
  std::string shapes;                 ///< of operands, where the call does not say them
  bool shares = false;   ///< worth a function of its own where several nodes have the same call
  bool view = false;     ///< nothing is computed: the value is no result of its own
  bool several = false;  ///< the call gives a vector, a tensor for each result of the node
};

class Writer {
 public:
  Writer(const Model& model, std::string title);
  /// Writes everything; afterwards what follows is known.
  std::string text();
  const std::vector<Array>& weights() const { return weights_; }
  const std::vector<Lowered::Input>& inputs() const { return inputs_; }
  /// By which the program takes each of them.
  const std::vector<std::string>& streams() const { return streams_; }
  const std::vector<Result>& results() const { return results_; }

 private:
  /// A new one for a value of the model.
  Variable variable_of(graph::ValueId id);
  void declare_inputs();
  void count_shared();
  void write_node(const graph::Node& node);
  void write_origins(const graph::Node& node);
  void write_results(const graph::Node& node, const std::string& call);
  void add_result(graph::ValueId id, const Variable& variable, const std::string& where);
  void write_outputs();
  std::string head() const;
  std::string main_function() const;

  Layer layer_of(const graph::Node& node);
  Layer of(const graph::Unary& what);
  Layer of(const graph::Binary& what);
  Layer of(const graph::Select& what);
  Layer of(const graph::Clip& what);
  Layer of(const graph::Convert& what);
  Layer of(const graph::MatMul& what);
  Layer of(const graph::Convolution& what);
  Layer of(const graph::Pool& what);
  Layer of(const graph::Reduce& what);
  Layer of(const graph::ArgExtreme& what);
  Layer of(const graph::Softmax& what);
  Layer of(const graph::Normalise& what);
  Layer of(const graph::BatchNormalise& what);
  Layer of(const graph::Attention& what);
  Layer of(const graph::Reshape& what);
  Layer of(const graph::Transpose& what);
  Layer of(const graph::Expand& what);
  Layer of(const graph::Concat& what);
  Layer of(const graph::Slice& what);
  Layer of(const graph::Pad& what);
  Layer of(const graph::Gather& what);
  Layer of(const graph::CumulativeSum& what);
  Layer of(const graph::GatherElements& what);
  Layer of(const graph::GatherPoints& what);
  Layer of(const graph::Recurrent& what);

  Layer mapped(const std::string& formula, std::size_t operands);
  Layer along_rows(const std::string& call, const AxesLast& last, const graph::Shape& shape);
  std::string of_numbers(const std::string& call);
  std::string then_text(const graph::Then& then);
  std::string window_of(const graph::Convolution& what, const graph::Shape& x);
  void use(const std::string& piece);
  bool has(std::size_t i) const;
  const graph::Shape& shape(std::size_t i) const { return model_.shape(node_->inputs[i]); }
  const graph::Shape& result() const { return model_.shape(node_->outputs[0]); }
  /// The variable of an input; declares a constant's first.
  std::string in(std::size_t i);
  std::string maybe(std::size_t i) { return has(i) ? in(i) : "none"; }
  /// Declares a constant as the host's weights, made by `made` ("" linear); its variable.
  std::string weight(graph::ValueId id, const std::string& made);
  std::string weight(const std::string& name, const Numbers& numbers);
  void line(const std::string& text) { body_ += "  " + text + "\n"; }
  void line(const std::string& head, const std::string& call);

  const Model& model_;
  std::string title_;
  Names names_{reserved_words()};
  ValueNames value_names_;
  std::map<std::uint32_t, Variable> variables_;
  std::map<std::string, std::string> windows_;  ///< text of a window, its name
  std::map<std::string, int> uses_;             ///< of calls that can be shared
  std::map<std::string, std::string> shared_;   ///< call, its function
  std::set<std::string> pieces_;
  std::string constants_, body_;
  const graph::Node* node_ = nullptr;
  bool counting_ = false;
  std::vector<Array> weights_;
  std::vector<Lowered::Input> inputs_;
  std::vector<std::string> streams_;
  std::vector<Result> results_;
};

/// "{1, 2, 3}".
std::string braces(const std::vector<std::int64_t>& numbers);

}  // namespace weft::lower::ipu
