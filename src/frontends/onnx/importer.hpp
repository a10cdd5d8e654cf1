// SPDX-License-Identifier: Apache-2.0
// Walks a model's nodes in order: names to values, functions and branches into the place where
// they are called.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "frontends/onnx/builder.hpp"
#include "frontends/onnx/import.hpp"
#include "frontends/onnx/node.hpp"

namespace weft::onnx {

/// The names of one graph, branch or call of a function.
struct Scope {
  const Scope* outer = nullptr;  ///< whose names are seen too: of a branch
  std::unordered_map<std::string_view, Term> values;
  std::unordered_map<std::string_view, const FileValue*> declared;
  const std::vector<FileNode>* nodes = nullptr;
  const std::vector<FileOpset>* opsets = nullptr;
  /// What a function's call gives for the attributes of its nodes that refer to it.
  const std::map<std::string_view, const FileAttribute*>* attributes = nullptr;
  const graph::Origin* call = nullptr;
  int depth = 0;
};

/// What weft does not know, by what it is, until all of it can be said.
class Unknown {
 public:
  void add(const std::string& what, const graph::Origin& origin);
  /// Category::unsupported with a line each, if there are any.
  void refuse_all(const std::string& path) const;

 private:
  struct Line {
    std::string what;
    std::size_t count = 0;
    std::string first;
  };
  std::vector<Line> lines_;
  std::map<std::string, std::size_t> by_what_;
};

class Importer {
 public:
  Importer(const Model& model, const Options& options);
  graph::Graph run();

 private:
  void add_inputs(Scope& scope);
  void add_initializers(const FileGraph& graph, Scope& scope);
  void add_outputs(const FileGraph& graph, const Scope& scope);
  void run_nodes(const std::vector<FileNode>& nodes, Scope& scope);
  void run_node(const FileNode& node, Scope& scope, const graph::Origin& origin);
  void run_operator(const FileNode& node, Scope& scope, const graph::Origin& origin);
  void run_function(const FileFunction& function, const FileNode& node, Scope& scope,
                    const graph::Origin& origin);
  void run_branch(const FileNode& node, Scope& scope, const graph::Origin& origin);

  Term find(std::string_view name, const Scope& scope) const;
  /// The node's inputs; nothing where one hangs on what weft does not know.
  std::optional<std::vector<Term>> inputs_of(const FileNode& node, const Scope& scope) const;
  void define(std::string_view name, Term term, Scope& scope);
  void define_all(const FileNode& node, const std::vector<Term>& results, Scope& scope);
  /// Goes on behind a node that weft does not know.
  void give_up(const FileNode& node, Scope& scope);
  void require_declared(std::string_view name, const graph::TensorType& type,
                        const Scope& scope) const;
  const FileFunction* function_of(const FileNode& node) const;
  std::int64_t version_of(std::string_view domain, const Scope& scope) const;

  const Model& model_;
  const Options& options_;
  Builder builder_;
  Tensors tensors_;
  Unknown unknown_;
  std::map<std::string, const FileFunction*> functions_;
  std::vector<const FileFunction*> calls_;
  std::size_t nodes_ = 0;
};

/// The types of the model's inputs that are no initializers, in order, as `options` freeze them.
struct InputType {
  std::string_view name;
  graph::TensorType type;
};
std::vector<InputType> input_types(const FileGraph& graph, const Options& options);

/// Category::input, or unsupported, where a value is declared as no tensor of the graph's.
graph::Element declared_element(const FileValue& value);
/// "f32[N, 3, ?]".
std::string declared_text(const FileValue& value);

}  // namespace weft::onnx
